"""A network in a test's hand, behind the ``Discovery`` port: who answers, and who comes and goes."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from orchestrator.ports import Candidate, Leaving


class FakeDiscovery:
    """Everybody answers every question; ``says`` is overheard by whoever listens."""

    def __init__(self, there: Iterable[Candidate] = ()) -> None:
        """Keep who is there."""
        self.there = list(there)
        self.rounds = 0
        self._said: asyncio.Queue[Candidate | Leaving] = asyncio.Queue()

    def says(self, heard: Candidate | Leaving) -> None:
        """Have a device say Hello or Bye."""
        self._said.put_nowait(heard)

    async def heard(self, *, interfaces: Sequence[str], duration_s: float) -> Sequence[Candidate]:
        """Return who is there."""
        self.rounds += 1
        return list(self.there)

    async def answering(
        self, places: Sequence[tuple[str, int]], *, rate_per_s: float
    ) -> Sequence[Candidate]:
        """Return who of them is asked."""
        return [each for each in self.there if (each.host, each.port) in places]

    @asynccontextmanager
    async def overheard(
        self, *, interfaces: Sequence[str]
    ) -> AsyncIterator[AsyncIterator[Candidate | Leaving]]:
        """Yield what is said."""
        yield self._one_by_one()

    async def _one_by_one(self) -> AsyncIterator[Candidate | Leaving]:
        while True:
            yield await self._said.get()
