"""What a tick leaves behind, held against what it began with: is it the same, as time goes on?

The same is what is equal, and a time that the tick before wrote and this one wrote again, later by
just as much as this one is. Then the next tick leaves the same behind, and so on, until something
is given or a comparison of times comes out otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from operator import is_not
from typing import TypeVar, cast

from orchestrator.domain.world import World
from orchestrator.rehearse.flow import Flow

ROUNDING_S = 1e-6
_CARRIED = ("presences", "crossings", "trodden", "rests", "desk")
"""What a tick of a rehearsal has from the tick before; all else it is given."""
_T = TypeVar("_T")


class Steady:
    """Compares what ticks of ``step_s`` leave behind, one after the other."""

    def __init__(self, step_s: float) -> None:
        """Expect no time to go on yet."""
        self._step_s = step_s
        self._expected = 0
        self._gone_on = 0
        self._fields: dict[type, Sequence[str]] = {}

    def same(self, before: World, after: World) -> bool:
        """Say whether a tick left what it found."""
        expected, self._expected, self._gone_on = self._expected, 0, 0
        found = all(self._same(getattr(before, name), getattr(after, name)) for name in _CARRIED)
        return found and self._gone_on >= expected

    def until(self, world: World, then_s: float) -> World:
        """Return the world as a later tick leaves it, if all until then go as this one did."""
        if not self._gone_on:
            return world
        self._expected = self._gone_on
        later = {name: self._until(getattr(world, name), then_s) for name in _CARRIED}
        return replace(world, **later)

    def _same(self, before: object, after: object) -> bool:
        if isinstance(after, Flow):
            return self._same_time(before, after)
        if before is after:
            return True
        if type(before) is not type(after):
            return False
        mine, others = self._parts(after), self._parts(before)
        if mine is None or others is None:
            return before == after
        return len(mine) == len(others) and all(map(self._same, others, mine))

    def _parts(self, value: object) -> Sequence[object] | None:
        """Return what a value is made of, in order; None where it is not taken apart."""
        if isinstance(value, tuple):
            return value
        if isinstance(value, Mapping):
            return (*value.keys(), *value.values())
        names = self._names(value)
        return [getattr(value, name) for name in names] if names else None

    def _names(self, value: object) -> Sequence[str]:
        """Return the fields of a dataclass that count when two are compared; none of other kinds."""
        kind = type(value)
        known = self._fields.get(kind)
        if known is None:
            counted = fields(kind) if is_dataclass(kind) else ()
            known = self._fields[kind] = [each.name for each in counted if each.compare]
        return known

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
        found: object = value
        if isinstance(value, Flow):
            found = value.as_of(then_s) if value.new else value
        elif isinstance(value, tuple):
            items = tuple(self._until(each, then_s) for each in value)
            found = items if any(map(is_not, items, value)) else value
        elif isinstance(value, Mapping):
            known = {key: self._until(each, then_s) for key, each in value.items()}
            found = known if any(map(is_not, known.values(), value.values())) else value
        elif names := self._names(value):
            later = {name: self._until(getattr(value, name), then_s) for name in names}
            news = {name: each for name, each in later.items() if each is not getattr(value, name)}
            found = cast(Callable[..., object], replace)(value, **news) if news else value
        return cast(_T, found)
