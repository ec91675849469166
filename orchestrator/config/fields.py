"""Readers of single fields: each returns the value, or records a finding and returns None.

Nothing raises while a file is read, so that its writer hears of every mistake at once. An unknown
key or name comes with the nearest one that exists.
"""

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from orchestrator.config import units
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
    plural = f"{what[:-1]}ies" if what.endswith(("cy", "ty")) else f"{what}s"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    near = difflib.get_close_matches(written, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean `{near[0]}`? ({plural}: {shown})"
    return f"{plural}: {shown}" if names else f"there are no {plural} here"


class Fields:
    """The entries of one map, read by name; what is not asked for is unknown."""

    def __init__(self, node: Node, notes: Notes, what: str, known: Sequence[str]) -> None:
        """Check that the node is a map with known keys only; a wrong one reads as empty."""
        self.notes = notes
        self.what = what
        self.place = node.place
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Scalar] = {}
        self.broken = not isinstance(node, Entries)
        if not isinstance(node, Entries):
            notes.wrong(node, f"{what} must be a map", f"keys: {', '.join(known)}")
            return
        for key, value in node.entries:
            if key.text in known:
                self._values[key.text], self._keys[key.text] = value, key
            else:
                notes.unknown(key, "key", known, of=f" of {what}")
                self.broken = True

    def __contains__(self, key: str) -> bool:
        """Say whether a key was written."""
        return key in self._values

    def place_of(self, key: str) -> Place:
        """Return where a key stands, or where the map begins."""
        return self._keys[key].place if key in self._keys else self.place

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """Return a value as it is."""
        value = self._values.get(key)
        if value is None and required:
            self.notes.wrong(self.place, f"{self.what} needs `{key}`")
        return value

    def scalar(self, key: str, *, required: bool = False) -> Scalar | None:
        """Return a single value as written; an empty one counts as a mistake."""
        value = self.node(key, required=required)
        if value is None:
            return None
        return scalar(value, self.notes, f"`{key}`")

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Return a text."""
        value = self.scalar(key, required=required)
        return default if value is None else value.text

    def read(
        self,
        key: str,
        reader: Callable[[str], Read | None],
        expected: str,
        *,
        required: bool = False,
    ) -> Read | None:
        """Return a text as ``reader`` understands it; ``expected`` tells what would be."""
        value = self.scalar(key, required=required)
        if value is None:
            return None
        read = reader(value.text)
        if read is None:
            self.notes.wrong(value, f"`{key}` must be {expected}, found `{value.text}`")
        return read

    def quantity(
        self, key: str, unit: units.Unit, *, required: bool = False, default: float = 0.0
    ) -> float:
        """Return a quantity with its unit."""
        read = self._measured(key, unit, required=required)
        return default if read is None else read

    def positive(
        self, key: str, unit: units.Unit, *, required: bool = False, default: float = 0.0
    ) -> float:
        """Return a quantity that is not negative; where it is required, not zero either."""
        read = self._measured(key, unit, required=required)
        if read is None:
            return default
        if read < 0 or (required and read == 0):
            self.notes.wrong(self.place_of(key), f"`{key}` must be more than zero")
        return read

    def _measured(self, key: str, unit: units.Unit, *, required: bool) -> float | None:
        """Return a quantity, or None when it is missing or has no unit."""
        value = self.scalar(key, required=required)
        if value is None:
            return None
        read = units.quantity(value.text, unit)
        if read is None:
            bare = units.number(value.text) is not None
            message = f"`{key}` must be {unit.name} with its unit, found `{value.text}`"
            verb = "write" if bare else "as"
            self.notes.wrong(value, message, f"{verb} {unit.example}")
        return read

    def number(self, key: str, *, default: float = 0.0, required: bool = False) -> float:
        """Return a bare number."""
        value = self.read(key, units.number, "a number", required=required)
        return default if value is None else value

    def truth(self, key: str, *, default: bool) -> bool:
        """Return true or false, written so and not otherwise."""
        value = self.scalar(key)
        return default if value is None else truth(value, self.notes, key, default=default)

    def choice(self, key: str, names: Sequence[str], what: str, *, required: bool = False) -> str:
        """Return one of the names; empty when there is none, or when it is not one of them."""
        value = self.scalar(key, required=required)
        if value is None:
            return ""
        if value.text not in names:
            self.notes.unknown(value, what, names)
            return ""
        return value.text

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Return the items of a list."""
        value = self.node(key, required=required)
        if value is None:
            return ()
        if not isinstance(value, Items) or not value.items:
            self.notes.wrong(value, f"`{key}` must be a list with at least one item")
            return ()
        return value.items

    def several(self, key: str, *, required: bool = False) -> tuple[Scalar, ...]:
        """Return one or more words: `a` or `[a, b]`."""
        value = self.node(key, required=required)
        return () if value is None else words(value, self.notes, f"`{key}`")


def scalar(node: Node, notes: Notes, what: str) -> Scalar | None:
    """Return a node that is a single value and not empty."""
    if not isinstance(node, Scalar):
        notes.wrong(node, f"{what} must be a single value")
        return None
    if not node.text.strip() or (node.plain and node.text in {"~", "null"}):
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
