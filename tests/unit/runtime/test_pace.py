"""Thinning: the wanted rate, evenly, whatever rate comes in."""

import pytest

from orchestrator.runtime.pace import Pace


@pytest.mark.parametrize(("stream_fps", "wanted_fps"), [(25, 10), (12, 12), (12, 5), (10, 30)])
def test_moments_pass_at_the_wanted_rate(stream_fps: int, wanted_fps: int) -> None:
    pace = Pace()

    passed = sum(
        pace.lets_through(1000 + n / stream_fps, wanted_fps) for n in range(stream_fps * 20)
    )

    assert passed == pytest.approx(min(stream_fps, wanted_fps) * 20, rel=0.02)


def test_after_a_gap_there_is_no_burst() -> None:
    pace = Pace()
    pace.lets_through(1000.0, 2.0)

    assert [pace.lets_through(1060 + n / 10, 2.0) for n in range(5)] == [True, *[False] * 3, True]
