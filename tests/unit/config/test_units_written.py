"""Quantities carry their units; whatever is not written so is not understood."""

import pytest

from orchestrator.config import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30.0), ("2m", 120.0), ("500 ms", 0.5), ("1.5 h", 5400.0), ("1d", 86_400.0)],
)
def test_durations_are_read_in_seconds(text: str, seconds: float) -> None:
    assert units.quantity(text, units.DURATION) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["30", "s", "1e3s", "-", "30 sec", "inf s", "nan s", "3 0s", "٣s"])
def test_a_duration_written_otherwise_is_not_guessed(text: str) -> None:
    assert units.quantity(text, units.DURATION) is None


@pytest.mark.parametrize(
    "text", ["22:00", "25:00 to 05:00", "22:00 to 22:00", "22.00 to 05.00", ""]
)
def test_a_part_of_the_day_has_two_different_ends(text: str) -> None:
    assert units.daily_window(text) is None


def test_percentages_are_shares() -> None:
    assert units.share("70 %") == pytest.approx(0.7)
    assert units.share("0.7") is None
