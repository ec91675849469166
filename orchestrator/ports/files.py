"""The site's files, and the journal."""

from collections.abc import Mapping
from typing import Protocol

from orchestrator.domain.site import Site


class SiteFiles(Protocol):
    """What authors write, as it lies on disk; nothing here ever writes."""

    async def changed(self) -> None:
        """Return once the files are others than those read last, and have come to rest."""
        ...

    async def read(self, running: Site) -> Site:
        """Return the site as written, for a service that is ``running``; the loop goes on meanwhile.

        ``AuthorError`` with everything wrong. What a running service cannot change is as it was,
        and ``awaiting`` says so.
        """
        ...


class Journal(Protocol):
    """Where each tick is written down for measuring and replay; off unless asked for."""

    def write(self, line: Mapping[str, object]) -> None:
        """Add one line; never blocks."""
        ...

    async def run(self) -> None:
        """Write what was added until cancelled, and the rest then."""
        ...
