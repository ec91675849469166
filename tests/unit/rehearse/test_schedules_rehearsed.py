"""Cases play sun, holidays and crons in virtual time, also in the nights the clocks are moved."""

from dataclasses import replace
from functools import lru_cache

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.config.cases import parsed_case
from orchestrator.domain.site import Site
from orchestrator.rehearse import Verdict, rehearsed, verdicts
from orchestrator.topology import built
from tests.fakes.arbitration_site import INTRUSION, SITE, TOUR, passport

pytestmark = pytest.mark.slow

CALENDARS = """\
location: {latitude: 52.52, longitude: 13.40}
calendars:
  feasts: {holidays: DE-BE}
  dark: {daily: sunset + 30m to sunrise - 30m}
  shut: {daily: 18:00 to 06:00, also: feasts}
  work: {days: mon to fri, daily: 06:00 to 18:00, except: feasts}
"""
INTRUDER = "  - {at: 0s, target: p1, stands: [20, 6]}\n"
SHOWN = "  - {by: 4s, camera: west-ptz, preset: south, because: tour}\n"
NEVER = "  - {never: {camera: west-ptz, preset: south, because: tour}}\n"
ALARM = "  - {by: 3s, alarm: high}\n"
QUIET = "  - {never: {alarm: high}}\n"


@lru_cache(maxsize=16)
def _yard(*rules: str) -> Site:
    site = parsed_site(SITE.replace("calendars:\n", CALENDARS), "site.yaml")
    files = [(f"policies/{number}/policy.yaml", text) for number, text in enumerate(rules)]
    site = replace(site, policies=parsed_policies(files, site))
    return replace(site, topology=built(site, {c.id: passport(site, c.id) for c in site.cameras}))


def _played(site: Site, at: str, expect: str, given: str = "") -> tuple[Verdict, ...]:
    before = f"given:\n{given}" if given else ""
    text = f"case: a moment\nat: {at}\n{before}expect:\n{expect}"
    case = parsed_case(text, "case.yaml", site)
    return verdicts(site, case, rehearsed(site, case))


@pytest.mark.parametrize(
    ("cron", "at", "expect"),
    [
        ("30 2 * * *", "2026-03-29T01:59:59+01:00", SHOWN),
        ("0 3 * * 7", "2026-03-29T01:59:59+01:00", SHOWN),
        ("0 3 * * 1", "2026-03-29T01:59:59+01:00", NEVER),
        ("30 2 * * *", "2026-10-25T02:29:59+02:00", SHOWN),
        ("30 2 * * *", "2026-10-25T02:29:59+01:00", NEVER),
        ("*/30 2 * * *", "2026-10-25T02:29:59+01:00", SHOWN),
        ("0 8 * * 1-5", "2026-03-09T07:59:59+01:00", SHOWN),
        ("0 8 * * 1-5", "2026-03-08T07:59:59+01:00", NEVER),
    ],
)
def test_a_patrol_begins_when_its_crontab_would(cron: str, at: str, expect: str) -> None:
    tour = TOUR.replace("during: night\nevery: 10m", f"cron: '{cron}'")

    [verdict] = _played(_yard(tour), at, f"{expect}  - {{never: {{alarm: high}}}}\n")[:1]

    assert verdict.met, verdict.instead


@pytest.mark.parametrize(
    ("during", "at", "expect"),
    [
        ("shut", "2026-04-03T12:00:00+02:00", ALARM),
        ("shut", "2026-04-02T12:00:00+02:00", QUIET),
        ("work", "2026-04-03T12:00:00+02:00", QUIET),
        ("work", "2026-04-02T12:00:00+02:00", ALARM),
        ("dark", "2026-11-24T16:31:55+01:00", ALARM),
        ("dark", "2026-11-24T16:31:30+01:00", QUIET),
        ("dark", "2026-06-21T22:10:00+02:00", ALARM),
        ("dark", "2026-06-21T21:50:00+02:00", QUIET),
    ],
)
def test_a_policy_is_in_force_by_sun_and_holidays(during: str, at: str, expect: str) -> None:
    site = _yard(INTRUSION.replace("during: night", f"during: {during}"))
    by = expect.replace("by: 3s", "by: 8s")

    [verdict] = _played(site, at, by, INTRUDER)

    assert verdict.met, verdict.instead


def test_what_was_expected_in_vain_names_the_hours_of_that_day() -> None:
    site = _yard(INTRUSION.replace("during: night", "during: dark"))

    [verdict] = _played(site, "2026-11-24T12:00:00+01:00", ALARM, INTRUDER)

    assert not verdict.met
    hours = "[ ] during dark (16:32 to 07:15 (sunset + 30m to sunrise - 30m), now 12:00)"
    assert any(hours in line for line in verdict.instead), verdict.instead


def test_a_holiday_that_kept_a_policy_quiet_is_named() -> None:
    site = _yard(INTRUSION.replace("during: night", "during: work"))

    [verdict] = _played(site, "2026-04-03T12:00:00+02:00", ALARM, INTRUDER)

    reason = "[ ] during work (except `feasts`: Good Friday, a public holiday in DE-BE, now 12:00)"
    assert any(reason in line for line in verdict.instead), verdict.instead
