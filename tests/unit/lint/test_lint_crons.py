"""P007 of patrols by cron: never due, due at times that do not exist, due again too soon."""

import pytest

from tests.fakes.remarked_site import said, written

STOPS = """
stops:
  - {camera: west-ptz, preset: south, dwell: 40s}
  - {camera: west-ptz, preset: north, dwell: 40s}"""


def _says(fragment: str) -> list[str]:
    return [remark.says for remark in said(written(f"patrol: round\n{fragment}"))]


@pytest.mark.parametrize(
    "schedule",
    [
        "cron: 0 12 * * *",
        "cron: 30 1 * * *",
        "cron: 30 2 * * 1-5",
        "cron: 30 2 * * *\ntimezone: Asia/Tokyo",
        'cron: "*/20 22-23,0-5 * * *"',
        "cron: 0 22 * * *\nduring: night",
        "cron: 30 2 25 12 *",
        "cron: 0 12 25 12 *\nduring: feast",
        f"cron: '*/2 * * * *'{STOPS}",
    ],
)
def test_a_cron_that_does_what_it_says_is_not_remarked_on(schedule: str) -> None:
    assert _says(schedule) == []


def test_hours_that_the_calendar_never_has_are_told() -> None:
    [remark] = _says("cron: 0 12 * * *\nduring: night")

    assert remark == (
        "`cron 0 12 * * * (Europe/Berlin)` never fires while `night` holds within a year from"
        " 2026-11-24: `round` begins no tour"
    )


def test_a_day_that_the_year_does_not_have_is_told() -> None:
    [remark] = _says("cron: 0 12 29 2 *")

    assert "does not fire within a year from 2026-11-24" in remark


def test_a_reading_that_the_clock_skips_is_told_with_its_date_once() -> None:
    [remark] = _says("cron: 0,30 2 * * *")

    assert remark == (
        "`cron 0,30 2 * * * (Europe/Berlin)` asks for 02:00 (and 1 more) on 2027-03-28, which the"
        " clock skips: `round` begins at 03:00 then"
    )


def test_the_clock_is_that_by_which_the_expression_is_read() -> None:
    [remark] = _says("cron: 30 2 * * *\ntimezone: America/New_York")

    assert "asks for 02:30 on 2027-03-14" in remark


def test_a_tour_longer_than_from_one_firing_to_the_next_is_told() -> None:
    [remark] = _says(f"cron: 0,1 8 * * *{STOPS}")

    assert "begins anew after 60 s at the soonest" in remark


def test_a_calendar_that_never_holds_is_told_once() -> None:
    [remark] = _says("cron: 0 12 * * *\nduring: never")

    assert remark == "calendar `never` never holds, so neither does `round`"
