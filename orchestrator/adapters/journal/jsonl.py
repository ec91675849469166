"""A journal as JSON Lines: buffered in memory, written by a thread twice a second."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import msgspec

FLUSH_S = 0.5


class JsonlJournal:
    """Writes to one file; ``run`` must be running for lines to reach it, and flushes at its end."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path = path
        self._lines: list[bytes] = []
        self._begun = False
        self._encode = msgspec.json.Encoder().encode

    def write(self, line: Mapping[str, object]) -> None:
        """Add one line; never blocks."""
        self._lines.append(self._encode(line))

    async def run(self) -> None:
        """Write what was added until cancelled, and the rest then."""
        await asyncio.to_thread(self._path.parent.mkdir, parents=True, exist_ok=True)
        try:
            while True:
                await asyncio.sleep(FLUSH_S)
                await asyncio.to_thread(self._flush)
        finally:
            self._flush()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if lines:
            with self._path.open("ab") as file:
                if not self._begun:
                    file.write(_end_of_line(self._path))
                    self._begun = True
                file.write(b"\n".join(lines) + b"\n")


def _end_of_line(path: Path) -> bytes:
    """Return what ends the last line of a file: it has no end where a crash cut it off."""
    with path.open("rb") as file:
        if file.seek(0, 2) == 0:
            return b""
        file.seek(-1, 2)
        return b"" if file.read(1) == b"\n" else b"\n"
