"""A patrol by cron begins as often as cronsim says, however irregularly somebody looks."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.decide.due import due
from orchestrator.domain.cron import Cron
from orchestrator.domain.desk import Tour
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import ByCron

pytestmark = pytest.mark.slow

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata")
MINUTES = st.one_of(st.sampled_from(("*/20", "0,30", "*", "*/7")), st.integers(0, 59).map(str))
HOURS = st.sampled_from(("*", "2", "0-5", "1,2,3", "22-23,0-5", "*/3"))
DAYS = st.sampled_from(("* * *", "* * 1-5", "* * 0", "* * 7", "*/2 * *", "1,15 * 1", "* 3,10 *"))
STARTS = st.one_of(
    st.integers(0, 51).map(lambda week: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(weeks=week)),
    st.sampled_from((datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC))),
)


@settings(max_examples=6)
@given(
    st.builds(lambda *parts: " ".join(parts), MINUTES, HOURS, DAYS),
    st.sampled_from(ZONES),
    STARTS,
    st.lists(st.integers(0, 59), min_size=3, max_size=7),
)
def test_over_a_week_each_firing_begins_one_tour(
    expression: str, zone: str, start: datetime, seconds: list[int]
) -> None:
    looks = [
        start + timedelta(minutes=minute, seconds=seconds[minute % len(seconds)])
        for minute in range(7 * 24 * 60)
    ]
    simulated = CronSim(expression, start.astimezone(ZoneInfo(zone)) - timedelta(seconds=1))
    fired = {at.astimezone(UTC) for at in takewhile(lambda at: at <= looks[-1], simulated)}
    schedule, tour, begun = ByCron(Cron(expression, zone)), None, list[datetime | None]()

    for number, wall in enumerate(looks):
        before: Tour | None = tour
        tour = due(schedule, before, Instant(float(number), wall), lambda _: True)
        if not tour.over and tour.begun_s == number:
            begun.append(tour.fired)

    assert begun == sorted(fired)
