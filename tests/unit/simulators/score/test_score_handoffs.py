"""What is a hand-off, what is not, and what became of the identity."""

import pytest

from simulators.score.evidence import Evidence
from simulators.score.handoffs import Handoff, handoffs, success, wrong
from simulators.score.identity import owners, together
from simulators.score.matching import matched
from simulators.score.sight import Layout
from tests.fakes.runs import EAST, NORTH, Story, every, layout, rest, turn, world

AHEAD_NORTH = (0.0, 10.0)
TO_EAST = (10.0, 0.0)


def judged(evidence: Evidence, site: Layout | None = None) -> tuple[Handoff, ...]:
    looked = matched(evidence.journal.boxes, evidence.truth.frames).looked
    return handoffs(evidence.truth, looked, owners(together(looked)), site or layout())


def test_a_person_seen_in_both_views_at_once_is_an_overlap_hand_off() -> None:
    story = Story(10, "ab", [("a", "a", 0, 6, "T1"), ("a", "b", 5, 10, "T1")])

    [found] = judged(story.evidence())

    assert (found.origin, found.camera, found.blind, found.outcome) == ("a", "b", False, "kept")
    assert found.at_s == pytest.approx(5.0)


def test_a_person_unseen_for_longer_than_half_a_second_comes_blind() -> None:
    story = Story(10, "ab", [("a", "a", 0, 4, "T1"), ("a", "b", 5, 10, "T1")])

    assert [found.blind for found in judged(story.evidence())] == [True]


def test_a_new_identity_is_lost_not_wrong() -> None:
    story = Story(10, "ab", [("a", "a", 0, 4, "T1"), ("a", "b", 5, 10, "T2")])

    found = judged(story.evidence())

    assert (success(found), wrong(found), found[0].outcome) == (0.0, 0.0, "lost")


def test_no_identity_in_the_new_view_is_lost() -> None:
    story = Story(10, "ab", [("a", "a", 0, 4, "T1"), ("a", "b", 5, 10, None)])

    assert [found.outcome for found in judged(story.evidence())] == ["lost"]


def test_identities_swapped_at_a_crossing_are_wrong_hand_offs() -> None:
    story = Story(
        20,
        "ab",
        [
            ("a", "a", 0, 10, "T1"),
            ("b", "a", 0, 10, "T2"),
            ("a", "b", 11, 18, "T2"),
            ("b", "b", 11, 18, "T1"),
        ],
    )

    found = judged(story.evidence())

    assert [one.outcome for one in found] == ["wrong", "wrong"]
    assert wrong(found) == 1.0


def test_only_the_first_five_seconds_decide() -> None:
    story = Story(
        30,
        "ab",
        [
            ("a", "a", 0, 10, "T1"),
            ("a", "b", 11, 14, "T1"),
            ("a", "b", 14, 30, "T2"),
        ],
    )

    assert [found.outcome for found in judged(story.evidence())] == ["kept"]


def test_an_absence_of_two_seconds_or_less_is_none() -> None:
    story = Story(
        10, "ab", [("a", "a", 0, 10, "T1"), ("a", "b", 3, 5, "T1"), ("a", "b", 6.9, 9, "T1")]
    )

    assert [found.at_s for found in judged(story.evidence())] == pytest.approx([3.0])


def test_coming_back_to_a_camera_from_itself_is_none() -> None:
    story = Story(10, "ab", [("a", "a", 0, 3, "T1"), ("a", "a", 6, 9, "T1")])

    assert judged(story.evidence()) == ()


def test_the_first_box_of_a_run_is_none() -> None:
    story = Story(10, "ab", [("a", "a", 0, 9, "T1"), ("a", "b", 0, 9, "T1")])

    assert judged(story.evidence()) == ()


def test_people_not_half_visible_are_not_there_yet() -> None:
    story = Story(10, "ab", [("a", "a", 0, 9, "T1")])

    assert judged(story.evidence()) == ()


def test_somebody_walking_into_a_waiting_view_is_a_hand_off() -> None:
    story = Story(10, "ap", [("a", "a", 0, 9, "T1"), ("a", "p", 5, 9, "T1")])
    heads = [rest("p", 0.0, EAST), *turn("p", 1.0, 2.0, EAST, NORTH)]

    evidence = story.evidence([*heads, *world(every(0, 10), {"a": AHEAD_NORTH})])

    assert len(judged(evidence)) == 1


def test_somebody_the_head_pans_onto_is_none() -> None:
    story = Story(10, "ap", [("a", "a", 0, 9, "T1"), ("a", "p", 5.1, 9, "T1")])
    heads = [rest("p", 0.0, EAST), *turn("p", 4.0, 5.0, EAST, NORTH)]

    evidence = story.evidence([*heads, *world(every(0, 10), {"a": AHEAD_NORTH})])

    assert judged(evidence) == ()


def test_somebody_first_seen_while_the_head_moves_is_none() -> None:
    story = Story(10, "ap", [("a", "a", 0, 9, "T1"), ("a", "p", 4.5, 9, "T1")])
    heads = [rest("p", 0.0, EAST), *turn("p", 4.0, 5.0, EAST, NORTH)]

    evidence = story.evidence([*heads, *world(every(0, 10), {"a": AHEAD_NORTH})])

    assert judged(evidence) == ()


def test_somebody_whom_the_view_before_the_movement_shows_too_is_a_hand_off() -> None:
    story = Story(10, "ap", [("a", "a", 0, 9, "T1"), ("a", "p", 4.5, 9, "T1")])
    heads = [rest("p", 0.0, EAST), *turn("p", 4.0, 5.0, EAST, NORTH)]

    evidence = story.evidence([*heads, *world(every(0, 10), {"a": TO_EAST})])

    assert len(judged(evidence)) == 1


def test_somebody_entering_just_after_the_head_stopped_is_a_hand_off() -> None:
    story = Story(10, "ap", [("a", "a", 0, 9, "T1"), ("a", "p", 5.3, 9, "T1")])
    heads = [rest("p", 0.0, EAST), *turn("p", 4.0, 5.0, EAST, NORTH)]
    outside = world(every(0, 5.2), {"a": (12.0, 10.0)})

    evidence = story.evidence([*heads, *outside, *world(every(5.2, 10), {"a": AHEAD_NORTH})])

    assert len(judged(evidence)) == 1


def test_no_hand_off_gives_no_shares() -> None:
    assert (success([]), wrong([])) == (None, None)
