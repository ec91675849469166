"""A learned map over time: what a new lesson makes of the old one, and what differs between two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.domain.same import Same

Entry = TypeVar("Entry", SharedFloor, Walk)

BELIEVED = 0.2
"""What a map says and is believed less than this is not used."""
FORGOTTEN = 0.05
"""What is believed less than this is left out."""
SAME_SHARE, SAME_TIME_S, SAME_FLOOR_M2 = 0.15, 0.5, 2.0
"""Smaller changes than this share, and these, are the same: people do not walk like clocks."""


@dataclass(frozen=True, slots=True)
class Way:
    """A passage that a map knows, and how much that is believed, 0..1."""

    walk: Walk
    belief: float


Ways = Mapping[tuple[CameraId, CameraId], Way]


def known_ways(known: LearnedMap, today: date) -> Ways:
    """Return the passages of a map that are believed today; the same map is read once a day."""
    return _known_ways(Same(known), today)


@lru_cache(maxsize=8)
def _known_ways(known: Same[LearnedMap], today: date) -> Ways:
    return MappingProxyType(
        {
            (walk.a, walk.b): Way(walk, belief)
            for walk in known.value.passages
            if (belief := walk.confidence(today)) >= BELIEVED
        }
    )


def relearned(old: LearnedMap, new: LearnedMap, today: date) -> LearnedMap:
    """Return the old map with what was learned now.

    What a person declared stays; what was not seen again stays while it is believed.
    """
    return LearnedMap(
        tuple(_merged(old.overlaps, new.overlaps, today)),
        tuple(_merged(old.passages, new.passages, today)),
    )


def _merged(old: Sequence[Entry], new: Sequence[Entry], today: date) -> list[Entry]:
    """Return what is known now, by name."""
    again = {_key(one): one for one in new}
    known: list[Entry] = []
    for one in old:
        if one.declared:
            again.pop(_key(one), None)
            known.append(one)
        elif _key(one) not in again and one.confidence(today) >= FORGOTTEN:
            known.append(one)
    known.extend(again.values())
    return sorted(known, key=_key)


def _key(one: SharedFloor | Walk) -> tuple[CameraId, CameraId]:
    """Return what an entry is of: floor is shared both ways, a passage is gone one way."""
    if isinstance(one, Walk):
        return one.a, one.b
    return min(one.a, one.b), max(one.a, one.b)


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that one map has and the other has not, or has otherwise."""

    old: SharedFloor | Walk | None
    new: SharedFloor | Walk | None

    @property
    def what(self) -> str:
        """Return `added`, `removed` or `changed`."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


def changes(old: LearnedMap, new: LearnedMap) -> Iterator[Change]:
    """Yield what differs by more than people's ways do from day to day, in the order of names."""
    yield from _changed(old.overlaps, new.overlaps)
    yield from _changed(old.passages, new.passages)


def _changed(old: Sequence[Entry], new: Sequence[Entry]) -> Iterator[Change]:
    before, after = {_key(one): one for one in old}, {_key(one): one for one in new}
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or not _same(was, now):
            yield Change(was, now)


def _same(one: SharedFloor | Walk, other: SharedFloor | Walk) -> bool:
    """Say whether two entries are the same but for chance; how often and when do not count."""
    if one.declared != other.declared:
        return False
    if isinstance(one, Walk) and isinstance(other, Walk):
        times = ((one.median_s, other.median_s), (one.p10_s, other.p10_s), (one.p90_s, other.p90_s))
        return all(_near(a_s, b_s, SAME_TIME_S) for a_s, b_s in times)
    assert isinstance(one, SharedFloor)
    assert isinstance(other, SharedFloor)
    return _near(one.shared_m2, other.shared_m2, SAME_FLOOR_M2)


def _near(a: float, b: float, least: float) -> bool:
    return abs(a - b) <= max(least, SAME_SHARE * max(abs(a), abs(b)))
