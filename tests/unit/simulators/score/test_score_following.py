"""Time on target: seconds watched of the seconds that some PTZ camera could have watched."""

import pytest

from simulators.score.evidence import Evidence
from simulators.score.following import time_on_target, wanted_since, watched
from simulators.score.records import Asked, Failure, IntentRecord, JournalRecord, Released
from simulators.score.sight import Obstacle
from tests.fakes.runs import EAST, NORTH, Story, every, layout, rest, turn, world

AHEAD_NORTH = (0.0, 10.0)
OWNER = {"T1": "a"}
END = Failure(at_s=20.0, what="the end")


def asked(at_s: float) -> Asked:
    return Asked(at_s=at_s, policy="look", target="T1")


def intent(at_s: float, *targets: str) -> IntentRecord:
    return IntentRecord(
        at_s=at_s, id="i", camera="p", preset="north", band="alarm", targets=targets, policy="look"
    )


def run(*journal: JournalRecord, head_north_s: float = 0.0) -> Evidence:
    """Return a run with ``a`` standing north of ``p``, whose head turns there at some moment."""
    heads = (
        [rest("p", 0.0, NORTH)]
        if head_north_s <= 0
        else [rest("p", 0.0, EAST), *turn("p", head_north_s - 0.5, head_north_s, EAST, NORTH)]
    )
    walk = world(every(0, 20), {"a": AHEAD_NORTH})
    return Story(1, "a").evidence([*heads, *walk], [*journal, END])


def test_a_person_watched_from_the_request_on_is_one() -> None:
    accounts = watched(run(asked(10), intent(10, "T1")), OWNER, layout())

    assert time_on_target(accounts) == 1.0
    assert accounts[0].watchable_s == pytest.approx(10.0, abs=0.2)


def test_waiting_for_the_grant_and_for_the_head_costs() -> None:
    evidence = run(asked(10), intent(12, "T1"), head_north_s=15.0)

    assert time_on_target(watched(evidence, OWNER, layout())) == pytest.approx(0.5, abs=0.02)


def test_the_end_of_the_grant_does_not_end_the_wish() -> None:
    evidence = run(asked(10), intent(10, "T1"), Released(at_s=15.0, camera="p"))

    assert time_on_target(watched(evidence, OWNER, layout())) == pytest.approx(0.5, abs=0.02)


def test_a_head_that_watches_for_somebody_else_does_not_count() -> None:
    evidence = run(asked(10), intent(10, "T2"))

    assert time_on_target(watched(evidence, OWNER, layout())) == 0.0


def test_a_grant_may_name_several_targets() -> None:
    evidence = run(asked(10), intent(10, "T2", "T1"))

    assert time_on_target(watched(evidence, OWNER, layout())) == 1.0


def test_time_when_no_preset_could_show_the_person_does_not_count() -> None:
    wall = Obstacle(((-5.0, 4.0), (5.0, 4.0), (5.0, 5.0), (-5.0, 5.0)), 4.5)

    accounts = watched(run(asked(10), intent(10, "T1")), OWNER, layout((wall,)))

    assert time_on_target(accounts) is None


def test_people_nobody_asked_for_do_not_count() -> None:
    assert watched(run(), OWNER, layout()) == ()


def test_a_grant_of_a_policy_is_a_request_too() -> None:
    assert wanted_since(run(asked(10), intent(8, "T1")), OWNER) == {"a": 8}
