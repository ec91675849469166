"""Second boxes of the same thing, which a small detector gives now and then.

Two boxes in one frame count as proof that there are two people. A second box around the first
one's body would found a ghost that walks along with its original and, being proved another, can
never be made one with it. So a box that mostly lies in, or mostly holds, a surer box of its kind
is reported and not believed.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.sighting import Detections
from orchestrator.geometry.boxes import areas, shared

SAME_SHARE = 0.65
"""Of the smaller box, when it lies in the larger."""


def distinct(frame: Detections, surer: float = 1.0) -> NDArray[np.bool_]:
    """Return (n,) which boxes are not second boxes of one whose score is ``surer`` times theirs."""
    count = len(frame.boxes_px)
    kept = np.ones(count, dtype=bool)
    if count < 2:
        return kept
    order = np.argsort(-frame.scores, kind="stable")
    double = _share(frame.boxes_px.astype(np.float64)) >= SAME_SHARE
    double &= frame.kinds[:, None] == frame.kinds
    double &= frame.scores[:, None] * surer <= frame.scores
    for place, box in enumerate(order):
        before = order[:place]
        kept[box] = not (double[box, before] & kept[before]).any()
    return kept


def _share(boxes_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, n): what two boxes share, as a part of the smaller one."""
    area = areas(boxes_px)
    return np.asarray(shared(boxes_px) / np.maximum(np.minimum(area[:, None], area), 1e-9))
