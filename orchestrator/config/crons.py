"""When a patrol begins: `every` so often, or by `cron`, five fields as in every crontab.

What is wrong with them is told field by field. Only what every cron understands is taken: `*`, numbers, ranges, steps and lists of them, and the
first three letters of months and weekdays. What one cron has and another has not (`L`, `#`, `?`,
seconds, `@daily`) is refused, so that a patrol begins when a reader thinks it does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from orchestrator.config.fields import Fields
from orchestrator.config.names import timezone_of
from orchestrator.config.shape import Choice, Key, Measure, Text
from orchestrator.config.tree import Place, Scalar
from orchestrator.config.units import DURATION
from orchestrator.domain.cron import Cron
from orchestrator.domain.policy import ByCron, Every, Schedule

SCHEDULE = (
    Key(
        "every",
        Measure(DURATION, zero=False),
        "How often the tour begins, from when its calendar begins on.",
    ),
    Key("cron", Text(), "When the tour begins, as in a crontab: `*/20 22-23,0-5 * * *`."),
    Key(
        "timezone",
        Text(),
        "By whose clock `cron` is read: an IANA time zone [the site's].",
        belongs=("cron",),
    ),
    Key(
        "missed",
        Choice("word", ("skip", "once")),
        "What becomes of tours that were slept through: nothing, or one for all of them [skip].",
        belongs=("cron",),
    ),
)
EXAMPLE = "minute, hour, day of the month, month, weekday, such as `*/20 22-23,0-5 * * *`"
MOST_LETTERS = 200

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


@dataclass(frozen=True, slots=True)
class Part:
    """One of the five fields: what it is called, its least and most, and the names of its numbers."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int | None:
        """Return what a number or name stands for; None when it is none of this field's.

        >>> Part("a weekday", 0, 7, _WEEKDAYS).number("Mon"), Part("an hour", 0, 23).number("24")
        (1, None)
        """
        if text.lower() in self.names:
            return self.names.index(text.lower()) + self.least
        if not re.fullmatch(r"[0-9]{1,2}", text) or not self.least <= int(text) <= self.most:
            return None
        return int(text)

    @property
    def range(self) -> str:
        """Return what may be written."""
        names = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
        return f"{self.least} to {self.most}{names}"


PARTS = (
    Part("a minute", 0, 59),
    Part("an hour", 0, 23),
    Part("a day of the month", 1, 31),
    Part("a month", 1, 12, _MONTHS),
    Part("a weekday", 0, 7, _WEEKDAYS),
)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with some characters of an expression."""

    start: int
    width: int
    message: str
    hint: str = ""


def schedule_of(fields: Fields, timezone: str) -> Schedule:
    """Return when a patrol begins; ``timezone`` is the site's."""
    if fields.kind != "cron":
        return Every(fields.quantity("every"))
    cron = Cron(_expression(fields) or "0 0 * * *", timezone_of(fields, timezone))
    return ByCron(cron, makes_up=fields.choice("missed") == "once")


def _expression(fields: Fields) -> str | None:
    """Return the expression of a patrol; None when it has none, or when it is wrong."""
    value = fields.scalar("cron")
    if value is None:
        return None
    wrong = list(_wrong(value.text))
    for each in wrong:
        fields.notes.wrong(_place(value, each), each.message, each.hint)
    return None if wrong else " ".join(value.text.split())


def _place(value: Scalar, wrong: _Wrong) -> Place:
    """Return the place of some characters of an expression, which is one line, quoted or not."""
    column = value.place.column + (not value.plain) + wrong.start
    return Place(value.place.line, column, wrong.width)


def _wrong(text: str) -> Iterator[_Wrong]:
    """Yield everything that is wrong with an expression."""
    found = list(re.finditer(r"\S+", text))
    if len(found) != len(PARTS) or len(text) > MOST_LETTERS:
        message = f"a cron expression has 5 fields, found {len(found)}"
        if len(text) > MOST_LETTERS:
            message = f"a cron expression has at most {MOST_LETTERS} characters, found {len(text)}"
        yield _Wrong(0, min(len(text), MOST_LETTERS) or 1, message, EXAMPLE)
        return
    wrong = [
        each
        for part, field in zip(PARTS, found, strict=True)
        for each in _wrong_in(field[0], field.start(), part)
    ]
    yield from wrong
    if not wrong and not _ever(text):
        days = found[2]
        says = f"no month that is named has the day `{days[0]}`, so it never fires"
        yield _Wrong(days.start(), len(days[0]), says)


def _wrong_in(text: str, start: int, part: Part) -> Iterator[_Wrong]:
    """Yield what is wrong with one field."""
    for term in text.split(","):
        wrong = _wrong_term(term, part)
        if wrong is not None:
            yield _Wrong(start, max(1, len(term)), *wrong)
        start += len(term) + 1


def _wrong_term(term: str, part: Part) -> tuple[str, str] | None:
    """Return what is wrong with a number, a range or a step, and what to write; None if nothing."""
    span, slash, step = term.partition("/")
    if slash and (not re.fullmatch(r"[0-9]{1,3}", step) or int(step) == 0):
        return f"`{step}` is not a step", "such as `*/20`"
    if span == "*":
        return None
    first, dash, last = span.partition("-")
    for end in (first, last) if dash else (first,):
        if part.number(end) is None:
            return f"`{end}` is not {part.name}" if end else f"{part.name} is missing", part.range
    low, high = part.number(first), part.number(last) if dash else None
    if low is not None and high is not None and high < low:
        return f"`{span}` ends before it begins", _around(first, last, part)
    if slash and not dash:
        return f"`{term}` has a step and no range", f"such as `{first}-{part.most}/{step}`"
    return None


def _around(first: str, last: str, part: Part) -> str:
    """Return how a range is written that passes the end, such as nights."""
    if part.names == _WEEKDAYS:
        rest = {0: "", 1: ",1"}.get(part.number(last) or 0, f",1-{part.number(last)}")
        return f"write `{first}-7{rest}`"
    return f"write `{first}-{part.most},{part.least}-{last}`"


def _ever(text: str) -> bool:
    """Say whether an expression that is well written ever fires."""
    try:
        return next(CronSim(text, datetime(2000, 1, 1, tzinfo=UTC)), None) is not None
    except CronSimError:
        return False
