"""A policy's conditions, built once: whether they hold, and how long that stands by itself."""

import math
from dataclasses import dataclass

from orchestrator.decide.facts import Facts
from orchestrator.decide.judge import Test, tested
from orchestrator.domain.condition import Compare, Conjunct, Field, Literal, fields_of, nodes_of
from orchestrator.domain.policy import Policy

_RISES = frozenset(
    {"target.age_s", "target.still_s", "zone.since_s", "zone.still_s", "line.since_s"}
)
_FALLS = frozenset({"arrival.leaves_in_s", "arrival.earliest_in_s"})
CLOCKS = _RISES | _FALLS
"""What changes while nothing but time passes."""

_Marks = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A policy and its condition: first the clauses that read no clock, then those that do.

    ``timed`` has with each test the clocks that it reads and what they are compared with;
    ``number`` is the policy's place in its set. ``counts`` says that it asks how many are in a
    zone, ``clears_by_clock`` that it reads a clock to find out whether it may clear.
    """

    policy: Policy
    number: int
    sure: tuple[Test, ...]
    timed: tuple[tuple[Test, _Marks], ...]
    counts: bool
    clears_by_clock: bool

    def holds(self, facts: Facts) -> bool:
        """Say whether every clause is true."""
        for test in self.sure:  # not `all`: a generator costs as much as the tests
            if not test(facts):
                return False
        return all(test(facts) for test, _ in self.timed)

    def stays_false_s(self, facts: Facts) -> float:
        """Return how long a condition that is false stays so while nothing but time passes.

        It does as long as any of its false clauses does.
        """
        longest_s = 0.0
        for test in self.sure:
            if not test(facts):
                return math.inf
        for test, marks in self.timed:
            if not test(facts):
                longest_s = max(longest_s, _reached_s(marks, facts))
        return longest_s

    def stays_true_s(self, facts: Facts) -> float:
        """Return how long a condition that is true stays so while nothing but time passes."""
        return min((_reached_s(marks, facts) for _, marks in self.timed), default=math.inf)


def rule_of(policy: Policy, number: int) -> Rule:
    """Return a policy's condition as functions."""
    parts = [(tested(part), _marks(part)) for part in policy.when]
    every = (*policy.when, *policy.clear_when)
    return Rule(
        policy,
        number,
        sure=tuple(test for test, marks in parts if not marks),
        timed=tuple((test, marks) for test, marks in parts if marks),
        counts=any(one.path == "zone.count" for part in every for one in fields_of(part.condition)),
        clears_by_clock=any(_marks(part) for part in policy.clear_when),
    )


def _reached_s(marks: _Marks, facts: Facts) -> float:
    """Return in what time the first of some clocks reaches its mark; what is past is never."""
    return min(_reaches_s(path, mark, facts[path]) for path, mark in marks)


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
