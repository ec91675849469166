"""From a decision to its ONVIF request on the wire, in real time."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.transport import Reply, Request
from orchestrator.adapters.system import SystemClock
from tests.benchmarks.measures import Measure
from tests.benchmarks.steering.posts import Post, granted
from tests.fakes.quirky_site import KINDS, NoWire, QuirkySite


class Timed(NoWire):
    """Notes in real time when a command leaves."""

    left_s = 0.0

    async def post(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        if asked.operation == "GotoPreset":
            self.left_s = time.perf_counter()
        return await super().post(request, asked, deadline_s)


async def measured() -> Sequence[Measure]:
    """Measure it for one camera in this process."""
    wire_ms = statistics.quantiles(await decision_to_wire_ms(), n=20)[18]
    return [Measure("decision_to_wire_p95_ms", wire_ms, "ms", must=20.0)]


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
