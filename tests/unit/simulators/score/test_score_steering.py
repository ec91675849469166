"""Moves, pre-aiming and the delay from policy to motion, on a head that turns from east to north."""

from collections.abc import Sequence

import pytest

from simulators.score.evidence import Evidence
from simulators.score.grants import grants, spells
from simulators.score.records import IntentRecord, JournalRecord, Motion, Released, TruthRecord
from simulators.score.steering import (
    Awaited,
    awaited,
    moves,
    percentile,
    policy_to_motion_ms,
    pre_aimed,
)
from tests.fakes.runs import EAST, NORTH, Story, every, layout, rest, turn, world

AHEAD_NORTH = (0.0, 10.0)
AWAY = (-30.0, -30.0)


def intent(
    at_s: float,
    name: str = "i1",
    *,
    preset: str = "north",
    band: str = "handoff",
    targets: tuple[str, ...] = ("T1",),
    policy: str | None = "hand-off-ahead",
) -> IntentRecord:
    return IntentRecord(
        at_s=at_s, id=name, camera="p", preset=preset, band=band, targets=targets, policy=policy
    )


def run(
    journal: Sequence[JournalRecord], truth: Sequence[TruthRecord], arrives_s: float
) -> Evidence:
    """Return a run in which ``a`` is far away until ``arrives_s``, and then north of ``p``."""
    walk = [
        *world(every(0, arrives_s), {"a": AWAY}),
        *world(every(arrives_s, 20), {"a": AHEAD_NORTH}),
    ]
    return Story(20, "a", [("a", "a", 0, 9, "T1")]).evidence(
        [rest("p", 0.0, EAST), *truth, *walk], journal
    )


def awaited_in(evidence: Evidence) -> tuple[Awaited, ...]:
    return awaited(evidence, {"T1": "a"}, layout())


TURN = turn("p", 5.2, 6.0, EAST, NORTH)


def test_a_grant_lasts_until_the_next_record_of_its_camera() -> None:
    end = Released(at_s=12.0, camera="p")
    evidence = run([intent(5.0), intent(9.0, "i2"), end], [], 20)

    assert [(grant.id, grant.start_s, grant.end_s) for grant in spells(evidence.journal)] == [
        ("i1", 5.0, 9.0),
        ("i2", 9.0, 12.0),
    ]


def test_a_record_that_only_changes_targets_continues_the_grant() -> None:
    records: list[JournalRecord] = [
        intent(5.0),
        intent(7.0, targets=("T1", "T2")),
        Released(at_s=9.0, camera="p"),
    ]
    evidence = run(records, [], 20)

    [grant] = grants(evidence.journal)

    assert (grant.start_s, grant.end_s, grant.targets) == (5.0, 9.0, ("T1",))
    assert len(spells(evidence.journal)) == 2


def test_a_head_there_before_the_target_was_pre_aimed() -> None:
    found = awaited_in(run([intent(5.0)], TURN, arrives_s=7.0))

    assert pre_aimed(found) == 1.0
    assert (found[0].settled_s, found[0].entered_s) == pytest.approx((6.0, 7.0))


def test_a_head_that_was_kept_where_the_target_came_was_there_first() -> None:
    kept = run([intent(5.0)], turn("p", 1.2, 2.0, EAST, NORTH), arrives_s=7.0)

    assert pre_aimed(awaited_in(kept)) == 1.0


def test_a_head_that_was_there_for_a_target_that_was_too_awaited_nobody() -> None:
    kept = run([intent(5.0)], turn("p", 1.2, 2.0, EAST, NORTH), arrives_s=3.0)

    assert pre_aimed(awaited_in(kept)) == 0.0


def test_a_head_that_comes_after_the_target_was_not() -> None:
    assert pre_aimed(awaited_in(run([intent(5.0)], TURN, arrives_s=5.5))) == 0.0


def test_a_target_already_in_the_view_cannot_be_awaited() -> None:
    assert pre_aimed(awaited_in(run([intent(5.0)], TURN, arrives_s=0.0))) == 0.0


def test_a_target_that_never_comes_is_left_out() -> None:
    evidence = run([intent(5.0), Released(at_s=6.5, camera="p")], TURN, arrives_s=7.0)

    assert pre_aimed(awaited_in(evidence)) is None


def test_moves_of_other_bands_are_left_out() -> None:
    assert awaited_in(run([intent(5.0, band="alarm")], TURN, arrives_s=7.0)) == ()


def test_a_head_that_never_reached_the_preset_was_not_ahead() -> None:
    lost_way = turn("p", 5.2, 6.0, EAST, (45.0, -25.0, 60.0))

    assert pre_aimed(awaited_in(run([intent(5.0)], lost_way, arrives_s=7.0))) == 0.0


def test_a_movement_without_a_command_is_no_move() -> None:
    drift = Motion(at_s=15.0, camera="p")

    assert [move.at_s for move in moves(run([intent(5.0)], [*TURN, drift], 20))] == [5.2]


def test_policy_to_motion_runs_from_the_decision_to_the_first_motion() -> None:
    assert policy_to_motion_ms(run([intent(5.0)], TURN, 20), layout()) == pytest.approx((200.0,))


def test_grants_that_need_no_move_and_commands_of_operators_are_not_timed() -> None:
    already_there = intent(5.0, preset="east")
    operator = intent(5.0, policy=None)

    assert policy_to_motion_ms(run([already_there], TURN, 20), layout()) == ()
    assert policy_to_motion_ms(run([operator], TURN, 20), layout()) == ()


def test_a_motion_after_the_grant_ended_is_not_its_answer() -> None:
    ended: list[JournalRecord] = [intent(5.0), Released(at_s=5.1, camera="p")]

    assert policy_to_motion_ms(run(ended, TURN, 20), layout()) == ()


def test_percentiles_of_nothing_are_unknown() -> None:
    assert percentile((), 95) is None
    assert percentile((100.0, 300.0), 50) == 200.0
