"""What the network is told: where things are centred (focal loss) and how far they reach (GIoU).

Targets follow CenterNet: each thing is a Gaussian bump on its class's map, as wide and high as
the thing. The cells around a thing's centre learn the distances to its sides, the nearer the more.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.network import CLASSES, STRIDE_PX, centres_px

NEAR = 0.5
"""Cells where a bump is at least this high count, whatever hides there."""
LEARNS = 0.3
"""Cells with at least this much of a thing's weight learn the distances to its sides."""


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """For pictures of one size: bumps (n, classes, h, w), which of its cells count, and boxes.

    ``boxes`` is (n, 4, h, w) in pixels, ``weights`` (n, h, w) says which cells learn them.
    """

    heat: Tensor
    counts: Tensor
    boxes: Tensor
    weights: Tensor


def drawn_targets(
    boxes: NDArray[np.float32],
    kinds: NDArray[np.int8],
    trusted: NDArray[np.bool_],
    size: tuple[int, int],
) -> tuple[NDArray[np.float32], ...]:
    """Return heat, counts, boxes and weights of one picture of ``size`` (width, height).

    A thing that is not ``trusted`` (hardly visible, or tiny) is neither asked for nor forbidden.
    """
    columns, rows = size[0] // STRIDE_PX, size[1] // STRIDE_PX
    heat = np.zeros((len(CLASSES), rows, columns), np.float32)
    counts = np.ones_like(heat)
    where = np.zeros((4, rows, columns), np.float32)
    weights = np.zeros((rows, columns), np.float32)
    x = np.arange(columns, dtype=np.float32)[None]
    y = np.arange(rows, dtype=np.float32)[:, None]
    largest_first = np.argsort(-(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
    for i in largest_first:
        cx, cy = (boxes[i, :2] + boxes[i, 2:]) / 2 / STRIDE_PX - 0.5
        w, h = (boxes[i, 2:] - boxes[i, :2]) / STRIDE_PX
        if not trusted[i]:
            inside = (abs(x - cx) <= max(w / 2, 0.5)) & (abs(y - cy) <= max(h / 2, 0.5))
            counts[kinds[i]][inside] = 0.0
            continue
        at = round(float(np.clip(cx, 0, columns - 1))), round(float(np.clip(cy, 0, rows - 1)))
        bump = _bump((x - at[0]) / max(w / 7, 0.35), (y - at[1]) / max(h / 7, 0.35))
        heat[kinds[i]] = np.maximum(heat[kinds[i]], bump)
        # several cells of a small thing learn its box, as one alone would learn too slowly
        wide = _bump((x - cx) / max(w / 5, 0.7), (y - cy) / max(h / 5, 0.7))
        inside = (abs(x - cx) < w / 2 - 0.1) & (abs(y - cy) < h / 2 - 0.1) & (wide > LEARNS)
        wide = np.where(bump > 0.999, 1.0, wide * inside)
        near = wide > weights
        weights[near] = wide[near]
        where[:, near] = boxes[i][:, None]
    counts[heat >= NEAR] = 1.0
    return heat, counts, where, weights


def _bump(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a Gaussian of two rows of distances, in standard deviations."""
    bump: NDArray[np.float32] = np.exp(-0.5 * (x**2 + y**2))
    return bump


def focal(logits: Tensor, targets: Targets) -> Tensor:
    """Return CenterNet's focal loss per thing."""
    score = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    centre = (targets.heat > 0.999).float()
    hit = centre * (1 - score) ** 2 * torch.log(score)
    miss = (1 - centre) * (1 - targets.heat) ** 4 * score**2 * torch.log(1 - score)
    return -((hit + miss) * targets.counts).sum() / centre.sum().clamp(min=1.0)


def reach(distances: Tensor, targets: Targets) -> Tensor:
    """Return 1 - GIoU over the cells that learn boxes, weighted by their bumps."""
    rows, columns = targets.weights.shape[1:]
    at = centres_px(rows * STRIDE_PX, columns * STRIDE_PX).permute(2, 0, 1)[None]
    guessed = torch.cat((at - distances[:, :2], at + distances[:, 2:]), 1)
    known = targets.weights > 0
    weight = targets.weights[known]
    a, b = guessed.permute(0, 2, 3, 1)[known], targets.boxes.permute(0, 2, 3, 1)[known]
    return ((1 - _giou(a, b)) * weight).sum() / weight.sum().clamp(min=1.0)


def _giou(a: Tensor, b: Tensor) -> Tensor:
    """Return the generalised intersection over union of (n, 4) boxes."""
    both = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0)
    hull = torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])
    shared, around = both.prod(1), hull.prod(1).clamp(min=1e-3)
    union = (a[:, 2:] - a[:, :2]).prod(1) + (b[:, 2:] - b[:, :2]).prod(1) - shared
    return shared / union.clamp(min=1e-3) - (around - union) / around
