"""Our conditions against a public implementation of CEL, expression by expression.

What we take is a subset: whatever loads here has to load there, and come out the same. What is
refused here and not there is our strictness (types at load, no chains, no escapes), not a
disagreement. Numbers that an author writes without a point are ``int`` there; ours are all
``double``, and CEL compares the two by value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

import cel

from orchestrator.config.condition import Misread, conjuncts_of
from orchestrator.decide.judge import holds
from orchestrator.domain.condition import Value
from tests.fakes.conditions import VOCABULARY, facts_from, many, nested, slipped


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many expressions were judged by both, and those that came out differently."""

    cases: int
    disagreements: tuple[str, ...]


def agreement(seed: int, well_typed: int, slips: int) -> Agreement:
    """Compare well-typed conditions, and those slips of the pen that still load here."""
    cases, disagreements = 0, []
    for text, facts in (*many(seed, well_typed), *_slips(seed, slips)):
        try:
            ours = holds(conjuncts_of(text, VOCABULARY), facts)
        except Misread:
            continue
        cases += 1
        theirs = _theirs(text, facts)
        if theirs is not ours:
            disagreements.append(f"{text!r}: ours {ours}, theirs {theirs}, {dict(facts)}")
    return Agreement(cases, tuple(disagreements))


def _slips(seed: int, count: int) -> Iterator[tuple[str, dict[str, Value]]]:
    rng = Random(seed)
    for _ in range(count):
        yield slipped(rng), facts_from(rng)


def _theirs(text: str, facts: Mapping[str, Value]) -> object:
    """Return what CEL says: a truth, another value, or why it refuses."""
    try:
        return cel.evaluate(text, nested(facts))
    except (ValueError, TypeError, RuntimeError) as refused:
        return f"{type(refused).__name__}: {str(refused).partition(chr(10))[0]}"
