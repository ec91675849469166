"""The map that learns itself: which cameras show the same floor, and how long the ways between are.

Everybody who is followed in a camera makes a visit: from when until when, where it began and
ended. Two cameras overlap where the same people are in both at once, or, when nobody knows who is
who, where the numbers of people rise and fall together.

A blind link is a way from one camera to another that nobody sees. Which exit belongs to which
entry is not known, so both are estimated in turns (expectation, maximisation; Tieu, Dalley and
Grimson 2005 sample the same model): given the travel times of each link, how likely is each exit to
be the cause of each entry, against somebody new; given these, what are the travel times. Where the
floor is known, somebody who went on as they left would enter there, and that counts too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from orchestrator.domain.ids import CameraId

Array = NDArray[np.float64]

LAG_LEAST_S, LAG_MOST_S = 0.3, 60.0
USUAL_S = 12.0
"""Before anything is known ways take so long, give or take much."""
ROUNDS = 12
BANDWIDTH = 0.25
"""Of travel times, in logarithms: a quarter of what they are."""
PSEUDO = 1.0
NEW_SHARE = 0.3
"""How many of those who enter come from nowhere."""
EDGE_S = 2.0
"""Who comes or goes that near to the ends of what was recorded, was cut off by it."""
TOGETHER_S = 0.55
OVERLAP_SHARE, OVERLAP_LEAST_S = 0.025, 1.0
RISE_TOGETHER = 0.5
COUNT_STEP_S = 0.5
LEAST_TIMES = 3
SURE = 0.3
"""An exit and an entry that are so likely one person's count as one way gone."""
PACE_SIGMA_MPS = 0.5
PLACE_SIGMA_M = 1.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was in one camera from ``begin_s`` until ``end_s``; ``person`` is who, over cameras.

    Places are in plan metres and pace in m/s where the camera is calibrated; otherwise None.
    ``came`` and ``went`` are False where only the recording began or ended, and nobody's visit.
    """

    camera: CameraId
    person: int
    begin_s: float
    end_s: float
    entered_m: tuple[float, float] | None = None
    left_m: tuple[float, float] | None = None
    leaving_mps: tuple[float, float] | None = None
    came: bool = True
    went: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A blind way from view ``a`` to view ``b``, gone ``n`` times, in seconds; last at ``last_s``."""

    a: CameraId
    b: CameraId
    median_s: float
    p10_s: float
    p90_s: float
    n: int
    last_s: float = 0.0


def overlapping(visits: Sequence[Visit], *, known: bool) -> tuple[tuple[CameraId, CameraId], ...]:
    """Return the pairs of cameras that show the same people at once.

    ``known`` says that a person has the same number in every camera.
    """
    cameras = sorted({visit.camera for visit in visits})
    return tuple(
        (a, b)
        for a, b in combinations(cameras, 2)
        if (_share(visits, a, b) if known else _rise_together(visits, a, b))
    )


def blind_links(
    visits: Sequence[Visit], overlaps: Sequence[tuple[CameraId, CameraId]], *, known: bool
) -> tuple[Link, ...]:
    """Return the ways that nobody sees, those gone at least three times."""
    if not visits:
        return ()
    joined = {frozenset(pair) for pair in overlaps}
    exits, entries = _ends(visits, known=known)
    lags, pairs = _candidates(exits, entries, joined)
    if not len(lags):
        return ()
    weights = _explained(exits, entries, lags, pairs)
    found: dict[tuple[CameraId, CameraId], list[tuple[float, float]]] = {}
    for (row, column), lag_s in _chosen(weights, pairs, lags):
        back = entries[column]
        found.setdefault((exits[row].camera, back.camera), []).append((lag_s, back.begin_s))
    return tuple(
        _link(a, b, gone) for (a, b), gone in sorted(found.items()) if len(gone) >= LEAST_TIMES
    )


def _link(a: CameraId, b: CameraId, gone: Sequence[tuple[float, float]]) -> Link:
    """Return a link that took so long, and ended then, each time it was gone."""
    p10_s, median_s, p90_s = np.percentile([lag_s for lag_s, _ in gone], [10, 50, 90]).tolist()
    return Link(a, b, median_s, p10_s, p90_s, len(gone), max(end_s for _, end_s in gone))


def _share(visits: Sequence[Visit], a: CameraId, b: CameraId) -> bool:
    """Return whether two cameras show the same people at once for long enough."""
    mine = [visit for visit in visits if visit.camera == a]
    other = [visit for visit in visits if visit.camera == b]
    both_s = sum(
        max(min(one.end_s, two.end_s) - max(one.begin_s, two.begin_s), 0.0)
        for one in mine
        for two in other
        if one.person == two.person
    )
    least_s = min(sum(visit.end_s - visit.begin_s for visit in some) for some in (mine, other))
    return both_s >= max(OVERLAP_LEAST_S, OVERLAP_SHARE * least_s)


def _rise_together(visits: Sequence[Visit], a: CameraId, b: CameraId) -> bool:
    """Return whether the numbers of people in two cameras rise and fall together."""
    steps = np.arange(
        min(visit.begin_s for visit in visits),
        max(visit.end_s for visit in visits) + COUNT_STEP_S,
        COUNT_STEP_S,
    )
    counts = np.zeros((2, len(steps)))
    for visit in visits:
        for row, camera in enumerate((a, b)):
            if visit.camera == camera:
                counts[row] += (steps >= visit.begin_s) & (steps <= visit.end_s)
    if (counts.std(axis=1) == 0).any():
        return False
    alike = np.asarray(np.corrcoef(counts))
    return bool(alike[0, 1] >= RISE_TOGETHER)


def _ends(visits: Sequence[Visit], *, known: bool) -> tuple[list[Visit], list[Visit]]:
    """Return the visits that end, and those that begin, with nobody else seeing the person."""
    first_s = min(visit.begin_s for visit in visits) + EDGE_S
    last_s = max(visit.end_s for visit in visits) - EDGE_S
    of: dict[int, list[Visit]] = {}
    for visit in visits:
        of.setdefault(visit.person, []).append(visit)
    exits, entries = [], []
    for visit in visits:
        others = [one for one in of[visit.person] if one is not visit] if known else []
        if (
            visit.went
            and visit.end_s < last_s
            and not any(
                one.begin_s <= visit.end_s + TOGETHER_S and one.end_s > visit.end_s
                for one in others
            )
        ):
            exits.append(visit)
        if (
            visit.came
            and visit.begin_s > first_s
            and not any(
                one.begin_s < visit.begin_s and one.end_s >= visit.begin_s - TOGETHER_S
                for one in others
            )
        ):
            entries.append(visit)
    return exits, entries


def _candidates(
    exits: Sequence[Visit], entries: Sequence[Visit], joined: set[frozenset[CameraId]]
) -> tuple[Array, NDArray[np.intp]]:
    """Return (k,) lags and (k, 2) rows of exits and entries that could be one person's."""
    pairs = [
        (row, column)
        for row, out in enumerate(exits)
        for column, back in enumerate(entries)
        if out.camera != back.camera
        and frozenset((out.camera, back.camera)) not in joined
        and LAG_LEAST_S < back.begin_s - out.end_s <= LAG_MOST_S
    ]
    lags = np.array([entries[column].begin_s - exits[row].end_s for row, column in pairs])
    return lags, np.array(pairs, dtype=np.intp).reshape(-1, 2)


def _explained(
    exits: Sequence[Visit], entries: Sequence[Visit], lags: Array, pairs: NDArray[np.intp]
) -> Array:
    """Return (k,) how likely each exit is to be the cause of the entry it is paired with."""
    names = [(exits[row].camera, entries[column].camera) for row, column in pairs]
    _, link = np.unique([f"{a}\n{b}" for a, b in names], return_inverse=True)
    places = np.array([_fits(exits[row], entries[column]) for row, column in pairs])
    logs = np.log(lags)
    broad = np.exp(-lags / USUAL_S) / USUAL_S
    near = np.exp(-0.5 * ((logs[:, None] - logs) / BANDWIDTH) ** 2)
    near *= (link[:, None] == link) / (BANDWIDTH * np.sqrt(2 * np.pi) * lags[:, None])
    np.fill_diagonal(near, 0.0)
    weights = np.zeros(len(lags))
    new = NEW_SHARE / LAG_MOST_S
    for _ in range(ROUNDS):
        times = np.bincount(link, weights)[link]
        density = (near @ weights + PSEUDO * broad) / (times + PSEUDO)
        told = (times + PSEUDO) / (times + PSEUDO + 2.0) * density * places
        for _ in range(3):
            told = _shared_out(told, pairs[:, 1], new)
            told = _shared_out(told, pairs[:, 0], 1e-9) if told.any() else told
        weights = told
    return weights


def _shared_out(told: Array, rows: NDArray[np.intp], new: float) -> Array:
    """Return weights that add up to no more than one for each row, something new included."""
    total = np.bincount(rows, told)[rows] + new
    return np.asarray(np.where(total > 0, told / np.maximum(total, 1e-12), 0.0))


def _fits(out: Visit, back: Visit) -> float:
    """Return how well an entry lies where an exit leads, over anywhere; 1 where nobody can tell."""
    if out.left_m is None or out.leaving_mps is None or back.entered_m is None:
        return 1.0
    lag_s = back.begin_s - out.end_s
    ahead = np.array(out.left_m) + lag_s * np.array(out.leaving_mps)
    sigma_m = PLACE_SIGMA_M + PACE_SIGMA_MPS * lag_s
    off = float(((np.array(back.entered_m) - ahead) ** 2).sum())
    return float(np.exp(-0.5 * off / sigma_m**2)) * (20.0 / sigma_m) ** 2 / (2 * np.pi)


def _chosen(
    weights: Array, pairs: NDArray[np.intp], lags: Array
) -> list[tuple[tuple[int, int], float]]:
    """Return the pairs of the best assignment that are likelier than not."""
    shape = pairs.max(axis=0) + 1
    table, times = np.zeros(shape), np.zeros(shape)
    table[pairs[:, 0], pairs[:, 1]], times[pairs[:, 0], pairs[:, 1]] = weights, lags
    rows, columns = linear_sum_assignment(-table)
    return [
        ((int(row), int(column)), float(times[row, column]))
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] >= SURE
    ]
