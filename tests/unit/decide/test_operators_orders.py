"""Every command is answered: at once, and again when its move has ended."""

from dataclasses import replace

import pytest

from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import CameraId, PolicyName, PresetName
from orchestrator.domain.intent import Answer
from orchestrator.domain.sighting import (
    GotoPreset,
    MoveEnd,
    MoveSeen,
    Order,
    PausePolicy,
    Release,
    ResumePolicy,
    RetryVideo,
    TakeControl,
)
from tests.fakes.arbitration_site import BENCH, BREAK, EAST, INTRUSION, WEST, Night, person, yard

pytestmark = pytest.mark.slow

NORTH, SOUTH = PresetName("north"), PresetName("south")


def said(night: Night) -> str:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [fact.say for fact in facts if isinstance(fact, Answer)][-1]


def test_a_goto_is_accepted_started_and_done_as_the_head_reports() -> None:
    night = Night(yard())

    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])
    night.run(1.5)

    assert night.answers() == [("accepted", ""), ("started", ""), ("done", "")]


def test_a_goto_to_where_the_head_is_ends_too() -> None:
    night = Night(yard(INTRUSION))
    night.run(3.0, person("T1", 30.0, 5.0))

    night.tick(orders=[night.order(GotoPreset(EAST, SOUTH))])
    night.run(1.5)

    assert night.answers()[-1] == ("done", "")


def test_a_move_that_fails_is_told_with_its_reason() -> None:
    night = Night(yard(), slew_s=1e9)
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])
    grant = night.granted(EAST)
    assert grant is not None

    night.seen = [
        MoveSeen(EAST, grant.id, night.now.mono_s, MoveEnd.FAILED, 9.0, "still 9 deg off")
    ]
    night.tick()

    assert night.answers() == [("accepted", ""), ("failed", "")]
    assert said(night) == "still 9 deg off"


def test_a_head_that_never_reports_has_failed_in_the_end() -> None:
    night = Night(yard(), slew_s=1e9)
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])

    night.run(31.0)

    assert night.answers()[-1] == ("failed", "")


def test_a_later_command_of_the_same_operator_replaces_the_first() -> None:
    night = Night(yard(), slew_s=5.0)
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])
    night.tick(orders=[night.order(GotoPreset(EAST, SOUTH), name="c2")])
    night.run(6.0)

    assert night.answers()[-1] == ("failed", "")
    assert night.answers("c2")[-1] == ("done", "")


def test_another_operator_is_told_who_holds_the_camera_and_until_when() -> None:
    night = Night(yard())
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])

    night.tick(orders=[night.order(GotoPreset(EAST, SOUTH), "bert", "c2")])

    assert night.answers("c2") == [("rejected", "leased")]
    assert said(night) == "`east-ptz` is held by anna until 22:16:00"


def test_a_hold_ends_by_itself() -> None:
    night = Night(yard())
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])

    night.run(61.0)

    night.tick(orders=[night.order(GotoPreset(EAST, SOUTH), "bert", "c2")])
    assert night.answers("c2") == [("accepted", "")]


@pytest.mark.parametrize(
    ("order", "code", "sentence"),
    [
        (
            GotoPreset(EAST, PresetName("nroth")),
            "invalid",
            "unknown preset `nroth` of `east-ptz`: did you mean `north`? \
(home, south, north, bench, behind)",
        ),
        (
            GotoPreset(CameraId("west-pzt"), NORTH),
            "invalid",
            "unknown camera `west-pzt`: did you mean `west-ptz`? (west-ptz, east-ptz)",
        ),
        (GotoPreset(CameraId("fixed"), NORTH), "invalid", "`fixed` cannot turn"),
        (GotoPreset(WEST, NORTH), "offline", "`west-ptz` cannot be reached now"),
        (TakeControl(EAST, 0.0), "invalid", "hold for more than 0 and at most 3600 s"),
        (
            PausePolicy(PolicyName("intrusoin"), None),
            "invalid",
            "unknown policy `intrusoin`: did you mean `intrusion`? (intrusion)",
        ),
        (
            PausePolicy(PolicyName("bench"), None),
            "privacy",
            "privacy rule `bench` cannot be paused",
        ),
        (PausePolicy(PolicyName("intrusion"), 0.0), "invalid", "pause for more than 0 s"),
        (
            GotoPreset(EAST, PresetName("bench")),
            "privacy",
            "`bench` sees `bench`, which privacy rule `bench` closes now",
        ),
        (
            GotoPreset(EAST, PresetName("behind")),
            "privacy",
            "the way to `behind` sweeps `bench`, which privacy rule `bench` closes now",
        ),
    ],
)
def test_an_order_that_cannot_be_is_rejected_with_a_code_and_a_sentence(
    order: Order, code: str, sentence: str
) -> None:
    night = Night(yard(INTRUSION, BENCH), BREAK)
    night.links[WEST] = LinkState.OFFLINE

    night.tick(orders=[night.order(order)])

    assert night.answers() == [("rejected", code)]
    assert said(night) == sentence


def test_taking_control_leaves_the_head_alone_and_keeps_automation_away() -> None:
    night = Night(yard(INTRUSION))

    night.tick(orders=[night.order(TakeControl(WEST, 30.0))])
    night.run(5.0, person("T1", 30.0, 5.0))

    assert night.answers() == [("accepted", ""), ("done", "")]
    assert night.granted(WEST) is None
    assert night.granted(EAST) is not None


def test_taking_control_of_a_working_camera_keeps_it_as_it_is() -> None:
    night = Night(yard(INTRUSION))
    night.run(3.0, person("T1", 37.5, 1.5))
    before = night.granted(WEST)
    assert before is not None

    night.tick(orders=[night.order(TakeControl(WEST, 30.0))])

    after = night.granted(WEST)
    assert after is not None
    assert (after.id, after.preset, after.reason.actor) == (before.id, "south", "anna")


def test_a_paused_policy_lets_go_and_starts_again_when_resumed() -> None:
    night = Night(yard(INTRUSION))
    night.run(3.0, person("T1", 37.5, 1.5))

    night.tick(orders=[night.order(PausePolicy(PolicyName("intrusion"), None))])
    night.run(5.0, person("T1", 37.5, 1.5))
    assert night.granted(WEST) is None

    night.tick(orders=[night.order(ResumePolicy(PolicyName("intrusion")), name="c2")])
    night.run(40.0, person("T1", 37.5, 1.5))
    assert night.granted(WEST) is not None


def test_a_pause_with_an_end_ends() -> None:
    night = Night(yard(INTRUSION))
    night.tick(orders=[night.order(PausePolicy(PolicyName("intrusion"), 5.0))])

    night.run(7.0, person("T1", 37.5, 1.5))

    assert night.granted(WEST) is not None


def test_a_release_of_what_nobody_holds_is_done_and_says_so() -> None:
    night = Night(yard())

    night.tick(orders=[night.order(Release(EAST))])

    assert night.answers() == [("accepted", ""), ("done", "")]
    assert said(night) == "`east-ptz` was not held"


def test_nobody_releases_what_another_holds() -> None:
    night = Night(yard())
    night.tick(orders=[night.order(TakeControl(EAST, 30.0))])

    night.tick(orders=[night.order(Release(EAST), "bert", "c2")])

    assert night.answers("c2") == [("rejected", "leased")]


def test_a_command_is_failed_when_its_camera_goes_offline() -> None:
    night = Night(yard(), slew_s=5.0)
    night.tick(orders=[night.order(GotoPreset(EAST, NORTH))])

    night.links[EAST] = LinkState.OFFLINE
    night.run(0.3)

    assert night.answers()[-1] == ("failed", "")


def test_a_goto_under_a_privacy_rule_waits_for_a_turning_head_and_is_then_done() -> None:
    night = Night(yard(BENCH), BREAK, slew_s=1.0)
    night.tick(orders=[night.order(GotoPreset(EAST, SOUTH))])
    night.run(0.5)

    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("home")), name="c2")])
    night.run(3.0)

    assert night.answers("c2")[-1] == ("done", "")


def test_holds_and_pauses_do_not_leak_into_the_next_tick_of_another_world() -> None:
    night = Night(yard())
    before = night.world

    night.tick(orders=[night.order(TakeControl(EAST, 30.0))])

    assert before.desk == replace(before.desk)
    assert before.desk.holds == {}


def test_a_video_that_is_to_be_tried_again_is_one_of_the_site_s() -> None:
    night = Night(yard())
    night.tick(orders=[night.order(RetryVideo(CameraId("fixed")))])
    night.tick(orders=[night.order(RetryVideo(CameraId("fixd")), name="c2")])

    assert night.answers() == [("accepted", ""), ("done", "")]
    assert night.answers("c2") == [("rejected", "invalid")]
    assert "did you mean `fixed`" in said(night)
