"""Level-triggered steering: what is sent, when a move has ended, and how."""

from dataclasses import replace

import pytest

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, IntentId, PolicyName, PresetName
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.domain.moving import Way
from orchestrator.domain.sighting import MoveEnd, MoveSeen
from orchestrator.steer.reconcile import ATTEMPTS, Goto, Halt, Motion, Stay, Step, reconciled
from orchestrator.steer.verdict import Heard

CAMERA = CameraId("dock-ptz")
WIDE = Aim(10.0, -20.0, 60.0)
HOME = Aim(90.0, -20.0, 60.0)


def intent(name: str = "I1", preset: str = "wide") -> Intent:
    reason = Reason(PolicyName("intrusion"), None, "nobody works at night")
    return Intent(
        IntentId(name),
        CAMERA,
        PresetName(preset),
        Band.ALARM,
        (),
        reason,
        granted_s=0.0,
        until_s=60.0,
    )


class Desk:
    """Steps one motion with a scripted head."""

    def __init__(self, *, goal: Aim | None = WIDE, follows: bool = True) -> None:
        self.motion: Motion | None = None
        self.goal = goal
        self.follows = follows
        self.ladder: tuple[Way, ...] = (Way.PRESET,)

    def step(
        self,
        wanted: Intent | None,
        aim: Aim | None,
        *,
        moving: bool | None,
        now_s: float,
        heard_s: float | None = None,
    ) -> tuple[Step, tuple[MoveSeen, ...]]:
        error_deg = None
        if aim is not None and self.goal is not None:
            error_deg = abs(aim.azimuth_deg - self.goal.azimuth_deg)
        self.motion, step, reports = reconciled(
            self.motion,
            wanted,
            Heard(now_s if heard_s is None else heard_s, aim, moving, error_deg),
            slew_s=None if error_deg is None else 1.0,
            follows=self.follows,
            ladder=self.ladder,
            now_s=now_s,
        )
        return step, reports


def test_a_new_grant_is_sent_once_and_reported_as_started() -> None:
    desk = Desk()

    step, reports = desk.step(intent(), HOME, moving=False, now_s=0.0)
    again, later = desk.step(intent(), HOME, moving=True, now_s=0.1)

    assert step == Goto(PresetName("wide"), Way.PRESET, deadline_s=5.0)
    assert [report.end for report in reports] == [MoveEnd.STARTED]
    assert (again, later) == (Stay(), ())


def chased(turns_deg: float) -> tuple[list[Step], list[MoveSeen]]:
    """Return what is sent, and told, of a head that turns so far a look while its goal moves on."""
    desk, aim = Desk(), HOME
    steps: list[Step] = []
    told: list[MoveSeen] = []
    for look in range(60):
        aim = replace(aim, azimuth_deg=aim.azimuth_deg + turns_deg)
        goal = replace(WIDE, azimuth_deg=150.0 + 2.0 * look)
        desk.goal = goal
        wanted = replace(intent(), aim=goal)
        step, reports = desk.step(wanted, aim, moving=True, now_s=0.25 * look)
        steps.append(step)
        told += reports
    return steps, told


def test_a_head_that_runs_on_is_found_and_stopped_although_its_goal_moves_on_all_the_time() -> None:
    steps, told = chased(-3.0)

    halted = next(number for number, step in enumerate(steps) if isinstance(step, Halt))
    assert 0.25 * halted <= 6.0
    failed = [report for report in told if report.end is MoveEnd.FAILED]
    assert "comes no nearer" in failed[0].reason


def test_a_head_that_comes_nearer_goes_on_however_long_its_goal_moves_on() -> None:
    steps, told = chased(3.0)

    assert not any(isinstance(step, Halt) for step in steps)
    assert [report.end for report in told] == [MoveEnd.STARTED]


def test_a_head_that_answers_slowly_is_not_taken_for_one_that_runs_on() -> None:
    desk, steps = Desk(), []
    for look in range(60):
        answered = look - look % 12
        desk.goal = replace(WIDE, azimuth_deg=150.0 + 2.0 * look)
        said = replace(HOME, azimuth_deg=120.0 + 2.0 * answered)
        wanted = replace(intent(), aim=desk.goal)
        heard_s = 0.25 * answered - 0.01
        step, _ = desk.step(wanted, said, moving=True, now_s=0.25 * look, heard_s=heard_s)
        steps.append(step)

    assert not any(isinstance(step, Halt) for step in steps)


def test_a_head_that_runs_on_is_stopped_although_it_is_granted_to_others_again_and_again() -> None:
    desk, aim, steps = Desk(), HOME, []
    for look in range(40):
        aim = replace(aim, azimuth_deg=aim.azimuth_deg + 2.0)
        step, _ = desk.step(intent(f"I{look // 10}"), aim, moving=True, now_s=0.25 * look)
        steps.append(step)

    assert any(isinstance(step, Halt) for step in steps[:25])


def test_a_head_that_is_there_already_is_not_moved() -> None:
    step, reports = Desk().step(intent(), WIDE, moving=False, now_s=0.0)

    assert step == Stay()
    assert [report.end for report in reports] == [MoveEnd.ARRIVED]


def test_a_move_has_arrived_when_the_head_rests_at_the_preset() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    desk.step(intent(), WIDE, moving=True, now_s=1.0)

    _, reports = desk.step(intent(), replace(WIDE, azimuth_deg=10.3), moving=False, now_s=1.1)

    [arrived] = reports
    assert arrived.end is MoveEnd.ARRIVED
    assert arrived.error_deg == pytest.approx(0.3)


def test_passing_by_the_preset_is_not_arriving() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)

    assert desk.step(intent(), WIDE, moving=True, now_s=0.5)[1] == ()


def test_a_head_that_never_says_whether_it_moves_has_arrived_when_its_answers_stay_equal() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=None, now_s=0.0)
    ends = [
        report.end
        for n in range(1, 6)
        for report in desk.step(intent(), WIDE, moving=None, now_s=1.0 + 0.1 * n)[1]
    ]

    assert ends == [MoveEnd.ARRIVED]


def test_a_status_that_sticks_at_moving_is_outvoted_by_a_head_that_stands_still() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    ends = [
        report.end
        for n in range(20)
        for report in desk.step(intent(), WIDE, moving=True, now_s=1.0 + 0.1 * n)[1]
    ]

    assert ends == [MoveEnd.ARRIVED]


def test_a_preset_without_a_stored_pose_arrives_unconfirmed() -> None:
    desk = Desk(goal=None)
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    desk.step(intent(), WIDE, moving=True, now_s=0.5)

    [end] = desk.step(intent(), WIDE, moving=False, now_s=1.5)[1]

    assert end.end is MoveEnd.ARRIVED_UNCONFIRMED


def test_a_move_that_never_arrives_is_asked_for_again_and_then_fails_with_a_reason() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    sent = 1
    ends: list[MoveSeen] = []
    for second in range(1, 60):
        step, reports = desk.step(intent(), HOME, moving=False, now_s=float(second))
        sent += isinstance(step, Goto)
        ends += reports

    assert sent == ATTEMPTS
    [failed] = ends
    assert failed.end is MoveEnd.FAILED
    assert failed.reason == "still 80.0 deg from `wide` after 3 attempts"


def test_another_grant_preempts_a_move_under_way_and_is_sent_at_once() -> None:
    desk = Desk()
    desk.step(intent("I1"), HOME, moving=False, now_s=0.0)

    step, reports = desk.step(intent("I2", "gate"), HOME, moving=True, now_s=0.2)

    assert isinstance(step, Goto)
    assert [(report.intent, report.end) for report in reports] == [
        (IntentId("I1"), MoveEnd.PREEMPTED),
        (IntentId("I2"), MoveEnd.STARTED),
    ]


def test_a_head_that_has_not_begun_an_accepted_move_is_not_there_already_but_sent_back() -> None:
    desk = Desk()
    desk.step(intent("I1"), HOME, moving=False, now_s=0.0)
    desk.goal = HOME

    step, reports = desk.step(intent("I2", "home"), HOME, moving=False, now_s=0.1)

    assert isinstance(step, Goto)
    assert [report.end for report in reports] == [MoveEnd.PREEMPTED, MoveEnd.STARTED]


def test_a_move_under_way_whose_grant_is_withdrawn_is_stopped_once() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)

    step, reports = desk.step(None, HOME, moving=True, now_s=0.2)
    again, later = desk.step(None, HOME, moving=True, now_s=0.3)

    assert step == Halt()
    [ended] = reports
    assert (ended.end, ended.reason) == (MoveEnd.PREEMPTED, "nobody wants it any more")
    assert (again, later) == (Stay(), ())


def test_a_move_that_has_ended_is_not_stopped_when_its_grant_is_withdrawn() -> None:
    desk = Desk()
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    desk.step(intent(), WIDE, moving=True, now_s=1.0)
    desk.step(intent(), WIDE, moving=False, now_s=1.1)

    assert desk.step(None, WIDE, moving=False, now_s=1.2) == (Stay(), ())


def test_after_a_stop_the_same_preset_is_sent_anew() -> None:
    desk = Desk()
    desk.step(intent("I1"), HOME, moving=False, now_s=0.0)
    desk.step(None, HOME, moving=True, now_s=0.2)

    step, reports = desk.step(intent("I2"), HOME, moving=False, now_s=0.4)

    assert isinstance(step, Goto)
    assert [report.end for report in reports] == [MoveEnd.STARTED]


def test_without_a_grant_nothing_is_sent() -> None:
    assert Desk().step(None, HOME, moving=False, now_s=0.0) == (Stay(), ())


def unmoved(desk: Desk, *, until_s: int, moving: bool | None) -> tuple[list[Step], list[MoveSeen]]:
    """Step a head that tells the same place whatever happens."""
    steps, ends = [], []
    for second in range(until_s):
        step, reports = desk.step(intent(), HOME, moving=moving, now_s=float(second))
        steps.append(step)
        ends += [each for each in reports if each.end is not MoveEnd.STARTED]
    return steps, ends


def test_a_position_that_was_never_seen_to_change_neither_confirms_nor_denies() -> None:
    _, [end] = unmoved(Desk(follows=False), until_s=40, moving=False)

    assert end.end is MoveEnd.ARRIVED_UNCONFIRMED
    assert end.reason == "the position it tells has never been seen to change"


def test_a_head_that_says_it_is_there_before_it_has_heard_of_it_is_not_proven_to_be_there() -> None:
    desk = Desk(goal=WIDE)
    desk.step(intent(), HOME, moving=False, now_s=0.0)
    desk.step(intent(), WIDE, moving=False, now_s=0.1)

    early = [desk.step(intent(), WIDE, moving=False, now_s=n / 10)[1] for n in range(2, 10)]
    [end] = desk.step(intent(), WIDE, moving=False, now_s=1.0)[1]

    assert not any(early)
    assert end.end is MoveEnd.ARRIVED_UNCONFIRMED


def test_a_move_that_is_given_up_while_the_head_still_turns_is_stopped() -> None:
    desk = Desk()
    steps = [
        desk.step(intent(), Aim(90.0 + n, -20.0, 60.0), moving=True, now_s=n / 2)[0]
        for n in range(40)
    ]

    assert [step for step in steps if isinstance(step, Halt)] == [Halt()]


def test_each_attempt_goes_one_rung_down_the_ladder() -> None:
    desk = Desk()
    desk.ladder = (Way.PRESET, Way.ABSOLUTE)

    steps, [end] = unmoved(desk, until_s=40, moving=False)

    ways = [step.way for step in steps if isinstance(step, Goto)]
    assert ways == [Way.PRESET, Way.ABSOLUTE, Way.ABSOLUTE]
    assert (end.end, end.way) == (MoveEnd.FAILED, "absolute")


def test_a_camera_that_tells_no_position_is_steered_and_arrives_unconfirmed() -> None:
    desk = Desk(follows=False)
    step, _ = desk.step(intent(), None, moving=None, now_s=0.0)

    early = desk.step(intent(), None, moving=None, now_s=4.0)[1]
    [end] = desk.step(intent(), None, moving=None, now_s=6.0)[1]

    assert isinstance(step, Goto)
    assert early == ()
    assert end.end is MoveEnd.ARRIVED_UNCONFIRMED
