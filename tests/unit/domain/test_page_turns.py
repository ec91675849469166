"""Calendars wake the loop at every moment at which one may change, clock changes included."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from orchestrator.domain.calendar import Calendar, CalendarName, Window, page_turns
from orchestrator.domain.instant import Instant

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Calendar(CalendarName("night"), daily=(Window(22 * 60, 5 * 60),))


def test_the_next_turn_is_the_next_end_or_beginning_of_a_window() -> None:
    now = Instant(100.0, datetime(2026, 11, 20, 21, 0, tzinfo=BERLIN))

    first, second, third, *_ = page_turns([NIGHT], now)

    assert [turn.wall.hour for turn in (first, second, third)] == [22, 0, 5]
    assert first.mono_s == 100.0 + 3600.0


def test_a_night_with_a_clock_change_has_an_hour_less() -> None:
    now = Instant(0.0, datetime(2026, 3, 28, 22, 0, 1, tzinfo=BERLIN))

    morning = next(turn for turn in page_turns([NIGHT], now) if turn.wall.hour == 5)

    assert morning.mono_s == 6 * 3600.0 - 1.0
    assert morning.wall.astimezone(UTC) - now.wall.astimezone(UTC) == timedelta(
        seconds=6 * 3600 - 1
    )


def test_turns_lie_ahead_and_are_in_order() -> None:
    now = Instant(0.0, datetime(2026, 11, 20, 22, 0, tzinfo=BERLIN))
    waits_s = [turn.mono_s for turn in page_turns([NIGHT], now)]

    assert waits_s == sorted(waits_s)
    assert min(waits_s) > 0


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T01:00"),
        ("America/Havana", "2026-03-08T05:00"),
        ("America/Havana", "2026-11-01T05:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:00"),
        ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ],
)
def test_windows_that_end_while_the_clock_is_moved_turn_a_page_at_each_change(
    zone: str, change: str
) -> None:
    tz, moved = ZoneInfo(zone), datetime.fromisoformat(change).replace(tzinfo=UTC)
    start = moved - timedelta(hours=2)
    minutes = [start + timedelta(minutes=step) for step in range(240)]
    local = [minute.astimezone(tz) for minute in minutes]
    assert local[119].utcoffset() != local[120].utcoffset()

    for end_min in range(15, 240, 30):
        calendar = Calendar(NIGHT.name, daily=(Window(22 * 60, end_min),))
        turns = {
            turn.wall.astimezone(UTC) for turn in page_turns([calendar], Instant(0.0, local[0]))
        }
        held = [calendar.holds(at) for at in local]
        changes = zip(minutes[1:], pairwise(held), strict=True)
        assert {minute for minute, (was, holds) in changes if was != holds} <= turns
