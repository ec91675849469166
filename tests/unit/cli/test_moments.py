"""What people write after `--at`, read as they mean it."""

from datetime import datetime

import pytest
import typer

from orchestrator.cli.moments import last_moment, start_moment

BERLIN = "Europe/Berlin"
NOW = datetime.fromisoformat("2026-03-10T02:20:00+01:00")


def meant(written: str, now: datetime = NOW) -> str:
    """Return the moment to the second, as the site's clocks show it."""
    return last_moment(written, timezone=BERLIN, now=now).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("02:13:07", "2026-03-10T02:13:07+01:00"),
        ("02:13", "2026-03-10T02:13:00+01:00"),
        ("2:20", "2026-03-10T02:20:00+01:00"),
        ("02:20:01", "2026-03-09T02:20:01+01:00"),
        ("23:59", "2026-03-09T23:59:00+01:00"),
        ("2026-03-08T02:13:07", "2026-03-08T02:13:07+01:00"),
        ("2026-03-08 02:13", "2026-03-08T02:13:00+01:00"),
        ("2026-03-08T02:13:07Z", "2026-03-08T03:13:07+01:00"),
        ("2026-03-08T02:13:07-05:00", "2026-03-08T08:13:07+01:00"),
        ("2026-07-01T12:00", "2026-07-01T12:00:00+02:00"),
    ],
)
def test_a_time_of_day_is_the_last_one_and_a_date_is_in_the_zone_of_the_site(
    written: str, moment: str
) -> None:
    assert meant(written) == moment


def test_now_may_be_told_in_any_zone() -> None:
    assert meant("02:13:07", NOW.astimezone()) == "2026-03-10T02:13:07+01:00"


def test_a_second_written_whole_is_meant_whole_and_a_fraction_is_meant_exactly() -> None:
    whole = last_moment("02:13:07", timezone=BERLIN, now=NOW)
    exact = last_moment("2026-03-10T02:13:07.412", timezone=BERLIN, now=NOW)

    assert whole > exact
    assert (whole.microsecond, exact.microsecond) == (999_999, 412_000)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-10-25T02:50:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+02:00"),
        ("2026-10-25T02:50:00+01:00", "2026-10-25T02:30:00+01:00"),
        ("2026-03-29T12:00:00+02:00", "2026-03-28T02:30:00+01:00"),
    ],
)
def test_a_time_that_a_clock_change_repeats_or_skips_is_the_last_that_clocks_showed(
    now: str, moment: str
) -> None:
    assert meant("02:30", datetime.fromisoformat(now)) == moment


NONSENSE = ["nonsense", "", "25:00", "02:60", "2:1", "02:13:07:01", "2026-13-01", "12", "٠٢:١٣"]


@pytest.mark.parametrize("written", [*NONSENSE, "9999-12-31T23:59:59-14:00"])
def test_what_is_no_moment_is_refused_with_what_is_accepted(written: str) -> None:
    with pytest.raises(typer.BadParameter, match="HH:MM:SS") as refused:
        last_moment(written, timezone=BERLIN, now=NOW)

    assert f"`{written}`" in refused.value.message
    assert BERLIN in refused.value.message
    assert "2026-03-10T02:13:07" in refused.value.message


def test_a_start_needs_an_offset_for_no_site_is_read_yet() -> None:
    assert start_moment("2026-03-29T01:58+01:00").utcoffset() is not None
    with pytest.raises(typer.BadParameter, match=r"needs an offset, as in 2026-03-29T01:58\+01:00"):
        start_moment("2026-03-29T01:58")


@pytest.mark.parametrize("written", [*NONSENSE, "02:13", "0001-01-01T00:00+14:00"])
def test_what_is_no_start_is_refused_with_what_is_accepted(written: str) -> None:
    with pytest.raises(typer.BadParameter, match="ISO 8601 with an offset"):
        start_moment(written)
