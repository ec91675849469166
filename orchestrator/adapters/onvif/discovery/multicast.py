"""Finds devices by WS-Discovery: three rounds of multicast probes from our own addresses.

Each round asks for both kinds of device and for anything, in both namespaces of WS-Addressing,
each probe with a new MessageID; rounds are spread with jitter over the given time, because
datagrams get lost and devices answer when they like. Who says Hello meanwhile is heard too. The
sockets only ever send probes to the group: they answer nobody and carry no login.
"""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from contextlib import AsyncExitStack
from hashlib import blake2b
from typing import Final
from uuid import uuid4

import structlog

from orchestrator.adapters.onvif.discovery.footholds import Foothold, footholds, joined, opened
from orchestrator.adapters.onvif.discovery.probe import (
    ADDRESSINGS,
    TYPES,
    candidates_greeting,
    candidates_in,
    probe,
)
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.ports import Candidate

log = structlog.get_logger(__name__)

_ROUNDS: Final = 3
_MAX_CANDIDATES: Final = 4096
_MAX_KNOWN: Final = 1 << 16


class Heard:
    """What was heard so far, each device once, and which probes were sent."""

    def __init__(self) -> None:
        """Start with nothing heard."""
        self.asked: set[str] = set()
        self.found: dict[tuple[str, str, int], Candidate] = {}
        self.ignored = 0
        self._known: set[bytes] = set()

    def note(self, candidates: Sequence[Candidate]) -> None:
        """Keep candidates, up to a bound."""
        for each in candidates:
            if len(self.found) < _MAX_CANDIDATES:
                self.found.setdefault((each.endpoint_reference, each.host, each.port), each)

    def believed(self, said: bytes) -> bool:
        """Say whether the same was said before and believed: there is no need to read it again."""
        return said in self._known

    def believe(self, said: bytes) -> None:
        """Remember what was said, up to a bound."""
        if len(self._known) < _MAX_KNOWN:
            self._known.add(said)


class Ear(asyncio.DatagramProtocol):
    """Hears answers to the probes that were sent, or, as ``greeted``, those who say Hello."""

    def __init__(self, heard: Heard, *, greeted: bool = False) -> None:
        """Keep where to note what is heard."""
        self._heard = heard
        self._greeted = greeted

    def datagram_received(self, data: bytes, addr: tuple[object, ...]) -> None:
        """Note who answers; what cannot be used is counted."""
        sender = sender_of(addr)
        said = _said(data, sender)
        if (self._greeted and b"Hello" not in data) or self._heard.believed(said):
            return
        try:
            if self._greeted:
                found = candidates_greeting(data, sender=sender)
            else:
                found = candidates_in(data, sender=sender, asked=self._heard.asked)
        except Unusable:
            self._heard.ignored += 1
            return
        self._heard.note(found)
        self._heard.believe(said)

    def error_received(self, exc: Exception) -> None:
        """Go on: an unreachable network shows as an empty result."""
        log.debug("discovery socket", error=str(exc))


def sender_of(addr: tuple[object, ...]) -> str:
    """Return who sent a datagram; a link-local address with the zone it was heard in."""
    host = str(addr[0])
    scope = addr[3] if len(addr) > 3 else 0
    if not isinstance(scope, int) or not scope or "%" in host:
        return host
    return f"{host}%{socket.if_indextoname(scope)}"


def _said(data: bytes, sender: str) -> bytes:
    """Return a mark of what a device says: it answers every probe with the same body."""
    body = data[max(data.find(b"Body"), 0) :]
    return blake2b(body, key=sender.encode()[:64], digest_size=16).digest()


async def heard_from(interfaces: Sequence[str], duration_s: float) -> tuple[Candidate, ...]:
    """Return every distinct device that answered probes sent from these interfaces.

    Names, addresses, or none for all but loopback; ``AuthorError`` for one this machine lacks.
    """
    heard = Heard()
    async with AsyncExitStack() as stack:
        mouths = [
            (foothold, await _listening(stack, foothold, heard))
            for foothold in footholds(interfaces)
        ]
        for pause_s in _pauses(duration_s):
            for foothold, mouth in mouths:
                for message_id, datagram in _round():
                    heard.asked.add(message_id)
                    mouth.sendto(datagram, foothold.group)
            await asyncio.sleep(pause_s)
    if heard.ignored:
        log.info("discovery replies ignored", count=heard.ignored)
    return tuple(heard.found.values())


async def _listening(
    stack: AsyncExitStack, foothold: Foothold, heard: Heard
) -> asyncio.DatagramTransport:
    """Return a mouth whose answers are heard, with an ear for Hello beside it."""
    loop = asyncio.get_running_loop()
    mouth, _ = await loop.create_datagram_endpoint(lambda: Ear(heard), sock=opened(foothold))
    stack.callback(mouth.close)
    group = joined(foothold)
    if group is None:
        log.info("nobody's Hello is heard: the port of discovery is taken", on=foothold.address)
    else:
        ear, _ = await loop.create_datagram_endpoint(lambda: Ear(heard, greeted=True), sock=group)
        stack.callback(ear.close)
    return mouth


def _round() -> list[tuple[str, bytes]]:
    """Return one probe of each kind with its new MessageID."""
    kinds = [(types, addressing) for addressing in ADDRESSINGS for types in TYPES]
    ids = [f"urn:uuid:{uuid4()}" for _ in kinds]
    return [(one, probe(one, *kind)) for one, kind in zip(ids, kinds, strict=True)]


def _pauses(duration_s: float) -> list[float]:
    """Return how long to listen after each round; together they last ``duration_s``."""
    jitter = secrets.SystemRandom()
    shares = [jitter.uniform(0.7, 1.3) for _ in range(_ROUNDS)]
    return [duration_s * share / sum(shares) for share in shares]
