"""Conditions as values: the tree that ``config`` parses from a ``when`` and ``decide`` judges.

The language is a strict, typed subset of CEL: ``&&  ||  !  ==  !=  <  <=  >  >=  in``, brackets,
field paths, numbers, strings, booleans and lists of literals. There are no loops, no calls and no
regular expressions, so the cost of judging a condition is bounded by its length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

Value = float | str | bool | tuple[float | str, ...]


class Sort(Enum):
    """The type of a value in a condition."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the condition itself."""

    value: Value


@dataclass(frozen=True, slots=True)
class Field:
    """A fact looked up when the condition is judged, such as ``target.confidence``."""

    path: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Compare:
    """``left`` and ``right`` compared by ``op``: one of ``== != < <= > >= in``."""

    op: str
    left: "Condition"
    right: "Condition"


@dataclass(frozen=True, slots=True)
class Not:
    """True when ``inner`` is false."""

    inner: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when at least one part is."""

    parts: tuple["Condition", ...]


Condition = Literal | Field | Compare | Not | All | Any


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One clause of a ``when`` as its author wrote it: explained by itself.

    Its text alone is hashed, so that what is built of a clause is quickly found again.
    """

    text: str
    condition: Condition = field(hash=False)


def nodes_of(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and everything in it, in the order written."""
    yield condition
    match condition:
        case Not(inner=inner):
            yield from nodes_of(inner)
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from nodes_of(part)
        case Compare(left=left, right=right):
            yield from nodes_of(left)
            yield from nodes_of(right)
        case Literal() | Field():
            return


def fields_of(condition: Condition) -> tuple[Field, ...]:
    """Return the names that a condition reads, each once, in the order written."""
    found = (node for node in nodes_of(condition) if isinstance(node, Field))
    return tuple(dict.fromkeys(found))
