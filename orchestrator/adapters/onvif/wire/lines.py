"""The connections to all cameras: kept a while, and never too many to one device at a time.

A device is an origin: behind a recorder or a router that passes ports on, each port is another one.
All cameras of one device take turns at two lines, for some devices stop answering when more is
asked of them; so one that hangs keeps nobody waiting but itself. All devices of one host together
have a few more. Two kinds of question take no turn: those that the camera keeps until it has
something to say, of which each has one, and those that must not wait.
"""

import asyncio
import hashlib
import ssl
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.tls import LOOKING
from orchestrator.adapters.onvif.wire.answer import Answer
from orchestrator.adapters.onvif.wire.line import Line

CONNECT_S: Final = 3.0
PER_DEVICE: Final = 2
PER_HOST: Final = 16
KEPT_S: Final = 10.0


class Lane(Enum):
    """How a question waits for others of its device."""

    TURNS = "turns"
    URGENT = "urgent"
    """It goes out at once: a head that has to stop."""
    PATIENT = "patient"
    """It goes out at once and stays out, so it has a line of its own."""


class NoConnection(OSError):
    """Nobody accepts a connection there."""


class OtherCertificate(OSError):
    """Another certificate is shown than the pinned one."""

    def __init__(self, sha256: str) -> None:
        """Keep which."""
        super().__init__(sha256)
        self.sha256 = sha256


@dataclass(slots=True)
class _Device:
    """The lines to one device that nobody uses just now, the latest last, and its turns."""

    turns: asyncio.Semaphore
    host: asyncio.Semaphore
    asking: int = 0
    idle: deque[Line] = field(default_factory=deque)
    patient: deque[Line] = field(default_factory=deque)

    @property
    def crowded(self) -> bool:
        return self.turns.locked() or self.host.locked()

    async def enter(self) -> None:
        await self.turns.acquire()
        try:
            await self.host.acquire()
        except asyncio.CancelledError:
            self.turns.release()
            raise

    def leave(self) -> None:
        self.host.release()
        self.turns.release()


class Lines:
    """Opens connections when they are needed, and keeps them for a while after that."""

    def __init__(self, trust: ssl.SSLContext) -> None:
        """Hold none yet; ``trust`` verifies certificates that are not pinned."""
        self._trust = trust
        self._devices: dict[Origin, _Device] = {}
        self._hosts: dict[str, asyncio.Semaphore] = {}
        self._open: set[Line] = set()
        self._none_open = asyncio.Event()
        self._sweep: asyncio.TimerHandle | None = None

    async def exchanged(
        self, origin: Origin, request: bytes, lane: Lane, *, most_bytes: int, until_s: float
    ) -> Answer:
        """Return the answer to a request.

        ``TimeoutError`` at ``until_s`` of the loop's clock, waiting for a turn included;
        ``NoConnection``, ``NoTls``, ``OtherCertificate``, ``HungUp`` and ``NotHttp`` by cause.
        """
        device = self._devices.get(origin) or self._device(origin)
        idle = device.patient if lane is Lane.PATIENT else device.idle
        device.asking += 1
        try:
            if lane is not Lane.TURNS:
                return await self._answer(origin, idle, request, most_bytes, until_s)
            if device.crowded:
                async with asyncio.timeout_at(until_s):
                    await device.enter()
            else:
                await device.enter()
            try:
                return await self._answer(origin, idle, request, most_bytes, until_s)
            finally:
                device.leave()
        finally:
            device.asking -= 1

    async def _answer(
        self, origin: Origin, idle: deque[Line], request: bytes, most_bytes: int, until_s: float
    ) -> Answer:
        line = _taken(idle)
        if line is None:
            async with asyncio.timeout_at(until_s):
                line = await self._connected(origin)
        answer = await line.exchanged(request, most_bytes, until_s)
        if answer.keeps:
            loop = asyncio.get_running_loop()
            line.idle_since_s = loop.time()
            idle.append(line)
            if self._sweep is None:
                self._sweep = loop.call_later(KEPT_S, self._swept)
        return answer

    async def _connected(self, origin: Origin) -> Line:
        line = Line(self._open.add, self._gone)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_S):
                await loop.create_connection(lambda: line, origin.host, origin.port)
        except OSError as error:  # a timeout is one as well
            raise NoConnection from error
        if origin.tls is not None:
            await self._secured(line, origin.host, origin.tls.pin)
        return line

    async def _secured(self, line: Line, host: str, pin: str | None) -> None:
        """Speak TLS, and say nothing to who shows another certificate than the pinned one."""
        known = False
        try:
            der = await line.secure(self._trust if pin is None else LOOKING, host)
            shown = hashlib.sha256(der).hexdigest()
            known = pin is None or shown == pin
            if not known:
                raise OtherCertificate(shown)
        finally:
            if not known:
                line.abort()

    def _device(self, origin: Origin) -> _Device:
        host = self._hosts.setdefault(origin.host, asyncio.Semaphore(PER_HOST))
        device = self._devices[origin] = _Device(asyncio.Semaphore(PER_DEVICE), host)
        return device

    def _swept(self) -> None:
        """Close what nobody has used for a while, and forget devices that nobody asks."""
        loop = asyncio.get_running_loop()
        since_s = loop.time() - KEPT_S
        for origin, device in list(self._devices.items()):
            for idle in (device.idle, device.patient):
                while idle and (idle[0].idle_since_s <= since_s or not idle[0].open):
                    idle.popleft().abort()
            if not (device.asking or device.idle or device.patient):
                del self._devices[origin]
        self._sweep = loop.call_later(KEPT_S / 2, self._swept) if self._devices else None

    async def aclose(self) -> None:
        """Close every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        self._devices.clear()
        if self._open:
            self._none_open.clear()
            for line in self._open:
                line.abort()
            await self._none_open.wait()

    def _gone(self, line: Line) -> None:
        self._open.discard(line)
        if not self._open:
            self._none_open.set()


def _taken(idle: deque[Line]) -> Line | None:
    """Return the line that was used last, of those that are open and have not lain too long."""
    oldest_s = asyncio.get_running_loop().time() - KEPT_S
    while idle:
        line = idle.pop()
        if line.open and line.idle_since_s > oldest_s:
            return line
        line.abort()
    return None
