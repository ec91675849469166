"""``session.jsonl``: what the demo itself did, written as it happens, read by the score."""

import time
from pathlib import Path

import msgspec

from simulators.score.records import SESSION, SessionRecord

_KIND_OF = {shape: kind for kind, shape in SESSION.items()}


class SessionFile:
    """Appends records; each line is on disk when ``write`` returns."""

    def __init__(self, path: Path) -> None:
        """Keep the path; the file is made by the first record."""
        self._path = path

    def write(self, record: SessionRecord) -> None:
        """Append one record."""
        line = {"kind": _KIND_OF[type(record)], **msgspec.to_builtins(record)}
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")


def now_s() -> float:
    """Return the clock that every recording uses."""
    return time.monotonic()
