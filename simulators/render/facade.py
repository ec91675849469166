"""Walls seen square on: panels, bricks or plaster, with windows and doors."""

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Building

Picture = NDArray[np.uint8]
SCALE = 20.0
"""Texture pixels a metre."""


def facade(building: Building, wall: int, length_m: float, seed: int, light: float) -> Picture:
    """Return the picture (h, w, 3) of one wall from outside, its first row the top, shaded."""
    random = np.random.default_rng(seed)
    size = (max(2, round(building.height_m * SCALE)), max(2, round(length_m * SCALE)))
    picture = _skin(building, size, random)
    _windows(picture, building, wall, length_m, random)
    for opening in building.openings:
        if opening.wall == wall:
            low, left = size[0], round(opening.from_m * SCALE)
            top, right = (
                round(low - opening.height_m * SCALE),
                round(opening.to_m * SCALE),
            )
            cv2.rectangle(picture, (left - 2, top - 2), (right + 2, low), (70, 72, 72), -1)
            cv2.rectangle(picture, (left, top), (right, low), opening.colour, -1)
            for y in range(top + 8, low, 10):
                cv2.line(
                    picture,
                    (left, y),
                    (right, y),
                    [int(c * 0.88) for c in opening.colour],
                    1,
                )
    shaded = picture.astype(np.float32) * light
    return np.clip(cv2.GaussianBlur(shaded, (0, 0), 0.6), 0, 255).astype(np.uint8)


def _skin(building: Building, size: tuple[int, int], random: np.random.Generator) -> Picture:
    skin = np.full((*size, 3), building.colour, np.float32)
    skin += random.standard_normal((*size, 1), np.float32) * 4.0
    high, wide = size
    if building.facade == "panels":
        ribs = 6.0 * np.sin(np.arange(wide) * (2 * np.pi / (0.3 * SCALE)))
        skin += ribs[None, :, None].astype(np.float32)
        skin[round(high * 0.82) :] *= 0.86
    if building.facade == "brick":
        rows = np.arange(high)[:, None] // 3
        joint = (np.arange(high)[:, None] % 3 == 0) | (
            (np.arange(wide)[None, :] + rows * 3) % 6 == 0
        )
        skin += np.where(joint, 16.0, 0.0)[..., None].astype(np.float32)
    streak = cv2.resize(random.standard_normal((1, wide // 9 + 2), np.float32), (wide, high))
    skin += streak[..., None] * 4.0
    skin[: max(2, round(0.18 * SCALE))] *= 0.7
    return np.clip(skin, 0, 255).astype(np.uint8)


def _windows(
    picture: Picture,
    building: Building,
    wall: int,
    length_m: float,
    random: np.random.Generator,
) -> None:
    doors = [(o.from_m - 0.4, o.to_m + 0.4) for o in building.openings if o.wall == wall]
    pitch, wide, high = 3.2, 1.5, 1.1
    for row in range(building.windows):
        sill = building.height_m - 1.9 - 2.6 * row
        for x in np.arange(1.2, length_m - wide - 0.6, pitch).tolist():
            if sill < 0.4 or (sill < 2.4 and any(a < x + wide and x < b for a, b in doors)):
                continue
            left, right = round(x * SCALE), round((x + wide) * SCALE)
            bottom = picture.shape[0] - round(sill * SCALE)
            top = bottom - round(high * SCALE)
            glass = int(random.uniform(60, 120))
            cv2.rectangle(
                picture,
                (left - 2, top - 2),
                (right + 2, bottom + 2),
                (188, 190, 190),
                -1,
            )
            cv2.rectangle(
                picture,
                (left, top),
                (right, bottom),
                (glass + 18, glass + 6, glass),
                -1,
            )
            cv2.line(
                picture,
                ((left + right) // 2, top),
                ((left + right) // 2, bottom),
                (188, 190, 190),
                1,
            )
