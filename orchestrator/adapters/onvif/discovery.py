"""Finds devices by WS-Discovery: three rounds of multicast probes from one interface.

Both kinds of device are asked for, each probe with a new MessageID, rounds spread with jitter
over the given time, because datagrams get lost and devices answer when they like. The socket
only ever sends probes to the group: it answers nobody and carries no login.
"""

import asyncio
import secrets
import socket
import struct
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

import structlog

from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.probe import TYPES, candidates_in, probe
from orchestrator.errors import AuthorError, Finding
from orchestrator.ports import Candidate

log = structlog.get_logger(__name__)

GROUP: Final = "239.255.255.250"
PORT: Final = 3702
_ROUNDS: Final = 3
_RECEIVE_BUFFER: Final = 4 << 20
_MAX_CANDIDATES: Final = 4096
_HOPS: Final = 1


class _Ear(asyncio.DatagramProtocol):
    """Hears replies to the probes that were sent."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.found: dict[tuple[str, str, int], Candidate] = {}
        self.ignored = 0

    def datagram_received(self, data: bytes, addr: tuple[str | object, ...]) -> None:
        try:
            candidates = candidates_in(data, sender=str(addr[0]), asked=self.asked)
        except Unusable:
            self.ignored += 1
            return
        for each in candidates:
            if len(self.found) < _MAX_CANDIDATES:
                self.found.setdefault((each.endpoint_reference, each.host, each.port), each)

    def error_received(self, exc: Exception) -> None:
        """Go on: an unreachable network shows as an empty result."""
        log.debug("discovery socket", error=str(exc))


class WsDiscovery:
    """The ``Discovery`` port over WS-Discovery (IPv4)."""

    async def candidates(self, *, interface: str, duration_s: float) -> Sequence[Candidate]:
        """Return every distinct device that answered probes sent from address ``interface``.

        ``AuthorError`` when this machine has no such address.
        """
        transport, ear = await asyncio.get_running_loop().create_datagram_endpoint(
            _Ear, sock=_socket(interface)
        )
        try:
            for pause_s in _pauses(duration_s):
                for types in TYPES:
                    message_id = f"urn:uuid:{uuid4()}"
                    ear.asked.add(message_id)
                    transport.sendto(probe(message_id, types), (GROUP, PORT))
                await asyncio.sleep(pause_s)
        finally:
            transport.close()
        if ear.ignored:
            log.info("discovery replies ignored", interface=interface, count=ear.ignored)
        return tuple(ear.found.values())


def _pauses(duration_s: float) -> list[float]:
    """Return how long to listen after each round; together they last ``duration_s``."""
    jitter = secrets.SystemRandom()
    shares = [jitter.uniform(0.7, 1.3) for _ in range(_ROUNDS)]
    return [duration_s * share / sum(shares) for share in shares]


def _socket(interface: str) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, struct.pack("b", _HOPS))
        opened.bind((interface, 0))
    except OSError as error:
        opened.close()
        message = f"no probes can be sent from address `{interface}`: {error.strerror or error}"
        hint = "use an IPv4 address of this machine, as `ip address` shows it"
        raise AuthorError([Finding("--interface", 1, 1, message, hint)]) from error
    return opened
