"""The ``SiteFiles`` port: a folder whose files are looked at four times a second.

Looking costs a directory listing and one ``stat`` a file, in a thread. Notification services of
operating systems would save that, and miss what network file systems and containers do.
"""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from orchestrator.config import read_policies_folder, read_site
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError

LOOK_S = 0.25
"""Files are judged when two looks in a row agree: what is half written is not."""

Marks = frozenset[tuple[str, int, int, int, int]]
"""Of each file that is read: its path, inode, size, and times of change in nanoseconds."""


class SiteFolder:
    """The folder of one site; ``first`` reads it at start."""

    def __init__(self, folder: Path, *, look_s: float = LOOK_S) -> None:
        """Name the folder; nothing is read yet."""
        self._folder = folder
        self._look_s = look_s
        self._policies: Path | None = None
        self._known: Marks = frozenset()

    def first(self) -> Site:
        """Return the site for a start: a policy with a mistake is left out, see ``read_site``."""
        self._remember()
        return read_site(self._folder, strict=False)

    async def changed(self) -> None:
        """Return once the files are others than those read last, and have come to rest."""
        before: Marks | None = None
        while True:
            now = await asyncio.to_thread(self._marks)
            if now == before and now != self._known:
                return
            before = now
            await asyncio.sleep(self._look_s)

    async def read(self, running: Site) -> Site:
        """Return the site as written, in a thread; ``AuthorError`` with everything wrong."""
        return await asyncio.to_thread(self._read, running)

    def _read(self, running: Site) -> Site:
        # First the marks: what is written while we read is then seen as a change.
        self._remember()
        return read_site(self._folder, running=running)

    def _remember(self) -> None:
        """Keep which files are read now; a site file that cannot be read names no other folder."""
        with contextlib.suppress(AuthorError):
            self._policies = read_policies_folder(self._folder)
        self._known = self._marks()

    def _marks(self) -> Marks:
        return frozenset((*_marks_in(self._folder, 0), *_marks_in(self._policies, 1)))


def _marks_in(folder: Path | str | None, depth: int) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the marks of the YAML files of a folder and, ``depth`` levels down, of those in it."""
    if folder is None:
        return
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith((".yaml", ".yml")):
            try:
                seen = entry.stat()
            except OSError:
                continue
            changed_ns, written_ns = seen.st_ctime_ns, seen.st_mtime_ns
            yield entry.path, seen.st_ino, seen.st_size, changed_ns, written_ns
        elif depth and _is_folder(entry):
            yield from _marks_in(entry.path, depth - 1)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
