"""Calendars that name each other in a circle: whether one of them holds would have no answer.

By `also`, each would hold whenever the others do, so that nobody sees which hours are meant. By
`except`, each would hold only while it does not.
"""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

import networkx as nx

from orchestrator.config.fields import Fields
from orchestrator.domain.calendar import Calendar, CalendarName

MOST_DEEP = 8
"""So many calendars may be excepted from one another in a row; more, nobody follows."""

MOST_NAMED = 8
"""So many names of a circle are written out."""

_Also = Mapping[CalendarName, tuple[CalendarName, ...]]


def check_circles(sections: Sequence[Fields], calendars: Sequence[Calendar]) -> None:
    """Record every circle, at the calendar that is written first; ``sections`` are theirs, in order."""
    _check_exceptions(sections, calendars)
    by_name = {one.name: fields for fields, one in zip(sections, calendars, strict=True)}
    for circle in _circles({one.name: one.also for one in calendars}):
        fields = by_name[circle[0]]
        place = next(item for item in fields.several("also") if item.text == circle[1])
        message = f"`also` goes in a circle: {_written(circle)}"
        fields.notes.wrong(place, message, "leave `also` out of one of them")


def _written(circle: Sequence[CalendarName]) -> str:
    """Return the names of a circle in order, a long one without its middle."""
    cut = circle if len(circle) <= MOST_NAMED else (*circle[: MOST_NAMED - 2], "...", circle[-1])
    return ", ".join(name if name == "..." else f"`{name}`" for name in cut)


def _circles(also: _Also) -> Iterator[list[CalendarName]]:
    """Yield a circle of each knot of calendars, from its first one round to that again."""
    graph = nx.DiGraph([(name, other) for name, others in also.items() for other in others])
    rank = {name: number for number, name in enumerate(also)}
    for knot in nx.strongly_connected_components(graph):
        first = min(knot, key=rank.__getitem__)
        if len(knot) > 1 or first in also[first]:
            yield _round(first, also, knot)


def _round(first: CalendarName, also: _Also, knot: Collection[CalendarName]) -> list[CalendarName]:
    """Return the shortest way from a calendar of a knot back to it."""
    ways = deque([[first]])
    met = set[CalendarName]()
    while True:
        way = ways.popleft()
        for other in also[way[-1]]:
            if other == first:
                return [*way, other]
            if other in knot and other not in met:
                met.add(other)
                ways.append([*way, other])


def _check_exceptions(sections: Sequence[Fields], calendars: Sequence[Calendar]) -> None:
    """Record each calendar that is excepted from itself, by whatever detour, or through too many."""
    deep = {calendar.name for calendar in calendars}
    for _ in range(MOST_DEEP + 1):
        deep = _lent({each.name for each in calendars if deep.intersection(each.but)}, calendars)
    for fields, calendar in zip(sections, calendars, strict=True):
        if calendar.but and calendar.name in deep:
            name = f"`{calendar.name}`"
            message = f"{name} is excepted from itself, or through more than {MOST_DEEP} others"
            hint = "except a calendar that does not name this one"
            fields.notes.wrong(fields.place_of("except"), message, hint)


def _lent(names: set[CalendarName], calendars: Sequence[Calendar]) -> set[CalendarName]:
    """Return some calendars and all that hold with them by `also`."""
    takers: dict[CalendarName, list[CalendarName]] = {}
    for calendar in calendars:
        for lender in calendar.also:
            takers.setdefault(lender, []).append(calendar.name)
    waiting, met = list(names), set(names)
    while waiting:
        for taker in takers.get(waiting.pop(), ()):
            if taker not in met:
                met.add(taker)
                waiting.append(taker)
    return met
