"""A first lesson: plain figures and boxes with wheels on coloured clutter, drawn in milliseconds.

A network that has seen these learns from renders several times faster than one that starts from
nothing; they teach what a bump is and how far a box reaches, and nothing about how people look.
"""

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.renders import SIZE_PX, Picture, save

Colour = tuple[int, int, int]


def pictures(seed: int) -> Iterator[Picture]:
    """Return drawn pictures without end."""
    rng = np.random.default_rng(seed)
    while True:
        pixels = _clutter(rng)
        boxes, kinds = [], []
        for _ in range(rng.integers(1, 8)):
            kind = int(rng.random() < 0.3)
            boxes.append((_vehicle if kind else _person)(pixels, rng))
            kinds.append(kind)
        yield Picture(
            pixels,
            np.array(boxes, np.float32),
            np.array(kinds, np.int8),
            np.ones(len(boxes), np.float32),
        )


def _colour(rng: np.random.Generator) -> Colour:
    b, g, r = (int(level) for level in rng.integers(0, 256, 3))
    return b, g, r


def _clutter(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return soft spots with rectangles on them."""
    coarse = rng.integers(0, 256, (9, 16, 3), np.uint8)
    pixels = cv2.resize(coarse, SIZE_PX, interpolation=cv2.INTER_CUBIC)
    for _ in range(15):
        x, y = int(rng.integers(0, SIZE_PX[0])), int(rng.integers(0, SIZE_PX[1]))
        w, h = (int(side) for side in rng.integers(5, 120, 2))
        cv2.rectangle(pixels, (x, y), (x + w, y + h), _colour(rng), -1)
    return pixels


def _between(rng: np.random.Generator, least: float, most: float) -> float:
    """Return a size, small ones as often as large ones."""
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


def _person(pixels: NDArray[np.uint8], rng: np.random.Generator) -> tuple[float, ...]:
    """Draw a head, a trunk and two legs; return their box."""
    h = _between(rng, 16, 300)
    w = h * rng.uniform(0.3, 0.45)
    x, y = rng.uniform(0, 640 - w), rng.uniform(0, max(1, 355 - h))
    upper, lower, _ = (_colour(rng) for _ in range(3))
    head = (int(x + w / 2), int(y + h * 0.08))
    cv2.circle(pixels, head, max(1, int(h * 0.08)), (120, 160, 210), -1)
    parts = ((0.0, 0.16, 1.0, 0.52), (0.15, 0.52, 0.45, 1.0), (0.55, 0.52, 0.85, 1.0))
    for part, colour in zip(parts, (upper, lower, lower), strict=True):
        corners = [(int(x + w * part[n]), int(y + h * part[n + 1])) for n in (0, 2)]
        cv2.rectangle(pixels, corners[0], corners[1], colour, -1)
    return x, y, x + w, y + h


def _vehicle(pixels: NDArray[np.uint8], rng: np.random.Generator) -> tuple[float, ...]:
    """Draw a body, a cabin and two wheels; return their box."""
    w = _between(rng, 30, 250)
    h = w * rng.uniform(0.4, 0.6)
    x, y = rng.uniform(0, 640 - w), rng.uniform(0, 355 - h)
    body = (int(x), int(y + h * 0.3)), (int(x + w), int(y + h * 0.85))
    cv2.rectangle(pixels, *body, _colour(rng), -1)
    cabin = (int(x + w * 0.2), int(y)), (int(x + w * 0.8), int(y + h * 0.3))
    cv2.rectangle(pixels, *cabin, (60, 50, 40), -1)
    for along in (0.2, 0.8):
        hub = (int(x + w * along), int(y + h * 0.85))
        cv2.circle(pixels, hub, max(2, int(h * 0.15)), (20, 20, 20), -1)
    return x, y, x + w, y + h


def main() -> None:
    """Draw a set."""
    parser = argparse.ArgumentParser(description="Draw a set of plain figures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    given = parser.parse_args()
    save(given.folder, list(islice(pictures(given.seed), given.count)))


if __name__ == "__main__":
    main()
