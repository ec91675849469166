"""Who need not be judged again: nothing that a policy reads of them has changed, no clock is due.

Judging a thousand people by a hundred policies ten times a second is mostly finding out again
what was found out before. For whom no policy holds, it is remembered what that was found out from
and how long the clock alone cannot change it; until then, and while all of it is the same, nobody
asks again. Whoever has a case is always asked. So the decisions are those of judging everybody
(`tests/properties/test_calm_changes_nothing.py`).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from orchestrator.decide.chart import SameSite
from orchestrator.decide.facts import Facts
from orchestrator.decide.judge import Test, tested
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening
from orchestrator.domain.cause import CaseKey, target_of
from orchestrator.domain.condition import Compare, Conjunct, Field, Literal, fields_of, nodes_of
from orchestrator.domain.desk import Calm, Case
from orchestrator.domain.ids import PolicyName, TargetId
from orchestrator.domain.policy import Crosses, Enters, Leaves, Stays
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target

SOONER_S = 1e-6
"""A clock is due this much before it is, since differences of floats are rounded."""
_ATTRIBUTES = {
    "target.confidence": "confidence",
    "target.speed_mps": "velocity_mps",
    "target.age_s": "first_seen_s",
    "target.cameras": "seen_by",
}
_RISES = frozenset(
    {"target.age_s", "target.still_s", "zone.since_s", "zone.still_s", "line.since_s"}
)
_FALLS = frozenset({"arrival.leaves_in_s", "arrival.earliest_in_s"})
_CLOCKS = _RISES | _FALLS | {"target.cameras"}


class Watch:
    """One tick's answer to who has to be judged, and what to remember of those who had not to."""

    def __init__(self, tick: Tick, happening: Happening, standing: frozenset[PolicyName]) -> None:
        """Compare everybody with what is remembered of them."""
        self._tick = tick
        self._of = (tick.site.policies, standing, happening.shared)
        known = tick.desk.calm
        same = len(known.of) == 3 and known.of[0] is self._of[0] and known.of[1:] == self._of[1:]
        self._before: Mapping[TargetId, tuple[object, float]] = known.by_target if same else {}
        self._now = _looks(tick, happening)
        busy = {target_of(case.cause) for case in tick.desk.cases.values()}
        self.awake: list[Target] = [
            target
            for target in tick.world.targets
            if target.id in busy or not self._calm(target.id)
        ]

    def _calm(self, target: TargetId) -> bool:
        known = self._before.get(target)
        return known is not None and known[1] > self._tick.now_s and known[0] == self._now[target]

    def calm(self, cases: Mapping[CaseKey, Case]) -> Calm:
        """Return for whom no policy holds now, and until when that stands by itself."""
        busy = {target_of(case.cause) for case in cases.values()}
        awake = {target.id for target in self.awake}
        by_target = {name: known for name, known in self._before.items() if name in self._now}
        for name in awake:
            by_target.pop(name, None)
            if name not in busy:
                due_s = self._tick.due_s.get(name, math.inf)
                by_target[name] = (self._now[name], due_s - SOONER_S)
        return Calm(self._of, by_target)


def _looks(tick: Tick, happening: Happening) -> dict[TargetId, object]:
    """Return everything that policies may read of each target, the clock left aside."""
    attributes, counts = _read(SameSite(tick.site))
    present, arriving, crossed = happening.present, happening.arriving, happening.crossed
    rests = tick.world.rests
    looks: dict[TargetId, object] = {
        target.id: (
            attributes(target),
            present.get(target.id),
            arriving.get(target.id),
            crossed.get(target.id),
            rests.get(target.id),
        )
        for target in tick.world.targets
    }
    if counts:
        for name, presences in present.items():
            if name in looks:
                others = [happening.count(one.zone, (kind,)) for one in presences for kind in Kind]
                looks[name] = looks[name], others
    return looks


@lru_cache(maxsize=4)
def _read(key: SameSite) -> tuple[Callable[[Target], object], bool]:
    """Return what a site's policies read of a target itself, and whether of how many there are."""
    paths = {
        field.path
        for policy in key.site.policies.policies
        if isinstance(policy.on, Enters | Stays | Crosses | Leaves)
        for part in policy.when
        for field in fields_of(part.condition)
    }
    names = ["kind", *(name for path, name in _ATTRIBUTES.items() if path in paths)]
    return attrgetter(*names), "zone.count" in paths


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy's condition, built once: clause by clause its test, and the clocks that it reads."""

    clauses: tuple[tuple[Test, tuple[tuple[str, float], ...]], ...]

    def holds(self, facts: Facts) -> bool:
        """Say whether every clause is true."""
        return all(test(facts) for test, _ in self.clauses)

    def stays_false_s(self, facts: Facts) -> float:
        """Return how long a condition that is false stays so while nothing but time passes.

        It does as long as any of its false clauses does.
        """
        longest_s = 0.0
        for test, clocks in self.clauses:
            if not test(facts):
                reached_s = [_reached_in_s(path, mark, facts) for path, mark in clocks]
                longest_s = max(longest_s, min(reached_s, default=math.inf))
        return longest_s


def rules(site: Site) -> Mapping[PolicyName, Rule]:
    """Return the condition of every policy of a site."""
    return _rules(SameSite(site))


@lru_cache(maxsize=4)
def _rules(key: SameSite) -> Mapping[PolicyName, Rule]:
    return {
        policy.name: Rule(tuple((tested(part), _clocks(part)) for part in policy.when))
        for policy in key.site.policies.policies
    }


def _reached_in_s(path: str, mark: float, facts: Facts) -> float:
    value = facts[path]
    if not isinstance(value, float | int) or math.isnan(mark):
        return 0.0
    left_s = mark - value if path in _RISES else value - mark
    return left_s if left_s >= 0.0 else math.inf


def _clocks(part: Conjunct) -> tuple[tuple[str, float], ...]:
    """Return which clocks a clause reads, and the marks they are compared with.

    A clock that is compared with anything but a number has no mark: NaN, which is always due.
    """
    found: list[tuple[str, float]] = []
    for node in nodes_of(part.condition):
        if not isinstance(node, Compare):
            continue
        read = [field.path for field in fields_of(node) if field.path in _CLOCKS]
        marks = [
            side.value
            for side in (node.left, node.right)
            if isinstance(side, Literal) and isinstance(side.value, float)
        ]
        alone = isinstance(node.left, Field) or isinstance(node.right, Field)
        simple = alone and len(marks) == 1 and node.op != "in"
        found += [(path, marks[0] if simple else math.nan) for path in read]
    return tuple(found)
