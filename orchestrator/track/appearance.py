"""Is it the same one, judged by clothes: evidence in the tracker's own coin, a log-likelihood.

A colour seen twice of one person differs by light, pose and camera; seen of two people it differs
by what they chose to wear as well. Both differences are taken as normal, channel by channel, so
the logarithm of their ratio says how much likelier "the same" is than "another". How far the light
and the cameras of a site make one person's colours stray is learned as they are seen. Channels err
together (a shadow darkens jacket and trousers), so the sum counts for half; and since a colour
can be hidden, or shared by a whole shift in one uniform, it is bounded on both sides.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import PARTS, WITHIN

Array = NDArray[np.float64]

BETWEEN = np.array([32.0, 16.0, 16.0] * PARTS)
"""Standard deviation of each channel over people."""
LEAST_WITHIN, MOST_WITHIN = 0.6 * WITHIN, 2.5 * WITHIN
"""How far what is learned of one site's light and cameras may go from what is usual."""
LEARN_FROM_LOOKS = 4.0
LEARN_OVER = 300.0
OUTLIER = 4.0
SHARED = 0.25
"""The part of that variance which sightings in a row have in common: the light, the camera."""
TEMPER = 0.5
MOST = 3.0
LEAST = -4.0
MEMORY = 100.0
"""So many sightings are remembered in equal parts; older ones fade. Long enough that a few boxes
of somebody else do not make their colours one's own."""


def likeness(
    known: Array,
    looks: Array,
    seen: NDArray[np.floating],
    *,
    within: Array,
    seen_looks: Array | None = None,
) -> Array:
    """Return (m, n): the log-likelihood ratio of m ``seen`` (m, d) being n ``known`` (n, d).

    ``looks`` (n,) and ``seen_looks`` (m,) are from how many sightings each appearance was made
    (None: one); ``within`` (d,) is how far sightings of one person stray, as a standard deviation.
    Zero where either is unknown: no evidence is no evidence against.
    """
    if not looks.any() or np.isnan(seen[:, :1]).all():
        return np.zeros((len(seen), len(known)))
    once = np.ones(len(seen)) if seen_looks is None else seen_looks
    share = (_left(looks) + _left(once)[:, None])[..., None]
    doubt = within**2 * share
    spread = doubt + 2.0 * BETWEEN**2
    level = np.log(spread / doubt)
    off = seen.astype(np.float64)[:, None] - known
    ratio = 0.5 * (level - off**2 * (1.0 / doubt - 1.0 / spread)).sum(axis=-1)
    return np.asarray(np.nan_to_num(np.clip(TEMPER * ratio, LEAST, MOST), nan=0.0))


def _left(looks: Array) -> Array:
    """Return which part of one sighting's variance is left in the mean of so many."""
    return np.asarray(SHARED + (1.0 - SHARED) / np.maximum(looks, 1.0))


def learned(within: Array, known: Array, looks: Array, seen: NDArray[np.floating]) -> Array:
    """Return ``within`` (d,) after k people with ``known`` (k, d) looks were seen once more each.

    Cameras that disagree about colours, or a flickering light, widen it; steady ones narrow it. One
    sighting that is far off (somebody else's, perhaps) counts as an outlier and no more.
    """
    sure = (looks >= LEARN_FROM_LOOKS) & ~np.isnan(seen).any(axis=1)
    if not sure.any():
        return within
    spread = 1.0 + _left(looks[sure])[:, None]
    off = (seen[sure] - known[sure]) ** 2 / spread
    fresh = np.minimum(off, (OUTLIER * within) ** 2)
    share = len(fresh) / (LEARN_OVER + len(fresh))
    variance = within**2 + share * (fresh.mean(axis=0) - within**2)
    return np.asarray(np.clip(np.sqrt(variance), LEAST_WITHIN, MOST_WITHIN))


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
