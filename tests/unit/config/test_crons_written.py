"""`cron` is read as in every crontab, and what is wrong with one is told at its column."""

import pytest

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.domain.cron import Cron
from orchestrator.domain.policy import ByCron, Schedule
from orchestrator.errors import AuthorError
from tests.fakes.written_site import GOOD

SITE = parsed_site(GOOD, "site.yaml")
PATROL = """\
patrol: tour
version: 1
because: The insurance asks for it.
%s
stops:
  - {camera: yard-ptz, preset: gate, dwell: 12s}
"""


def _read(schedule: str) -> Schedule:
    [patrol] = parsed_policies([("tour.yaml", PATROL % schedule)], SITE).patrols
    return patrol.schedule


def _told(schedule: str) -> str:
    with pytest.raises(AuthorError) as caught:
        _read(schedule)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            'cron: "*/20 22-23,0-5 * * *"',
            ByCron(Cron("*/20 22-23,0-5 * * *", "Europe/Berlin")),
        ),
        (
            "cron: 0  8 * jan-mar Mon-Fri\ntimezone: Asia/Tokyo\nmissed: once",
            ByCron(Cron("0 8 * jan-mar Mon-Fri", "Asia/Tokyo"), makes_up=True),
        ),
        ("cron: 0 0 29 2 *\nmissed: skip", ByCron(Cron("0 0 29 2 *", "Europe/Berlin"))),
    ],
)
def test_an_expression_is_read_by_the_clock_of_the_site_or_another(
    written: str, read: Schedule
) -> None:
    assert _read(written) == read


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("cron: 60 8 * * *", "4:7: `60` is not a minute"),
        ('cron: "0 8 * * 1-8"', "4:16: `8` is not a weekday"),
        ("cron: 0 8,24 * * *", "4:11: `24` is not an hour"),
        ("cron: 0 8 * foo *", "1 to 12, or jan to dec"),
        ("cron: 0 22-5 * * *", "write `22-23,0-5`"),
        ("cron: 0 0 * * fri-mon", "write `fri-7,1`"),
        ("cron: 0 0 * * fri-sun", "write `fri-7`"),
        ("cron: 5/15 * * * *", "`5/15` has a step and no range"),
        ("cron: 1-59/0 * * * *", "`0` is not a step"),
        ("cron: 0 0 * * 1,,2", "a weekday is missing"),
        ("cron: 0 0 L * *", "`L` is not a day of the month"),
        ("cron: 0 0 * * 1#2", "`1#2` is not a weekday"),
        ("cron: 0 0 31 4,6 *", "4:11: no month that is named has the day `31`, so it never fires"),
        ("cron: 0 8 * *", "a cron expression has 5 fields, found 4"),
        ('cron: "@daily"', "a cron expression has 5 fields, found 1"),
        ("cron: 0 0 8 * * *", "a cron expression has 5 fields, found 6"),
        (f"cron: {','.join('1' * 200)} * * * *", "at most 200 characters, found 407"),
        ("cron: 0 8 * * *\nevery: 20m", "needs either `every` or `cron`"),
        ("interrupted: resume", "needs either `every` or `cron`"),
        ("every: 20m\nmissed: once", "`missed` belongs to `cron`"),
        ("cron: 0 8 * * *\nmissed: twice", "unknown word `twice`"),
        ("cron: 0 8 * * *\ntimezone: Mars/Olympus", "unknown time zone `Mars/Olympus`"),
    ],
)
def test_a_mistake_is_told_in_a_plain_sentence_at_its_column(schedule: str, said: str) -> None:
    assert said in _told(schedule)


def test_every_mistake_of_an_expression_is_told_at_once() -> None:
    told = _told("cron: 61 25 * * 9")

    assert [told.count(f"`{wrong}` is not") for wrong in (61, 25, 9)] == [1, 1, 1]
