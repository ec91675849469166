"""A model's answer as boxes: one reader per family of models, vectorised and distrustful.

Every reader takes the raw array of one picture and returns rows ``x1 y1 x2 y2 score label`` with
coordinates as shares of the picture; ``found`` then scales, clips and drops what is below the
threshold, of an unknown label, empty, or a near double.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from orchestrator.ports import Found

Rows = NDArray[np.float32]
Reader = Callable[[NDArray[np.float32], tuple[int, int]], Rows]

DOUBLE = 0.6
"""Two boxes of a kind that overlap by more than this are the same thing."""


def own_rows(answer: NDArray[np.float32], input_px: tuple[int, int]) -> Rows:
    """Read our own detector: (1, n, 6), x1 y1 x2 y2 in pixels of the input, score, class."""
    if answer.ndim != 3 or answer.shape[0] != 1 or answer.shape[2] != 6:
        raise ModelError(f"the model's answer has shape {answer.shape}, not (1, n, 6)")
    width, height = input_px
    scale = np.array([1 / width, 1 / height, 1 / width, 1 / height, 1, 1], np.float32)
    rows: Rows = answer[0] * scale
    return rows


def ssd_rows(answer: NDArray[np.float32], _input_px: tuple[int, int]) -> Rows:
    """Read Open Model Zoo's SSD: (1, 1, n, 7), picture, class, score, x1 y1 x2 y2 as shares.

    The first row of picture -1 ends the list.
    """
    if answer.ndim != 4 or answer.shape[:2] != (1, 1) or answer.shape[3] != 7:
        raise ModelError(f"the model's answer has shape {answer.shape}, not (1, 1, n, 7)")
    rows = answer[0, 0]
    ends = np.flatnonzero(rows[:, 0] < 0)
    rows = rows[: ends[0]] if len(ends) else rows
    ordered: Rows = rows[:, [3, 4, 5, 6, 2, 1]]
    return ordered


DECODERS: Mapping[str, Reader] = {"own": own_rows, "ssd": ssd_rows}


def found(
    rows: Rows, *, labels: Mapping[int, Kind], threshold: float, source_px: tuple[int, int]
) -> Found:
    """Return rows as boxes in source pixels, best first; ``ModelError`` when they are no numbers."""
    if not np.isfinite(rows).all():
        raise ModelError("the model answered with values that are not numbers")
    rows = rows[rows[:, 4] >= threshold]
    rows = rows[[int(label) in labels for label in rows[:, 5]]] if len(rows) else rows
    width, height = source_px
    boxes = np.clip(rows[:, :4], 0.0, 1.0) * np.array([width, height, width, height], np.float32)
    real = ((boxes[:, 2] - boxes[:, 0]) >= 1.0) & ((boxes[:, 3] - boxes[:, 1]) >= 1.0)
    boxes, rows = boxes[real], rows[real]
    order = np.argsort(-rows[:, 4], kind="stable")
    boxes, rows = boxes[order], rows[order]
    kinds = np.array([labels[int(label)].value for label in rows[:, 5]], np.int8)
    kept = _without_doubles(boxes, kinds)
    scores = np.clip(rows[:, 4], 0.0, 1.0).astype(np.float32)
    return Found(boxes[kept].astype(np.float32), scores[kept], kinds[kept])


def _without_doubles(boxes: NDArray[np.float32], kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Return which boxes stay, given the best first: none that a better one of its kind covers."""
    kept = np.ones(len(boxes), np.bool_)
    if len(boxes) < 2:
        return kept
    same = (_overlaps(boxes) > DOUBLE) & (kinds[:, None] == kinds[None])
    for index in range(len(boxes)):
        if kept[index]:
            kept[index + 1 :] &= ~same[index, index + 1 :]
    return kept


def _overlaps(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the intersection over union of every pair, (n, n)."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.maximum(high - low, 0.0).prod(axis=2)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    ratio: NDArray[np.float32] = shared / (areas[:, None] + areas[None] - shared)
    return ratio
