"""Who of the people in one camera's pictures is described by a model, and when: it is dear.

A description costs as much as searching a picture, so each person gets a few when they come into the
picture, to be known again by (which is what a hand-off is, seen from the next camera), and one a second
from then on. Boxes are followed from picture to picture by their overlap, here and roughly: who is who
on the floor is told later, elsewhere, and the law of the ration must hold before.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.geometry.boxes import areas, shared

Boxes = NDArray[np.float32]
Rows = NDArray[np.intp]

AT_FIRST = 3
"""Descriptions at once of somebody new: fewer tell `track.reunion` nothing."""
EVERY_S = 1.0
AT_ONCE = 4
"""Of one picture, whoever has waited longest first."""
SEEN_LEAST = 2
"""A box that is there once may be nothing."""
FORGOTTEN_S = 1.0
SAME_LEAST = 0.25
"""Two boxes of pictures in a row that overlap by less are not one person."""


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    """A box as it was last seen, in how many pictures, and how often and when it was described."""

    box: Boxes
    seen_s: float
    pictures: int = 1
    described: int = 0
    described_s: float = -np.inf

    def due_s(self) -> float:
        """Return from when on a description is due."""
        if self.pictures < SEEN_LEAST:
            return np.inf
        return -np.inf if self.described < AT_FIRST else self.described_s + EVERY_S


class Ration:
    """The people in one camera's pictures, and what each of them has had."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._known: list[_Followed] = []
        self._rows: list[int] = []
        """Who of those known is in which row of the last picture."""

    def due(self, boxes_px: Boxes, fit: NDArray[np.bool_], at_s: float) -> Rows:
        """Return which of (n, 4) people are to be described now, of those that are ``fit`` (n,)."""
        self._follow(boxes_px, at_s)
        due_s = np.array([self._known[row].due_s() for row in self._rows])
        waiting = np.flatnonzero(fit & (due_s <= at_s)) if len(due_s) else np.zeros(0, np.intp)
        last_s = np.array([self._known[self._rows[row]].described_s for row in waiting])
        first: Rows = waiting[np.argsort(last_s, kind="stable")][:AT_ONCE]
        return first

    def given(self, rows: Rows, at_s: float) -> None:
        """Hear that these of the last picture were described."""
        for row in rows.tolist():
            one = self._known[self._rows[row]]
            described = replace(one, described=one.described + 1, described_s=at_s)
            self._known[self._rows[row]] = described

    def _follow(self, boxes_px: Boxes, at_s: float) -> None:
        """Find the people of a picture among those who were there a moment ago."""
        known = [one for one in self._known if at_s - one.seen_s <= FORGOTTEN_S]
        who = np.full(len(boxes_px), -1, np.intp)
        if known and len(boxes_px):
            alike = _alike(np.array([one.box for one in known]), boxes_px)
            for old, new in zip(*linear_sum_assignment(alike, maximize=True), strict=True):
                who[new] = old if alike[old, new] >= SAME_LEAST else -1
        for row, box in enumerate(boxes_px):
            if who[row] < 0:
                who[row] = len(known)
                known.append(_Followed(box, at_s))
            else:
                one = known[who[row]]
                known[who[row]] = replace(one, box=box, seen_s=at_s, pictures=one.pictures + 1)
        self._known, self._rows = known, who.tolist()


def _alike(known: Boxes, boxes_px: Boxes) -> NDArray[np.float64]:
    """Return (n, m) the intersection over union of n boxes with m others."""
    both = np.vstack([known, boxes_px]).astype(np.float64)
    common = shared(both)[: len(known), len(known) :]
    size = areas(both)
    union = size[: len(known), None] + size[None, len(known) :] - common
    return np.asarray(common / np.maximum(union, 1e-9))
