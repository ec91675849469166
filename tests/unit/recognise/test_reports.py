"""What cameras say of themselves stands until they take it back."""

from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import CameraReported, LinkSeen, Report
from orchestrator.domain.world import Reported, World
from orchestrator.recognise import standing, with_report
from orchestrator.recognise.reports import MOST, PULSE_S
from orchestrator.think import informed
from tests.fakes.walkers import instant

GATE = CameraId("gate")


def said(at_s: float, *, active: bool = True, part: str = "") -> CameraReported:
    return CameraReported(GATE, Report.INPUT, active, at_s, part)


def test_a_report_stands_until_it_is_taken_back() -> None:
    known = with_report((), said(3.0))

    assert [one.since_s for one in standing(known, 900.0)] == [3.0]
    assert list(standing(with_report(known, said(900.0, active=False)), 900.0)) == []


def test_a_report_that_is_repeated_says_nothing_new() -> None:
    known = with_report(with_report((), said(3.0)), said(60.0))

    assert [one.since_s for one in standing(known, 61.0)] == [3.0]


def test_what_is_said_longest_comes_first_however_often_it_is_repeated() -> None:
    known: tuple[Reported, ...] = ()
    for at_s, part in ((3.0, "door"), (4.0, "bell"), (5.0, "door")):
        known = with_report(known, said(at_s, part=part))

    assert [one.part for one in standing(known, 6.0)] == ["door", "bell"]


def test_a_pulse_that_ended_before_anybody_looked_is_told_of_all_the_same() -> None:
    known = with_report(with_report((), said(3.0)), said(3.0, active=False))

    assert len(list(standing(known, 3.0 + PULSE_S * 0.9))) == 1
    assert list(standing(known, 3.0 + PULSE_S)) == []


def test_the_end_of_what_never_began_is_nothing() -> None:
    assert with_report((), said(3.0, active=False)) == ()


def test_two_inputs_of_a_camera_are_told_apart() -> None:
    known = with_report(with_report((), said(3.0, part="door")), said(4.0, part="bell"))
    known = with_report(known, said(9.0, part="door", active=False))

    assert [one.part for one in standing(known, 9.0)] == ["bell"]


def test_a_camera_that_invents_parts_cannot_fill_the_memory() -> None:
    known = with_report((), said(0.0))
    for number in range(3 * MOST):
        known = with_report(known, said(1.0 * number, part=str(number)))

    assert len(known) == MOST


def test_the_world_hears_of_reports_and_forgets_those_of_a_camera_that_is_gone() -> None:
    world = informed(World(), (said(3.0),), instant(3.0))
    gone = informed(world, (LinkSeen(GATE, 4.0, LinkState.OFFLINE),), instant(4.0))

    assert [one.report for one in world.cameras[GATE].reported] == [Report.INPUT]
    assert gone.cameras[GATE].reported == ()
