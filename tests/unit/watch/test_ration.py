"""A description is dear: a few for whoever comes, then one a second, and never more at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.watch.ration import AT_FIRST, AT_ONCE, EVERY_S, Ration

STEP_S = 0.1


def crowd(count: int, shift_px: float = 0.0) -> NDArray[np.float32]:
    """Return people side by side, moved to the right together."""
    left = 100.0 * np.arange(count) + shift_px
    return np.stack(
        [left, np.full(count, 20.0), left + 40.0, np.full(count, 120.0)], axis=1
    ).astype(np.float32)


def walked(ration: Ration, count: int, seconds: float, begin_s: float = 0.0) -> list[list[int]]:
    """Return who is described in each picture, while people walk at a few pixels a picture."""
    told = []
    for number in range(round(seconds / STEP_S)):
        at_s = begin_s + STEP_S * number
        rows = ration.due(crowd(count, 4.0 * number), np.ones(count, np.bool_), at_s)
        ration.given(rows, at_s)
        told.append(rows.tolist())
    return told


def test_whoever_comes_is_described_a_few_times_and_then_once_a_second() -> None:
    told = walked(Ration(), 1, 4.5)

    moments = [number for number, rows in enumerate(told) if rows]
    assert moments[:AT_FIRST] == [1, 2, 3]
    assert np.diff(moments[AT_FIRST - 1 :]).tolist() == pytest.approx([10, 10, 10, 10], abs=1)


def test_a_box_that_is_there_once_is_not_described() -> None:
    ration = Ration()

    assert len(ration.due(crowd(1), np.ones(1, np.bool_), 0.0)) == 0
    assert len(ration.due(crowd(0), np.ones(0, np.bool_), STEP_S)) == 0


def test_of_a_crowd_a_few_are_described_in_each_picture_and_everybody_in_turn() -> None:
    told = walked(Ration(), 9, 0.8)

    assert max(map(len, told)) == AT_ONCE
    assert set(told[1] + told[2] + told[3]) == set(range(9))


def test_who_cannot_be_described_now_is_when_they_can() -> None:
    ration = Ration()
    hidden, clear = np.zeros(1, np.bool_), np.ones(1, np.bool_)
    for number in range(5):
        assert len(ration.due(crowd(1), hidden, STEP_S * number)) == 0

    assert ration.due(crowd(1), clear, 0.5).tolist() == [0]


def test_what_was_due_and_not_given_stays_due() -> None:
    ration = Ration()
    for number in range(1, 6):
        rows = ration.due(crowd(1), np.ones(1, np.bool_), STEP_S * number)
        assert rows.tolist() == ([0] if number > 1 else [])


def test_who_comes_again_after_a_while_is_new() -> None:
    ration = Ration()
    walked(ration, 1, 2.0)

    told = walked(ration, 1, 1.0, begin_s=9.0)

    assert sum(map(len, told)) == AT_FIRST


@settings(max_examples=40)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=40), st.floats(0.03, 0.5))
def test_nobody_is_described_more_often_than_the_law_says(counts: list[int], step_s: float) -> None:
    ration = Ration()
    given_to: dict[int, list[float]] = {}
    for number, count in enumerate(counts):
        at_s = step_s * number
        rows = ration.due(crowd(count), np.ones(count, np.bool_), at_s)
        assert len(rows) <= AT_ONCE
        ration.given(rows, at_s)
        for row in rows.tolist():
            given_to.setdefault(row, []).append(at_s)
    for moments in given_to.values():
        gaps = np.diff(moments)
        often = int((gaps < EVERY_S - 1e-9).sum())
        came = 1 + int((gaps > 1.0).sum())
        assert often <= came * AT_FIRST
