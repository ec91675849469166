"""What the world tells of targets, found by target, and of whom something else is told than before.

Little changes from tick to tick, so the index of the tick before is brought up to date.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, compress
from operator import is_not
from typing import TypeVar

from orchestrator.domain.desk import Told
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.target import Arrival, Crossing, Presence

_One = TypeVar("_One", Presence, Crossing, Arrival)


def told(before: Told[_One], now: Sequence[_One]) -> tuple[Told[_One], set[TargetId]]:
    """Return what is told now by target, and of whom that is something else than before.

    The very same object is the same; what was made anew is compared.
    """
    if now is before.every:
        return before, set()
    names = _named(before.every, now)
    if not names:
        return before, set()
    index = dict(before.by_target)
    changed: set[TargetId] = set()
    for name, said in _grouped(now, names).items():
        if index.get(name, ()) != said:
            changed.add(name)
        if said:
            index[name] = said
        else:
            del index[name]
    return Told(now, index), changed


def _named(before: Sequence[_One], now: Sequence[_One]) -> set[TargetId]:
    """Return of whom not just the same objects are told as before."""
    if len(before) == len(now):
        anew = list(map(is_not, before, now))
        return {one.target for one in chain(compress(before, anew), compress(now, anew))}
    left = {id(one): one for one in before}
    fresh = [one for one in now if left.pop(id(one), None) is None]
    return {one.target for one in chain(left.values(), fresh)}


def _grouped(known: Iterable[_One], names: Collection[TargetId]) -> Mapping[TargetId, list[_One]]:
    found: dict[TargetId, list[_One]] = {name: [] for name in names}
    for one in known if names else ():
        if one.target in names:
            found[one.target].append(one)
    return found


def by_target(now: Iterable[_One]) -> Mapping[TargetId, Sequence[_One]]:
    """Return what is told, by target."""
    found: dict[TargetId, list[_One]] = {}
    for one in now:
        found.setdefault(one.target, []).append(one)
    return found


Members = Mapping[ZoneId, frozenset[TargetId]]
"""Who is in each zone."""


def members_of(present: Iterable[Presence]) -> Members:
    """Return who is in each zone."""
    found: dict[ZoneId, set[TargetId]] = {}
    for one in present:
        found.setdefault(one.zone, set()).add(one.target)
    return {zone: frozenset(names) for zone, names in found.items()}


def members_now(
    before: Members, was: Told[Presence], now: Told[Presence], moved: Iterable[TargetId]
) -> Members:
    """Return who is in each zone, from who was: only those have ``moved`` of whom anything changed."""
    found: dict[ZoneId, set[TargetId]] = {}

    def of(zone: ZoneId) -> set[TargetId]:
        if zone not in found:
            found[zone] = set(before.get(zone, ()))
        return found[zone]

    for name in moved:
        for one in was.by_target.get(name, ()):
            of(one.zone).discard(name)
        for one in now.by_target.get(name, ()):
            of(one.zone).add(name)
    return {**before, **{zone: frozenset(names) for zone, names in found.items()}}
