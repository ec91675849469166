"""The next moment to look at is a calendar's page or a patrol's firing, whichever comes first."""

from datetime import datetime
from zoneinfo import ZoneInfo

from orchestrator.decide.turns import coming
from orchestrator.domain.instant import Instant
from tests.fakes.arbitration_site import TOUR, yard

BERLIN = ZoneInfo("Europe/Berlin")
SITE = yard(TOUR.replace("every: 10m", 'cron: "*/20 22-23,0-5 * * *"'))
"""Its calendars turn a page at 22:00, 23:00, 23:30 and 05:00."""


def _walk(start: datetime, steps: int) -> list[str]:
    now, seen = Instant(5.0, start), []
    for _ in range(steps):
        now = coming(SITE, now)
        seen.append(f"{now.wall.astimezone(BERLIN):%H:%M}")
    return seen


def test_pages_and_firings_come_in_turn() -> None:
    evening = datetime(2026, 3, 10, 21, 0, tzinfo=BERLIN)

    assert _walk(evening, 7) == ["22:00", "22:20", "22:40", "23:00", "23:20", "23:30", "23:40"]


def test_the_hour_that_spring_skips_is_not_waited_for() -> None:
    night = datetime(2026, 3, 29, 1, 40, tzinfo=BERLIN)
    now = Instant(0.0, night)

    assert _walk(night, 3) == ["03:00", "03:20", "03:40"]
    assert coming(SITE, now).mono_s == 1200.0


def test_a_site_without_hours_looks_again_at_midnight() -> None:
    noon = Instant(0.0, datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN))

    assert coming(yard(), noon).mono_s <= 12 * 3600.0
