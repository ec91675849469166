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
                file.write(b"\n".join(lines) + b"\n")
