"""What the world tells of targets, found by target, and of whom something else is told than before.

Little changes from tick to tick, so the index of the tick before is brought up to date.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from orchestrator.domain.desk import Told
from orchestrator.domain.ids import TargetId
from orchestrator.domain.target import Arrival, Crossing, Presence

_One = TypeVar("_One", Presence, Crossing, Arrival)


def told(before: Told[_One], now: Sequence[_One]) -> tuple[Told[_One], set[TargetId]]:
    """Return what is told now by target, and of whom that is something else than before.

    The very same object is the same; what was made anew is compared.
    """
    if now is before.every:
        return before, set()
    gone: dict[int, _One] = {id(one): one for one in before.every}
    fresh: list[_One] = [one for one in now if gone.pop(id(one), None) is None]
    names = {one.target for one in fresh} | {one.target for one in gone.values()}
    by_target = dict(before.by_target)
    changed: set[TargetId] = set()
    for name, said in _grouped(now, names).items():
        if by_target.get(name, ()) != said:
            changed.add(name)
        if said:
            by_target[name] = said
        else:
            del by_target[name]
    return Told(now, by_target), changed


def _grouped(known: Iterable[_One], names: set[TargetId]) -> Mapping[TargetId, Sequence[_One]]:
    found: dict[TargetId, list[_One]] = {name: [] for name in names}
    for one in known if names else ():
        if one.target in names:
            found[one.target].append(one)
    return found
