"""A file as it is always laid out: `policy fmt`.

Keys stand in the order of their tables, which is the order in which a policy answers; units are
spelled one way; short maps stand in braces on one line, and so does what its author put in braces
and fits a line. Comments stay with the entry they were written for. Nothing else changes: values
are written as they were, quoted where they were quoted.
"""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import takewhile

from orchestrator.config import units
from orchestrator.config.asides import Asides, asides_of
from orchestrator.config.fields import Notes, check_keys, table_of
from orchestrator.config.quoting import in_quotes
from orchestrator.config.schema import FILES
from orchestrator.config.shape import MapOf, Measure, Share, Span, Value, ways
from orchestrator.config.tree import MAX_DEPTH, Entries, Items, Node, Page, Scalar, tree_of
from orchestrator.errors import AuthorError, Broken

WIDTH = 120
SHORT = 60
"""A map of single values that is no longer than this stands in braces."""
_STEP = 2
_ROUNDS = 2 * MAX_DEPTH


def laid_out(text: str, path: str, kind: str) -> str:
    """Return a file as it is always laid out; ``AuthorError`` when its keys are not right.

    It is laid out until nothing moves any more: a comment that came to stand above a map leaves
    that map free to stand in braces.
    """
    for _ in range(_ROUNDS):
        before, text = text, _once(text, path, kind)
        if text == before:
            return text
    raise Broken(f"{path}: laying it out does not come to an end")


def _once(text: str, path: str, kind: str) -> str:
    """Return a file with its keys in order, and each map in the form that it can have now."""
    value, _ = FILES[kind]
    root = tree_of(text, path)
    notes = Notes(Page(text, path))
    check_keys(root, notes, f"the {kind}", value)
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    asides = asides_of(text, root)
    lines = [*asides.head, *_Layout(asides).block(root, value, 0), *asides.foot]
    result = "".join(f"{line}\n" for line in lines).lstrip("\n")
    if _plain(tree_of(result, path), value) != _plain(root, value):
        raise Broken(f"{path}: laying it out would change what it says")
    return result


class _Layout:
    """Writes nodes in blocks and braces, with the comments of a file."""

    def __init__(self, asides: Asides) -> None:
        self._asides = asides

    def block(self, node: Node, value: Value, indent: int) -> list[str]:
        """Return the lines of a map or list."""
        pad = " " * indent
        lines: list[str] = []
        if isinstance(node, Items):
            for item in node.items:
                lines += self._before(item, pad)
                lines += self._item(item, value, indent)
        elif isinstance(node, Entries):
            for key, inner, inner_value in _ordered(node, value):
                lines += self._before(key, pad)
                lines += self._entry(key, inner, inner_value, indent)
        return lines

    def _before(self, node: Node, pad: str) -> Iterator[str]:
        for line in self._asides.before.pop(node.place.line, ()):
            yield f"{pad}{line}".rstrip()

    def _item(self, item: Node, value: Value, indent: int) -> list[str]:
        """Return the lines of one item of a list; a block's first line stands behind the dash."""
        pad = " " * indent
        inline = self._inline(item, value, indent + _STEP)
        if inline is not None:
            return [self._beside(item, f"{pad}- {inline}".rstrip())]
        if isinstance(item, Scalar):
            return self._text(item, f"{pad}-", indent)
        inner = self.block(item, value, indent + _STEP)
        above = list(takewhile(lambda line: not line.strip() or line.strip()[0] == "#", inner))
        first = inner[len(above)]
        return [
            *(line.replace(" " * _STEP, "", 1) for line in above),
            f"{pad}- {first[len(pad) + _STEP :]}",
            *inner[len(above) + 1 :],
        ]

    def _entry(self, key: Scalar, node: Node, value: Value, indent: int) -> list[str]:
        """Return the lines of one entry of a map."""
        head = f"{' ' * indent}{_scalar(key)}:"
        inline = self._inline(node, value, len(head) + 1)
        if inline is not None:
            return [self._beside(key, f"{head} {inline}".rstrip())]
        if isinstance(node, Scalar):
            return self._text(node, head, indent)
        return [self._beside(key, head), *self.block(node, value, indent + _STEP)]

    def _beside(self, node: Node, line: str) -> str:
        """Return a line with the comment at its end, where it stood if there is room."""
        column, comment = self._asides.beside.pop(node.place.line, (0, ""))
        return f"{line:<{column - 2}}  {comment}" if comment and column > 1 else line

    def _inline(self, node: Node, value: Value, column: int) -> str | None:
        """Return a node on one line; None where it needs several."""
        if isinstance(node, Scalar):
            return None if _many_lines(node) else _scalar(_spelled(node, value))
        text = _braced(node, value)
        if not _size(node):
            return text
        if text is None or column + len(text) > WIDTH or self._talked_of(node):
            return None
        short = isinstance(node, Entries) and _flat(node) and len(text) <= SHORT
        return text if node.flow or short or _all_points(node) else None

    def _talked_of(self, node: Node) -> bool:
        """Say whether a comment stands between the entries of a node."""
        first = node.place.line
        lines = {line for line in _lines(node) if line > first or not _is_flow(node)}
        known = self._asides.before.keys() | self._asides.beside.keys()
        return bool(lines & known)

    def _text(self, node: Scalar, head: str, indent: int) -> list[str]:
        """Return a text of several lines, or one that was folded, as a block."""
        pad = " " * (indent + _STEP)
        body, end = node.text.removesuffix("\n"), "" if node.text.endswith("\n") else "-"
        if node.folded and "\n" not in body:
            room = max(20, WIDTH - len(pad))
            folded = textwrap.wrap(body, room, break_long_words=False, break_on_hyphens=False)
            return [self._beside(node, f"{head} >{end}"), *(f"{pad}{line}" for line in folded)]
        lines = (f"{pad}{line}".rstrip() for line in body.split("\n"))
        return [self._beside(node, f"{head} |{end}"), *lines]


def _many_lines(node: Scalar) -> bool:
    """Say whether a text can and should be a block."""
    body = node.text.removesuffix("\n")
    lines = body.split("\n")
    safe = all(line == line.strip() and line for line in lines) and "  " not in body
    return not node.plain and safe and (len(lines) > 1 or node.folded)


def _scalar(node: Scalar) -> str:
    """Return a single value as it was: plain, or quoted."""
    return node.text if node.plain else in_quotes(node.text)


def _spelled(node: Scalar, value: Value) -> Scalar:
    """Return a quantity with its unit spelled as always."""
    text = node.text
    for way in ways(value):
        if isinstance(way, Measure | Span):
            text = units.spelled(text, way.unit)
        elif isinstance(way, Share) and units.share(text) is not None:
            text = f"{text.rstrip('% ')} %"
    return Scalar(text, node.plain, node.place, node.folded)


def _ordered(node: Entries, value: Value) -> list[tuple[Scalar, Node, Value]]:
    """Return the entries of a map in the order of its table, each with what its value may be."""
    shape = table_of(value, node)
    if shape is None:
        inner = next((way.value for way in ways(value) if isinstance(way, MapOf)), value)
        return [(key, item, inner) for key, item in node.entries]
    order = shape.names
    entries = sorted(node.entries, key=lambda entry: order.index(entry[0].text))
    return [(key, item, shape.key(key.text).value) for key, item in entries]


def _braced(node: Node, value: Value) -> str | None:
    """Return a node in braces; None where a value cannot stand there."""
    if isinstance(node, Scalar):
        bare = node.plain and (set(node.text) & set(",[]{}") or not node.text)
        return None if bare or _many_lines(node) else _scalar(_spelled(node, value))
    if isinstance(node, Items):
        items = [_braced(item, value) for item in node.items]
        return None if None in items else f"[{', '.join(filter(None, items))}]"
    parts = []
    for key, inner, inner_value in _ordered(node, value):
        text = _braced(inner, inner_value)
        if text is None:
            return None
        parts.append(f"{_scalar(key)}: {text}")
    return f"{{{', '.join(parts)}}}"


def _size(node: Items | Entries) -> int:
    return len(node.items if isinstance(node, Items) else node.entries)


def _flat(node: Entries) -> bool:
    """Say whether a map holds single values and lists of them only."""
    return all(
        isinstance(value, Scalar)
        or (isinstance(value, Items) and all(isinstance(item, Scalar) for item in value.items))
        for _, value in node.entries
    )


def _all_points(node: Items | Entries) -> bool:
    """Say whether a list holds numbers, or points, only."""
    if not isinstance(node, Items):
        return False
    return all(
        units.number(item.text) is not None if isinstance(item, Scalar) else _all_points(item)
        for item in node.items
    )


def _is_flow(node: Node) -> bool:
    return not isinstance(node, Scalar) and node.flow


def _lines(node: Node) -> Iterator[int]:
    """Yield the lines on which the entries of a node begin."""
    inner: Iterable[Node] = ()
    if isinstance(node, Entries):
        yield from (key.place.line for key, _ in node.entries)
        inner = (value for _, value in node.entries)
    elif isinstance(node, Items):
        yield from (item.place.line for item in node.items)
        inner = node.items
    for one in inner:
        yield from _lines(one)


def _plain(node: Node, value: Value) -> object:
    """Return what a file says, whatever its order, layout and spelling of units."""
    if isinstance(node, Entries):
        return {key.text: _plain(inner, sort) for key, inner, sort in _ordered(node, value)}
    if isinstance(node, Items):
        return [_plain(item, value) for item in node.items]
    return _spelled(node, value).text, node.plain
