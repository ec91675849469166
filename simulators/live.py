"""One camera's live picture: rendered and encoded while somebody watches, shared by all watchers.

The world is copied in the event loop (an exposure), developed and encoded in a thread, and handed
to the watchers in the event loop again. A picture that takes longer than a frame's time costs
frames, never delay.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.rtsp.session import Sink
from simulators.scene import FrameTruth
from simulators.video import AccessUnit, Encoder, Format, parameter_sets


@dataclass(frozen=True, slots=True, eq=False)
class Developed:
    """A picture (h, w, 3 BGR) and who is in it, if anybody knows."""

    picture: NDArray[np.uint8]
    truth: FrameTruth | None


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """One instant caught: when (monotonic), and how to make a picture of it in another thread."""

    exposed_s: float
    develop: Callable[[], Developed]
    sent: Callable[[Developed], None]
    """Called in the event loop when the picture has gone to somebody."""


class LivePicture:
    """A stream that runs while it has watchers. ``run`` has to be running."""

    def __init__(
        self,
        form: Format,
        expose: Callable[[], Exposure],
        *,
        pool: Executor,
        now_s: Callable[[], float],
        phase: float = 0.0,
    ) -> None:
        """Keep the parts; ``phase`` (0..1 of a frame) keeps cameras from exposing all at once."""
        self.pictures = 0
        self._form = form
        self._sets = parameter_sets(form)
        self._expose = expose
        self._pool = pool
        self._now_s = now_s
        self._phase = phase
        self._sinks: list[Sink] = []
        self._fresh = False
        self._watched = asyncio.Event()

    @property
    def form(self) -> Format:
        """Return size, rate and keyframe distance."""
        return self._form

    @property
    def sets(self) -> tuple[bytes, ...]:
        """Return the parameter sets of the stream."""
        return self._sets

    @property
    def watchers(self) -> int:
        """Return how many watch."""
        return len(self._sinks)

    def attach(self, sink: Sink) -> None:
        """Call ``sink`` with every access unit from a fresh keyframe on."""
        self._sinks.append(sink)
        self._fresh = True
        self._watched.set()

    def refresh(self) -> None:
        """Make the next picture a keyframe."""
        self._fresh = True

    def detach(self, sink: Sink) -> None:
        """Stop calling ``sink``."""
        self._sinks = [other for other in self._sinks if other != sink]
        if not self._sinks:
            self._watched.clear()

    async def run(self) -> None:
        """Stream whenever somebody watches, until cancelled."""
        while True:
            await self._watched.wait()
            await self._stream()

    async def _stream(self) -> None:
        encoder = Encoder(self._form)
        period_s = 1.0 / self._form.fps
        turn = int(self._now_s() / period_s - self._phase) + 1
        while True:
            await asyncio.sleep((turn + self._phase) * period_s - self._now_s())
            if not self._sinks:
                return
            await self._send_one(encoder)
            turn = max(turn, int(self._now_s() / period_s - self._phase)) + 1

    async def _send_one(self, encoder: Encoder) -> None:
        exposure = self._expose()
        self.pictures += 1
        key, self._fresh = self._fresh, False
        unit, developed = await asyncio.get_running_loop().run_in_executor(
            self._pool, _made, encoder, exposure, key
        )
        if self._sinks:
            exposure.sent(developed)
        for sink in tuple(self._sinks):
            sink(unit)


def _made(encoder: Encoder, exposure: Exposure, key: bool) -> tuple[AccessUnit, Developed]:
    developed = exposure.develop()
    return encoder.encoded(developed.picture, exposure.exposed_s, key=key), developed
