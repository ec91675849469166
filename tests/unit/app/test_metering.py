"""How everything fares is gathered from where it is counted, as rates over the while that passed."""

import asyncio
from collections.abc import Awaitable, Callable

from orchestrator.adapters.system import usage
from orchestrator.app.camera_tree import CameraTree
from orchestrator.app.metering import LAG_EVERY_S, PERIOD_S, Meter
from orchestrator.app.mind import Mind
from orchestrator.domain.camera import Stream
from orchestrator.domain.figures import Figures, Usage
from orchestrator.domain.intent import Attention
from orchestrator.domain.veil import CLEAR, Veil
from orchestrator.ports import Credentials, Rate, Secret
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.frames import FakeFrames
from tests.fakes.store import MemoryStore
from tests.fakes.walkers import fixed, site_of

GATE = fixed("gate", 10, 5, 0.0)
STREAM = Stream("main", "rtsp://192.0.2.1/", 640, 360, 10.0, "H264")
LOGIN = Credentials("operator", Secret("secret"))


async def unsupervised(_name: str, start: Callable[[], Awaitable[None]]) -> None:
    await start()


class Metered:
    """One camera, and the meter over it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.frames = FakeFrames()
        self.mind = Mind(site_of(GATE), run="r", clock=self.clock, act=lambda *_: None)
        self.tree = CameraTree(
            GATE,
            frames=self.frames,
            detector=None,
            store=MemoryStore(),
            clock=self.clock,
            report=self.mind.tell,
            supervise=unsupervised,
        )
        self.meter = Meter(
            self.mind,
            {GATE.id: self.tree},
            frames=self.frames,
            clock=self.clock,
            usage=lambda: Usage(1024, 2.0),
        )

    async def video(self, pictures: int, taken: int) -> None:
        """Show so many pictures, of which so many are taken and searched."""
        async with self.frames.open(
            GATE.id, STREAM, LOGIN, size_px=(64, 32), rate=lambda: Rate(1e3, 1e3)
        ) as newest:
            for number in range(pictures):
                self.frames.show(GATE.id, float(number))
                if number >= pictures - taken:
                    await anext(newest)
                    self.tree.tally.asked += 1
                    self.tree.tally.answer(0.012)


async def test_rates_are_of_the_while_that_passed_and_counters_of_all_time() -> None:
    metered = Metered()
    await metered.video(20, 10)
    await metered.clock.advance(10.0)
    [first] = metered.meter.gathered().cameras
    await metered.video(40, 40)
    await metered.clock.advance(10.0)

    figures = metered.meter.gathered()

    assert (first.decoded_per_s, first.dropped_per_s, first.searched_per_s) == (2.0, 1.0, 1.0)
    [second] = figures.cameras
    assert (second.decoded_per_s, second.searched_per_s) == (4.0, 4.0)
    assert (second.flow.decoded, second.searched, second.restarts) == (60, 50, 1)
    assert second.age_p50_s is not None
    assert 0.01 <= second.age_p50_s <= 0.015
    assert figures.service.usage == Usage(1024, 2.0)
    assert metered.meter.figures is figures


async def test_what_is_asked_and_not_answered_waits_at_the_detector() -> None:
    metered = Metered()
    metered.tree.tally.asked = 3
    metered.tree.tally.replaced = 1

    assert metered.meter.gathered().service.inference_queue == 2


async def test_what_is_hidden_is_told_and_all_is_until_somebody_has_decided_lately() -> None:
    metered, hidden = Metered(), []
    for veil in (None, CLEAR, Veil((((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),))):
        if veil is not None:
            metered.tree.attend(Attention(GATE.id, 7.0, 7.0, veil))
        hidden.append(metered.meter.gathered().cameras[0].hidden)
    await metered.clock.advance(6.0)
    hidden.append(metered.meter.gathered().cameras[0].hidden)

    assert hidden == ["all", "nothing", "zones", "all"]


async def test_it_tells_every_few_seconds_until_cancelled() -> None:
    metered, told = Metered(), list[Figures]()
    task = asyncio.create_task(metered.meter.run(told.append))
    await settled()
    for _ in range(int(3 * PERIOD_S / LAG_EVERY_S) + 2):
        await metered.clock.advance(LAG_EVERY_S)
    task.cancel()
    await asyncio.wait({task})

    assert len(told) == 3
    assert told[-1].service.lag_p99_s < LAG_EVERY_S


def test_the_kernel_knows_what_this_process_takes() -> None:
    taken = usage()

    assert taken.memory_bytes > 1 << 20
    assert taken.processor_s > 0.0
