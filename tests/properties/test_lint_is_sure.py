"""What lint says of conditions and calendars holds, whatever the facts and the moment are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.decide.judge import truth_of
from orchestrator.domain.calendar import Calendar, CalendarName, Window, in_force
from orchestrator.domain.condition import All, Any, Compare, Condition, Field, Literal, Not, Sort
from orchestrator.domain.condition import Value as Fact
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.policy import Enters
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Plan, Site, Zone
from orchestrator.lint.hours import Almanac, covers, ever, meeting
from orchestrator.lint.worlds import Known, verdict

pytestmark = pytest.mark.slow

ZONES = ("yard", "dock", "gate")
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
SITE = Site("s", "UTC", Plan(9, 9), (), zones=tuple(Zone(ZoneId(z), SQUARE) for z in ZONES))
KNOWN = Known(Enters((ZoneId("yard"), ZoneId("dock")), (Kind.PERSON, Kind.BIKE)), SITE)

NUMBERS = st.sampled_from((-1.0, 0.0, 0.25, 0.5, 1.0, 1.5, 3.0))
TEXTS = st.sampled_from(("yard", "dock", "gate", "person", "bike", "vehicle", "T1"))
FACTS: Mapping[str, st.SearchStrategy[Fact]] = {
    "target.confidence": st.floats(0.0, 1.0),
    "target.speed_mps": st.floats(0.0, 9.0),
    "zone.name": st.sampled_from(("yard", "dock")),
    "target.kind": st.sampled_from(("person", "bike")),
    "target.id": st.sampled_from(("T1", "T2")),
    "target.zones": st.lists(st.sampled_from(ZONES), unique=True).map(tuple),
    "site.maintenance": st.booleans(),
}


def _field(path: str, sort: Sort) -> st.SearchStrategy[Condition]:
    return st.just(Field(path, sort))


def _compared(
    ops: Sequence[str], path: str, sort: Sort, values: st.SearchStrategy[Fact]
) -> st.SearchStrategy[Condition]:
    literals = st.builds(Literal, values)
    field, op = _field(path, sort), st.sampled_from(ops)
    either = st.sampled_from((True, False))
    return st.builds(
        lambda sign, name, value, turned: (
            Compare(sign, value, name) if turned else Compare(sign, name, value)
        ),
        op,
        field,
        literals,
        either,
    )


ORDER = ("<", "<=", ">", ">=", "==", "!=")
ATOMS: st.SearchStrategy[Condition] = st.one_of(
    _compared(ORDER, "target.confidence", Sort.NUMBER, NUMBERS),
    _compared(ORDER, "target.speed_mps", Sort.NUMBER, NUMBERS),
    *(_compared(("==", "!="), path, Sort.TEXT, TEXTS) for path in ("zone.name", "target.kind")),
    _compared(("==", "!="), "target.id", Sort.TEXT, TEXTS),
    st.builds(
        lambda path, items: Compare("in", Field(path, Sort.TEXT), Literal(tuple(items))),
        st.sampled_from(("zone.name", "target.id")),
        st.lists(TEXTS, max_size=3),
    ),
    st.builds(lambda text: Compare("in", Literal(text), Field("target.zones", Sort.LIST)), TEXTS),
    _field("site.maintenance", Sort.TRUTH),
    st.builds(Literal, st.booleans()),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=5,
)


@given(CONDITIONS, st.lists(st.fixed_dictionaries(dict(FACTS)), min_size=20, max_size=20))
def test_no_fact_contradicts_what_is_said_of_a_condition(
    condition: Condition, worlds: list[dict[str, Fact]]
) -> None:
    said = verdict(condition, KNOWN)

    assert said is None or set(map(truth_of([condition]), worlds)) == {said}


HOURS = st.integers(0, 23)
WINDOWS = st.builds(
    lambda start, end: Window(start * 60, (end if end != start else end + 1) * 60), HOURS, HOURS
)
DATES = st.dates(date(2026, 12, 20), date(2026, 12, 31))
NAMES = tuple(CalendarName(name) for name in ("one", "other", "third"))
DAYS = st.frozensets(st.integers(0, 6))


def _calendar(name: CalendarName) -> st.SearchStrategy[Calendar]:
    return st.builds(
        Calendar,
        st.just(name),
        DAYS,
        st.lists(WINDOWS, max_size=2).map(tuple),
        st.frozensets(DATES, max_size=2),
        st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
    )


CALENDARS = st.tuples(*(_calendar(name) for name in NAMES))
FIRST = datetime.combine(date(2026, 12, 14), time())
MOMENTS = tuple(FIRST + timedelta(minutes=30 * step) for step in range(48 * 21))
"""Three weeks, the middle ones with dates, every half an hour: hours here are whole ones."""


@given(CALENDARS)
def test_half_hour_by_half_hour_calendars_meet_and_cover_as_said(
    calendars: tuple[Calendar, ...],
) -> None:
    one, other = NAMES[:2]
    both = [(in_force(one, calendars, at), in_force(other, calendars, at)) for at in MOMENTS]

    almanac = Almanac(calendars, FIRST.date())
    assert (meeting(one, other, almanac) is not None) == ((True, True) in both)
    assert covers(one, other, almanac) == ((False, True) not in both)
    assert ever(one, almanac) == any(first for first, _ in both)
