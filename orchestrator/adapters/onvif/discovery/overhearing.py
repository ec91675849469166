"""Hears Hello and Bye of their own accord for as long as somebody listens; sends nothing.

What cannot be used is dropped, and so is what comes faster than it could be of any use: anybody on
the network may flood the group.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import structlog

from orchestrator.adapters.onvif.discovery.footholds import footholds, joined
from orchestrator.adapters.onvif.discovery.multicast import sender_of
from orchestrator.adapters.onvif.discovery.probe import candidates_greeting, leaving
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.ports import Candidate, Leaving

log = structlog.get_logger(__name__)

Heard = Candidate | Leaving

_MOST_WAITING: Final = 256
_MOST_PER_S: Final = 100


@asynccontextmanager
async def overheard(interfaces: Sequence[str]) -> AsyncIterator[AsyncIterator[Heard]]:
    """Listen on these interfaces, none at all for all but loopback, until left.

    ``AuthorError`` for one this machine lacks.
    """
    heard: asyncio.Queue[Heard] = asyncio.Queue(_MOST_WAITING)
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        for foothold in footholds(interfaces):
            group = joined(foothold)
            if group is None:
                log.warning("nobody is heard: the port of discovery is taken", on=foothold.address)
                continue
            ear, _ = await loop.create_datagram_endpoint(lambda: _Overhearing(heard), sock=group)
            stack.callback(ear.close)
        yield _one_by_one(heard)


async def _one_by_one(heard: asyncio.Queue[Heard]) -> AsyncIterator[Heard]:
    while True:
        yield await heard.get()


class _Overhearing(asyncio.DatagramProtocol):
    """Reads who comes and goes, as much as there is room for."""

    def __init__(self, heard: asyncio.Queue[Heard]) -> None:
        self._heard = heard
        self._second = 0
        self._read = 0

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        """Note a Hello or a Bye."""
        greets, goes = b"Hello" in data, b"Bye" in data
        if not (greets or goes) or self._is_flooded():
            return
        sender = sender_of(addr)
        try:
            if greets:
                found: tuple[Heard, ...] = candidates_greeting(data, sender=sender)
            else:
                found = (leaving(data, sender=sender),)
        except Unusable:
            return
        for each in found:
            if not self._heard.full():
                self._heard.put_nowait(each)

    def _is_flooded(self) -> bool:
        second = int(asyncio.get_running_loop().time())
        if second != self._second:
            self._second, self._read = second, 0
        self._read += 1
        return self._read > _MOST_PER_S
