"""The clock: real by default, a calendar of its own when asked, right over a change of the hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.adapters.system import SystemClock

BERLIN = ZoneInfo("Europe/Berlin")


def test_wall_and_monotonic_time_are_of_the_same_moment() -> None:
    clock = SystemClock(timezone="Europe/Berlin")
    first, second = clock.now(), clock.now()

    assert second.mono_s >= first.mono_s
    assert abs(first.wall - datetime.now(UTC)) < timedelta(seconds=5)
    assert first.wall.tzinfo == BERLIN


def test_a_moved_calendar_begins_where_it_was_told_to_and_runs_on() -> None:
    start = datetime(2026, 3, 2, 2, 13, tzinfo=BERLIN)
    clock = SystemClock(start, "Europe/Berlin")
    first, second = clock.now(), clock.now()

    assert timedelta(0) <= first.wall - start < timedelta(seconds=5)
    passed_s = (second.wall - first.wall).total_seconds()
    assert passed_s == pytest.approx(second.mono_s - first.mono_s, abs=1e-5)


def test_a_moved_calendar_changes_its_hour_as_the_zone_does() -> None:
    clock = SystemClock(datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=BERLIN), "Europe/Berlin")
    wall = clock.now().wall
    while wall.hour == 1:
        wall = clock.now().wall

    assert (wall.hour, wall.utcoffset()) == (3, timedelta(hours=2))


def test_a_moved_calendar_needs_to_know_its_offset() -> None:
    with pytest.raises(ValueError, match="offset from UTC"):
        SystemClock(datetime(2026, 3, 2, 2, 13))  # noqa: DTZ001 - the mistake under test


async def test_sleeping_takes_its_time() -> None:
    clock = SystemClock()
    before_s = clock.now().mono_s
    await clock.sleep(0.01)

    assert clock.now().mono_s - before_s >= 0.01
