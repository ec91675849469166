"""Batches: windows of the renders, spoilt as cameras spoil pictures, with targets drawn.

Two shapes take turns, as one network must know small figures and figures as high as the picture:
many native windows of 320x192, and few of the whole picture's height. Threads fill a queue ahead
of the trainer; the seed decides what each batch holds, not who makes it.
"""

import queue
import threading
from collections.abc import Iterator

import numpy as np
import torch

from training.augment import cropped, seen_by_a_camera
from training.losses import Targets, drawn_targets
from training.renders import RenderSet

SHAPES = (((320, 192), 16), ((320, 192), 16), ((352, 352), 8))
"""Window (width, height) and how many of them make a batch, in turn."""


def made(renders: RenderSet, number: int, seed: int) -> tuple[torch.Tensor, Targets]:
    """Return batch ``number``: pixels (n, 3, h, w) uint8 BGR, and what they show."""
    rng = np.random.default_rng((seed, number))
    size, count = SHAPES[number % len(SHAPES)]
    pixels = np.empty((count, size[1], size[0], 3), np.uint8)
    drawn = []
    for i in range(count):
        picture = cropped(renders[int(rng.integers(len(renders)))], size, rng)
        pixels[i] = seen_by_a_camera(picture.pixels, rng)
        sides = picture.boxes[:, 2:] - picture.boxes[:, :2]
        trusted = (picture.visible >= 0.3) & (sides[:, 1] >= 11) & (sides[:, 0] >= 4)
        drawn.append(drawn_targets(picture.boxes, picture.kinds, trusted, size))
    stacked = [torch.from_numpy(np.stack(part)) for part in zip(*drawn, strict=True)]
    return torch.from_numpy(pixels).permute(0, 3, 1, 2), Targets(*stacked)


def batches(renders: RenderSet, *, seed: int, count: int) -> Iterator[tuple[torch.Tensor, Targets]]:
    """Return ``count`` batches, made ahead by a thread that ends when nobody wants more."""
    ready: queue.Queue[tuple[torch.Tensor, Targets]] = queue.Queue(maxsize=4)
    wanted = threading.Event()
    wanted.set()

    def make() -> None:
        for number in range(count):
            if not wanted.is_set():
                return
            batch = made(renders, number, seed)
            while wanted.is_set():
                try:
                    ready.put(batch, timeout=1.0)
                except queue.Full:
                    continue
                break

    maker = threading.Thread(target=make)
    maker.start()
    try:
        for _ in range(count):
            yield ready.get()
    finally:
        wanted.clear()
        maker.join()
