"""Each family's answer is read as slow loops read it that were written from its description alone."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.adapters.inference.decoders import READERS
from orchestrator.config.cards import DECODERS, Task
from orchestrator.errors import ModelError

Answer = NDArray[np.float32]
Row = tuple[float, float, float, float, float, float]
INPUT_PX = (64, 32)
LEAST = 0.3
CELLS = 8 * 4 + 4 * 2 + 2 * 1


def boxed(box: tuple[float, float, float, float], score: float, label: int) -> Row:
    """Return a row of shares of a box in pixels by its middle and sides."""
    (x, y, w, h), (wide, high) = box, INPUT_PX
    return (
        (x - w / 2) / wide,
        (y - h / 2) / high,
        (x + w / 2) / wide,
        (y + h / 2) / high,
        score,
        label,
    )


def best_of(scores: Sequence[float]) -> tuple[float, int]:
    best = 0
    for index in range(len(scores)):
        if scores[index] > scores[best]:
            best = index
    return scores[best], best


def slow_boxes(answer: Answer) -> list[Row]:
    wide, high = INPUT_PX
    return [
        (row[0] / wide, row[1] / high, row[2] / wide, row[3] / high, row[4], row[5])
        for row in answer[0].tolist()
    ]


def slow_ssd(answer: Answer) -> list[Row]:
    found: list[Row] = []
    for picture, label, score, x1, y1, x2, y2 in answer[0, 0].tolist():
        if picture < 0:
            break
        found.append((x1, y1, x2, y2, score, label))
    return found


def slow_yolox(answer: Answer) -> list[Row]:
    found, number = [], 0
    for stride in (8, 16, 32):
        for row in range(INPUT_PX[1] // stride):
            for column in range(INPUT_PX[0] // stride):
                x, y, w, h, objectness, *classes = answer[0, number].tolist()
                score, label = best_of(classes)
                middle = (x + column) * stride, (y + row) * stride
                sides = math.exp(w) * stride, math.exp(h) * stride
                found.append(boxed((*middle, *sides), score * objectness, label))
                number += 1
    return found


def slow_v5(answer: Answer) -> list[Row]:
    found = []
    for x, y, w, h, objectness, *classes in answer[0].tolist():
        score, label = best_of(classes)
        found.append(boxed((x, y, w, h), score * objectness, label))
    return found


def slow_v8(answer: Answer) -> list[Row]:
    found = []
    for number in range(answer.shape[2]):
        x, y, w, h, *classes = [float(answer[0, line, number]) for line in range(answer.shape[1])]
        found.append(boxed((x, y, w, h), *best_of(classes)))
    return found


def slow_detr(answer: Answer) -> list[Row]:
    found = []
    for x, y, w, h, *logits in answer[0].tolist():
        total = sum(math.exp(logit) for logit in logits)
        shares = [math.exp(logit) / total for logit in logits[:-1]]
        wide, high = INPUT_PX
        found.append(boxed((x * wide, y * high, w * wide, h * high), *best_of(shares)))
    return found


def slow_rt_detr(answer: Answer) -> list[Row]:
    found = []
    for x, y, w, h, *logits in answer[0].tolist():
        shares = [1 / (1 + math.exp(-logit)) for logit in logits]
        wide, high = INPUT_PX
        found.append(boxed((x * wide, y * high, w * wide, h * high), *best_of(shares)))
    return found


SLOW: dict[str, tuple[Callable[[Answer], list[Row]], tuple[int, ...]]] = {
    "boxes": (slow_boxes, (1, 12, 6)),
    "ssd": (slow_ssd, (1, 1, 12, 7)),
    "yolox": (slow_yolox, (1, CELLS, 5 + 3)),
    "yolo-v5": (slow_v5, (1, 20, 5 + 3)),
    "yolo-v8": (slow_v8, (1, 4 + 3, 20)),
    "detr": (slow_detr, (1, 12, 4 + 4)),
    "rt-detr": (slow_rt_detr, (1, 12, 4 + 3)),
}


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), spread=st.sampled_from([0.3, 1.0, 5.0]))
@pytest.mark.parametrize("decoder", SLOW)
def test_an_answer_is_read_as_slow_loops_read_it(decoder: str, seed: int, spread: float) -> None:
    slow, shape = SLOW[decoder]
    answer = np.random.default_rng(seed).normal(0.0, spread, shape).astype(np.float32)

    rows = READERS[decoder](answer, INPUT_PX, LEAST)

    expected = [row for row in slow(answer) if row[4] >= LEAST]
    np.testing.assert_allclose(
        rows, np.array(expected, np.float64).reshape(-1, 6), rtol=1e-4, atol=1e-5
    )
    assert rows.dtype == np.float32


@pytest.mark.parametrize("decoder", SLOW)
def test_an_answer_with_a_score_that_is_no_number_is_a_model_error(decoder: str) -> None:
    with pytest.raises(ModelError, match="not numbers"):
        READERS[decoder](np.full(SLOW[decoder][1], np.nan, np.float32), INPUT_PX, LEAST)


@pytest.mark.parametrize("decoder", SLOW)
@pytest.mark.parametrize("shape", [(), (6,), (2, 12, 6), (1, 2, 12, 7)])
def test_an_answer_of_another_family_is_a_model_error(decoder: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="another decoder"):
        READERS[decoder](np.zeros(shape, np.float32), INPUT_PX, LEAST)


def test_an_answer_that_is_empty_shows_nothing() -> None:
    assert READERS["boxes"](np.zeros((1, 0, 6), np.float32), INPUT_PX, LEAST).shape == (0, 6)
    assert READERS["yolo-v8"](np.zeros((1, 7, 0), np.float32), INPUT_PX, LEAST).shape == (0, 6)


def test_every_detector_that_a_card_may_name_has_a_reader() -> None:
    assert set(READERS) == {name for name, task in DECODERS.items() if task is Task.FIND}
