"""Conditions judged: true or false, and clause by clause what was found."""

import ast
from collections.abc import Callable, Sequence
from functools import lru_cache

from orchestrator.decide.compiled import compiled, fact
from orchestrator.decide.facts import TARGET, WAYS, Facts, Moment, Way
from orchestrator.domain.condition import Condition, Conjunct, Value, fields_of
from orchestrator.domain.intent import Clause
from orchestrator.domain.target import Target

Test = Callable[[Facts], bool]
"""A condition as a function of the facts."""
Possible = Callable[[Moment, Target, Way], bool]
"""A condition as a function of a target in one of its ways."""
_READERS = {name: read for each in (TARGET, *WAYS.values()) for name, read in each.items()}


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
    return truth_of([part.condition])


def truth_of(conditions: Sequence[Condition]) -> Test:
    """Return a function of the facts: whether all of some conditions hold.

    That each is one of truth was checked before.
    """
    return compiled(conditions, ["facts"], fact, {})


def possible_of(conditions: Sequence[Condition]) -> Possible:
    """Return the same as a function of a target in one of its ways, at a moment.

    A fact is a call of its reader; it is not kept, since most are asked for once.
    """
    return compiled(conditions, ["at", "target", "way"], _of_target, _READERS)


def _of_target(path: str) -> ast.expr:
    """Return how a field is read of the arguments ``at``, ``target`` and ``way``."""
    at = ast.Name("at", ast.Load())
    if path not in _READERS:
        shared = ast.Attribute(at, "shared", ast.Load())
        return ast.Subscript(shared, ast.Constant(path), ast.Load())
    arguments: list[ast.expr] = [at, ast.Name("target", ast.Load()), ast.Name("way", ast.Load())]
    return ast.Call(ast.Name(path, ast.Load()), arguments, [])


def judged(conjuncts: Sequence[Conjunct], facts: Facts) -> tuple[Clause, ...]:
    """Return every clause of a condition with what was found."""
    return tuple(
        Clause(part.text, _found(_read_by(part), facts), tested(part)(facts)) for part in conjuncts
    )


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
