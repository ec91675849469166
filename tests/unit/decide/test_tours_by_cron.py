"""A tour by cron is due by what time it is: whoever sleeps, pauses or sets a clock back."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestrator.decide.due import due
from orchestrator.domain.cron import Cron
from orchestrator.domain.desk import Tour
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Band
from orchestrator.domain.policy import ByCron
from orchestrator.domain.sighting import PausePolicy
from tests.fakes.arbitration_site import TOUR, WEST, Night, yard

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = Cron("*/20 22-23,0-4 * * *", "Europe/Berlin")
SKIPS, MAKES_UP = ByCron(NIGHTLY), ByCron(NIGHTLY, makes_up=True)
EVENING = Instant(0.0, datetime(2026, 3, 10, 21, 59, 30, tzinfo=BERLIN))
CRON_TOUR = TOUR.replace("every: 10m", 'cron: "*/20 22-23,0-4 * * *"')


def _always(_: datetime) -> bool:
    return True


def _at(clock: str, mono_s: float = 0.0) -> Instant:
    return Instant(mono_s, datetime.fromisoformat(f"2026-03-10T{clock}").replace(tzinfo=BERLIN))


def _slept(schedule: ByCron, until: str) -> Tour:
    """Return the tour after one look at 21:59:30, and the next at a later moment."""
    before = due(schedule, None, EVENING, _always)
    assert before.over
    return due(schedule, before, _at(until, mono_s=99.0), _always)


def test_a_tour_begins_with_its_firing_and_not_again() -> None:
    begun = _slept(SKIPS, "22:00:00")

    assert (begun.over, begun.begun_s, begun.fired) == (False, 99.0, _at("22:00").wall)
    assert due(SKIPS, begun, _at("22:00:59"), _always) is begun
    assert due(SKIPS, begun, _at("22:19:59"), _always) is begun
    assert due(SKIPS, begun, _at("22:20:00", mono_s=7.0), _always).begun_s == 7.0


def test_what_was_slept_through_is_left_out_or_made_up_for_once() -> None:
    assert _slept(SKIPS, "22:50:00").over
    woken = _slept(MAKES_UP, "22:50:00")

    assert not woken.over
    assert due(MAKES_UP, woken, _at("22:51:00"), _always) is woken


def test_a_tour_that_is_under_way_goes_on_when_a_firing_was_missed() -> None:
    begun = replace(_slept(SKIPS, "22:00:00"), stop=1)

    assert due(SKIPS, begun, _at("22:50:00"), _always) == replace(begun, fired=_at("22:40").wall)


def test_a_service_that_starts_makes_up_for_nothing_but_this_minute() -> None:
    assert due(MAKES_UP, None, _at("22:10:00"), _always).over
    assert not due(SKIPS, None, _at("22:20:30"), _always).over


def test_a_clock_that_is_set_back_a_little_fires_nothing_again() -> None:
    begun = _slept(SKIPS, "22:00:00")
    back = due(SKIPS, begun, _at("21:59:58"), _always)

    assert back is begun
    assert due(SKIPS, back, _at("22:00:05"), _always) is begun


def test_a_clock_that_was_wrong_by_much_does_not_silence_a_patrol() -> None:
    wrong = Tour(begun_s=0.0, over=True, fired=_at("23:40").wall + timedelta(days=400))
    mended = due(SKIPS, wrong, _at("22:10"), _always)

    assert mended.over
    assert not due(SKIPS, mended, _at("22:20"), _always).over


def test_a_firing_while_the_calendar_does_not_hold_begins_nothing() -> None:
    assert due(SKIPS, due(SKIPS, None, EVENING, _always), _at("22:00"), lambda _: False).over


@pytest.fixture
def night() -> Night:
    return Night(yard(CRON_TOUR), now=replace(EVENING, mono_s=1000.0))


def test_a_patrol_walks_its_stops_at_the_firing_and_says_which(night: Night) -> None:
    before = night.run(29.0)
    assert all(intent.band is not Band.PATROL for intent in before.intents)

    night.run(3.0)

    intent = night.granted(WEST)
    assert intent is not None
    assert (intent.band, intent.preset) == (Band.PATROL, "south")
    [clause] = intent.reason.clauses
    assert clause.text == "cron */20 22-23,0-4 * * * (Europe/Berlin)"
    assert clause.found == "fired 22:00, stop 1 of 2 of west-ptz"


def test_a_patrol_that_was_paused_at_its_firing_waits_for_the_next(night: Night) -> None:
    pause = night.order(PausePolicy(night.site.policies.patrols[0].name, 40.0))
    night.tick(orders=[pause])
    night.run(60.0)

    assert _band(night) is not Band.PATROL
    night.now = night.now.later(1170.0)
    night.run(2.0)
    assert _band(night) is Band.PATROL


def _band(night: Night) -> Band | None:
    intent = night.granted(WEST)
    return None if intent is None else intent.band
