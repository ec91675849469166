"""Is it the same one, judged by clothes: evidence in the tracker's own coin, a log-likelihood.

A colour seen twice of one person differs by light, pose and camera; seen of two people it differs
by what they chose to wear as well. Both differences are taken as normal, channel by channel, so
the logarithm of their ratio says how much likelier "the same" is than "another". Channels err
together (a shadow darkens jacket and trousers), so the sum counts for half; and since a colour
can be hidden, or shared by a whole shift in one uniform, it is bounded on both sides.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import PARTS

Array = NDArray[np.float64]

WITHIN = np.array([16.0, 8.0, 8.0] * PARTS)
"""Standard deviation of each channel over sightings of one person, over cameras and light."""
BETWEEN = np.array([32.0, 16.0, 16.0] * PARTS)
"""And over people."""
TEMPER = 0.5
MOST = 3.0
LEAST = -6.0
MEMORY = 20.0
"""So many sightings are remembered in equal parts; older ones fade."""


def likeness(known: Array, looks: NDArray[np.float64], seen: NDArray[np.floating]) -> Array:
    """Return (m, n): the log-likelihood ratio of m ``seen`` (m, d) being n ``known`` (n, d).

    ``looks`` (n,) is from how many sightings each known appearance was made. Zero where either
    is unknown: no evidence is no evidence against.
    """
    doubt = WITHIN**2 * (1.0 + 1.0 / np.maximum(looks, 1.0))[:, None]
    spread = doubt + 2.0 * BETWEEN**2
    level = np.log(spread / doubt).sum(axis=1)
    sharpness = 1.0 / doubt - 1.0 / spread
    off = seen.astype(np.float64)[:, None] - known
    ratio = 0.5 * (level - (off**2 * sharpness).sum(axis=-1))
    return np.asarray(np.nan_to_num(np.clip(TEMPER * ratio, LEAST, MOST), nan=0.0))


def remembered(
    known: Array, looks: Array, seen: NDArray[np.floating], seen_looks: Array | float = 1.0
) -> tuple[Array, Array]:
    """Return the appearances (n, d) and looks (n,) after each was seen once more, in row order.

    ``seen_looks`` is from how many sightings what is added was made; rows of NaN teach nothing.
    """
    told = ~np.isnan(seen).any(axis=1)
    more = np.where(told, seen_looks, 0.0)
    total = np.maximum(looks + more, 1.0)
    before = np.where(looks[:, None] > 0, known, 0.0)
    added = np.where(told[:, None], seen, 0.0)
    mean = (before * looks[:, None] + added * more[:, None]) / total[:, None]
    none = looks + more == 0
    return np.where(none[:, None], np.nan, mean), np.minimum(looks + more, MEMORY)
