"""Across blind gaps by appearance: who comes into a picture may be somebody who has left another.

Vectors come from whatever re-identification model is configured. How alike two different people are
is learned from those who are in one picture at once; how alike one person is with oneself, from
those who were known again. Each who has gone is weighed by appearance against somebody new;
only one who is nearly certain is known again, the others are ``candidates`` with their
probabilities. Time alone is no evidence: half of what it links is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.track.sharing import Sharing, Stay, joined

Array = NDArray[np.float64]

BOXES_LEAST = 3
FRESH_S = 1.0
"""For so long after the first box somebody may be known again: later the new name has been told."""
GONE_S = 0.5
MEMORY_S = 300.0
CERTAIN = 0.95
NEW_SHARE = 0.3
"""How many of those who come have not been here lately."""
OTHER_SIGMA, OTHER_WEIGHT = 0.15, 20.0
SAME_MEAN, SAME_SIGMA, SAME_WEIGHT = 0.5, 0.12, 10.0
"""Cosines of two people and of one before anything is learned, and for how many pairs that counts."""
LAG_BAND = 0.25
"""Of travel times, in logarithms: a quarter of what they are."""
LAG_RANGE = 7.0
"""Before anything is known of a passage its times are anything over so many e-folds, alike."""
LAGS_KEPT = 50
KEPT = 5
"""So many candidates are told."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A running mean and variance of cosines, from ``count`` of them."""

    count: float
    mean: float
    variance: float

    def taught(self, cosine: float, weight: float = 1.0) -> "Spread":
        """Return the spread with one cosine more."""
        count = self.count + weight
        off = cosine - self.mean
        mean = self.mean + off * weight / count
        variance = (self.variance * self.count + weight * off * (cosine - mean)) / count
        return Spread(count, mean, variance)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How a stay looks: the sum of its vectors, from how many boxes, and since and until when."""

    total: Array
    boxes: int
    first_s: float
    last_s: float

    @property
    def unit(self) -> Array:
        """Return the mean vector, of length one."""
        return np.asarray(self.total / max(float(np.linalg.norm(self.total)), 1e-12))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has gone and may be the one who came, and how probable that is."""

    stay: Stay
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Reunion:
    """Looks of stays, what cosines mean here, and who may be whom among those who just came."""

    looks: Mapping[Stay, Look] = field(default_factory=dict)
    others: Spread = Spread(OTHER_WEIGHT, 0.0, OTHER_SIGMA**2)
    same: Spread = Spread(SAME_WEIGHT, SAME_MEAN, SAME_SIGMA**2)
    lags_s: Mapping[tuple[CameraId, CameraId], tuple[float, ...]] = field(default_factory=dict)
    candidates: Mapping[Stay, tuple[Candidate, ...]] = field(default_factory=dict)


def looked(
    state: Reunion, camera: CameraId, keys: NDArray[np.int64], vectors: Array, at_s: float
) -> Reunion:
    """Return the state after one frame: (n,) who was in it and (n, d) how their boxes looked."""
    looks, others = dict(state.looks), state.others
    told = np.isfinite(vectors).all(axis=1)
    here = [(camera, key) for key in keys[told].tolist()]
    for stay, vector in zip(here, vectors[told], strict=True):
        before = looks.get(stay, Look(np.zeros(len(vector)), 0, at_s, at_s))
        looks[stay] = Look(before.total + vector, before.boxes + 1, before.first_s, at_s)
    settled = [stay for stay in here if looks[stay].boxes == BOXES_LEAST]
    for one in settled:
        for other in here:
            if other != one and looks[other].boxes >= BOXES_LEAST:
                others = others.taught(float(looks[one].unit @ looks[other].unit))
    return replace(state, looks=looks, others=others)


def reunited(state: Reunion, sharing: Sharing, now_s: float) -> tuple[Reunion, Sharing]:
    """Return both states after those who just came were held against those who have gone."""
    kept = {s: look for s, look in state.looks.items() if now_s - look.last_s <= MEMORY_S}
    came = [s for s, look in kept.items() if _fresh(look, now_s)]
    if not came:
        return replace(state, looks=kept), sharing
    state = replace(state, looks=kept)
    found: dict[Stay, tuple[Candidate, ...]] = {}
    for stay in came:
        if stay not in sharing.names or _shared(sharing, state, stay):
            continue
        found[stay] = _candidates(state, sharing, stay, now_s)
        if found[stay] and found[stay][0].share >= CERTAIN:
            best = found[stay][0].stay
            sharing = joined(sharing, best, stay)
            state = _taught(state, best, stay)
    return replace(state, candidates=found), sharing


def _taught(state: Reunion, gone: Stay, came: Stay) -> Reunion:
    """Return the state that has learned from somebody who was known again."""
    before, after = state.looks[gone], state.looks[came]
    way = (gone[0], came[0])
    lags_s = (*state.lags_s.get(way, ()), max(after.first_s - before.last_s, 0.1))
    return replace(
        state,
        same=state.same.taught(float(before.unit @ after.unit)),
        lags_s={**state.lags_s, way: lags_s[-LAGS_KEPT:]},
    )


def _fresh(look: Look, now_s: float) -> bool:
    """Say whether somebody came a moment ago and is there still."""
    here = now_s - look.last_s < GONE_S and now_s - look.first_s <= FRESH_S
    return here and look.boxes >= BOXES_LEAST


def _shared(sharing: Sharing, state: Reunion, stay: Stay) -> bool:
    """Say whether somebody has the name of another stay already."""
    name = sharing.names[stay]
    return any(sharing.names.get(other) == name for other in state.looks if other != stay)


def _candidates(
    state: Reunion, sharing: Sharing, stay: Stay, now_s: float
) -> tuple[Candidate, ...]:
    """Return who of those who have gone it may be, likeliest first; one for each name."""
    present = {
        sharing.names.get(other)
        for other, look in state.looks.items()
        if now_s - look.last_s < GONE_S
    }
    mine, best = state.looks[stay].unit, dict[int, tuple[float, Stay]]()
    for other, look in state.looks.items():
        name = sharing.names.get(other)
        if name is None or name in present or look.boxes < BOXES_LEAST:
            continue
        lag_s = state.looks[stay].first_s - look.last_s
        odds = _odds(state, float(look.unit @ mine))
        odds *= _in_time(state.lags_s.get((other[0], stay[0]), ()), lag_s)
        best[name] = max(best.get(name, (0.0, other)), (odds, other))
    total = sum(odds for odds, _ in best.values())
    new = NEW_SHARE / (1 - NEW_SHARE) * max(len(best), 1)
    ranked = sorted(best.values(), reverse=True)[:KEPT]
    return tuple(Candidate(other, odds / (total + new)) for odds, other in ranked)


def _odds(state: Reunion, cosine: float) -> float:
    """Return how much likelier a cosine is of one person than of two; more alike is never less."""
    same, others = state.same, state.others
    near = min(cosine, same.mean)
    mine = -0.5 * (near - same.mean) ** 2 / same.variance - 0.5 * np.log(same.variance)
    theirs = -0.5 * (near - others.mean) ** 2 / others.variance - 0.5 * np.log(others.variance)
    return float(np.exp(np.clip(mine - theirs, -30.0, 30.0)))


def _in_time(known_s: tuple[float, ...], lag_s: float) -> float:
    """Return how much likelier a passage took so long than any time, given what it took before."""
    off = (np.log(np.array(known_s)) - np.log(max(lag_s, 0.1))) / LAG_BAND
    near = np.exp(-0.5 * off**2).sum() / (LAG_BAND * np.sqrt(2 * np.pi)) * LAG_RANGE
    return float((1.0 + near) / (1.0 + len(known_s)))
