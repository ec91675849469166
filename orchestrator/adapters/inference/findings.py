"""Rows of a reader as boxes in source pixels, without those that are doubles of better ones."""

import numpy as np
from numpy.typing import NDArray

from orchestrator.adapters.inference.decoders import READERS
from orchestrator.adapters.inference.pictures import WHOLE, Placement
from orchestrator.config.cards import ModelCard
from orchestrator.errors import ModelError
from orchestrator.ports import Found

Array = NDArray[np.float32]

MOST = 1000
"""So many boxes of a picture are looked at, the surest: a model that finds more finds noise."""


def read(
    answer: Array, card: ModelCard, source_px: tuple[int, int], placed: Placement = WHOLE
) -> Found:
    """Return what a detector's raw answer to one picture says; ``ModelError`` when it is nonsense.

    ``placed`` is where the picture was in the model's input.
    """
    rows = READERS[card.decoder](answer, card.input_px, card.threshold)
    return found(rows, card=card, source_px=source_px, placed=placed)


def found(
    rows: Array, *, card: ModelCard, source_px: tuple[int, int], placed: Placement = WHOLE
) -> Found:
    """Return rows as boxes in source pixels, best first; ``ModelError`` when they are no numbers.

    What is below the threshold, of an unknown label, empty, or a near double is dropped.
    """
    if not np.isfinite(rows).all():
        raise ModelError("the model answered with values that are not numbers")
    labels = rows[:, 5].astype(np.int64)
    kept = (rows[:, 4] >= card.threshold) & np.isin(labels, list(card.labels))
    rows, labels = rows[kept], labels[kept]
    width, height = source_px
    boxes = np.clip(placed.on_picture(rows[:, :4]), 0.0, 1.0)
    boxes = boxes * np.array([width, height, width, height], np.float32)
    real = np.flatnonzero(((boxes[:, 2:] - boxes[:, :2]) >= 1.0).all(axis=1))
    best = real[np.argsort(-rows[real, 4], kind="stable")][:MOST]
    boxes, scores = boxes[best], np.clip(rows[best, 4], 0.0, 1.0).astype(np.float32)
    kinds = np.array([card.labels[label].value for label in labels[best].tolist()], np.int8)
    single = without_doubles(boxes, kinds, card.overlap)
    return Found(boxes[single].astype(np.float32), scores[single], kinds[single])


def without_doubles(boxes: Array, kinds: NDArray[np.int8], most: float) -> NDArray[np.intp]:
    """Return which of (n, 4) boxes stay, given the best first: none that a better of its kind covers.

    Greedy non-maximum suppression by intersection over union, a row of it for each box that stays.
    """
    left = np.arange(len(boxes))
    single = []
    while len(left):
        first, left = left[0], left[1:]
        single.append(first)
        double = (overlaps(boxes[first], boxes[left]) > most) & (kinds[left] == kinds[first])
        left = left[~double]
    return np.array(single, np.intp)


def overlaps(box: Array, others: Array) -> Array:
    """Return (n,) the intersection over union of a box with each of (n, 4) others."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.maximum(high - low, 0.0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    ratio: Array = shared / ((box[2:] - box[:2]).prod() + areas - shared)
    return ratio
