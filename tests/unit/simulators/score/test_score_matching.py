"""Boxes are matched to true pictures by time, and to people by IoU; small people are neutral."""

import numpy as np
import pytest

from simulators.score.detection import precision, recall
from simulators.score.matching import looked_at, matched, overlap, paired
from simulators.score.records import Boxes, FoundBox
from tests.fakes.runs import Story, body, boxes, found, frame


def test_half_of_two_boxes_shared_is_an_iou_of_a_third() -> None:
    iou = overlap(np.array([[0.0, 0, 10, 10]]), np.array([[5.0, 0, 15, 10]]))

    assert iou[0, 0] == pytest.approx(1 / 3)


def test_the_nearest_frame_within_60_ms_is_taken() -> None:
    frames = [frame(1.0, "a"), frame(1.1, "a")]

    pairs = paired([boxes(1.06, "a")], frames)

    assert [pair.at_s for _, pair in pairs] == [1.1]


def test_a_record_61_ms_away_from_every_frame_is_unmatched_and_reported() -> None:
    looks = matched(
        {"a": [boxes(1.061, "a"), boxes(2.0, "a")]}, {"a": [frame(1.0, "a"), frame(2.0, "a")]}
    )

    assert looks.unmatched_share == 0.5


def test_two_records_of_one_frame_count_once_and_the_nearer_wins() -> None:
    near, far = boxes(1.01, "a", found("a", "T1")), boxes(1.03, "a")

    looks = matched({"a": [near, far]}, {"a": [frame(1.0, "a", "a")]})

    assert (len(looks.looked), looks.unmatched, recall(looks.looked)) == (1, 1, 1.0)


def test_the_median_offset_between_the_clocks_is_reported() -> None:
    frames = [frame(at_s, "a") for at_s in (1.0, 2.0, 3.0)]
    found_later = [boxes(at_s, "a", late_s=0.02) for at_s in (1.0, 2.0, 3.0)]

    assert matched({"a": found_later}, {"a": frames}).offset_s == pytest.approx(0.02)


def test_recall_counts_the_missed_and_precision_the_invented() -> None:
    truth = frame(0.0, "a", "a", "b", "c")

    looked = looked_at(boxes(0.0, "a", found("a", "T1"), found("b", None), found("h", "T9")), truth)

    assert recall([looked]) == pytest.approx(2 / 3)
    assert precision([looked]) == pytest.approx(2 / 3)
    assert looked.found == {"a": "T1", "b": None}
    assert looked.stray == ("T9",)


def test_a_box_that_overlaps_too_little_is_both_a_miss_and_false() -> None:
    looked = looked_at(boxes(0.0, "a", found("a", "T1", shift_px=16)), frame(0.0, "a", "a"))

    assert (looked.missed, looked.stray) == (("a",), ("T1",))


@pytest.mark.parametrize("small", [{"visible": 0.49}, {"height_px": 23.9}])
def test_people_too_small_or_hidden_are_neither_missed_nor_false(small: dict[str, float]) -> None:
    truth = frame(0.0, "a", body("a", **small))

    unseen = looked_at(boxes(0.0, "a"), truth)
    seen = looked_at(boxes(0.0, "a", found("a", "T1")), truth)

    assert recall([unseen]) is None
    assert precision([seen]) is None
    assert seen.neutral == 1


def test_a_person_at_the_limits_counts() -> None:
    looked = looked_at(boxes(0.0, "a"), frame(0.0, "a", body("a", visible=0.5, height_px=24.0)))

    assert recall([looked]) == 0.0


def test_boxes_of_vehicles_say_nothing_about_people() -> None:
    looked = looked_at(
        boxes(0.0, "a", found("a", "T1", kind="vehicle"), found("h", None, kind="bike")),
        frame(0.0, "a", "a"),
    )

    assert (looked.missed, looked.stray) == (("a",), ())


def test_crossing_people_are_assigned_so_that_both_are_found() -> None:
    left, right = (0.0, 0.0, 30.0, 60.0), (8.0, 0.0, 38.0, 60.0)
    people = [body("a"), body("b")]
    truth = frame(0.0, "a", *people)
    truth = type(truth)(
        at_s=0.0,
        camera="a",
        size=(640, 360),
        people=tuple(
            type(one)(id=one.id, box=box, height_px=60, visible=1)
            for one, box in zip(people, (left, right), strict=True)
        ),
    )
    shown = Boxes(
        at_s=0.0,
        camera="a",
        exposed_s=0.0,
        boxes=(
            FoundBox(6.0, 0, 36.0, 60, 0.9, "person", "right"),
            FoundBox(-2.0, 0, 28.0, 60, 0.9, "person", "left"),
        ),
    )

    assert looked_at(shown, truth).found == {"a": "left", "b": "right"}


def test_a_perfect_journal_scores_one() -> None:
    story = Story(3.0, ("a", "b"), [("a", "a", 0, 3, "T1"), ("b", "b", 1, 2, "T2")])
    evidence = story.evidence()

    looks = matched(evidence.journal.boxes, evidence.truth.frames)

    assert (recall(looks.looked), precision(looks.looked)) == (1.0, 1.0)
