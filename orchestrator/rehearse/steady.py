"""What a tick leaves behind, held against what it began with: is it the same, as time goes on?

The same is what is equal, and a time that the tick before wrote and this one wrote again, later by
just as much as this one is. Then the next tick leaves the same behind, and so on, until something
is given or a comparison of times comes out otherwise. What only spares work counts for nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import TypeVar, cast

from orchestrator.domain.desk import Calm, Desk
from orchestrator.rehearse.flow import Flow

ROUNDING_S = 1e-6
_T = TypeVar("_T")
_Apart = Callable[[object], Sequence[object]]


class Steady:
    """Compares what ticks of ``step_s`` leave behind, one after the other."""

    def __init__(self, step_s: float) -> None:
        """Expect no time to go on yet."""
        self._step_s = step_s
        self._expected = 0
        self._gone_on = 0
        self._growing: set[int] = set()
        """What, of the last tick, holds a time that goes on."""
        self._apart: dict[type, _Apart | None] = {}

    def same(self, before: Desk, after: Desk) -> bool:
        """Say whether a tick left what it found."""
        expected, self._expected, self._gone_on = self._expected, 0, 0
        self._growing.clear()
        return self._same(before, after) and self._gone_on >= expected

    def until(self, desk: Desk, then_s: float) -> Desk:
        """Return the desk as a later tick leaves it, if all until then go as this one did."""
        self._expected = self._gone_on
        return self._until(desk, then_s)

    def _same(self, before: object, after: object) -> bool:
        kind = type(after)
        if kind is Flow:
            return self._same_time(before, cast(Flow, after))
        if before is after:
            return True
        if type(before) is not kind:
            return False
        apart = self._how_apart(kind)
        if apart is None:
            return before == after
        return self._same_parts(apart(before), apart(after), after)

    def _same_parts(self, before: Sequence[object], after: Sequence[object], of: object) -> bool:
        if len(before) != len(after):
            return False
        found = self._gone_on
        for one, other in zip(before, after, strict=True):
            if not (one is other and type(other) is not Flow) and not self._same(one, other):
                return False
        if self._gone_on > found:
            self._growing.add(id(of))
        return True

    def _how_apart(self, kind: type) -> _Apart | None:
        """Return how values of a kind are taken apart, in order; None where they are not."""
        try:
            return self._apart[kind]
        except KeyError:
            return self._apart.setdefault(kind, _how_apart(kind))

    def _same_time(self, before: object, after: Flow) -> bool:
        if not isinstance(before, Flow):
            return not after.new and isinstance(before, float) and float(after) == before
        if not after.new:
            return float(after) == float(before) and not (before.steady and before.last)
        self._gone_on += 1
        late_s = float(after) - float(before) - self._step_s
        return after.goes_on and before.last and abs(late_s) < ROUNDING_S

    def _until(self, value: _T, then_s: float) -> _T:
        """Return a value with every time in it that goes on as the tick at ``then_s`` writes it."""
        if isinstance(value, Flow):
            return cast(_T, value.as_of(then_s)) if value.new else value
        if id(value) not in self._growing:
            return value
        found: object
        if isinstance(value, tuple):
            found = tuple(self._until(each, then_s) for each in value)
        elif isinstance(value, Mapping):
            found = {key: self._until(each, then_s) for key, each in value.items()}
        else:
            kind = cast(Callable[..., object], type(value))
            apart = cast(_Apart, self._how_apart(type(value)))
            found = kind(*(self._until(each, then_s) for each in apart(value)))
        return cast(_T, found)


def _how_apart(kind: type) -> _Apart | None:
    """Return how values of a kind are taken apart; what only spares work has nothing to compare."""
    if kind is Calm:
        return lambda _: ()
    if issubclass(kind, tuple):
        return cast(_Apart, lambda value: value)
    if issubclass(kind, Mapping):
        return cast(_Apart, lambda value: (*value.keys(), *value.values()))
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else []
    if len(names) > 1:
        return cast(_Apart, attrgetter(*names))
    return cast(_Apart, lambda value: [getattr(value, name) for name in names]) if names else None
