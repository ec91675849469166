"""Asks given addresses, one by one, whether a camera answers there.

For networks that multicast does not reach, and for cameras that do not listen to it.
Each address gets one unicast probe of WS-Discovery and, where a TCP port is open, the one question
that ONVIF lets anybody ask: GetSystemDateAndTime. No login is known here. Addresses are begun at a
bounded rate, so that a subnet is walked and not flooded.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from orchestrator.adapters.onvif import fast, names
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.discovery.footholds import PORT
from orchestrator.adapters.onvif.discovery.multicast import Ear, Heard
from orchestrator.adapters.onvif.discovery.probe import TYPES, probe
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Fault, Unusable, payload_of, root_of
from orchestrator.adapters.onvif.transport import Request, Transport
from orchestrator.errors import CameraError
from orchestrator.ports import DEVICE_SERVICE, Candidate

_CONNECT_S: Final = 1.0
_ANSWER_S: Final = 3.0
_AT_ONCE: Final = 128
_LINGER_S: Final = 0.5
"""How long answers to the last unicast probes are waited for."""


async def answering(
    places: Sequence[tuple[str, int]], *, rate_per_s: float
) -> tuple[Candidate, ...]:
    """Return those of these hosts and ports where something answers as a camera does."""
    heard = Heard()
    async with Transport() as transport, _probing(heard) as probing:
        found = await _Sweep(transport, probing).walked(places, rate_per_s)
    wanted = {host for host, _port in places}
    named = {(each.host, each.port): each for each in heard.found.values() if each.host in wanted}
    spoken = {(each.host, each.port): each for each in found}
    return tuple((spoken | named).values())


@dataclass(frozen=True, slots=True)
class _Probing:
    """Unicast probes, each host once; answers go where ``heard`` notes them."""

    heard: Heard
    mouths: Mapping[int, asyncio.DatagramTransport]
    asked: set[str]

    def ask(self, host: str) -> None:
        """Send one probe to a host, if it is an address."""
        mouth = self.mouths.get(_version(host))
        if mouth is None or host in self.asked:
            return
        self.asked.add(host)
        message_id = f"urn:uuid:{uuid4()}"
        self.heard.asked.add(message_id)
        mouth.sendto(probe(message_id, TYPES[0]), (host, PORT))


@asynccontextmanager
async def _probing(heard: Heard) -> AsyncIterator[_Probing]:
    """Open a socket for each version of IP that there is; late answers are waited for."""
    loop = asyncio.get_running_loop()
    mouths: dict[int, asyncio.DatagramTransport] = {}
    try:
        for version, anywhere in ((4, "0.0.0.0"), (6, "::")):  # noqa: S104 - the kernel chooses
            with suppress(OSError):
                mouths[version], _ = await loop.create_datagram_endpoint(
                    lambda: Ear(heard), local_addr=(anywhere, 0)
                )
        yield _Probing(heard, mouths, set())
        await asyncio.sleep(_LINGER_S)
    finally:
        for mouth in mouths.values():
            mouth.close()


class _Sweep:
    """One walk over addresses, of which so many are asked at the same time."""

    def __init__(self, transport: Transport, probing: _Probing) -> None:
        self._transport = transport
        self._probing = probing
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._found: list[Candidate] = []

    async def walked(self, places: Sequence[tuple[str, int]], rate_per_s: float) -> list[Candidate]:
        """Return who answered."""
        async with asyncio.TaskGroup() as group:
            async for host, port in _paced(places, rate_per_s):
                await self._turn.acquire()
                self._probing.ask(host)
                group.create_task(self._asked(host, port))
        return self._found

    async def _asked(self, host: str, port: int) -> None:
        try:
            if await _open(host, port) and await self._answers(host, port):
                self._found.append(Candidate("", host, port, DEVICE_SERVICE))
        finally:
            self._turn.release()

    async def _answers(self, host: str, port: int) -> bool:
        """Ask the question that anybody may ask; a refusal in SOAP is an answer too."""
        operation = names.GET_SYSTEM_DATE_AND_TIME
        body = envelope(fast.get_system_date_and_time())
        request = Request(Origin(host, port), DEVICE_SERVICE, operation.action, body)
        try:
            reply = await self._transport.reply_to(request, Asked.now(host, operation), _ANSWER_S)
            spoken = payload_of(root_of(reply.body))
        except (CameraError, Unusable):
            return False
        return isinstance(spoken, Fault) or spoken.tag.endswith(f"}}{operation.name}Response")


async def _paced(
    places: Sequence[tuple[str, int]], rate_per_s: float
) -> AsyncIterator[tuple[str, int]]:
    """Yield the places, at most so many a second; a slow moment is not made up for."""
    loop = asyncio.get_running_loop()
    due_s = loop.time()
    for place in places:
        await asyncio.sleep(due_s - loop.time())
        due_s = max(due_s, loop.time()) + 1.0 / rate_per_s
        yield place


async def _open(host: str, port: int) -> bool:
    """Say whether something listens there."""
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _version(host: str) -> int:
    """Return the version of IP of an address; 0 for a name, which is asked over TCP only."""
    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return 0
