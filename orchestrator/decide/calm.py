"""Who has to be judged again: of whom something has changed that a policy reads, or a clock is due.

Judging a thousand people by a hundred policies ten times a second is mostly finding out again
what was found out before. So it is remembered what that was found out from, and how long the clock
alone cannot change it; until then, and while all of it is the same, nobody asks again, and the cases
of that target stay as they are. The decisions are those of judging everybody
(`tests/properties/test_calm_changes_nothing.py`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_, ne

from orchestrator.decide.facts import lately, site_facts
from orchestrator.decide.steps import Tick
from orchestrator.decide.told import members_now, told
from orchestrator.domain.condition import fields_of
from orchestrator.domain.desk import Calm, Looks
from orchestrator.domain.ids import PolicyName, TargetId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Occupied, Stays
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site
from orchestrator.domain.target import Rest, Target

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
        self._before = before = _known(tick, standing)
        self.same_rules = before is tick.desk.calm
        """Whether what is remembered was found out under the rules of now."""
        reads, world = _reads(Same(tick.site)), tick.world
        looks = _looks(tick, reads, before.looks)
        present, moved = told(before.present, world.presences)
        crossed, passed = told(before.crossed, world.crossings if reads.crossings else ())
        arriving, leaving = told(before.arriving, world.arrivals if reads.arrivals else ())
        due = {name for name, due_s in before.due_s.items() if due_s <= tick.now_s}
        self.names = due | moved | passed | leaving | _changed(before.looks, looks)
        members = before.members
        if reads.members and (members is None or moved):
            members = members_now(members or {}, before.present, present, moved)
        self.now = before
        """What everybody is judged by; until when, is that of the tick before."""
        found = looks, present, crossed, arriving, members
        if not all(map(is_, found, _found(before))):
            self.now = Calm(before.of, looks, before.due_s, present, crossed, arriving, members)
        if reads.counts:
            self.names.update(_among(moved | _recounted(before.looks, looks), before, self.now))
        self.awake = _named(tick, looks, self.names)

    def calm(self) -> Calm:
        """Return what everybody was judged by, and until when that stands by itself."""
        now, due_s = self.now, self._before.due_s
        if not self.names and now.looks is self._before.looks:
            return now
        targets = self._tick.targets
        kept = {
            name: at_s for name, at_s in due_s.items() if name not in self.names and name in targets
        }
        for name, at_s in self._tick.due_s.items():
            if name in self.names:
                kept[name] = at_s - SOONER_S
        return replace(now, due_s=kept)


_found = attrgetter("looks", "present", "crossed", "arriving", "members")
"""What is remembered of each tick, but for the rules and until when it stands."""


def _known(tick: Tick, standing: frozenset[PolicyName]) -> Calm:
    """Return what is remembered, if it was found out under the rules, hours and flags of now."""
    of = (tick.site.policies, standing, site_facts(tick.site, tick.desk.flags))
    known = tick.desk.calm
    same = len(known.of) == len(of) and known.of[0] is of[0] and known.of[1:] == of[1:]
    return known if same else Calm(of)


@dataclass(frozen=True, slots=True)
class _Reads:
    """What a site's policies read of targets: attributes, and what the world tells of them.

    ``members`` is who is in each zone, ``counts`` that a target is asked about with how many are.
    """

    attributes: Sequence["_Read"]
    cameras: bool
    rests: bool
    counts: bool
    members: bool
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
    triggers = {type(policy.on) for policy in key.value.policies.policies}
    counts = "zone.count" in paths
    return _Reads(
        attributes=[attrgetter(name) for path, name in _ATTRIBUTES.items() if path in paths],
        cameras="target.cameras" in paths,
        rests="target.still_s" in paths,
        counts=counts,
        members=counts or Occupied in triggers,
        crossings=Crosses in triggers,
        arrivals=Leaves in triggers,
    )


_Read = Callable[[Target], object]
_KIND: _Read = attrgetter("kind")


def _looks(tick: Tick, reads: _Reads, before: Looks) -> Looks:
    """Return everything that policies may read of each target itself, the clock left aside."""
    targets, rests = tick.world.targets, tick.world.rests if reads.rests else before.rests
    if not reads.cameras and _same(before.targets, targets) and _same_rests(before.rests, rests):
        return before
    everybody = tick.targets.values()
    everything: Sequence[_Read] = (_KIND, *reads.attributes)
    columns: list[Sequence[object]] = [list(tick.targets)]
    columns += (list(map(read, everybody)) for read in everything)
    if reads.cameras:
        columns.append([lately(target, tick.now_s) for target in everybody])
    if reads.rests:
        columns.append([rests.get(target.id) for target in everybody])
    return Looks(targets, rests, tuple(columns))


def _same(before: Sequence[Target], now: Sequence[Target]) -> bool:
    """Say whether targets are the very same objects."""
    return before is now or (len(before) == len(now) and all(map(is_, before, now)))


def _same_rests(before: Mapping[TargetId, Rest], now: Mapping[TargetId, Rest]) -> bool:
    """Say whether the very same is known of who stands still."""
    if before is now:
        return True
    return len(before) == len(now) and all(now.get(name) is rest for name, rest in before.items())


def _changed(before: Looks, now: Looks) -> set[TargetId]:
    """Return who looks otherwise than before; most often everybody is where they were in the row."""
    if now is before:
        return set()
    if before.names == now.names:
        found: set[TargetId] = set()
        for was, is_now in zip(before.columns[1:], now.columns[1:], strict=True):
            if was != is_now:
                found.update(compress(now.names, map(ne, was, is_now)))
        return found
    known = dict(zip(before.names, zip(*before.columns, strict=True), strict=True))
    looks = zip(now.names, zip(*now.columns, strict=True), strict=True)
    return {name for name, look in looks if known.get(name) != look}


def _recounted(before: Looks, now: Looks) -> set[TargetId]:
    """Return who has come or gone, or is of another kind now."""
    if before.columns[:2] == now.columns[:2]:
        return set()
    was, is_now = (dict(zip(one.names, one.columns[1], strict=True)) for one in (before, now))
    return {name for name in {*was, *is_now} if was.get(name) is not is_now.get(name)}


def _among(names: Iterable[TargetId], before: Calm, now: Calm) -> Iterator[TargetId]:
    """Yield who is in a zone in which one of some targets is, or was."""
    zones = {
        one.zone
        for name in names
        for told_then in (before.present, now.present)
        for one in told_then.by_target.get(name, ())
    }
    for zone in zones:
        yield from (now.members or {}).get(zone, ())


def _named(tick: Tick, looks: Looks, names: Collection[TargetId]) -> list[Target]:
    """Return the targets of some names, in the world's order."""
    return list(compress(tick.targets.values(), map(names.__contains__, looks.names)))
