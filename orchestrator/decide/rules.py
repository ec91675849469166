"""A policy's conditions, built once: whether they hold, and how long that stands by itself."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.decide.facts import Facts
from orchestrator.decide.judge import Possible, Test, possible_of, tested, truth_of
from orchestrator.domain.condition import Compare, Conjunct, Field, Literal, fields_of, nodes_of
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.policy import Policy
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site

_RISES = frozenset(
    {"target.age_s", "target.still_s", "zone.since_s", "zone.still_s", "line.since_s"}
)
_FALLS = frozenset({"arrival.leaves_in_s", "arrival.earliest_in_s"})
CLOCKS = _RISES | _FALLS
"""What changes while nothing but time passes."""

_Marks = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A policy and its condition: first clauses that alone can say no for good, then the others.

    ``sure`` are, together, those that read neither a clock nor how many are in a zone; of a policy
    that may go on although its condition is false none are. ``possible`` asks the same of a target
    in one of its ways, for which nothing but what they read is found out. ``rest`` has with each
    test the clocks that it reads and what they are compared with. How long the policy ``lasts``, goes
    on to ``follow`` and waits to ``confirm`` is what the policy itself says. ``number`` is the policy's place in its set;
    ``clears_by_clock`` says that it reads a clock to find out whether it may clear.
    """

    policy: Policy
    number: int
    sure: Test
    possible: Possible
    rest: tuple[tuple[Test, _Marks], ...]
    lasts_s: float
    follow_s: float
    confirm_s: float | None
    clears_by_clock: bool

    def holds(self, facts: Facts) -> bool:
        """Say whether every clause is true."""
        return self.sure(facts) and all(test(facts) for test, _ in self.rest)

    def stays_false_s(self, facts: Facts) -> float:
        """Return how long a condition that is false stays so while nothing but time passes.

        It does as long as any of its false clauses does.
        """
        if not self.sure(facts):
            return math.inf
        false = [marks for test, marks in self.rest if not test(facts)]
        return max((_reached_s(marks, facts) for marks in false), default=0.0)

    def stays_true_s(self, facts: Facts) -> float:
        """Return how long a condition that is true stays so while nothing but time passes."""
        return min((_reached_s(marks, facts) for _, marks in self.rest), default=math.inf)


def rules_of(site: Site) -> Mapping[PolicyName, Rule]:
    """Return the rule of each policy of a site; those of the same site are made once."""
    return _rules(Same(site))


@lru_cache(maxsize=4)
def _rules(key: Same[Site]) -> Mapping[PolicyName, Rule]:
    policies = key.value.policies.policies
    return {policy.name: rule_of(policy, number) for number, policy in enumerate(policies)}


def rule_of(policy: Policy, number: int) -> Rule:
    """Return a policy's condition as functions."""
    sure = [part for part in policy.when if not policy.clear_when and _sure(part)]
    conditions = [part.condition for part in sure]
    return Rule(
        policy,
        number,
        sure=truth_of(conditions),
        possible=possible_of(conditions),
        rest=tuple((tested(part), _marks(part)) for part in policy.when if part not in sure),
        lasts_s=policy.lasts_s,
        follow_s=policy.follow_s,
        confirm_s=policy.confirm_s,
        clears_by_clock=any(_marks(part) for part in policy.clear_when),
    )


def _sure(part: Conjunct) -> bool:
    """Say whether a clause reads neither a clock nor how many there are."""
    paths = {field.path for field in fields_of(part.condition)}
    return not paths & CLOCKS and "zone.count" not in paths


def _reached_s(marks: _Marks, facts: Facts) -> float:
    """Return in what time the first of some clocks reaches its mark; what is past is never."""
    return min((_reaches_s(path, mark, facts[path]) for path, mark in marks), default=math.inf)


def _reaches_s(path: str, mark: float, value: object) -> float:
    if not isinstance(value, float | int) or math.isnan(mark):
        return 0.0
    left_s = mark - value if path in _RISES else value - mark
    return left_s if left_s >= 0.0 else math.inf


def _marks(part: Conjunct) -> _Marks:
    """Return which clocks a clause reads, and the marks they are compared with.

    A clock that is compared with anything but a number has no mark: NaN, which is always due.
    """
    found: list[tuple[str, float]] = []
    for node in nodes_of(part.condition):
        if not isinstance(node, Compare):
            continue
        read = [field.path for field in fields_of(node) if field.path in CLOCKS]
        marks = [
            side.value
            for side in (node.left, node.right)
            if isinstance(side, Literal) and isinstance(side.value, float)
        ]
        alone = isinstance(node.left, Field) or isinstance(node.right, Field)
        simple = alone and len(marks) == 1 and node.op != "in"
        found += [(path, marks[0] if simple else math.nan) for path in read]
    return tuple(found)
