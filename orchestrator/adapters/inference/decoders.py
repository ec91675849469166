"""A detector's answer as rows: one reader per family of models, vectorised and distrustful.

Every reader takes the raw array of one picture and returns (n, 6) rows ``x1 y1 x2 y2 score label``,
coordinates as shares of the model's picture, of those that are at least as sure as wanted: most of
what a YOLO answers is thousands of boxes on nothing, which need not be computed. ``found`` makes
boxes of rows.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from orchestrator.errors import ModelError

Array = NDArray[np.float32]
Size = tuple[int, int]
Reader = Callable[[Array, Size, float], Array]

YOLOX_STRIDES = (8, 16, 32)


def finished_rows(answer: Array, input_px: Size, least: float) -> Array:
    """Read boxes that need no more work: (1, n, 6), x1 y1 x2 y2 in pixels, score, class.

    Our own detector answers so, and YOLO exports that suppress doubles in the graph or need not.
    """
    _expect(answer, "(1, n, 6)", answer.ndim == 3 and answer.shape[2:] == (6,))
    rows = answer[0][_sure(answer[0, :, 4], least)]
    width, height = input_px
    shares: Array = rows * np.array(
        [1 / width, 1 / height, 1 / width, 1 / height, 1, 1], np.float32
    )
    return shares


def ssd_rows(answer: Array, _input_px: Size, least: float) -> Array:
    """Read Open Model Zoo's SSD: (1, 1, n, 7), picture, class, score, x1 y1 x2 y2 as shares.

    The first row of picture -1 ends the list.
    """
    shaped = answer.ndim == 4 and answer.shape[1] == 1 and answer.shape[3] == 7
    _expect(answer, "(1, 1, n, 7)", shaped)
    rows = answer[0, 0]
    ends = np.flatnonzero(rows[:, 0] < 0)
    rows = rows[: ends[0]] if len(ends) else rows
    ordered: Array = rows[_sure(rows[:, 2], least)][:, [3, 4, 5, 6, 2, 1]]
    return ordered


def yolox_rows(answer: Array, input_px: Size, least: float) -> Array:
    """Read YOLOX as exported: (1, n, 5 + c) over the cells of three grids, row by row.

    A cell says by how many cells the middle is off its corner, and the logarithms of width and
    height in cells (arXiv:2107.08430); objectness and classes are probabilities already.
    """
    cells = _cells(input_px)
    shaped = answer.ndim == 3 and answer.shape[1] == len(cells) and answer.shape[2] > 5
    _expect(answer, f"(1, {len(cells)}, 5 + classes)", shaped)
    scores, labels, kept = _best(answer[0, :, 5:], least, answer[0, :, 4])
    boxes, cells = answer[0, kept, :4], cells[kept]
    middles = (boxes[:, :2] + cells[:, :2]) * cells[:, 2:]
    with np.errstate(over="ignore"):
        sides = np.exp(boxes[:, 2:]) * cells[:, 2:]
    return _rows(np.hstack([middles, sides]), scores, labels, input_px)


def yolo_v5_rows(answer: Array, input_px: Size, least: float) -> Array:
    """Read YOLOv5: (1, n, 5 + c), middle and sides in pixels, objectness, class probabilities."""
    _expect(answer, "(1, n, 5 + classes)", answer.ndim == 3 and answer.shape[2] > 5)
    scores, labels, kept = _best(answer[0, :, 5:], least, answer[0, :, 4])
    return _rows(answer[0, kept, :4], scores, labels, input_px)


def yolo_v8_rows(answer: Array, input_px: Size, least: float) -> Array:
    """Read YOLOv8 and later: (1, 4 + c, n), middle and sides in pixels, class probabilities."""
    _expect(answer, "(1, 4 + classes, n)", answer.ndim == 3 and answer.shape[1] > 4)
    scores, labels, kept = _best(answer[0, 4:].T, least)
    return _rows(answer[0, :4].T[kept], scores, labels, input_px)


def detr_rows(answer: Array, _input_px: Size, least: float) -> Array:
    """Read DETR: (1, n, 4 + c + 1), middle and sides as shares, class logits, the last for nothing."""
    _expect(answer, "(1, n, 4 + classes + 1)", answer.ndim == 3 and answer.shape[2] > 5)
    logits = answer[0, :, 4:]
    _sure(logits.max(axis=1), -np.inf)
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = weights / weights.sum(axis=1, keepdims=True)
    scores, labels, kept = _best(shares[:, :-1], least)
    return _rows(answer[0, kept, :4], scores, labels, (1, 1))


def rt_detr_rows(answer: Array, _input_px: Size, least: float) -> Array:
    """Read RT-DETR and Deformable DETR: (1, n, 4 + c), middle and sides as shares, class logits.

    Every class is judged by itself (focal loss), so there is none for nothing.
    """
    _expect(answer, "(1, n, 4 + classes)", answer.ndim == 3 and answer.shape[2] > 4)
    shares = 0.5 * (1.0 + np.tanh(0.5 * answer[0, :, 4:]))
    scores, labels, kept = _best(shares, least)
    return _rows(answer[0, kept, :4], scores, labels, (1, 1))


READERS: Mapping[str, Reader] = {
    "boxes": finished_rows,
    "ssd": ssd_rows,
    "yolox": yolox_rows,
    "yolo-v5": yolo_v5_rows,
    "yolo-v8": yolo_v8_rows,
    "detr": detr_rows,
    "rt-detr": rt_detr_rows,
}
"""The reader of each decoder that a detector's card may name."""


def _expect(answer: Array, shape: str, good: bool) -> None:
    """Refuse an answer that is not of the family that its card names."""
    if not good or answer.shape[0] != 1:
        raise ModelError(
            f"the model's answer has shape {answer.shape}, not {shape}; its card names another decoder"
        )


def _sure(scores: Array, least: float) -> NDArray[np.intp]:
    """Return which scores are enough; ``ModelError`` when one is no number."""
    if not np.isfinite(scores).all():
        raise ModelError("the model answered with values that are not numbers")
    return np.flatnonzero(scores >= least)


def _best(
    classes: Array, least: float, objectness: Array | None = None
) -> tuple[Array, Array, NDArray[np.intp]]:
    """Return score and label of the best class of those rows that are sure enough, and which they are."""
    scores = classes.max(axis=1)
    if objectness is not None:
        scores = scores * objectness
    kept = _sure(scores, least)
    return scores[kept], classes[kept].argmax(axis=1).astype(np.float32), kept


def _rows(boxes: Array, scores: Array, labels: Array, input_px: Size) -> Array:
    """Return rows of boxes that are written as middle and sides, in pixels of a picture so large."""
    half = boxes[:, 2:] / 2
    corners = np.hstack([boxes[:, :2] - half, boxes[:, :2] + half])
    shares = corners / np.array([*input_px] * 2, np.float32)
    rows: Array = np.hstack([shares, scores[:, None], labels[:, None]]).astype(np.float32)
    return rows


@lru_cache(maxsize=8)
def _cells(input_px: Size) -> Array:
    """Return (n, 4) column, row, stride, stride of every cell of YOLOX's grids, in their order."""
    grids = []
    for stride in YOLOX_STRIDES:
        rows, columns = np.mgrid[: input_px[1] // stride, : input_px[0] // stride]
        strides = np.full(rows.size, stride)
        grids.append(np.stack([columns.ravel(), rows.ravel(), strides, strides], axis=1))
    cells: Array = np.vstack(grids).astype(np.float32)
    cells.flags.writeable = False
    return cells
