"""A detector that is kept: loaded again when its model was missing or wrong, or its device hangs.

Until it is there, whoever asks is told why not: cameras are degraded with that reason, and steered.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog

from orchestrator.adapters.inference.openvino import OpenVinoDetector
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError
from orchestrator.ports import Clock, Found, Frame, Look

log = structlog.get_logger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 60.0
"""Between two tries to load: whoever puts a file in its place need not restart the service."""
LOOKS_EVERY_S = 1.0


class KeptDetector:
    """One detector for as long as the service runs (the ``Detector`` port); ``running`` loads it."""

    def __init__(self, load: Callable[[], Awaitable[OpenVinoDetector]], clock: Clock) -> None:
        """Keep how it is loaded."""
        self._load = load
        self._clock = clock
        self._detector: OpenVinoDetector | None = None
        self._why = ModelError("no model is loaded yet")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["KeptDetector"]:
        """Try to load it once, and keep it from then on."""
        await self._try()
        keeping = asyncio.create_task(self._keep())
        try:
            yield self
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            await self.aclose()

    async def _keep(self) -> None:
        """Load whenever there is none, or none that answers."""
        pause_s = FIRST_PAUSE_S
        while True:
            if self.is_loaded:
                pause_s = FIRST_PAUSE_S
                await self._clock.sleep(LOOKS_EVERY_S)
                continue
            await self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            await self._try()

    async def _try(self) -> None:
        try:
            detector = await self._load()
        except ModelError as error:
            if str(error) != str(self._why):
                log.warning("no detection: cameras are steered without seeing", reason=str(error))
            self._detector, self._why = None, error
        else:
            self._detector = detector
            log.info("detects", model=detector.card.name)

    @property
    def is_loaded(self) -> bool:
        """Say whether there is a model that answers."""
        return self._detector is not None and not self._detector.lost

    def _there(self) -> OpenVinoDetector:
        if self._detector is None:
            raise ModelError(str(self._why)) from self._why
        return self._detector

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have; ``ModelError`` while no model is loaded."""
        return self._there().input_px

    def turn(self, regard: Regard) -> AbstractAsyncContextManager[Look]:
        """Wait for a turn of the detector that is there; ``ModelError`` where there is none."""
        return self._there().turn(regard)

    async def detect(self, frame: Frame) -> Found:
        """Return what is in one frame by itself."""
        return await self._there().detect(frame)

    async def aclose(self) -> None:
        """Finish what is in flight and free the device."""
        detector, self._detector = self._detector, None
        self._why = ModelError("the detector is closed")
        if detector is not None:
            await detector.aclose()
