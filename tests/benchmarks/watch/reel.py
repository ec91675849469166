"""A film encoded once and sent by many cameras, so that what serves them takes little of the machine."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from simulators.rtsp.session import Sink
from simulators.video import AccessUnit, Encoder, Format, parameter_sets


def encoded(film: Path, form: Format) -> list[AccessUnit]:
    """Return a film's pictures as a simulated camera encodes them, each with its place in time."""
    encoder = Encoder(form)
    with av.open(str(film)) as container:
        return [
            encoder.encoded(
                np.asarray(frame.to_ndarray(format="bgr24"), np.uint8),
                number / form.fps,
                key=number % form.gop == 0,
            )
            for number, frame in enumerate(container.decode(video=0))
        ]


class Reel:
    """One camera that shows a film again and again (the simulator's ``Live``)."""

    def __init__(self, form: Format, units: Sequence[AccessUnit], phase: float) -> None:
        """Keep the film; ``phase`` (0..1 of a frame) is when this camera exposes."""
        self.form = form
        self.sets = parameter_sets(form)
        self._units = units
        self._phase = phase
        self._sinks: list[Sink] = []
        self._next = 0

    def attach(self, sink: Sink) -> None:
        """Send to one more, from a key picture on."""
        self._sinks.append(sink)
        self.refresh()

    def refresh(self) -> None:
        """Go on with the first picture, which needs none before it."""
        self._next = 0

    def detach(self, sink: Sink) -> None:
        """Send to one less."""
        self._sinks.remove(sink)

    async def run(self) -> None:
        """Send a picture whenever it is time, until cancelled."""
        period_s = 1.0 / self.form.fps
        turn = int(time.monotonic() / period_s) + 1
        while True:
            at_s = (turn + self._phase) * period_s
            await asyncio.sleep(at_s - time.monotonic())
            unit = replace(self._units[self._next], exposed_s=at_s)
            self._next = (self._next + 1) % len(self._units)
            for sink in tuple(self._sinks):
                sink(unit)
            turn += 1
