"""Models that look at parts of pictures: what tells people apart, and what says what a vehicle is like.

They are asked little and not in a hurry, so they run in a thread, a crop after the other. When as many
callers are served as there are seats, the next one is turned away at once: crops are worth something
while they are new, and searching pictures comes first.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from orchestrator.adapters.inference.cards import card_named
from orchestrator.adapters.inference.files import compiled
from orchestrator.config.cards import ModelCard, Task
from orchestrator.errors import ModelError

Crops = NDArray[np.uint8]
Answers = NDArray[np.float32]

SEATS: Final = 2


class _CropModel:
    """A compiled model that answers about crops, for so many callers at once as there are seats."""

    def __init__(self, card: ModelCard, model: ov.CompiledModel) -> None:
        self.card = card
        self._model = model
        self._free = [model.create_infer_request() for _ in range(SEATS)]
        self._work: set[asyncio.Future[Answers]] = set()
        self._closed = False

    @classmethod
    async def opened(cls, card: ModelCard) -> "_CropModel":
        return cls(card, await asyncio.to_thread(compiled, card))

    async def answers(self, crops: Crops) -> Answers | None:
        """Return (n, d) raw answers; None when every seat is taken."""
        width, height = self.card.input_px
        if self._closed or crops.shape[1:] != (height, width, 3):
            why = "is closed" if self._closed else f"takes {width}x{height}, not {crops.shape}"
            raise ModelError(f"{self.card.name} {why}")
        if not self._free:
            return None
        request = self._free.pop()
        work = asyncio.ensure_future(asyncio.to_thread(self._answered, request, crops))
        self._work.add(work)
        work.add_done_callback(lambda _: self._free.append(request))
        work.add_done_callback(self._work.discard)
        found = await asyncio.shield(work)  # who gives up leaves its seat when the thread is done
        if not np.isfinite(found).all():
            raise ModelError(f"{self.card.name} answered with values that are not numbers")
        return found

    def _answered(self, request: ov.InferRequest, crops: Crops) -> Answers:
        """Ask about one crop after the other; blocks."""
        try:
            rows = [
                np.array(request.infer({0: crop[None]}, share_inputs=True)[0], np.float32).ravel()
                for crop in np.ascontiguousarray(crops)
            ]
        except RuntimeError as error:
            raise ModelError(f"{self.card.name}: OpenVINO failed on a picture") from error
        return np.array(rows, np.float32).reshape(len(crops), -1)

    async def aclose(self) -> None:
        """Finish what is at work."""
        self._closed = True
        if self._work:
            await asyncio.wait(self._work)


class OpenVinoDescriber:
    """Tells people apart with one OpenVINO model (the ``Describer`` port)."""

    def __init__(self, model: _CropModel) -> None:
        """Keep a model that describes; ``opened`` makes one."""
        self._model = model

    @classmethod
    async def opened(cls, card: ModelCard) -> "OpenVinoDescriber":
        """Load and compile in a thread; ``ModelError`` when the model is missing or altered."""
        return cls(await _CropModel.opened(card))

    @property
    def size_px(self) -> tuple[int, int]:
        """Return the (width, height) of crops."""
        return self._model.card.input_px

    async def describe(self, crops: Crops) -> Answers | None:
        """Return (n, d) vectors of length one; None when there is no room for the crops now."""
        found = await self._model.answers(crops)
        if found is None:
            return None
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        if not (lengths > 0.0).all():
            raise ModelError(f"{self._model.card.name} answered with a vector of no length")
        vectors: Answers = found / lengths
        return vectors

    async def aclose(self) -> None:
        """Finish what is at work."""
        await self._model.aclose()


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a classifier says of one thing: such as ``colour``: ``white``, 0.93 sure."""

    name: str
    word: str
    score: float


class OpenVinoClassifier:
    """Says what vehicles are like with one OpenVINO model."""

    def __init__(self, model: _CropModel) -> None:
        """Keep a model that classifies; ``opened`` makes one."""
        self._model = model

    @classmethod
    async def opened(cls, card: ModelCard) -> "OpenVinoClassifier":
        """Load and compile in a thread; ``ModelError`` when the model is missing or altered."""
        return cls(await _CropModel.opened(card))

    @property
    def size_px(self) -> tuple[int, int]:
        """Return the (width, height) of crops."""
        return self._model.card.input_px

    async def classify(self, crops: Crops) -> list[tuple[Attribute, ...]]:
        """Return the likeliest word of every attribute for each crop, in the card's order."""
        if not len(crops):
            return []
        found = await self._model.answers(crops)
        if found is None:
            raise ModelError(f"{self._model.card.name} is asked by too many at once")
        return [self._told(row) for row in found]

    def _told(self, row: Answers) -> tuple[Attribute, ...]:
        told, begin = [], 0
        for name, words in self._model.card.attributes.items():
            scores = row[begin : begin + len(words)]
            best = int(scores.argmax())
            told.append(Attribute(name, words[best], float(scores[best])))
            begin += len(words)
        return tuple(told)

    async def aclose(self) -> None:
        """Finish what is at work."""
        await self._model.aclose()


async def describer_named(name: str, cards: Path) -> OpenVinoDescriber:
    """Return a describer that the file ``cards`` lists; ``ModelError`` when it cannot be loaded."""
    card = await asyncio.to_thread(card_named, name, cards, Task.DESCRIBE)
    return await OpenVinoDescriber.opened(card)
