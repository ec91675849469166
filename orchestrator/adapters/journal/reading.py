"""The lines of a JSON Lines file, one at a time: however long it is, one line is in memory."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from orchestrator.errors import AuthorError, Finding

LONGEST_LINE = 16 * 1024 * 1024
"""In bytes. A site of 500 policies is written in one line of less than 2 MB."""
LOOK_S = 0.5

RawLine = tuple[int, bytes, bool]
"""The number of a line from 1, its bytes, and whether it was written to its end."""


def lines_of(path: Path) -> Iterator[RawLine]:
    """Yield the lines of a file; ``AuthorError`` when it cannot be read or a line is giant."""
    with _opened(path) as file:
        number = 0
        while raw := _next(file, path, number + 1):
            number += 1
            yield number, raw.rstrip(b"\n"), raw.endswith(b"\n")


def followed(path: Path) -> Iterator[RawLine | None]:
    """Yield the lines of a file, and those that are added, for ever; None while there is none.

    A line is yielded once it was written to its end.
    """
    with _opened(path) as file:
        number, begun = 0, b""
        while True:
            begun += _next(file, path, number + 1)
            if begun.endswith(b"\n"):
                number += 1
                yield number, begun.rstrip(b"\n"), True
                begun = b""
            else:
                yield None
                time.sleep(LOOK_S)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as wrong:
        why = (wrong.strerror or "unknown reason").lower()
        raise AuthorError([Finding(str(path), 1, 1, f"cannot be read: {why}")]) from None


def _next(file: BinaryIO, path: Path, number: int) -> bytes:
    raw = file.readline(LONGEST_LINE + 1)
    if len(raw) > LONGEST_LINE:
        raise AuthorError([Finding(str(path), number, 1, "a line of more than 16 MB")])
    return raw
