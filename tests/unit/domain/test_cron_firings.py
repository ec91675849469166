"""Cron expressions fire on the right weekday, and once where the clock is moved."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.domain.cron import Cron, firings, firings_on, latest, skipped

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def _cron(expression: str, timezone: str = "Europe/Berlin") -> Cron:
    return Cron(expression, timezone)


def _clock(expression: str, day: date) -> list[str]:
    return [f"{at.astimezone(BERLIN):%H:%M}" for at in firings_on(_cron(expression), day)]


@pytest.mark.parametrize(
    ("field", "weekdays"),
    [("0", [6]), ("7", [6]), ("1-5", [0, 1, 2, 3, 4]), ("mon", [0]), ("6,0", [5, 6])],
)
def test_weekdays_are_those_of_every_crontab(field: str, weekdays: list[int]) -> None:
    start = datetime(2026, 6, 1, tzinfo=BERLIN)
    week = list(firings(_cron(f"0 8 * * {field}"), start, days=6))

    assert [at.astimezone(BERLIN).weekday() for at in week] == weekdays


@pytest.mark.parametrize(
    ("expression", "day", "clock"),
    [
        ("30 2 * * *", SPRING, ["03:00"]),
        ("0,30 2 * * *", SPRING, ["03:00"]),
        ("30 2 * * *", AUTUMN, ["02:30"]),
        ("0 1-4 * * *", SPRING, ["01:00", "03:00", "04:00"]),
        ("0 1-4 * * *", AUTUMN, ["01:00", "02:00", "03:00", "04:00"]),
        ("*/30 1-2 * * *", SPRING, ["01:00", "01:30"]),
        ("*/30 2 * * *", AUTUMN, ["02:00", "02:30", "02:00", "02:30"]),
    ],
)
def test_readings_of_the_clock_fire_once_and_a_pace_is_kept(
    expression: str, day: date, clock: list[str]
) -> None:
    assert _clock(expression, day) == clock


def test_in_autumn_the_first_of_two_readings_fires() -> None:
    [at] = firings_on(_cron("30 2 * * *"), AUTUMN)

    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_latest_firing_is_this_minute_or_long_ago_or_none() -> None:
    now = datetime(2026, 6, 1, 22, 0, 30, tzinfo=BERLIN)

    assert latest(_cron("0 22 * * *"), now) == now.replace(second=0)
    assert latest(_cron("1 22 * * *"), now) == now.replace(minute=1, second=0) - timedelta(days=1)
    assert latest(_cron("0 0 1 7 *"), now) == datetime(2025, 7, 1, tzinfo=BERLIN)
    assert latest(_cron("0 0 29 2 *"), now) is None


def test_each_zone_reads_its_own_clock() -> None:
    start = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert next(firings(_cron("0 8 * * *", "Asia/Tokyo"), start)).hour == 23
    assert next(firings(_cron("0 8 * * *", "America/New_York"), start)) == start + timedelta(days=1)


def test_what_the_clock_skips_is_told_of_readings_and_not_of_a_pace() -> None:
    assert [f"{at:%H:%M}" for at in skipped(_cron("15,45 2,3 * * *"), SPRING)] == ["02:15", "02:45"]
    assert skipped(_cron("*/15 2 * * *"), SPRING) == ()
    assert skipped(_cron("30 2 * * *"), AUTUMN) == ()
    assert skipped(_cron("30 2 * * 1"), SPRING) == ()


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "Australia/Lord_Howe"])
def test_a_year_of_midnights_is_fired_once_a_day_wherever_the_clock_is_moved(zone: str) -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone))
    days = [at.astimezone(ZoneInfo(zone)).date() for at in firings(_cron("0 0 * * *", zone), start)]

    assert days == [date(2026, 1, 2) + timedelta(days=step) for step in range(366)]
