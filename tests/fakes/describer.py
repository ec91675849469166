"""A describer whose vectors say how a crop is coloured; it is busy or broken on order."""

import numpy as np
from numpy.typing import NDArray

from orchestrator.errors import ModelError


class FakeDescriber:
    """The ``Describer`` port in memory."""

    def __init__(self, size_px: tuple[int, int] = (8, 16)) -> None:
        """Start with room for everybody."""
        self._size_px = size_px
        self.asked: list[NDArray[np.uint8]] = []
        self.busy = False
        self.broken = False
        self.closed = False

    @property
    def size_px(self) -> tuple[int, int]:
        """Return the (width, height) of crops."""
        return self._size_px

    async def describe(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """Return the mean colours of crops, as vectors of length one."""
        width, height = self._size_px
        if self.broken or self.closed or crops.shape[1:] != (height, width, 3):
            raise ModelError("the fake describer was told to fail")
        if self.busy:
            return None
        self.asked.append(crops)
        means = crops.reshape(len(crops), -1, 3).mean(axis=1) + 1.0
        vectors = means / np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(vectors, np.float32)

    async def aclose(self) -> None:
        """Answer no more."""
        self.closed = True
