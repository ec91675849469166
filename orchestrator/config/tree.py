"""Text -> tree with positions: a strict reader of the part of YAML 1.2 that people write by hand.

It is built on parser events, so nothing is constructed from a tag and nothing is expanded.
Scalars stay text: `on`, `no` and `22:00` mean what they say, and only the reader of a field knows
whether `30` is a number. Aliases, anchors, tags, merge keys, duplicate keys, a second document,
control characters, deep nesting and giant files are refused, each at its place.

The reading stops at the first mistake of syntax: what follows it cannot be told apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from orchestrator.errors import AuthorError, Finding

MAX_CHARACTERS = 512 * 1024
MAX_DEPTH = 16
MAX_NODES = 20_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where it is installed. Only its events are used: its *composer* recurses on
the C stack and can be made to overflow it; its parser does not recurse."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file: line and column from 1, and how many characters are meant."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as written; ``plain`` is False when it was quoted or a block.

    ``folded`` is True for a block whose lines are one sentence (``>``).
    """

    text: str
    plain: bool
    place: Place
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``flow`` when it was written in brackets."""

    items: tuple["Node", ...]
    place: Place
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Entries:
    """A map: keys in the order written, each once; ``flow`` when it was written in braces."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place
    flow: bool = False


Node = Scalar | Items | Entries


class Page:
    """A file's text, from which findings quote the line they speak of."""

    def __init__(self, text: str, path: str) -> None:
        """Keep the text and the path that findings name."""
        self.path = path
        self._lines = text.split("\n")

    def line(self, number: int) -> str:
        """Return a line counted from 1; empty beyond the end."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def finding(self, place: Place, message: str, hint: str = "") -> Finding:
        """Return a finding at a place, with its source line and the width of its caret."""
        source = self.line(place.line)
        source = "".join(mark if mark.isprintable() else " " for mark in source.rstrip("\r"))
        width = max(1, min(place.width, len(source) - place.column + 1))
        return Finding(self.path, place.line, place.column, message, hint, source, width)


def tree_of(text: str, path: str) -> Node:
    """Return the one document of a file; ``AuthorError`` when it is not what the law above says."""
    page = Page(text[:MAX_CHARACTERS], path)
    if len(text) > MAX_CHARACTERS:
        raise AuthorError(
            [page.finding(Place(1, 1), f"file is longer than {MAX_CHARACTERS // 1024} KiB")]
        )
    _refuse_control_characters(text, page)
    try:
        return _Builder(page).document(text)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        problem = (wrong.problem or "cannot be read").lower()
        raise AuthorError([page.finding(place, f"not valid YAML: {problem}")]) from None
    except yaml.YAMLError:
        raise AuthorError([page.finding(Place(1, 1), "not valid YAML")]) from None


def _refuse_control_characters(text: str, page: Page) -> None:
    """Raise at the first character that nobody can see."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.isprintable() or line.rstrip("\r").isprintable():
            continue
        for column, mark in enumerate(line.rstrip("\r"), start=1):
            if mark == "\t":
                message, hint = "tab where spaces are expected", "indent with spaces"
                raise AuthorError([page.finding(Place(number, column), message, hint)])
            if not mark.isprintable() and mark not in "\u00a0\ufeff":
                message = f"control character U+{ord(mark):04X}"
                raise AuthorError([page.finding(Place(number, column), message)])


class _Builder:
    """Builds the tree from events, counting depth and nodes as they come."""

    def __init__(self, page: Page) -> None:
        """Start with nothing read."""
        self._page = page
        self._nodes = 0

    def document(self, text: str) -> Node:
        """Return the root node of the only document."""
        events = yaml.parse(text, Loader=_LOADER)
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                if root is not None:
                    raise self._refused(event, "a second document; write one per file")
                root = self._node(event, events, depth=1)
        if root is None:
            raise AuthorError([self._page.finding(Place(1, 1), "file is empty")])
        return root

    def _refused(self, event: yaml.Event, message: str, hint: str = "") -> AuthorError:
        """Return the error for something that the language does not have."""
        return AuthorError([self._page.finding(_place(event), message, hint)])

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        """Return the node that an event begins, and all that is in it."""
        self._nodes += 1
        if not isinstance(event, yaml.NodeEvent):
            raise self._refused(event, "cannot be read")
        if isinstance(event, yaml.AliasEvent):
            raise self._refused(event, "aliases are refused", "write the value out")
        if event.anchor is not None:
            raise self._refused(event, "anchors are refused", "write the value out")
        if getattr(event, "tag", None) is not None:
            raise self._refused(
                event, "tags are refused", "put a value that begins with `!` in quotes"
            )
        if depth > MAX_DEPTH:
            raise self._refused(event, f"nested deeper than {MAX_DEPTH} levels")
        if self._nodes > MAX_NODES:
            raise self._refused(event, f"more than {MAX_NODES} values in one file")
        if isinstance(event, yaml.ScalarEvent):
            plain = bool(event.implicit[0]) and not event.style
            return Scalar(event.value, plain, _place(event), event.style == ">")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, events, depth)
        return self._entries(event, events, depth)

    def _items(self, start: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> Items:
        """Return a list up to its end."""
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, depth + 1))
        return Items(tuple(items), _place(start), bool(getattr(start, "flow_style", False)))

    def _entries(self, start: yaml.NodeEvent, events: Iterator[yaml.Event], depth: int) -> Entries:
        """Return a map up to its end; a key that is not a plain word, or comes twice, is refused."""
        entries: list[tuple[Scalar, Node]] = []
        lines: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, events, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refused(event, "a key must be a word")
            if key.text == "<<" and key.plain:
                raise self._refused(event, "merge keys are refused", "write the values out")
            if key.text in lines:
                message = f"key `{key.text}` is written twice"
                raise self._refused(event, message, f"first on line {lines[key.text]}")
            lines[key.text] = key.place.line
            entries.append((key, self._node(next(events), events, depth + 1)))
        return Entries(tuple(entries), _place(start), bool(getattr(start, "flow_style", False)))


def _place(event: yaml.Event) -> Place:
    """Return where an event begins; its width is known when it ends on the same line."""
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return Place(1, 1)
    width = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, width))
