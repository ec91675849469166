"""The detector: one compiled model for all cameras, whose pictures are searched in turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from orchestrator.adapters.inference.cards import card_named, default_card
from orchestrator.adapters.inference.device import Device
from orchestrator.adapters.inference.files import compiled
from orchestrator.adapters.inference.findings import read
from orchestrator.adapters.inference.pictures import fitted
from orchestrator.adapters.inference.requests import Ask, Requests
from orchestrator.config.cards import ModelCard
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError
from orchestrator.ports import Found, Frame, Look

_PLAIN = Device()


async def default_detector(device: Device = _PLAIN) -> "OpenVinoDetector":
    """Return the detector that ships; ``ModelError`` when it cannot be loaded."""
    return await OpenVinoDetector.opened(await asyncio.to_thread(default_card), device)


async def detector_named(name: str, cards: Path, device: Device = _PLAIN) -> "OpenVinoDetector":
    """Return a detector that the file ``cards`` lists; ``ModelError`` when it cannot be loaded."""
    return await OpenVinoDetector.opened(await asyncio.to_thread(card_named, name, cards), device)


class OpenVinoDetector:
    """Finds people and vehicles with one OpenVINO model (the ``Detector`` port)."""

    def __init__(self, card: ModelCard, requests: Requests) -> None:
        """Keep the requests of the card's model; ``opened`` makes them."""
        self.card = card
        self._requests = requests

    @classmethod
    async def opened(cls, card: ModelCard, device: Device = _PLAIN) -> "OpenVinoDetector":
        """Load, compile and warm up, in a thread; ``ModelError`` when that fails.

        The first picture is a grey one: what a device puts off until then is done before a camera
        waits for it, and a model whose answer cannot be read is found at once.
        """
        model = await asyncio.to_thread(compiled, card, device)
        detector = cls(card, Requests.of(model, card.name))
        wide, high = card.input_px
        grey = np.full((high, wide, 3), 128, np.uint8)
        try:
            await detector.detect(Frame(CameraId(""), 0.0, "arrival", card.input_px, grey))
        except ModelError:
            await detector.aclose()
            raise
        return detector

    @property
    def lost(self) -> bool:
        """Say whether it has stopped to answer, and is of no use any more."""
        return self._requests.lost

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have."""
        return self.card.input_px

    @asynccontextmanager
    async def turn(self, regard: Regard) -> AsyncIterator[Look]:
        """Wait until it is the caller's turn; what is handed out searches one frame."""
        async with self._requests.turn(regard) as ask:
            yield lambda frame: self._found(ask, frame)

    async def detect(self, frame: Frame) -> Found:
        """Return what is in the frame, in its turn; ``ModelError`` when the model answers nonsense."""
        async with self.turn(Regard.IDLE) as look:
            return await look(frame)

    async def _found(self, ask: Ask, frame: Frame) -> Found:
        if frame.pixels.shape != (self.input_px[1], self.input_px[0], 3):
            raise ModelError(f"{self.card.name} takes {self.input_px}, not {frame.pixels.shape}")
        pixels, placed = fitted(frame.pixels, self.card, frame.source_px)
        return read(await ask(pixels), self.card, frame.source_px, placed)

    async def aclose(self) -> None:
        """Finish what is in flight and free the device."""
        await self._requests.aclose()
