"""A detector that finds a person as high as the picture wherever it is light, or fails on order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from orchestrator.adapters.inference.turns import Turns
from orchestrator.domain.intent import Regard
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from orchestrator.ports import Found, Frame, Look


class FakeDetector:
    """The ``Detector`` port in memory. ``gate`` holds answers back while it is cleared."""

    def __init__(self, input_px: tuple[int, int] = (64, 32), rooms: int = 2) -> None:
        """Start open, with room for so many pictures at once."""
        self._input_px = input_px
        self._turns = Turns(rooms)
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Frame] = []
        self.broken = False
        self.inset = 0.0
        """How far from the picture's edges a person stands, as a share of it."""

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have."""
        return self._input_px

    @asynccontextmanager
    async def turn(self, regard: Regard) -> AsyncIterator[Look]:
        """Wait until it is the caller's turn."""
        await self._turns.take(regard)
        try:
            yield self._found
        finally:
            self._turns.give_back()

    async def detect(self, frame: Frame) -> Found:
        """Return what is in a frame by itself."""
        async with self.turn(Regard.IDLE) as look:
            return await look(frame)

    async def _found(self, frame: Frame) -> Found:
        """Return one person when the picture is light, nobody when it is dark."""
        self.asked.append(frame)
        await self.gate.wait()
        expected = (self._input_px[1], self._input_px[0], 3)
        if self.broken or frame.pixels.shape != expected:
            raise ModelError("the fake detector was told to fail")
        count = int(frame.pixels.mean() > 127)
        sides = np.array([*frame.source_px] * 2, np.float32)
        box = np.tile(sides * ([self.inset] * 2 + [1.0 - self.inset] * 2), (count, 1))
        return Found(
            box.astype(np.float32),
            np.full(count, 0.9, np.float32),
            np.full(count, Kind.PERSON.value, np.int8),
        )

    async def aclose(self) -> None:
        """Answer nothing from now on."""
        self._turns.end(ModelError("the fake detector is closed"))
