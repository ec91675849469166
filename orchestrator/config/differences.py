"""What an author changed between two sets of files: rule by rule and key by key, not line by line.

Files are compared as trees, so comments, order of keys and spelling (`60s` or `1m`, `person` or
`[person]`) are no change. Nothing is checked here: names may be wrong, but the YAML has to be YAML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from orchestrator.config import units
from orchestrator.config.tree import Entries, Items, Node, Scalar, tree_of
from orchestrator.domain.policy import Source
from orchestrator.domain.site import WrittenFile

KINDS = ("policy", "patrol", "privacy", "site")
_UNITS = (units.DURATION, units.LENGTH, units.ANGLE, units.PACE, units.RATE)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key, by its way from the top: what was written, and what is (None: it is not there)."""

    key: str
    before: str | None
    after: str | None
    old: Source | None
    new: Source | None

    @property
    def source(self) -> Source | None:
        """Return where to look: where it is now, or where it was."""
        return self.new or self.old

    def __str__(self) -> str:
        """Return the change in words."""
        if self.before is None:
            return f"{self.key}: now `{self.after}`, was not said before"
        if self.after is None:
            return f"{self.key}: was `{self.before}`, is not said any more"
        return f"{self.key}: was `{self.before}`, is `{self.after}`"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that was ``added``, ``removed`` or ``changed``; ``because`` is its author's reason."""

    name: str
    kind: str
    what: str
    because: str
    old: Source | None
    new: Source | None
    keys: tuple[KeyChange, ...] = ()

    @property
    def source(self) -> Source:
        """Return where to look: where it is now, or where it was."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str
    kind: str
    path: str
    root: Entries

    @property
    def because(self) -> str:
        """Return why its author wants it."""
        return next((_told(node) for key, node in self.root.entries if key.text == "because"), "")

    @property
    def source(self) -> Source:
        """Return where it begins."""
        return Source(self.path, self.root.place.line)


def changes(old: Sequence[WrittenFile], new: Sequence[WrittenFile]) -> tuple[RuleChange, ...]:
    """Return every rule that differs, in the order of the old files, then of the new ones."""
    before, after = _rules(old), _rules(new)
    found = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was is None:
            assert now is not None
            found.append(RuleChange(now.name, now.kind, "added", now.because, None, now.source))
        elif now is None:
            found.append(RuleChange(was.name, was.kind, "removed", was.because, was.source, None))
        elif keys := tuple(_Walk(was.path, now.path).entries(was.root, now.root, "")):
            found.append(
                RuleChange(now.name, now.kind, "changed", now.because, was.source, now.source, keys)
            )
    return tuple(found)


def _rules(files: Sequence[WrittenFile]) -> dict[tuple[str, str], _Rule]:
    """Return the rule of each file by kind and name; a file that is none goes by its path."""
    found: dict[tuple[str, str], _Rule] = {}
    for path, text in files:
        root = tree_of(text, path)
        if not isinstance(root, Entries):
            continue
        kind, name = "file", path
        for key, node in root.entries:
            if key.text in KINDS and isinstance(node, Scalar):
                kind, name = key.text, node.text
                break
        found[kind, name] = _Rule(name, kind, path, root)
    return found


class _Walk:
    """Goes down two trees side by side."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def entries(self, old: Entries, new: Entries, way: str) -> Iterator[KeyChange]:
        """Yield what differs between two maps."""
        was = {key.text: (key, node) for key, node in old.entries}
        now = {key.text: (key, node) for key, node in new.entries}
        for name in dict.fromkeys((*was, *now)):
            key = f"{way} > {name}" if way else name
            if name not in now:
                yield self._change(key, was[name], None)
            elif name not in was:
                yield self._change(key, None, now[name])
            else:
                yield from self._nodes(key, was[name], now[name])

    def _nodes(
        self, key: str, was: tuple[Node, Node], now: tuple[Node, Node]
    ) -> Iterator[KeyChange]:
        old, new = was[1], now[1]
        if _same(old, new):
            return
        if isinstance(old, Entries) and isinstance(new, Entries):
            yield from self.entries(old, new, key)
        elif _of_maps(old) and _of_maps(new):
            assert isinstance(old, Items)
            assert isinstance(new, Items)
            yield from self._items(key, old, new)
        else:
            yield self._change(key, was, now)

    def _items(self, key: str, old: Items, new: Items) -> Iterator[KeyChange]:
        """Yield what differs between two lists of maps, such as `do` or `stops`."""
        match = SequenceMatcher(
            None, [_told(one) for one in old.items], [_told(one) for one in new.items], False
        )
        for what, start, end, begin, stop in match.get_opcodes():
            if what == "equal":
                continue
            paired = min(end - start, stop - begin)
            for step in range(paired):
                was, now = old.items[start + step], new.items[begin + step]
                yield from self._nodes(_item(key, begin + step, now), (was, was), (now, now))
            for number in range(start + paired, end):
                was = old.items[number]
                yield self._change(_item(key, number, was), (was, was), None)
            for number in range(begin + paired, stop):
                now = new.items[number]
                yield self._change(_item(key, number, now), None, (now, now))

    def _change(
        self, key: str, was: tuple[Node, Node] | None, now: tuple[Node, Node] | None
    ) -> KeyChange:
        return KeyChange(
            key,
            None if was is None else _told(was[1]),
            None if now is None else _told(now[1]),
            None if was is None else Source(self._old, was[0].place.line),
            None if now is None else Source(self._new, now[0].place.line),
        )


def _of_maps(node: Node) -> bool:
    return isinstance(node, Items) and any(isinstance(one, Entries) for one in node.items)


def _item(key: str, number: int, node: Node) -> str:
    """Return how an item of a list is called: its number and its first word."""
    word = f" ({node.entries[0][0].text})" if isinstance(node, Entries) and node.entries else ""
    return f"{key} {number + 1}{word}"


def _same(old: Node, new: Node) -> bool:
    """Say whether two nodes say the same."""
    match old, new:
        case Items(items=(one,)), Scalar():
            return _same(one, new)
        case Scalar(), Items(items=(one,)):
            return _same(old, one)
        case Scalar(), Scalar():
            return _meant(old.text) == _meant(new.text)
        case Items(), Items():
            return len(old.items) == len(new.items) and all(
                _same(a, b) for a, b in zip(old.items, new.items, strict=True)
            )
        case Entries(), Entries():
            was = {key.text: node for key, node in old.entries}
            now = {key.text: node for key, node in new.entries}
            return was.keys() == now.keys() and all(_same(was[key], now[key]) for key in was)
        case _:
            return False


def _meant(text: str) -> object:
    """Return what a scalar means, however it is spelt.

    >>> _meant("1m") == _meant("60s"), _meant("1m") == _meant("1 deg"), _meant("a  b")
    (True, False, 'a b')
    """
    for unit in _UNITS:
        value = units.quantity(text, unit)
        if value is not None:
            return unit.name, value
    value = units.share(text)
    if value is not None:
        return "a share", value
    value = units.number(text)
    return " ".join(text.split()) if value is None else value


def _told(node: Node) -> str:
    """Return a node on one line."""
    match node:
        case Scalar(text=text):
            return " ".join(text.split())
        case Items(items=items):
            return f"[{', '.join(_told(one) for one in items)}]"
        case Entries(entries=entries):
            return f"{{{', '.join(f'{key.text}: {_told(value)}' for key, value in entries)}}}"
