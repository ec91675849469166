"""The comments and blank lines of a file, by the line of the entry that they belong to.

Comments on lines of their own belong to the entry that follows; one at the end of a line, to the
first entry that begins on that line.
"""

from dataclasses import dataclass, field

import yaml

from orchestrator.config.tree import Entries, Items, Node


@dataclass(frozen=True, slots=True)
class Asides:
    """What is written beside the entries: ``before`` and ``beside`` are found by their lines.

    ``head`` stands above the first entry, ``foot`` below the last. An empty text is a blank line.
    ``beside`` has the column, from 0, at which the comment stood.
    """

    head: tuple[str, ...] = ()
    before: dict[int, tuple[str, ...]] = field(default_factory=dict)
    beside: dict[int, tuple[int, str]] = field(default_factory=dict)
    foot: tuple[str, ...] = ()


def asides_of(text: str, root: Node) -> Asides:
    """Return the comments and blank lines of a file that was read."""
    used, ends = _written(text)
    starts = sorted(set(_starts(root)))
    before: dict[int, list[str]] = {}
    foot: list[str] = []
    beside: dict[int, tuple[int, str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if number not in used:
            owner = next((start for start in starts if start > number), None)
            (foot if owner is None else before.setdefault(owner, [])).append(line.strip())
        elif (comment := line[ends[number] :].strip()).startswith("#"):
            column = line.index("#", ends[number])
            if number in starts:
                beside[number] = (column, comment)
            else:
                owner = next((start for start in starts if start > number), None)
                (foot if owner is None else before.setdefault(owner, [])).append(comment)
    head = before.pop(starts[0], []) if starts else []
    return Asides(
        head=_tidy(head, first=True),
        before={line: _tidy(lines) for line, lines in before.items()},
        beside=beside,
        foot=_tidy(foot, last=True),
    )


def _written(text: str) -> tuple[frozenset[int], dict[int, int]]:
    """Return the lines on which something is written, and the column where it ends on each."""
    ends: dict[int, int] = {}
    lines = text.split("\n")
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start, end = token.start_mark, token.end_mark
        last = end.line if end.column else end.line - 1
        for line in range(start.line, last + 1):
            if (start.line, start.column) == (end.line, end.column):
                continue
            column = end.column if line == end.line else len(lines[line])
            ends[line + 1] = max(ends.get(line + 1, 0), column)
    return frozenset(ends), ends


def _starts(node: Node) -> list[int]:
    """Return the lines on which entries begin."""
    if isinstance(node, Entries):
        inner = [line for _, value in node.entries for line in _starts(value)]
        return [*(key.place.line for key, _ in node.entries), *inner]
    if isinstance(node, Items):
        inner = [line for item in node.items for line in _starts(item)]
        return [*(item.place.line for item in node.items), *inner]
    return []


def _tidy(lines: list[str], *, first: bool = False, last: bool = False) -> tuple[str, ...]:
    """Return lines with one blank line where there were several, and none at the file's ends."""
    kept = [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]
    while first and kept and not kept[0]:
        kept.pop(0)
    while last and kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
