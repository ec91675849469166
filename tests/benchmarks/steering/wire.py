"""From a decision to its ONVIF request on the wire, in real time: of one head, and of two hundred."""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Sequence

from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.transport import Reply, Request, Transport
from orchestrator.adapters.system import SystemClock
from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.crash import farm
from tests.benchmarks.steering.crew import Hand, hand
from tests.benchmarks.steering.posts import Post, granted
from tests.fakes.quirky_site import KINDS, NoWire, QuirkySite

CAMERAS = 200
GRANTS_S = 20.0
"""For so long heads are granted something, now this one, now that."""
EVERY_S = 0.1
"""So each of two hundred heads moves three times a minute."""


class Timed(NoWire):
    """Notes in real time when a command leaves."""

    left_s = 0.0

    async def reply_to(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        if asked.operation == "GotoPreset":
            self.left_s = time.perf_counter()
        return await super().reply_to(request, asked, deadline_s)


async def measured() -> Sequence[Measure]:
    """Measure it for one camera in this process, and for 200 in another."""
    late_ms = await late_anyway_ms()
    one_ms = statistics.quantiles(await decision_to_wire_ms(), n=20)[18]
    many_ms = statistics.quantiles(await decision_to_wire_of_many_ms(), n=100)
    return [
        Measure("decision_to_wire_p95_ms", one_ms, "ms", must=20.0),
        Measure("decision_to_wire_200_p50_ms", many_ms[49], "ms"),
        Measure("decision_to_wire_200_p99_ms", many_ms[98], "ms", late_ms, must=50.0),
    ]


async def late_anyway_ms(rounds: int = 300) -> float:
    """Return how late the machine lets go of a loop that has nothing else to do, p99: the baseline."""
    late = []
    for _ in range(rounds):
        began_s = time.perf_counter()
        await asyncio.sleep(0.01)
        late.append((time.perf_counter() - began_s - 0.01) * 1000.0)
    return statistics.quantiles(late, n=100)[98]


async def decision_to_wire_ms(rounds: int = 20) -> Sequence[float]:
    """Return how long each of these grants took until its GotoPreset was handed to the wire."""
    site = QuirkySite(KINDS["plain"], SystemClock(), Timed)
    one = Post(site, await site.link.interview())
    taken = []
    for number in range(rounds):
        await asyncio.sleep(0.45)
        began_s = time.perf_counter()
        one.grants.put(granted(("gate", "sky")[number % 2]))
        await asyncio.sleep(0.15)
        assert isinstance(site.wire, Timed)
        if site.wire.left_s > began_s:
            taken.append((site.wire.left_s - began_s) * 1000.0)
    await one.leave()
    return taken


class Watched(Transport):
    """Notes in real time when the command to each port leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.left_s: dict[int, float] = {}

    async def reply_to(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        if asked.operation == "GotoPreset":
            self.left_s[request.origin.port] = time.perf_counter()
        return await super().reply_to(request, asked, deadline_s)


async def decision_to_wire_of_many_ms() -> Sequence[float]:
    """Return the same for heads behind real sockets, each of which is looked at all the time."""
    clock, wire = SystemClock(), Watched()
    heads = await farm(["plain"] * CAMERAS)
    hands: list[tuple[int, Hand]] = []
    for first in range(0, CAMERAS, 20):
        ports = heads.ports[first : first + 20]
        boarded = await asyncio.gather(*(hand(wire, port, clock, proven=False) for port in ports))
        hands += zip(ports, boarded, strict=True)
    gc.freeze()  # as the service does once it has come up
    await asyncio.sleep(2.0)
    taken = await _granted_here_and_there(hands, wire)
    for _, one in hands:
        one.task.cancel()
    await asyncio.gather(*(one.task for _, one in hands), return_exceptions=True)
    await wire.aclose()
    await heads.close()
    return taken


async def _granted_here_and_there(hands: Sequence[tuple[int, Hand]], wire: Watched) -> list[float]:
    """Grant somebody something every now and then; return how long each took, in ms."""
    dice, taken = random.Random(4), list[float]()
    waiting: list[tuple[int, float]] = []
    until_s = time.perf_counter() + GRANTS_S
    while time.perf_counter() < until_s:
        port, one = dice.choice(hands)
        if all(port != each for each, _ in waiting):
            waiting.append((port, time.perf_counter()))
            one.grants.put(granted(dice.choice(("gate", "sky", "home"))))
        await asyncio.sleep(EVERY_S)
        left = [(each, at) for each, at in waiting if wire.left_s.get(each, 0.0) > at]
        taken += [(wire.left_s[each] - at) * 1000.0 for each, at in left]
        waiting = [each for each in waiting if each not in left]
    return taken
