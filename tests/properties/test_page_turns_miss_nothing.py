"""No calendar begins or ends to hold between two page turns, also while the clock is moved."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.calendar import (
    EVERY_DAY,
    Calendar,
    CalendarName,
    SunWindow,
    Window,
    in_force,
    page_turns,
)
from orchestrator.domain.instant import Instant
from orchestrator.domain.sun import Place, SunTime, Turn

pytestmark = pytest.mark.slow

PLACES = (
    Place(52.52, 13.40, "Europe/Berlin"),
    Place(69.65, 18.96, "Europe/Oslo"),
    Place(-31.53, 159.08, "Australia/Lord_Howe"),
    Place(23.11, -82.37, "America/Havana"),
    Place(33.89, 35.50, "Asia/Beirut"),
)
"""Clocks that are moved by an hour, or half of one, in the night or at midnight itself."""
NAMES = tuple(CalendarName(name) for name in ("one", "other", "third"))
MINUTES = st.one_of(st.integers(0, 239), st.integers(0, 1439))
"""Half of them in the hours in which clocks are moved."""


def _start(zone: str) -> st.SearchStrategy[datetime]:
    """Draw an instant within two days before a change of the clock, or at any time of a year."""
    tz, first = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=step) for step in range(365 * 24)]
    changes = [
        after
        for before, after in pairwise(hours)
        if before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset()
    ]
    near = st.builds(
        lambda at, back: at - timedelta(minutes=back),
        st.sampled_from(changes),
        st.integers(0, 600),
    )
    return st.one_of(near, near, st.sampled_from(hours)).map(lambda at: at.astimezone(tz))


STARTS = {place: _start(place.timezone) for place in PLACES}


def _ends() -> st.SearchStrategy[SunTime | int]:
    offsets = st.integers(-240, 240).map(lambda minutes: minutes * 60)
    return st.one_of(MINUTES, st.builds(SunTime, st.sampled_from(tuple(Turn)), offsets))


def _calendar(name: CalendarName, place: Place, number: int) -> st.SearchStrategy[Calendar]:
    windows = st.one_of(
        st.builds(Window, MINUTES, MINUTES),
        st.builds(Window, MINUTES, MINUTES),
        st.builds(SunWindow, _ends(), _ends(), st.just(place)),
    )
    earlier = st.lists(st.sampled_from(NAMES[:number]), max_size=1) if number else st.just([])
    return st.builds(
        Calendar,
        st.just(name),
        st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6))),
        st.lists(windows, max_size=2).map(tuple),
        st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=2),
        also=earlier.map(tuple),
        but=earlier.map(tuple),
        holidays=st.sampled_from(((), ("NO",), ("DE-BE",))),
    )


@st.composite
def _scenes(draw: st.DrawFn) -> tuple[tuple[Calendar, ...], datetime]:
    place = draw(st.sampled_from(PLACES))
    calendars = tuple(draw(_calendar(name, place, number)) for number, name in enumerate(NAMES))
    return calendars, draw(STARTS[place])


@settings(max_examples=15)
@given(_scenes())
def test_minute_by_minute_a_change_is_a_page_turn(
    scene: tuple[tuple[Calendar, ...], datetime],
) -> None:
    calendars, start = scene
    start = start.replace(second=0)
    turns = {turn.wall.astimezone(UTC) for turn in page_turns(calendars, Instant(0.0, start))}
    now = start.astimezone(UTC)
    minutes = [now + timedelta(minutes=step) for step in range(20 * 60)]

    local = [at.astimezone(start.tzinfo) for at in minutes]

    for name in NAMES:
        held = [in_force(name, calendars, at) for at in local]
        changes = {
            minute
            for minute, (before, after) in zip(minutes[1:], pairwise(held), strict=True)
            if before != after
        }
        assert changes <= turns
