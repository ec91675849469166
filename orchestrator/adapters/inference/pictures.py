"""A picture as a model wants it, and where in it the picture is: stretched, or letterboxed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from orchestrator.config.cards import Fit, ModelCard

Pixels = NDArray[np.uint8]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the picture lies in a model's input, as shares of it: ``left``, ``top``, and its sides."""

    left: float = 0.0
    top: float = 0.0
    wide: float = 1.0
    high: float = 1.0

    def on_picture(self, corners: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, 4) corners as shares of the picture, given them as shares of the input."""
        offset = np.array([self.left, self.top] * 2, np.float32)
        sides = np.array([self.wide, self.high] * 2, np.float32)
        placed: NDArray[np.float32] = (corners - offset) / sides
        return placed


WHOLE = Placement()


def fitted(pixels: Pixels, card: ModelCard, source_px: Size) -> tuple[Pixels, Placement]:
    """Return (h, w, 3) BGR pixels of the card's size, and where the picture is in them.

    ``pixels`` may be of any size and have been stretched; ``source_px`` says what shape the picture
    truly has, which a letterbox restores.
    """
    width, height = card.input_px
    if card.form.fit is Fit.STRETCH:
        return np.ascontiguousarray(_scaled(pixels, (width, height))), WHOLE
    inner = content_px(card.input_px, source_px)
    left = (width - inner[0]) // 2 if card.form.fit is Fit.LETTERBOX else 0
    top = (height - inner[1]) // 2 if card.form.fit is Fit.LETTERBOX else 0
    canvas = np.full((height, width, 3), card.form.pad, np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = _scaled(pixels, inner)
    placed = Placement(left / width, top / height, inner[0] / width, inner[1] / height)
    return canvas, placed


def content_px(input_px: Size, source_px: Size) -> Size:
    """Return how large a picture is inside a letterbox.

    >>> content_px((640, 640), (1920, 1080)), content_px((640, 640), (480, 640))
    ((640, 360), (480, 640))
    """
    ratio = min(input_px[0] / source_px[0], input_px[1] / source_px[1])
    wide, high = (max(1, round(side * ratio)) for side in source_px)
    return min(wide, input_px[0]), min(high, input_px[1])


def _scaled(pixels: Pixels, size: Size) -> Pixels:
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    smaller = pixels.shape[1] > size[0] and pixels.shape[0] > size[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
