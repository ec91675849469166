"""Every hostile answer against the product: what crashed, hung, grew, or told a stranger a secret.

The attacker runs here, the product in processes of its own (``victim``). What counts is what the
stranger heard and what the attacker was sent, not what the product says.
"""

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Self

from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication
from tests.benchmarks.measures import Measure
from tests.benchmarks.onvif.hostile_answers import Case, cases
from tests.benchmarks.onvif.hostile_datagrams import Datagrams, datagrams, teller
from tests.benchmarks.onvif.victim import Harm, Job
from tests.fakes.hostile_camera import HostileCamera, honest, http
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

WORST_S, WORST_MB = 6.0, 64.0
_AT_ONCE = 6
_PATIENCE_S = 90.0
_SECRETS = (PASSWORD.encode(), base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()))


@dataclass(slots=True)
class Toll:
    """What all cases came to."""

    cases: int = 0
    crashes: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    contacts: int = 0
    worst_s: tuple[float, str] = (0.0, "")
    worst_mb: tuple[float, str] = (0.0, "")

    def add(self, name: str, harm: Harm) -> None:
        self.cases += 1
        if harm.crash:
            self.crashes.append(f"{name}: {harm.crash}")
        if harm.told:
            self.leaks.append(f"{name}: in a log line or an error")
        self.worst_s = max(self.worst_s, (harm.worst_s, name))
        self.worst_mb = max(self.worst_mb, (harm.grown_mb, name))

    def measures(self) -> list[Measure]:
        """Return the figures, and say on the error output what they are made of."""
        for line in (*self.crashes, *self.leaks):
            sys.stderr.write(f"hostile: {line}\n")
        for worst in (self.worst_s, self.worst_mb):
            sys.stderr.write(f"hostile, worst: {worst[0]:.2f}, {worst[1]}\n")
        return [
            Measure("hostile_cases", self.cases, "cases"),
            Measure("hostile_crashes", len(self.crashes), "cases", must=0),
            Measure("hostile_credentials_leaked", len(self.leaks), "cases", must=0),
            Measure("hostile_strangers_contacted", self.contacts, "connections", must=0),
            Measure("hostile_worst_s", self.worst_s[0], "s", must=WORST_S),
            Measure("hostile_worst_mb", self.worst_mb[0], "MB", must=WORST_MB),
        ]


class Victims:
    """The process that forks a victim for each job."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Harm]] = {}
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def ready(cls) -> Self:
        """Start it, and return when it has imported the product."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.onvif.victim"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        victims = cls(process)
        victims._listening = asyncio.create_task(victims._listen())
        return victims

    async def harmed(self, host: str, port: int, operation: str) -> Harm:
        """Have a victim use this address."""
        number = len(self._waiting)
        harm = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(
            json.dumps(asdict(Job(number, host, port, operation))).encode() + b"\n"
        )
        try:
            return await asyncio.wait_for(harm, _PATIENCE_S)
        except TimeoutError:
            return Harm(number, "hang", crash="nothing was heard of it", worst_s=_PATIENCE_S)

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            harm = Harm(**json.loads(line))
            waiting = self._waiting.get(harm.id)
            if waiting is not None and not waiting.done():
                waiting.set_result(harm)

    async def end(self) -> None:
        """Let it go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        if self._listening is not None:
            await self._listening


class Attacker:
    """A camera that is honest but for one operation."""

    def __init__(self, case: Case, device: OnvifDevice, stranger: HostileCamera) -> None:
        self._case = case
        self._device = device
        self._where = f"{stranger.host}:{stranger.port}".encode()
        self._asked = 0
        self.here = b""

    def script(self, operation: str, request: bytes) -> AsyncIterator[bytes]:
        return self._answer(operation, request)

    async def _answer(self, operation: str, request: bytes) -> AsyncIterator[bytes]:
        head, _, payload = request.partition(b"\r\n\r\n")
        target = head.split(b" ", 2)[1].decode()
        answered = await self._device.soap.answered(payload, target, _authorization(head))
        plain = http(
            answered.body,
            answered.status,
            [f"WWW-Authenticate: {each}" for each in answered.challenges],
        )
        case = self._case
        if operation != case.operation or not (case.early or answered.status == 200):
            yield plain
            return
        self._asked += 1
        if case.flaps and self._asked % 2:
            yield plain
            return
        changed = case.change(plain)
        if isinstance(changed, bytes):
            yield self._placed(changed)
            return
        async for piece in changed():
            yield piece

    def _placed(self, answer: bytes) -> bytes:
        """Put addresses in; a length that was right before is right after that."""
        placed = answer.replace(b"WHERE", self._where).replace(b"HERE", self.here)
        if placed == answer:
            return answer
        head, _, body = placed.partition(b"\r\n\r\n")
        before = len(answer.partition(b"\r\n\r\n")[2])
        length = b"Content-Length: %d"
        return head.replace(length % before, length % len(body)) + b"\r\n\r\n" + body


def _authorization(head: bytes) -> str | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"authorization":
            return value.strip().decode()
    return None


async def against_hostile_answers() -> list[Measure]:
    """Try every case."""
    toll = Toll()
    victims = await Victims.ready()
    turns = asyncio.Semaphore(_AT_ONCE)
    try:
        async with asyncio.TaskGroup() as group:
            for case in cases():
                group.create_task(_tried(case, toll, victims, turns))
            for datagram in datagrams():
                group.create_task(_answered_by(datagram, toll, victims, turns))
        for datagram in datagrams(greeting=True):
            await _answered_by(datagram, toll, victims, turns)
    finally:
        await victims.end()
    return toll.measures()


async def _tried(case: Case, toll: Toll, victims: Victims, turns: asyncio.Semaphore) -> None:
    async with turns, HostileCamera(honest) as stranger:
        device = SimulatedDevice(Authentication.DIGEST).device
        attacker = Attacker(case, device, stranger)
        async with HostileCamera(attacker.script) as camera:
            attacker.here = f"{camera.host}:{camera.port}".encode()
            harm = await victims.harmed(camera.host, camera.port, case.operation)
        toll.add(case.name, harm)
        toll.contacts += stranger.connections
        toll.leaks += [f"{case.name}: {why}" for why in _leaks(camera, stranger)]


def _leaks(camera: HostileCamera, stranger: HostileCamera) -> Sequence[str]:
    told = [
        "to a stranger"
        for request in stranger.requests
        if b"uthorization:" in request or b"UsernameToken" in request
    ]
    plain = [
        "in the clear"
        for request in (*camera.requests, *stranger.requests)
        if any(secret in request for secret in _SECRETS)
    ]
    return told + plain


async def _answered_by(
    datagram: Datagrams, toll: Toll, victims: Victims, turns: asyncio.Semaphore
) -> None:
    async with turns, teller(datagram) as host:
        harm = await victims.harmed(host, 9, datagram.operation)
    toll.add(f"discovery: {datagram.name}", harm)
    toll.leaks += [
        f"discovery: {datagram.name}: led to {led}" for led in harm.hosts if _foreign(led, datagram)
    ]


def _foreign(led: str, datagram: Datagrams) -> bool:
    """Say whether discovery believed an address that nobody answered from."""
    return datagram.stranger in led
