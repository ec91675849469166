"""Answers of models become boxes in source pixels, and nonsense becomes an error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.adapters.inference.decoders import found, own_rows, ssd_rows
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from orchestrator.ports import Found

LABELS = {0: Kind.PERSON, 1: Kind.VEHICLE}


def decoded(*rows: tuple[float, ...], threshold: float = 0.4) -> Found:
    answer = np.array([rows], np.float32).reshape(1, -1, 6)
    return found(
        own_rows(answer, (640, 352)), labels=LABELS, threshold=threshold, source_px=(1280, 720)
    )


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


def test_an_answer_of_no_numbers_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="not numbers"):
        decoded((float("nan"), 0, 1, 1, 0.9, 0))


@pytest.mark.parametrize("shape", [(1, 100, 7), (2, 100, 6), (100, 6), (1, 1, 200, 7)])
def test_an_answer_of_another_shape_is_a_model_error(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="shape"):
        own_rows(np.zeros(shape, np.float32), (640, 352))


def test_an_ssd_answer_ends_at_the_picture_of_minus_one() -> None:
    answer = np.zeros((1, 1, 200, 7), np.float32)
    answer[0, 0, 0] = (0, 1, 0.9, 0.1, 0.2, 0.3, 0.4)
    answer[0, 0, 1] = (-1, 0, 0, 0, 0, 0, 0)
    answer[0, 0, 2] = (0, 1, 0.99, 0.5, 0.5, 0.9, 0.9)

    rows = ssd_rows(answer, (544, 320))

    np.testing.assert_allclose(rows, [[0.1, 0.2, 0.3, 0.4, 0.9, 1]], rtol=1e-6)


def test_an_ssd_answer_of_another_shape_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="shape"):
        ssd_rows(np.zeros((1, 200, 7), np.float32), (544, 320))


@st.composite
def answers(draw: st.DrawFn) -> NDArray[np.float32]:
    rows = draw(st.integers(0, 12))
    number = st.floats(-1e4, 1e4, width=32)
    flat = draw(st.lists(number, min_size=rows * 6, max_size=rows * 6))
    return np.array(flat, np.float32).reshape(1, rows, 6)


@given(answers())
def test_whatever_finite_numbers_a_model_answers_boxes_are_boxes(
    answer: NDArray[np.float32],
) -> None:
    result = found(own_rows(answer, (640, 352)), labels=LABELS, threshold=0.0, source_px=(640, 360))

    assert len(result.boxes_px) == len(result.scores) == len(result.kinds)
    assert (result.boxes_px[:, 2:] > result.boxes_px[:, :2]).all()
    assert ((result.boxes_px >= 0) & (result.boxes_px <= 640)).all()
    assert ((result.scores >= 0) & (result.scores <= 1)).all()
