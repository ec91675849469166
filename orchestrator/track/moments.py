"""Moments that two pictures shared, and how a map from one to the other fares at them.

Those seen here and mapped well inside the picture there should be there as well, and nobody alone;
a wrong map is contradicted by empty floor (exclusion; van den Hengel, Dick and Hill 2006). Points and
statures are in picture heights. A new place of somebody is evidence; standing on is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.domain.pictures import Array, Keys, Scene
from orchestrator.geometry.between import carried

SIGMA = 0.22
"""How far from where they should be people are seen, in statures: feet hidden, maps approximate."""
MISSING = -0.7
"""What somebody costs who should be in the other picture and is not."""
EDGE = 0.03
"""Of the picture: nobody is missed who would stand that near to its border."""
FREE_POINTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Scenes of two cameras, padded: ``here`` (s, n, 2), ``there`` (s, m, 2), NaN where nobody."""

    here: Array
    here_tall: Array
    here_news: Array
    here_keys: Keys
    there: Array
    there_tall: Array
    there_news: Array
    there_keys: Keys
    aspects: tuple[float, float]

    @classmethod
    def of(cls, scenes: Sequence[tuple[Scene, Scene]], aspects: tuple[float, float]) -> Self:
        """Return the moments of some scenes."""
        columns = []
        for side in (0, 1):
            some = [pair[side] for pair in scenes]
            most = max(len(scene) for scene in some)
            feet = np.full((len(some), most, 2), np.nan)
            tall, news = np.ones((len(some), most)), np.zeros((len(some), most))
            keys = np.zeros((len(some), most), dtype=np.int64)
            for row, scene in enumerate(some):
                count = len(scene)
                feet[row, :count], tall[row, :count] = scene.feet, scene.tall
                news[row, :count], keys[row, :count] = scene.news, scene.keys
            columns.append((feet, tall, news, keys))
        (here, here_tall, here_news, here_keys), (there, there_tall, there_news, there_keys) = (
            columns
        )
        return cls(
            here,
            here_tall,
            here_news,
            here_keys,
            there,
            there_tall,
            there_news,
            there_keys,
            aspects,
        )

    def only(self, rows: NDArray[np.intp]) -> Self:
        """Return some of the moments."""
        return type(self)(
            self.here[rows],
            self.here_tall[rows],
            self.here_news[rows],
            self.here_keys[rows],
            self.there[rows],
            self.there_tall[rows],
            self.there_news[rows],
            self.there_keys[rows],
            self.aspects,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a map fares when everybody has to be one and the same person all the time.

    ``value`` is the log-likelihood over chance, less what four free places can always explain;
    ``share`` is the part of what should be met that is; ``matched`` are the people, here and there.
    """

    value: float
    share: float
    matched: tuple[tuple[int, int], ...]


def score(maps: Array, moments: Moments) -> Array:
    """Return (k,) how much likelier than chance maps make the moments, quickly.

    Who meets whom may change from moment to moment; ``verdict`` is stricter.
    """
    went, back = carried(maps, moments.here), carried(inverse(maps), moments.there)
    off = distances(went, back, moments)
    met: NDArray[np.bool_] = np.asarray(mutual(off) & (off < (3 * SIGMA) ** 2))
    news = (moments.here_news[:, :, None] + moments.there_news[:, None]) / 2.0
    worth = np.maximum(most_worth(moments) - np.where(met, off, 0) / (2 * SIGMA**2), 0.0)
    alone = _alone(went, np.any(met, axis=3), moments.here_news, moments.aspects[1])
    alone += _alone(back, np.any(met, axis=2), moments.there_news, moments.aspects[0])
    return np.asarray((met * news * worth).sum(axis=(1, 2, 3)) + MISSING * alone / 2)


def verdict(one: Array, moments: Moments) -> Verdict:
    """Return how a map fares with people who stay who they are."""
    went, back = carried(one[None], moments.here), carried(inverse(one[None]), moments.there)
    off, level = distances(went, back, moments)[0], most_worth(moments)
    news = (moments.here_news[:, :, None] + moments.there_news[:, None]) / 2.0
    gain = news * np.maximum(level - off / (2 * SIGMA**2), 2 * MISSING)
    rows, ones, others = np.nonzero(both_there(moments))
    people, mine = np.unique(moments.here_keys[rows, ones], return_inverse=True)
    strangers, theirs = np.unique(moments.there_keys[rows, others], return_inverse=True)
    total, count = np.zeros((2, len(people), len(strangers)))
    np.add.at(total, (mine, theirs), gain[rows, ones, others])
    np.add.at(count, (mine, theirs), 1)
    chosen = [
        (i, j)
        for i, j in zip(*linear_sum_assignment(-np.maximum(total, 0.0)), strict=True)
        if total[i, j] > 0
    ]
    partner = np.full(len(people), -1)
    for i, j in chosen:
        partner[i] = j
    good = (partner[mine] == theirs) & (off[rows, ones, others] < (3 * SIGMA) ** 2)
    met_here = np.isnan(moments.here[..., 0])
    met_there = np.isnan(moments.there[..., 0])
    met_here[rows[good], ones[good]] = met_there[rows[good], others[good]] = True
    met = float(news[rows[good], ones[good], others[good]].sum())
    alone = (
        float(
            _alone(went, met_here[None], moments.here_news, moments.aspects[1])[0]
            + _alone(back, met_there[None], moments.there_news, moments.aspects[0])[0]
        )
        / 2
    )
    value = sum(total[i, j] for i, j in chosen) + MISSING * alone
    return Verdict(
        float(value - FREE_POINTS * level.mean()),
        met / max(met + alone, 1e-9),
        tuple((int(people[i]), int(strangers[j])) for i, j in chosen if count[i, j] > 1),
    )


def distances(went: Array, back: Array, moments: Moments) -> Array:
    """Return (k, s, n, m) the squared distance of people, in statures, the worse of both pictures."""
    ahead = (went[..., None, :] - moments.there[:, None]) ** 2
    behind = (back[..., None, :, :] - moments.here[:, :, None]) ** 2
    off = np.maximum(
        ahead.sum(-1) / moments.there_tall[:, None] ** 2,
        behind.sum(-1) / moments.here_tall[:, :, None] ** 2,
    )
    return np.where(np.isnan(off), np.inf, off)


def mutual(off: Array) -> NDArray[np.bool_]:
    """Return (k, s, n, m) who is the nearest of whom."""
    least = (off <= off.min(axis=-1, keepdims=True)) & (off <= off.min(axis=-2, keepdims=True))
    return np.asarray(least & np.isfinite(off))


def _alone(went: Array, met: NDArray[np.bool_], news: Array, aspect: float) -> Array:
    """Return (k,) the news of those who should be in the other picture and are not."""
    inside = (
        (went >= EDGE).all(axis=-1) & (went[..., 0] <= aspect - EDGE) & (went[..., 1] <= 1 - EDGE)
    )
    return np.asarray(((inside & ~met) * news).sum(axis=(1, 2)))


def most_worth(moments: Moments) -> Array:
    """Return (s, 1, 1): what a perfect match is worth, against somebody anywhere in the picture."""
    people = np.maximum((~np.isnan(moments.there[..., 0])).sum(axis=1), 1)
    tall = np.median(moments.there_tall[~np.isnan(moments.there[..., 0])])
    level = np.log(moments.aspects[1] / tall**2 / people / (2 * np.pi * SIGMA**2))
    return np.asarray(level[:, None, None])


def inverse(maps: Array) -> Array:
    """Return (k, 3, 3): the ways back, with what is in front still in front."""
    sign = np.where(np.linalg.det(maps) < 0, -1.0, 1.0)[:, None, None]
    return np.asarray(np.linalg.pinv(maps) * sign)


def both_there(moments: Moments) -> NDArray[np.bool_]:
    """Return (s, n, m): which places are somebody's in both pictures."""
    return np.asarray(
        ~np.isnan(moments.here[:, :, None, 0]) & ~np.isnan(moments.there[:, None, :, 0])
    )
