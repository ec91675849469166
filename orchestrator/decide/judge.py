"""Conditions judged: true or false, and clause by clause what was found."""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any as Anything
from typing import cast

from orchestrator.decide.facts import Facts
from orchestrator.domain.condition import (
    All,
    Any,
    Compare,
    Condition,
    Conjunct,
    Field,
    Literal,
    Not,
    Value,
    fields_of,
)
from orchestrator.domain.intent import Clause

Test = Callable[[Facts], bool]
"""A condition as a function of the facts."""
_Read = Callable[[Facts], Value]


def holds(conjuncts: Sequence[Conjunct], facts: Facts) -> bool:
    """Say whether every clause of a condition is true; types were checked when it was loaded.

    >>> from orchestrator.domain.condition import Sort
    >>> clause = Conjunct("a >= 0.7", Compare(">=", Field("a", Sort.NUMBER), Literal(0.7)))
    >>> holds((clause,), {"a": 0.8})
    True
    """
    return all(tested(part)(facts) for part in conjuncts)


@lru_cache(maxsize=8192)
def tested(part: Conjunct) -> Test:
    """Return a clause as a function that is built once: facts in, true or false out."""
    return compiled(part.condition)


def compiled(condition: Condition) -> Test:
    """Return a condition as a function of the facts; that it is one of truth was checked before."""
    return cast("Test", _built(condition))


def together(parts: Sequence[Conjunct]) -> Test:
    """Return several clauses as one function: true if every one is."""
    return cast("Test", _joined([tested(part) for part in parts], _both, none=True))


def judged(conjuncts: Sequence[Conjunct], facts: Facts) -> tuple[Clause, ...]:
    """Return every clause of a condition with what was found."""
    return tuple(
        Clause(part.text, _found(_read_by(part), facts), tested(part)(facts)) for part in conjuncts
    )


def _built(node: Condition) -> _Read:
    """Return a condition as nested functions: names and operators are looked at once, here."""
    match node:
        case Literal(value=value):
            return lambda _: value
        case Field(path=path):
            return itemgetter(path)
        case Not(inner=inner):
            denied = _built(inner)
            return lambda facts: not denied(facts)
        case All(parts=parts):
            return _joined([_built(part) for part in parts], _both, none=True)
        case Any(parts=parts):
            return _joined([_built(part) for part in parts], _either, none=False)
        case Compare(op=op, left=left, right=right):
            return _comparing(op, left, right)


def _joined(parts: Sequence[_Read], join: Callable[[_Read, _Read], _Read], *, none: bool) -> _Read:
    """Return many parts as one, halved again and again: a long chain is not a deep one."""
    if not parts:
        return lambda _: none
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    first, second = (_joined(some, join, none=none) for some in (parts[:half], parts[half:]))
    return join(first, second)


def _both(one: _Read, other: _Read) -> _Read:
    return lambda facts: one(facts) and other(facts)


def _either(one: _Read, other: _Read) -> _Read:
    return lambda facts: one(facts) or other(facts)


def _comparing(op: str, left: Condition, right: Condition) -> Callable[[Facts], bool]:
    """Return a comparison as a function; nearly all are of a fact with a literal."""
    if isinstance(left, Field) and isinstance(right, Literal):
        return _WITH_LITERAL[op](left.path, right.value)
    compare = _OPERATORS[op]
    first, second = _built(left), _built(right)
    return lambda facts: compare(first(facts), second(facts))


def _is_in(item: object, items: object) -> bool:
    assert isinstance(items, tuple)
    return item in items


_OPERATORS: Mapping[str, Callable[..., bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": _is_in,
}
_WITH_LITERAL: Mapping[str, Callable[[str, Anything], Test]] = {
    "==": lambda path, value: lambda facts: facts[path] == value,
    "!=": lambda path, value: lambda facts: facts[path] != value,
    "<": lambda path, value: lambda facts: facts[path] < value,
    "<=": lambda path, value: lambda facts: facts[path] <= value,
    ">": lambda path, value: lambda facts: facts[path] > value,
    ">=": lambda path, value: lambda facts: facts[path] >= value,
    "in": lambda path, value: lambda facts: facts[path] in value,
}
"""The same, written out: most of all time goes here."""


def _found(paths: Sequence[str], facts: Facts) -> str:
    """Return the facts that a condition looked at, each once, in the order written."""
    return ", ".join(f"{path.partition('.')[2]} = {shown(facts[path])}" for path in paths)


@lru_cache(maxsize=8192)
def _read_by(part: Conjunct) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field.path for field in fields_of(part.condition)))


def shown(value: Value) -> str:
    """Return a value as explanations print it.

    >>> shown(0.8314), shown(True), shown(("yard", "gate"))
    ('0.83', 'true', '[yard, gate]')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, tuple):
        return f"[{', '.join(shown(item) for item in value)}]"
    return value
