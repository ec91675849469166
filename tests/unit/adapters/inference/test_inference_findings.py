"""Rows become boxes in source pixels, doubles go as slow loops say, and nonsense is an error."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.adapters.inference.findings import MOST, found, read, without_doubles
from orchestrator.adapters.inference.pictures import Placement, fitted
from orchestrator.config.cards import Fit, PictureForm
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from orchestrator.ports import Found
from tests.fakes.cards import card_of

CARD = card_of("boxes", input_px=(640, 352))
Box = tuple[float, float, float, float]


def decoded(*rows: tuple[float, ...]) -> Found:
    answer = np.array([rows], np.float32).reshape(1, -1, 6)
    return read(answer, CARD, (1280, 720))


def test_a_box_comes_back_in_pixels_of_the_stream() -> None:
    result = decoded((64, 35.2, 128, 176, 0.9, 0))

    np.testing.assert_allclose(result.boxes_px, [[128, 72, 256, 360]], rtol=1e-5)
    assert result.scores.tolist() == pytest.approx([0.9])
    assert result.kinds.tolist() == [Kind.PERSON.value]
    assert result.boxes_px.dtype == np.float32
    assert result.scores.dtype == np.float32
    assert result.kinds.dtype == np.int8


def test_boxes_are_clipped_to_the_picture_and_come_best_first() -> None:
    result = decoded((-50, -50, 100, 100, 0.5, 1), (500, 300, 900, 900, 0.8, 0))

    assert result.scores.tolist() == pytest.approx([0.8, 0.5])
    assert result.boxes_px.min() >= 0
    assert result.boxes_px[:, 2].max() <= 1280
    assert result.boxes_px[:, 3].max() <= 720


def test_weak_unknown_and_empty_boxes_are_dropped() -> None:
    result = decoded(
        (0, 0, 50, 50, 0.39, 0),
        (0, 0, 50, 50, 0.9, 7),
        (60, 60, 60, 80, 0.9, 0),
        (9, 9, 2, 2, 1, 0),
    )

    assert result.boxes_px.shape == (0, 4)
    assert result.scores.shape == (0,)
    assert result.kinds.shape == (0,)


def test_of_two_boxes_on_one_thing_the_better_stays() -> None:
    result = decoded(
        (10, 10, 60, 110, 0.6, 0), (11, 10, 61, 112, 0.8, 0), (10, 10, 60, 110, 0.7, 1)
    )

    assert result.scores.tolist() == pytest.approx([0.8, 0.7])
    assert result.kinds.tolist() == [Kind.PERSON.value, Kind.VEHICLE.value]


def test_how_much_two_boxes_may_share_stands_on_the_card() -> None:
    rows = np.array([[0.1, 0.1, 0.5, 0.9, 0.9, 0], [0.2, 0.1, 0.6, 0.9, 0.8, 0]], np.float32)

    loose = found(rows, card=replace(CARD, overlap=0.61), source_px=(640, 352))
    strict = found(rows, card=replace(CARD, overlap=0.59), source_px=(640, 352))

    assert (len(loose.scores), len(strict.scores)) == (2, 1)


def test_an_answer_of_no_numbers_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="not numbers"):
        decoded((float("nan"), 0, 1, 1, 0.9, 0))


def test_a_model_that_finds_thousands_of_things_is_cut_short() -> None:
    rows = np.random.default_rng(1).uniform(0, 1, (5 * MOST, 6)).astype(np.float32)
    rows[:, 2:4] = rows[:, :2] + 0.01
    rows[:, 5] = 0

    assert len(found(rows, card=CARD, source_px=(640, 352)).scores) <= MOST


def slowly_without_doubles(boxes: list[Box], kinds: list[int], most: float) -> list[int]:
    """Return which boxes stay, pair by pair."""
    kept: list[int] = []
    for row, (x1, y1, x2, y2) in enumerate(boxes):
        covered = False
        for better in kept:
            a1, b1, a2, b2 = boxes[better]
            wide, high = min(x2, a2) - max(x1, a1), min(y2, b2) - max(y1, b1)
            shared = wide * high if wide > 0 and high > 0 else 0.0
            union = (x2 - x1) * (y2 - y1) + (a2 - a1) * (b2 - b1) - shared
            covered = covered or (kinds[better] == kinds[row] and shared / union > most)
        if not covered:
            kept.append(row)
    return kept


whole = st.integers(0, 12)
side = st.integers(1, 8)
boxes = st.tuples(whole, whole, side, side).map(
    lambda box: (float(box[0]), float(box[1]), float(box[0] + box[2]), float(box[1] + box[3]))
)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(boxes, st.integers(0, 1)), max_size=30), st.sampled_from([0.13, 0.47, 0.61])
)
def test_doubles_go_as_slow_loops_say(rows: list[tuple[Box, int]], most: float) -> None:
    some, kinds = [box for box, _ in rows], [kind for _, kind in rows]
    given_boxes = np.array(some, np.float32).reshape(-1, 4)

    kept = without_doubles(given_boxes, np.array(kinds, np.int8), most)

    assert kept.tolist() == slowly_without_doubles(some, kinds, most)


@st.composite
def answers(draw: st.DrawFn) -> NDArray[np.float32]:
    rows = draw(st.integers(0, 12))
    number = st.floats(-1e4, 1e4, width=32)
    flat = draw(st.lists(number, min_size=rows * 6, max_size=rows * 6))
    return np.array(flat, np.float32).reshape(1, rows, 6)


@settings(max_examples=50)
@given(answers())
def test_whatever_finite_numbers_a_model_answers_boxes_are_boxes(
    answer: NDArray[np.float32],
) -> None:
    result = read(answer, replace(CARD, threshold=0.0), (640, 360))

    assert len(result.boxes_px) == len(result.scores) == len(result.kinds)
    assert (result.boxes_px[:, 2:] > result.boxes_px[:, :2]).all()
    assert ((result.boxes_px >= 0) & (result.boxes_px <= 640)).all()
    assert ((result.scores >= 0) & (result.scores <= 1)).all()


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("source_px", [(1280, 720), (480, 640), (640, 640), (2000, 50)])
def test_a_box_is_found_where_it_is_however_the_picture_came_to_size(
    fit: Fit, source_px: tuple[int, int]
) -> None:
    card = replace(CARD, form=PictureForm(fit=fit, pad=0), input_px=(160, 96))
    wide, high = source_px
    drawn = np.zeros((96, 160, 3), np.uint8)
    drawn[24:72, 40:120] = 255

    pixels, placed = fitted(drawn, card, source_px)

    rows, columns = np.nonzero(pixels[..., 0] > 127)
    corners = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    seen = read(np.array([[[*corners, 0.9, 0]]], np.float32), card, source_px, placed)
    slack = [wide / 40, high / 24] if min(source_px) > 100 else [wide / 40, high / 2]
    off = np.abs(seen.boxes_px[0] - np.array([wide, high, 3 * wide, 3 * high]) / 4)
    assert (off <= np.array([*slack, *slack])).all()


def test_a_letterbox_keeps_the_shape_and_fills_the_rest() -> None:
    card = replace(CARD, form=PictureForm(fit=Fit.LETTERBOX, pad=114), input_px=(64, 64))
    light = np.full((64, 64, 3), 255, np.uint8)

    middle, placed = fitted(light, card, (1280, 720))
    corner, upper = fitted(
        light, replace(card, form=PictureForm(fit=Fit.CORNER, pad=114)), (1280, 720)
    )

    assert (middle[14:50] == 255).all()
    assert (middle[:14] == 114).all()
    assert (middle[50:] == 114).all()
    assert (corner[:36] == 255).all()
    assert (corner[36:] == 114).all()
    assert placed == Placement(0.0, 14 / 64, 1.0, 36 / 64)
    assert upper == Placement(0.0, 0.0, 1.0, 36 / 64)
