"""Who has to be judged again: of whom something has changed that a policy reads, or a clock is due.

Judging a thousand people by a hundred policies ten times a second is mostly finding out again
what was found out before. So it is remembered what that was found out from, and how long the clock
alone cannot change it; until then, and while all of it is the same, nobody asks again, and the cases
of that target stay as they are. The decisions are those of judging everybody
(`tests/properties/test_calm_changes_nothing.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from operator import attrgetter, ne

from orchestrator.decide.facts import lately, site_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.told import told
from orchestrator.domain.condition import fields_of
from orchestrator.domain.desk import Calm
from orchestrator.domain.ids import PolicyName, TargetId, ZoneId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays
from orchestrator.domain.same import Same
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
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

    def __init__(self, tick: Tick, standing: frozenset[PolicyName]) -> None:
        """Compare everybody with what is remembered of them."""
        self._tick = tick
        of = (tick.site.policies, standing, site_facts(tick.site, tick.desk.flags))
        known = tick.desk.calm
        same = len(known.of) == len(of) and known.of[0] is of[0] and known.of[1:] == of[1:]
        before = known if same else Calm()
        reads = _reads(Same(tick.site))
        looks = _looks(tick, reads)
        present, moved = told(before.present, tick.world.presences)
        crossed, passed = told(before.crossed, tick.world.crossings if reads.crossings else ())
        arriving, leaving = told(before.arriving, tick.world.arrivals if reads.arrivals else ())
        counts = _counts(tick) if reads.counts else {}
        due = {name for name, due_s in before.due_s.items() if due_s <= tick.now_s}
        self.names = due | moved | passed | leaving | set(_changed(before.looks, looks))
        if counts != before.counts:
            self.names |= set(_miscounted(tick, before.counts, counts))
        self.awake = [target for name, target in tick.targets.items() if name in self.names]
        self._before = before
        self.now = Calm(of, looks, {}, present, crossed, arriving, counts)

    def calm(self) -> Calm:
        """Return what everybody was judged by, and until when that stands by itself."""
        due_s = {
            name: due_s
            for name, due_s in self._before.due_s.items()
            if name not in self.names and name in self.now.looks
        }
        for name, at_s in self._tick.due_s.items():
            if name in self.names:
                due_s[name] = at_s - SOONER_S
        return replace(self.now, due_s=due_s)


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a site's policies read of targets: attributes, and what the world tells of them."""

    attributes: Callable[[Target], tuple[object, ...]]
    cameras: bool
    rests: bool
    counts: bool
    crossings: bool
    arrivals: bool


@lru_cache(maxsize=4)
def _reads(key: Same[Site]) -> _Reads:
    policies = [
        policy
        for policy in key.value.policies.policies
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
        crossings=Crosses in triggers,
        arrivals=Leaves in triggers,
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


def _changed(
    before: Mapping[TargetId, tuple[object, ...]], now: Mapping[TargetId, tuple[object, ...]]
) -> Iterable[TargetId]:
    """Return who looks otherwise than before; most often everybody is where they were in the row."""
    if list(before) == list(now):
        return compress(now, map(ne, before.values(), now.values()))
    return [name for name, look in now.items() if before.get(name) != look]


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
