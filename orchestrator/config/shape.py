"""What may be written: one table of keys per map. Readers and editors' schemas both come from it.

A `Shape` is a map that people write, a `Key` one of its rows: its name, what its value looks like,
and the sentence an editor shows on hover. `Fields` reads a map by its shape, so an unknown key, a
missing one, a wrong unit or word is found in one place; `schema` writes the same tables as JSON
Schema.

To add a key: add its row to the table beside its reader (`LOOK` in `actions.py`, `ON` in
`triggers.py`, `CALENDAR` in `calendars.py`, ...), read it there (`fields.quantity("for")`,
`fields.choice("towards")`, `fields.inner("set")` for a map in it), run `make docs`, and
write it into a file of `tests/fakes/every_key.py`, where both are tried.
Units, words, bounds and what is required stand in the row, never in the call. What depends on the
site (whether a zone exists) or on another value stays with the reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from orchestrator.config.units import Unit

NAME = r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*"
"""A name that can stand in a path, a topic and an explanation."""
MAX_NAME = 64


@dataclass(frozen=True, slots=True)
class Text:
    """Any text, or one of a form (a regular expression of the whole); empty only if `empty`."""

    form: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """`true` or `false`."""


@dataclass(frozen=True, slots=True)
class Number:
    """A bare number between two bounds."""

    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity with its unit, `least` and `most` in the unit's own measure; zero if `zero`."""

    unit: Unit
    least: float | None = 0.0
    most: float | None = None
    zero: bool = True


@dataclass(frozen=True, slots=True)
class Span:
    """Two quantities: `-170 deg to 170 deg`."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage: `70 %`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words, which together are called `what`."""

    what: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The name of a `what` that the site has."""

    what: str


@dataclass(frozen=True, slots=True)
class Point:
    """Two numbers: `[12.0, 4.5]`."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The corners of a polygon on the floor, at least so many."""

    corners: int = 3


@dataclass(frozen=True, slots=True)
class Several:
    """One or more: `a` or `[a, b]`."""

    value: "Value"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at least so many."""

    value: "Value"
    least: int = 1


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map of names that the author chooses; they look like `NAME` unless they are `free`."""

    value: "Value"
    free: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A value that may be written in more than one way."""

    values: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One row: a key, its value, and the sentence that says what it is for.

    A key that `belongs` to others is only written beside one of them; one that `needs` others, only
    beside all of them.
    """

    name: str
    value: "Value"
    says: str
    required: bool = False
    belongs: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A map: its rows, and the keys of which exactly one is written (`either`)."""

    keys: tuple[Key, ...]
    either: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the keys in the order in which people write them."""
        return tuple(key.name for key in self.keys)

    def key(self, name: str) -> Key:
        """Return a row; ``KeyError`` when the table has none: its reader asks for what it lacks."""
        for key in self.keys:
            if key.name == name:
                return key
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Kinds:
    """A map whose shape is told by the first of some keys that is in it."""

    shapes: tuple[tuple[str, Shape], ...]
    otherwise: Shape

    def shape(self, written: frozenset[str]) -> Shape:
        """Return the shape of a map with these keys."""
        return next((shape for key, shape in self.shapes if key in written), self.otherwise)


Value = (
    Text
    | Truth
    | Number
    | Measure
    | Span
    | Share
    | Choice
    | Known
    | Point
    | Ring
    | Several
    | ListOf
    | MapOf
    | AnyOf
    | Shape
    | Kinds
)
Sought = TypeVar("Sought")


def ways(value: Value) -> Iterator[Value]:
    """Yield every way in which a value may be written, and what lists and maps are made of."""
    yield value
    if isinstance(value, AnyOf):
        for one in value.values:
            yield from ways(one)
    elif isinstance(value, Several | ListOf | MapOf):
        yield from ways(value.value)


def way(value: Value, sought: type[Sought]) -> Sought:
    """Return the way of a value that is of a class; ``LookupError`` when its table says otherwise."""
    for one in ways(value):
        if isinstance(one, sought):
            return one
    raise LookupError(f"the table does not say {sought.__name__}: {value}")
