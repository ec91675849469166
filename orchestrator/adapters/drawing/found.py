"""What a model found, drawn into the picture it was found in, and many pictures on one sheet."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.sighting import Kind

Picture = NDArray[np.uint8]

COLOURS = {Kind.PERSON: (80, 200, 255), Kind.VEHICLE: (255, 160, 60), Kind.BIKE: (120, 230, 120)}
"""Blue, green, red, for each kind."""
_OTHER = (200, 200, 200)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
TILE_PX = 400
COLUMNS = 4
_GAP_PX = 6


def with_boxes(
    picture: Picture,
    boxes_px: NDArray[np.float32],
    kinds: Sequence[Kind],
    words: Sequence[str],
) -> Picture:
    """Return a copy of a picture with (n, 4) boxes, each in the colour of its kind with its words."""
    drawn = picture.copy()
    thick = max(2, round(max(picture.shape) / 480))
    for box, kind, said in zip(boxes_px, kinds, words, strict=True):
        left, top, right, bottom = (round(float(side)) for side in box)
        colour = COLOURS.get(kind, _OTHER)
        cv2.rectangle(drawn, (left, top), (right, bottom), colour, thick)
        _say(drawn, said, (left, top), colour, thick)
    return drawn


def _say(
    drawn: Picture, said: str, corner: tuple[int, int], colour: tuple[int, int, int], thick: int
) -> None:
    """Write words above a box, or inside where there is no room above; in black on its colour."""
    size = 0.3 * thick
    (wide, high), below = cv2.getTextSize(said, _FONT, size, thick)
    left = min(corner[0], max(0, drawn.shape[1] - wide))
    bottom = corner[1] if corner[1] >= high + below else corner[1] + high + below
    cv2.rectangle(drawn, (left, bottom - high - below), (left + wide, bottom), colour, cv2.FILLED)
    cv2.putText(drawn, said, (left, bottom - below // 2), _FONT, size, (0, 0, 0), thick)


def sheet(pictures: Sequence[Picture], titles: Sequence[str]) -> Picture:
    """Return pictures of any size side by side, each under its title."""
    tiles = [_tile(*each) for each in zip(pictures, titles, strict=True)]
    high = max(tile.shape[0] for tile in tiles)
    columns = min(COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    step = (high + _GAP_PX, TILE_PX + _GAP_PX)
    whole = np.full((rows * step[0] + _GAP_PX, columns * step[1] + _GAP_PX, 3), 32, np.uint8)
    for number, tile in enumerate(tiles):
        top = _GAP_PX + number // columns * step[0]
        left = _GAP_PX + number % columns * step[1]
        whole[top : top + tile.shape[0], left : left + TILE_PX] = tile
    return whole


def _tile(picture: Picture, title: str) -> Picture:
    high = max(1, round(TILE_PX * picture.shape[0] / picture.shape[1]))
    scaled = cv2.resize(picture, (TILE_PX, high), interpolation=cv2.INTER_AREA)
    head = np.full((18, TILE_PX, 3), 32, np.uint8)
    cv2.putText(head, title, (2, 13), _FONT, 0.42, (230, 230, 230), 1, cv2.LINE_AA)
    return np.asarray(np.vstack([head, scaled]), np.uint8)


def write_png(picture: Picture, path: Path) -> None:
    """Write a picture; ``OSError`` when that cannot be done."""
    done, data = cv2.imencode(".png", picture)
    assert done
    path.write_bytes(data.tobytes())
