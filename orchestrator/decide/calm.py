"""Who has to be judged again: of whom something has changed that a policy reads, or a clock is due.

Judging a thousand people by a hundred policies ten times a second is mostly finding out again
what was found out before. So it is remembered what that was found out from, and how long the clock
alone cannot change it; until then, and while all of it is the same, nobody asks again, and the cases
of that target stay as they are. The decisions are those of judging everybody
(`tests/properties/test_calm_changes_nothing.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Protocol

from orchestrator.decide.chart import SameSite
from orchestrator.decide.facts import lately
from orchestrator.decide.steps import Tick
from orchestrator.domain.condition import Value, fields_of
from orchestrator.domain.desk import Calm
from orchestrator.domain.ids import PolicyName, TargetId, ZoneId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Target

SOONER_S = 1e-6
"""A clock is due this much before it is, since differences of floats are rounded."""
_ATTRIBUTES = {
    "target.confidence": "confidence",
    "target.speed_mps": "velocity_mps",
    "target.age_s": "first_seen_s",
}


class Watch:
    """One tick's answer to who has to be judged, and what to remember for the next."""

    def __init__(
        self, tick: Tick, standing: frozenset[PolicyName], shared: Mapping[str, Value]
    ) -> None:
        """Compare everybody with what is remembered of them."""
        self._tick = tick
        of = (tick.site.policies, standing, shared)
        known = tick.desk.calm
        same = len(known.of) == len(of) and known.of[0] is of[0] and known.of[1:] == of[1:]
        before = known if same else Calm()
        reads = _reads(SameSite(tick.site))
        looks = _looks(tick, reads)
        told = tuple(getattr(tick.world, name) for name in reads.told)
        counts = _counts(tick) if reads.counts else {}
        stirred = {name for name, due_s in before.due_s.items() if due_s <= tick.now_s}
        for was, now in zip(before.told or ((),) * len(told), told, strict=True):
            stirred |= _changed(was, now)
        if counts != before.counts:
            stirred |= set(_miscounted(tick, before.counts, counts))
        self.awake: list[Target] = [
            target
            for target in tick.world.targets
            if target.id in stirred or before.looks.get(target.id) != looks[target.id]
        ]
        self.names = frozenset(target.id for target in self.awake)
        self._before = before
        self._now = Calm(of, looks, {}, told, counts)

    def calm(self) -> Calm:
        """Return what everybody was judged by, and until when that stands by itself."""
        due_s = {
            name: due_s
            for name, due_s in self._before.due_s.items()
            if name not in self.names and name in self._now.looks
        }
        for name, at_s in self._tick.due_s.items():
            if name in self.names:
                due_s[name] = at_s - SOONER_S
        return replace(self._now, due_s=due_s)


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a site's policies read of targets: attributes, and what the world tells of them."""

    attributes: Callable[[Target], tuple[object, ...]]
    cameras: bool
    rests: bool
    counts: bool
    told: tuple[str, ...]


@lru_cache(maxsize=4)
def _reads(key: SameSite) -> _Reads:
    policies = [
        policy
        for policy in key.site.policies.policies
        if isinstance(policy.on, Enters | Stays | Crosses | Leaves)
    ]
    paths = {
        field.path
        for policy in policies
        for part in (*policy.when, *policy.clear_when)
        for field in fields_of(part.condition)
    }
    triggers = {type(policy.on) for policy in policies}
    return _Reads(
        attributes=attrgetter(
            "id", "kind", *(name for path, name in _ATTRIBUTES.items() if path in paths)
        ),
        cameras="target.cameras" in paths,
        rests="target.still_s" in paths,
        counts="zone.count" in paths,
        told=(
            "presences",
            *(("crossings",) if Crosses in triggers else ()),
            *(("arrivals",) if Leaves in triggers else ()),
        ),
    )


def _looks(tick: Tick, reads: _Reads) -> Mapping[TargetId, tuple[object, ...]]:
    """Return everything that policies may read of each target itself, the clock left aside."""
    targets, rests = tick.world.targets, tick.world.rests
    looks = {
        target.id: look
        for target, look in zip(targets, map(reads.attributes, targets), strict=True)
    }
    if reads.cameras:
        for target in targets:
            looks[target.id] = *looks[target.id], lately(target, tick.now_s)
    if reads.rests:
        looks = {name: (*look, rests.get(name)) for name, look in looks.items()}
    return looks


class _OfTarget(Protocol):
    """Something that is about a target."""

    @property
    def target(self) -> TargetId:
        """Return whom it is about."""
        ...


def _changed(before: Sequence[_OfTarget], now: Sequence[_OfTarget]) -> set[TargetId]:
    """Return of whom something else is told than before; the very same object is the same."""
    gone = {id(one): one for one in before}
    fresh = [one for one in now if gone.pop(id(one), None) is None]
    names = {one.target for one in (*fresh, *gone.values())}
    if not names:
        return names
    was, are = _told(before, names), _told(now, names)
    return {name for name in names if was[name] != are[name]}


def _told(
    known: Sequence[_OfTarget], names: set[TargetId]
) -> Mapping[TargetId, Sequence[_OfTarget]]:
    found: dict[TargetId, list[_OfTarget]] = {name: [] for name in names}
    for one in known:
        if one.target in names:
            found[one.target].append(one)
    return found


def _counts(tick: Tick) -> Mapping[tuple[ZoneId, Kind], int]:
    """Return how many of each kind are in each zone."""
    targets = tick.targets
    return Counter(
        (one.zone, targets[one.target].kind)
        for one in tick.world.presences
        if one.target in targets
    )


def _miscounted(
    tick: Tick,
    before: Mapping[tuple[ZoneId, Kind], int],
    now: Mapping[tuple[ZoneId, Kind], int],
) -> Iterator[TargetId]:
    """Yield who is in a zone in which there are more or fewer than before."""
    keys = {*before, *now}
    zones = {key[0] for key in keys if before.get(key, 0) != now.get(key, 0)}
    return (one.target for one in tick.world.presences if one.zone in zones)
