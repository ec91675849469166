"""The detector: one compiled model for all cameras, fed asynchronously, answering in order of luck.

A picture enters an idle request; its callback, on a thread of OpenVINO's, copies the answer and
posts it to the event loop. A callback that raised would end the whole process, so it does nothing
that can fail: decoding, and any complaint about the answer, happens in the loop. As many pictures
are in flight as the device can work on; the next caller waits without blocking the loop.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from orchestrator.adapters.inference.cards import card_named, default_card
from orchestrator.adapters.inference.files import compiled
from orchestrator.adapters.inference.findings import read
from orchestrator.adapters.inference.pictures import fitted
from orchestrator.config.models import ModelCard
from orchestrator.errors import ModelError
from orchestrator.ports import Found, Frame

LATEST_S = 10.0
"""A picture that is not answered by then never will be."""

Answer = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A picture in flight: kept alive, and its room kept taken, until its answer is there.

    So a caller that gives up cannot free a request that is still at work.
    """

    pixels: NDArray[np.uint8]
    answer: "asyncio.Future[Answer | None]"
    loop: asyncio.AbstractEventLoop
    room: asyncio.Semaphore


async def default_detector() -> "OpenVinoDetector":
    """Return the detector that ships; ``ModelError`` when it cannot be loaded."""
    return await OpenVinoDetector.opened(await asyncio.to_thread(default_card))


async def detector_named(name: str, cards: Path) -> "OpenVinoDetector":
    """Return a detector that the file ``cards`` lists; ``ModelError`` when it cannot be loaded."""
    return await OpenVinoDetector.opened(await asyncio.to_thread(card_named, name, cards))


class OpenVinoDetector:
    """Finds people and vehicles with one OpenVINO model (the ``Detector`` port)."""

    def __init__(self, card: ModelCard, queue: ov.AsyncInferQueue) -> None:
        """Keep a queue whose callback is ``answered``; ``opened`` makes one."""
        self.card = card
        self._queue = queue
        self._room = asyncio.Semaphore(len(queue))
        self._closed = False

    @classmethod
    async def opened(cls, card: ModelCard) -> "OpenVinoDetector":
        """Load and compile in a thread; ``ModelError`` when the model is missing or altered."""
        return cls(card, await asyncio.to_thread(_queue, card))

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have."""
        return self.card.input_px

    async def detect(self, frame: Frame) -> Found:
        """Return what is in the frame; ``ModelError`` when the model answers nonsense."""
        if frame.pixels.shape != (self.input_px[1], self.input_px[0], 3):
            raise ModelError(f"{self.card.name} takes {self.input_px}, not {frame.pixels.shape}")
        pixels, placed = fitted(frame.pixels, self.card, frame.source_px)
        return read(await self._answer(pixels), self.card, frame.source_px, placed)

    async def _answer(self, pixels: NDArray[np.uint8]) -> Answer:
        """Return the model's raw answer to a picture of its size."""
        loop = asyncio.get_running_loop()
        await self._room.acquire()
        if self._closed:
            self._room.release()
            raise ModelError(f"{self.card.name} is closed")
        asked = _Asked(pixels, loop.create_future(), loop, self._room)
        self._queue.start_async({0: pixels[None]}, asked, share_inputs=True)
        try:
            async with asyncio.timeout(LATEST_S):
                answer = await asked.answer
        except TimeoutError as error:
            raise ModelError(f"{self.card.name} answers no more; restart the service") from error
        if answer is None:
            raise ModelError(f"{self.card.name}: OpenVINO failed on a picture")
        return answer

    async def aclose(self) -> None:
        """Finish what is in flight and free the device.

        The queue's destructor waits for its callbacks with the interpreter locked, and they need
        the interpreter: so every callback has to be over before the queue may be dropped.
        """
        self._closed = True
        await asyncio.to_thread(self._queue.wait_all)
        for _ in range(len(self._queue)):
            await self._room.acquire()
        for _ in range(len(self._queue)):
            self._room.release()


def _queue(card: ModelCard) -> ov.AsyncInferQueue:
    """Return the compiled model behind a queue of requests: those at work, and two that wait."""
    model = compiled(card)
    queue = ov.AsyncInferQueue(model, model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") + 2)
    queue.set_callback(answered)
    return queue


def answered(request: ov.InferRequest, asked: _Asked) -> None:
    """Copy an answer and post it to the loop that asked; never raises."""
    try:
        answer: Answer | None = np.array(request.get_output_tensor(0).data, np.float32)
    except Exception:  # noqa: BLE001 - an exception here, of any kind, would abort the process
        answer = None
    try:
        asked.loop.call_soon_threadsafe(_post, asked, answer)
    except RuntimeError:
        return  # the loop was closed meanwhile: nobody waits


def _post(asked: _Asked, answer: Answer | None) -> None:
    """Give up the room, and the answer to whoever still wants it."""
    asked.room.release()
    if not asked.answer.done():
        asked.answer.set_result(answer)
