"""Conditions judged: true or false, and clause by clause what was found."""

from collections.abc import Sequence

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


def holds(condition: Condition, facts: Facts) -> bool:
    """Say whether a condition is true; its types were checked when it was loaded.

    >>> from orchestrator.domain.condition import Sort
    >>> holds(Compare(">=", Field("a", Sort.NUMBER), Literal(0.7)), {"a": 0.8})
    True
    """
    return bool(_value(condition, facts))


def judged(conjuncts: Sequence[Conjunct], facts: Facts) -> tuple[Clause, ...]:
    """Return every clause of a condition with what was found."""
    return tuple(
        Clause(part.text, _found(part.condition, facts), holds(part.condition, facts))
        for part in conjuncts
    )


def _value(node: Condition, facts: Facts) -> Value:
    match node:
        case Literal(value=value):
            return value
        case Field(path=path):
            return facts[path]
        case Not(inner=inner):
            return not _value(inner, facts)
        case All(parts=parts):
            return all(_value(part, facts) for part in parts)
        case Any(parts=parts):
            return any(_value(part, facts) for part in parts)
        case Compare(op=op, left=left, right=right):
            return _compared(op, _value(left, facts), _value(right, facts))


def _compared(op: str, left: Value, right: Value) -> bool:
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    if op == "in":
        return isinstance(right, tuple) and left in right
    assert isinstance(left, float | int)
    assert isinstance(right, float | int)
    if op == "<":
        return left < right
    if op == "<=":
        return left <= right
    return left > right if op == ">" else left >= right


def _found(condition: Condition, facts: Facts) -> str:
    """Return the facts that a condition looked at, each once, in the order written."""
    names = dict.fromkeys(field.path for field in fields_of(condition))
    return ", ".join(f"{name.partition('.')[2]} = {shown(facts[name])}" for name in names)


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
