"""Readers of single fields: each returns the value, or records a finding and returns None.

Nothing raises while a file is read, so that its writer hears of every mistake at once. An unknown
key or name comes with the nearest one that exists.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from orchestrator.config import units
from orchestrator.config.shape import (
    MAX_NAME,
    NAME,
    Choice,
    Kinds,
    Known,
    ListOf,
    MapOf,
    Measure,
    Number,
    Point,
    Shape,
    Share,
    Truth,
    Value,
    way,
    ways,
)
from orchestrator.config.tree import Entries, Items, Node, Page, Place, Scalar
from orchestrator.errors import Finding

Read = TypeVar("Read")

_BARE_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class Notes:
    """What was found wrong in one file so far."""

    def __init__(self, page: Page) -> None:
        """Start with nothing wrong."""
        self.page = page
        self.findings: list[Finding] = []

    def wrong(self, at: Node | Place, message: str, hint: str = "") -> None:
        """Record a mistake at a node's place."""
        place = at if isinstance(at, Place) else at.place
        self.findings.append(self.page.finding(place, message, hint))

    def unknown(self, at: Scalar, what: str, known: Iterable[str], *, of: str = "") -> None:
        """Record a name that does not exist, with the nearest that does and all of them."""
        names = sorted(set(known))
        self.wrong(at, f"unknown {what} `{at.text}`{of}", did_you_mean(at.text, names, what))


def did_you_mean(written: str, names: Sequence[str], what: str) -> str:
    """Return a hint for a name that does not exist.

    >>> did_you_mean("gatte", ["dock", "gate"], "preset")
    'did you mean `gate`? (presets: dock, gate)'
    """
    plural = f"{what[:-1]}ies" if what.endswith(("cy", "ry", "ty")) else f"{what}s"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    near = difflib.get_close_matches(written, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean `{near[0]}`? ({plural}: {shown})"
    return f"{plural}: {shown}" if names else f"there are no {plural} here"


class Fields:
    """The entries of one map, read by its shape; what is not in the shape is unknown.

    `kind` is the one key of the shape's `either` that is written; empty when it is not one.
    """

    def __init__(self, node: Node, notes: Notes, what: str, shape: Shape) -> None:
        """Check which keys are there; a node that is no map reads as empty."""
        self.notes = notes
        self.what = what
        self.shape = shape
        self.place = node.place
        self.kind = ""
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Scalar] = {}
        self.broken = not isinstance(node, Entries)
        if not isinstance(node, Entries):
            notes.wrong(node, f"{what} must be a map", f"keys: {', '.join(shape.names)}")
            return
        for key, value in node.entries:
            if key.text in shape.names:
                self._values[key.text], self._keys[key.text] = value, key
            else:
                notes.unknown(key, "key", shape.names, of=f" of {what}")
                self.broken = True
        self._check_keys()

    def _check_keys(self) -> None:
        """Record keys that are missing, that exclude each other, or that belong elsewhere."""
        for key in self.shape.keys:
            if key.required and key.name not in self:
                self.notes.wrong(self.place, f"{self.what} needs `{key.name}`")
            if key.belongs and key.name in self and not any(one in self for one in key.belongs):
                message = f"`{key.name}` belongs to {_or(key.belongs)}"
                self.notes.wrong(self.place_of(key.name), message)
            for needed in key.needs:
                if key.name in self and needed not in self:
                    message = f"{self.what} needs `{needed}` beside `{key.name}`"
                    self.notes.wrong(self.place, message)
        if not self.shape.either or self.broken:
            return
        written = [key for key in self.shape.either if key in self]
        self.kind = written[0] if len(written) == 1 else ""
        if not self.kind:
            message = f"{self.what} needs {'either ' * (len(self.shape.either) > 1)}"
            self.notes.wrong(self.place, message + _or(self.shape.either))

    def __contains__(self, key: str) -> bool:
        """Say whether a key was written."""
        return key in self._values

    def place_of(self, key: str) -> Place:
        """Return where a key stands, or where the map begins."""
        return self._keys[key].place if key in self._keys else self.place

    def node(self, key: str) -> Node | None:
        """Return a value as it is; None when it is not written."""
        self.shape.key(key)
        return self._values.get(key)

    def scalar(self, key: str) -> Scalar | None:
        """Return a single value as written; an empty one counts as a mistake."""
        value = self.node(key)
        return None if value is None else scalar(value, self.notes, f"`{key}`")

    def text(self, key: str, *, default: str = "") -> str:
        """Return a text."""
        value = self.scalar(key)
        return default if value is None else value.text

    def read(self, key: str, reader: Callable[[str], Read | None], expected: str) -> Read | None:
        """Return a text as ``reader`` understands it; ``expected`` tells what would be."""
        value = self.scalar(key)
        if value is None:
            return None
        read = reader(value.text)
        if read is None:
            self.notes.wrong(value, f"`{key}` must be {expected}, found `{value.text}`")
        return read

    def quantity(self, key: str, *, default: float = 0.0) -> float:
        """Return a quantity in its unit's measure, within the bounds of its row."""
        value = self.scalar(key)
        if value is None:
            return default
        row = way(self.shape.key(key).value, Measure)
        read = units.quantity(value.text, row.unit)
        if read is None:
            bare = units.number(value.text) is not None
            message = f"`{key}` must be {row.unit.name} with its unit, found `{value.text}`"
            verb = "write" if bare else "as"
            self.notes.wrong(value, message, f"{verb} {row.unit.example}")
            return default
        self._check_measure(key, read, row)
        return read

    def _check_measure(self, key: str, read: float, row: Measure) -> None:
        """Record a quantity that is out of the bounds of its row."""
        least = -math.inf if row.least is None else row.least
        most = math.inf if row.most is None else row.most
        if least <= read <= most and (row.zero or read):
            return
        message = f"`{key}` must be more than zero"
        if row.most is not None:
            unit = next(iter(row.unit.worth))
            message = f"`{key}` must be between {least:g} and {most:g} {unit}, found {read:g}"
        self.notes.wrong(self.place_of(key), message)

    def share(self, key: str, *, default: float) -> float:
        """Return a percentage as 0..1."""
        way(self.shape.key(key).value, Share)
        read = self.read(key, units.share, "a percentage, such as `40 %`")
        return default if read is None else read

    def number(self, key: str, *, default: float = 0.0) -> float:
        """Return a bare number."""
        row = way(self.shape.key(key).value, Number)
        value = self.read(key, units.number, "a number")
        if value is None:
            return default
        least = -math.inf if row.least is None else row.least
        most = math.inf if row.most is None else row.most
        if not least <= value <= most:
            message = f"`{key}` must be between {least:g} and {most:g}, found {value:g}"
            self.notes.wrong(self.place_of(key), message)
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false, written so and not otherwise."""
        way(self.shape.key(key).value, Truth)
        value = self.scalar(key)
        return default if value is None else truth(value, self.notes, key, default=default)

    def choice(self, key: str) -> str:
        """Return one of the words of the row; empty when there is none, or when it is not one."""
        row = way(self.shape.key(key).value, Choice)
        value = self.scalar(key)
        if value is None:
            return ""
        if value.text not in row.words:
            self.notes.unknown(value, row.what, row.words)
            return ""
        return value.text

    def choices(self, key: str) -> tuple[str, ...]:
        """Return words of the row, of which several may be written."""
        row = way(self.shape.key(key).value, Choice)
        return named(self.several(key), self.notes, row.what, row.words)

    def named(self, key: str, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names written that the site has; what they name stands in the row."""
        row = way(self.shape.key(key).value, Known)
        return named(self.several(key), self.notes, row.what, names)

    def items(self, key: str) -> tuple[Node, ...]:
        """Return the items of a list, as many as its row wants."""
        value = self.node(key)
        if value is None:
            return ()
        least = way(self.shape.key(key).value, ListOf).least
        if not isinstance(value, Items) or len(value.items) < least:
            count = {0: "", 1: " with at least one item"}.get(least, f" of at least {least} items")
            self.notes.wrong(value, f"`{key}` must be a list{count}")
            return ()
        return value.items

    def several(self, key: str) -> tuple[Scalar, ...]:
        """Return one or more words: `a` or `[a, b]`."""
        value = self.node(key)
        return () if value is None else words(value, self.notes, f"`{key}`")

    def point(self, key: str) -> tuple[float, float] | None:
        """Return `[x, y]` in metres; None when it is missing or wrong."""
        way(self.shape.key(key).value, Point)
        value = self.node(key)
        return None if value is None else point(value, self.notes, f"`{key}`")

    def inner(self, key: str) -> "Fields | None":
        """Return the map that a key holds; None when it is not written."""
        node = self.node(key)
        return None if node is None else self.within(key, node, f"`{key}`")

    def inners(self, key: str, what: str) -> "tuple[Fields, ...]":
        """Return the maps of a list."""
        return tuple(self.within(key, item, what) for item in self.items(key))

    def sections(self, key: str, what: str) -> "Iterator[tuple[Scalar, Fields]]":
        """Return the maps that a map of names holds, each with its name; one is read at a time."""
        return (
            (name, self.within(key, node, f"{what} `{name.text}`"))
            for name, node in self.entries(key)
        )

    def within(self, key: str, node: Node, what: str) -> "Fields":
        """Return a map that is a value of a key, or one of its values, by the shape of its row."""
        return Fields(node, self.notes, what, self._shape(key, node))

    def entries(self, key: str) -> tuple[tuple[Scalar, Node], ...]:
        """Return the named things of a section; each name is checked."""
        row = way(self.shape.key(key).value, MapOf)
        node = self.node(key)
        if node is None:
            return ()
        if not isinstance(node, Entries):
            self.notes.wrong(node, f"`{key}` must be a map of names")
            return ()
        for name, _ in node.entries:
            if not row.free:
                check_name(name, self.notes)
        return node.entries

    def _shape(self, key: str, node: Node) -> Shape:
        """Return the shape of a map that a row holds."""
        value = self.shape.key(key).value
        inside = next((one.value for one in ways(value) if isinstance(one, MapOf)), value)
        table = table_of(inside, node)
        if table is None:
            raise LookupError(f"`{key}` has no table: {value}")
        return table


def table_of(value: Value, node: Node) -> Shape | None:
    """Return the table of a map; None where its author chooses the names."""
    for one in ways(value):
        if isinstance(one, MapOf):
            return None
        if isinstance(one, Kinds):
            keys = node.entries if isinstance(node, Entries) else ()
            return one.shape(frozenset(key.text for key, _ in keys))
        if isinstance(one, Shape):
            return one
    return None


def check_keys(node: Node, notes: Notes, what: str, value: Value) -> None:
    """Record every key, however deep, that its table does not have or that is missing there."""
    if isinstance(node, Items):
        for item in node.items:
            check_keys(item, notes, f"an item of {what}", value)
    if not isinstance(node, Entries):
        return
    table = table_of(value, node)
    if table is not None:
        Fields(node, notes, what, table)
    inside = next((one.value for one in ways(value) if isinstance(one, MapOf)), None)
    for key, inner in node.entries:
        if table is not None and key.text in table.names:
            check_keys(inner, notes, f"`{key.text}`", table.key(key.text).value)
        elif table is None and inside is not None:
            check_keys(inner, notes, f"`{key.text}`", inside)
        elif table is None:
            notes.wrong(key, f"{what} must not be a map")


def check_name(name: Scalar, notes: Notes) -> None:
    """Record a name that cannot stand in a path, a topic and an explanation."""
    if not re.fullmatch(NAME, name.text) or len(name.text) > MAX_NAME:
        message = f"`{name.text}` is not a name"
        notes.wrong(name, message, "small letters, digits and hyphens, such as `gate-2`")


def _or(words: Sequence[str]) -> str:
    """Return keys as a sentence lists them.

    >>> _or(["a", "b", "c"])
    '`a`, `b` or `c`'
    """
    quoted = [f"`{word}`" for word in words]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)


def scalar(node: Node, notes: Notes, what: str) -> Scalar | None:
    """Return a node that is a single value and not empty."""
    if not isinstance(node, Scalar):
        notes.wrong(node, f"{what} must be a single value")
        return None
    if not node.text.strip() or (node.plain and node.text in {"~", "null", "Null", "NULL"}):
        notes.wrong(node, f"{what} is empty")
        return None
    return node


def words(node: Node, notes: Notes, what: str) -> tuple[Scalar, ...]:
    """Return one word or a list of them."""
    items = node.items if isinstance(node, Items) else (node,)
    if not items:
        notes.wrong(node, f"{what} is empty")
    read = (scalar(item, notes, what) for item in items)
    return tuple(item for item in read if item is not None)


def truth(value: Scalar, notes: Notes, key: str, *, default: bool) -> bool:
    """Return true or false; `yes` and `on` are words here, and get a hint."""
    if value.plain and value.text in {"true", "false"}:
        return value.text == "true"
    meant = _BARE_WORDS.get(value.text.lower())
    hint = f"write `{meant}`" if meant else ""
    notes.wrong(value, f"`{key}` must be true or false, found `{value.text}`", hint)
    return default


def named(
    items: Iterable[Scalar], notes: Notes, what: str, known: Iterable[str], *, of: str = ""
) -> tuple[str, ...]:
    """Return the names that exist, and record those that do not."""
    names = set(known)
    good: list[str] = []
    for item in items:
        if item.text in names:
            good.append(item.text)
        else:
            notes.unknown(item, what, names, of=of)
    return tuple(good)


def point(node: Node, notes: Notes, what: str) -> tuple[float, float] | None:
    """Return `[x, y]` in metres."""
    pair = node.items if isinstance(node, Items) else ()
    read = [units.number(item.text) if isinstance(item, Scalar) else None for item in pair]
    if len(read) != 2 or read[0] is None or read[1] is None:
        notes.wrong(node, f"{what} must be two numbers in metres, such as `[12.0, 4.5]`")
        return None
    return read[0], read[1]


def ring(node: Node, notes: Notes, what: str, corners: int = 3) -> tuple[tuple[float, float], ...]:
    """Return the corners of a polygon in metres; empty when they are not."""
    if not isinstance(node, Items):
        notes.wrong(node, f"{what} must be a list of points, such as `[[0, 0], [4, 0], [4, 3]]`")
        return ()
    points = [point(item, notes, f"a corner of {what}") for item in node.items]
    good = tuple(item for item in points if item is not None)
    if len(points) < corners:
        notes.wrong(node, f"{what} needs at least {corners} points, found {len(points)}")
    return good if len(good) == len(points) >= corners else ()
