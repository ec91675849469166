"""Maps to try: from few people at few moments (RANSAC; Fischler and Bolles 1981), then by small steps.

Two cameras look down on a floor from the same side, so a map that mirrors it is none; nor can it
stretch the floor around somebody much more than it stretches them.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.geometry.between import carried, homographies
from orchestrator.track.moments import (
    FREE_POINTS,
    SIGMA,
    Moments,
    distances,
    inverse,
    mutual,
    score,
)

Array = NDArray[np.float64]
Keys = NDArray[np.int64]

STILL = 0.05
TRIALS = 3000
STRETCH = 5.0
STEPS = (0.4, 0.2, 0.1, 0.05)
TRIES = 12
GLANCE = 16
FINALISTS = 6
_LITTLE = 1e-9


def glance(moments: Moments, seed: int) -> Moments:
    """Return a few of the moments, those with more news likelier."""
    count = len(moments.here)
    if count <= GLANCE:
        return moments
    news = moments.here_news.sum(axis=1) + moments.there_news.sum(axis=1) + 0.01
    rows = np.random.default_rng(seed).choice(count, GLANCE, replace=False, p=news / news.sum())
    return moments.only(np.sort(rows))


def proposed(moments: Moments, seed: int) -> Array:
    """Return maps from four places each, of two or more people who were in both pictures."""
    fresh = (moments.here_news[:, :, None] > STILL) | (moments.there_news[:, None, :] > STILL)
    fresh &= ~np.isnan(moments.here[:, :, None, 0]) & ~np.isnan(moments.there[:, None, :, 0])
    rows, ones, others = np.nonzero(fresh)
    names = np.stack([moments.here_keys[rows, ones], moments.there_keys[rows, others]], axis=1)
    if len(rows) < FREE_POINTS:
        return np.zeros((0, 3, 3))
    pairs, of, counts = np.unique(names, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(of.reshape(-1), kind="stable")
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    chosen, places = _picked(np.random.default_rng(seed + 1), pairs, counts)
    picks = order[first[chosen] + places]
    here, there = moments.here[rows[picks], ones[picks]], moments.there[rows[picks], others[picks]]
    ratio = (
        moments.there_tall[rows[picks], others[picks]] / moments.here_tall[rows[picks], ones[picks]]
    )
    maps = homographies(here, there)
    fine = np.isfinite(maps).all(axis=(1, 2))
    maps, here, ratio = maps[fine], here[fine], ratio[fine]
    stretch = np.linalg.det(maps)[:, None] / np.einsum("ki,kni->kn", maps[:, 2], _flat(here)) ** 3
    odd = np.abs(np.log(np.maximum(stretch, _LITTLE) / ratio**2)).max(axis=1)
    return np.asarray(maps[odd <= np.log(STRETCH)])


def _flat(points: Array) -> Array:
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)


def _picked(
    rng: np.random.Generator, pairs: Keys, counts: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (k, 4) pairs of people who could all be right, and which of the places of each."""
    share = np.minimum(counts, 6) / np.minimum(counts, 6).sum()
    chosen = rng.choice(len(pairs), (TRIALS, FREE_POINTS), p=share)
    few = rng.integers(2, FREE_POINTS + 1, TRIALS)
    chosen[few == 2, 2:] = chosen[few == 2, :2]
    chosen[few == 3, 3] = chosen[few == 3, 0]
    places = (rng.random(chosen.shape) * counts[chosen]).astype(np.intp)
    one, other = np.triu_indices(FREE_POINTS, 1)
    shared = (pairs[chosen[:, one]] == pairs[chosen[:, other]]).sum(axis=2)
    same = (chosen[:, one] == chosen[:, other]) & (places[:, one] == places[:, other])
    fine = (shared != 1).all(axis=1) & ~same.any(axis=1)
    return chosen[fine], places[fine]


def climbed(best: Array, moments: Moments, seed: int) -> Array:
    """Return the best of many small changes to some maps, (finalists, 3, 3), best first."""
    rng = np.random.default_rng(seed + 2)
    feet = moments.here[~np.isnan(moments.here[..., 0])]
    tall = float(np.median(moments.there_tall))
    for step in STEPS:
        held = feet[rng.integers(len(feet), size=(len(best), TRIES, FREE_POINTS))]
        went = np.stack([carried(one[None], some)[0] for one, some in zip(best, held, strict=True)])
        moved = went + rng.normal(0.0, step * tall, went.shape)
        tried = homographies(held.reshape(-1, 4, 2), moved.reshape(-1, 4, 2))
        finer = np.stack([_refined(one, moments) for one in best])
        best = np.concatenate([best, finer, tried])
        best = best[np.isfinite(best).all(axis=(1, 2))]
        best = best[np.argsort(-score(best, moments), kind="stable")[:FINALISTS]]
    return best


def _refined(one: Array, moments: Moments) -> Array:
    """Return a map fitted anew to the places that it explains, each the nearest of the other."""
    off = distances(
        carried(one[None], moments.here), carried(inverse(one[None]), moments.there), moments
    )[0]
    rows, ones, others = np.nonzero(mutual(off) & (off < (3 * SIGMA) ** 2))
    if len(rows) < 2 * FREE_POINTS:
        return one
    news = np.minimum(moments.here_news[rows, ones] + moments.there_news[rows, others], 1.0)
    weights = np.sqrt(np.maximum(news, STILL)) / moments.there_tall[rows, others]
    depth = moments.here[rows, ones] @ one[2, :2] + one[2, 2]
    weights /= (1.0 + off[rows, ones, others] / SIGMA**2) * depth / np.median(depth)
    fitted: Array = homographies(
        moments.here[None, rows, ones], moments.there[None, rows, others], weights[None]
    )[0]
    return fitted
