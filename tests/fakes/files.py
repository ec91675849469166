"""Files in memory: what a test writes is there at once, and has always come to rest."""

import asyncio
from dataclasses import replace

from orchestrator.config.reloaded import lasting
from orchestrator.domain.fingerprint import fingerprint_of
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError


def fingerprinted(site: Site) -> Site:
    """Return the site with the fingerprint that a loader would give it."""
    return replace(site, fingerprint=fingerprint_of(site))


class MemoryFiles:
    """The ``SiteFiles`` port in a test's hand."""

    def __init__(self, written: Site) -> None:
        self._written: Site | AuthorError = written
        self._fresh = asyncio.Event()
        self.reads = 0

    def write(self, written: Site | AuthorError, *, noticed: bool = True) -> None:
        """Replace all files, and let it be noticed; an error is what reading them comes to."""
        self._written = written
        if noticed:
            self._fresh.set()

    async def changed(self) -> None:
        await self._fresh.wait()

    async def read(self, running: Site) -> Site:
        self._fresh.clear()
        self.reads += 1
        if isinstance(self._written, AuthorError):
            raise self._written
        return fingerprinted(lasting(running, self._written))
