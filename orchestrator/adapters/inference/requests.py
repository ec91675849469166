"""A compiled model's requests: a picture in, its raw answer out, many at once, shared by all cameras.

A picture enters an idle request; its callback, on a thread of OpenVINO's, copies the answer and
posts it to the event loop. A callback that raised would end the whole process, so it does nothing
that can fail. There are more requests than may be in flight: one is idle only once its callback is
over, a moment after the answer is here, and the loop does not wait for that.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from orchestrator.adapters.inference.turns import Turns
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError

LATEST_S = 10.0
"""A picture that is not answered by then never will be."""
AHEAD = 1
"""So many pictures lie ready for a device that is at work on as many as it can be."""

Answer = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Ask = Callable[[Pixels], Awaitable[Answer]]

_STUCK: Final[list[ov.AsyncInferQueue]] = []
"""Queues that hang are kept: dropping one waits, with the interpreter locked, for what never comes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A picture in flight: kept alive, and its room kept taken, until its answer is there.

    So a caller that gives up cannot free a request that is still at work.
    """

    pixels: Pixels
    answer: "asyncio.Future[Answer]"
    loop: asyncio.AbstractEventLoop
    since_s: float
    post: "Callable[[_Asked, Answer | None], None]"


class Requests:
    """The requests of one model called ``name``; ``of`` makes them."""

    def __init__(self, name: str, queue: ov.AsyncInferQueue, rooms: int) -> None:
        """Keep a queue whose callback is ``answered``, and how many pictures may be in flight."""
        self._name = name
        self._queue = queue
        self._turns = Turns(rooms)
        self._flying: dict[_Asked, None] = {}
        self._watchdog: asyncio.TimerHandle | None = None
        self.lost = False
        """Whether it has stopped to answer: it is of no use any more."""

    @classmethod
    def of(cls, model: ov.CompiledModel, name: str) -> "Requests":
        """Return the requests of a compiled model."""
        at_work = model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        rooms = at_work + AHEAD
        queue = ov.AsyncInferQueue(model, rooms + at_work)
        queue.set_callback(answered)
        return cls(name, queue, rooms)

    @asynccontextmanager
    async def turn(self, regard: Regard) -> AsyncIterator[Ask]:
        """Wait for a turn, and hand out how to ask about one picture in it."""
        await self._turns.take(regard)
        asked = False

        def ask(pixels: Pixels) -> Awaitable[Answer]:
            nonlocal asked
            assert not asked, "a turn is for one picture"
            asked = True
            return self._started(pixels)

        try:
            yield ask
        finally:
            if not asked:
                self._turns.give_back()

    def _started(self, pixels: Pixels) -> "asyncio.Future[Answer]":
        """Return the answer to come about a picture, for which room was taken."""
        loop = asyncio.get_running_loop()
        kept = np.ascontiguousarray(pixels)
        asked = _Asked(kept, loop.create_future(), loop, loop.time(), self._post)
        self._flying[asked] = None
        try:
            self._queue.start_async({0: kept[None]}, asked, share_inputs=True)
        except RuntimeError:
            self._post(asked, None)
        if self._watchdog is None:
            self._watchdog = loop.call_later(LATEST_S, self._look_after, loop)
        return asked.answer

    def _post(self, asked: _Asked, answer: Answer | None) -> None:
        """Give up the room, and the answer to whoever still wants it."""
        del self._flying[asked]
        self._turns.give_back()
        if asked.answer.done():
            return
        if answer is None:
            asked.answer.set_exception(ModelError(f"{self._name}: OpenVINO failed on a picture"))
        else:
            asked.answer.set_result(answer)

    def _look_after(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give up a device that leaves its oldest picture unanswered; look again while one waits."""
        self._watchdog = None
        oldest = next(iter(self._flying), None)
        if oldest is None:
            return
        waits_s = loop.time() - oldest.since_s
        if waits_s < LATEST_S:
            self._watchdog = loop.call_later(LATEST_S - waits_s, self._look_after, loop)
            return
        self.lost = True
        _STUCK.append(self._queue)
        self._end(ModelError(f"{self._name} answers no more"))

    def _end(self, error: ModelError) -> None:
        """Tell everybody that there is no answer any more."""
        self._turns.end(error)
        for asked in self._flying:
            if not asked.answer.done():
                asked.answer.set_exception(error)

    async def aclose(self) -> None:
        """Finish what is in flight and free the device.

        The queue's destructor waits for its callbacks with the interpreter locked, and they need
        the interpreter: so every callback has to be over before the queue may be dropped.
        """
        error = ModelError(f"{self._name} is closed")
        self._turns.end(error)
        if not self.lost:
            with suppress(RuntimeError):  # of a picture that failed: nobody asks any more
                await asyncio.to_thread(self._queue.wait_all)
            await asyncio.sleep(0)  # what the callbacks have posted
        if self._watchdog is not None:
            self._watchdog.cancel()
        self._end(error)


def answered(request: ov.InferRequest, asked: _Asked) -> None:
    """Copy an answer and post it to the loop that asked; never raises."""
    try:
        answer: Answer | None = np.array(request.get_output_tensor(0).data, np.float32)
    except Exception:  # noqa: BLE001 - an exception here, of any kind, would abort the process
        answer = None
    with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
        asked.loop.call_soon_threadsafe(asked.post, asked, answer)
