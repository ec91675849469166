"""Exposure times: the camera is believed while it is plausible, and time never runs backwards."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.exposure import Exposures

WALL = 1_790_000_000.0


def approx(seconds: float) -> Any:
    """Return what equals ``seconds`` up to rounding."""
    return pytest.approx(seconds, abs=1e-6)


def test_a_plausible_sender_report_dates_the_picture() -> None:
    timed = Exposures().exposed_s(WALL - 0.08, arrived_s=50.0, arrived_wall_s=WALL)

    assert timed == (approx(49.92), True)


def test_without_a_sender_report_a_picture_is_as_old_as_its_arrival() -> None:
    assert Exposures().exposed_s(None, arrived_s=50.0, arrived_wall_s=WALL) == (50.0, False)


@pytest.mark.parametrize("off_s", [-90.0, -1.0, 0.1, 3600.0])
def test_a_camera_whose_clock_is_wrong_is_not_believed(off_s: float) -> None:
    timed = Exposures().exposed_s(WALL + off_s, arrived_s=50.0, arrived_wall_s=WALL)

    assert timed == (50.0, False)


def test_one_late_picture_proves_nothing_against_a_camera_that_was_right() -> None:
    exposures = Exposures()
    exposures.exposed_s(WALL - 0.05, arrived_s=50.0, arrived_wall_s=WALL)

    timed = exposures.exposed_s(WALL, arrived_s=51.5, arrived_wall_s=WALL + 1.5)

    assert timed == (approx(50.0), True)


@given(st.lists(st.tuples(st.floats(-5, 5) | st.none(), st.floats(0, 1)), max_size=60))
def test_exposure_times_never_run_backwards(steps: list[tuple[float | None, float]]) -> None:
    exposures, now_s, last_s = Exposures(), 100.0, 0.0
    for delay_s, wait_s in steps:
        now_s += wait_s
        said = None if delay_s is None else WALL + now_s - delay_s
        exposed_s, _ = exposures.exposed_s(said, arrived_s=now_s, arrived_wall_s=WALL + now_s)
        assert last_s <= exposed_s <= now_s
        last_s = exposed_s
