"""Across blind gaps: who comes into a picture, or onto the floor, may be somebody who has gone.

Each who has gone is weighed against somebody new: by the vectors of whatever re-identification
model is configured, by the colours of clothes, and by how long the way takes. How alike two
different people are is learned from those who are in one picture at once; how alike one person is
with oneself, and how long ways take, from those who were known again and from the site's own map.
Only one who is nearly certain is known again, the others are ``candidates`` with their
probabilities. Time alone is no evidence, half of what it links is wrong: without appearance nobody
is known again but over a passage that a person declared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import SIZE
from orchestrator.domain.ids import CameraId
from orchestrator.domain.pictures import Array, Candidate, Look, Reunion, Sharing
from orchestrator.topology import Way, Ways
from orchestrator.track.appearance import likeness, remembered
from orchestrator.track.sharing import joined

BOXES_LEAST = 3
FRESH_S = 1.0
"""For so long after the first box somebody may be known again: later the new name has been told."""
GONE_S = 0.5
MEMORY_S = 300.0
TOLD_S = 10.0
"""For so long candidates are told after whoever came was seen last."""
CERTAIN = 0.95
NEW_SHARE = 0.3
"""How many of those who come have not been here lately."""
NEW_DECLARED = 0.1
"""And where somebody declared the ways that lead there."""
LAG_BAND = 0.25
"""Of travel times, in logarithms: a quarter of what they are."""
LAG_RANGE = 7.0
"""Before anything is known of a passage its times are anything over so many e-folds, alike."""
LAGS_KEPT = 50
WALK_WEIGHT = 10.0
"""A passage of the map that is wholly believed counts as so many ways gone."""
KEPT = 5
"""So many candidates are told."""
WORN_LEAST = 2.0
UNUSUAL = 1.0
"""By how much colours have to fit better than those of anybody who is there."""
PACE_MPS, SLACK_M = 3.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What one frame shows of n people: vectors (n, d) or none, colours (n, ``SIZE``), places."""

    camera: CameraId
    at_s: float
    keys: NDArray[np.int64]
    vectors: NDArray[np.floating] | None
    worn: NDArray[np.floating]
    places_m: Array | None = None


def looked(state: Reunion, frame: Looks) -> Reunion:
    """Return the state after one frame."""
    looks, others = dict(state.looks), state.others
    here = frame.keys.tolist()
    settled = [key for row, key in enumerate(here) if _seen(looks, frame, row, key)]
    for one in settled:
        for other in here:
            if other != one and looks[other].vectors >= BOXES_LEAST:
                others = others.taught(float(looks[one].unit @ looks[other].unit))
    return replace(state, looks=looks, others=others)


def _seen(looks: dict[int, Look], frame: Looks, row: int, key: int) -> bool:
    """Add one box to what is known of a key; say whether its vectors have just become enough."""
    before = looks.get(key)
    place = None if frame.places_m is None else (_place(frame.places_m, row))
    vector = np.zeros(0) if frame.vectors is None else frame.vectors[row].astype(np.float64)
    told = bool(vector.size and np.isfinite(vector).all())
    if before is None:
        nothing = np.full((1, SIZE), np.nan)
        worn, count = remembered(nothing, np.zeros(1), frame.worn[[row]].astype(np.float64))
        total, vectors = (vector, 1) if told else (np.zeros(0), 0)
        looks[key] = Look(
            frame.camera,
            frame.camera,
            frame.at_s,
            frame.at_s,
            1,
            total,
            vectors,
            worn[0],
            float(count[0]),
            place,
            place,
        )
        return False
    worn, count = remembered(
        before.worn[None], np.array([before.looks]), frame.worn[[row]].astype(np.float64)
    )
    total = before.total
    if told:
        total = before.total + vector if before.vectors else vector
    looks[key] = replace(
        before,
        left=frame.camera,
        last_s=max(before.last_s, frame.at_s),
        boxes=before.boxes + 1,
        total=total,
        vectors=before.vectors + told,
        worn=worn[0],
        looks=float(count[0]),
        left_m=place,
    )
    return told and looks[key].vectors == BOXES_LEAST


def _place(places_m: Array, row: int) -> tuple[float, float]:
    return float(places_m[row, 0]), float(places_m[row, 1])


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """What is usual here and now: how far colours of one person stray, and what the map knows."""

    now_s: float
    within: Array
    ways: Ways = field(default_factory=dict)


def reunited(state: Reunion, sharing: Sharing, here: Here) -> tuple[Reunion, Sharing]:
    """Return both states after those who just came were held against those who have gone."""
    now_s = here.now_s
    kept = {key: look for key, look in state.looks.items() if now_s - look.last_s <= MEMORY_S}
    told = {
        key: some
        for key, some in state.candidates.items()
        if key in kept and now_s - kept[key].last_s <= TOLD_S
    }
    state = replace(state, looks=kept, candidates=told)
    came = [key for key, look in kept.items() if _fresh(look, now_s)]
    names = [sharing.name(key) for key in kept] if came else []
    for key in came:
        if names.count(sharing.name(key)) > 1:
            continue
        found = _weighed(state, sharing, key, here)
        told[key] = tuple(Candidate(one.key, one.share) for one in found[:KEPT])
        if found and found[0].share >= CERTAIN and found[0].evident:
            together = joined(sharing, found[0].key, key)
            if together is not sharing:
                sharing = together
                state = _taught(state, found[0].key, key)
                told.pop(key)
    return replace(state, candidates=told), sharing


def _taught(state: Reunion, gone: int, came: int) -> Reunion:
    """Return the state that has learned from somebody who was known again."""
    before, after = state.looks[gone], state.looks[came]
    way = (before.left, after.came)
    lags_s = (*state.lags_s.get(way, ()), max(after.first_s - before.last_s, 0.1))
    same = state.same
    if before.vectors and after.vectors:
        same = same.taught(float(before.unit @ after.unit))
    return replace(state, same=same, lags_s={**state.lags_s, way: lags_s[-LAGS_KEPT:]})


def _fresh(look: Look, now_s: float) -> bool:
    """Say whether somebody came a moment ago and is there still."""
    here = now_s - look.last_s < GONE_S and now_s - look.first_s <= FRESH_S
    return here and look.boxes >= BOXES_LEAST


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Somebody who has gone: how likely the one who came, and whether more than time says so."""

    key: int
    share: float
    evident: bool


def _weighed(state: Reunion, sharing: Sharing, key: int, here: Here) -> list[_Weighed]:
    """Return who of those who have gone it may be, likeliest first; one for each name."""
    mine = state.looks[key]
    there = [one for one, look in state.looks.items() if here.now_s - look.last_s < GONE_S]
    present = {sharing.name(one) for one in there}
    usual = _colours(mine, [state.looks[one] for one in there if one != key], here.within)
    gone = [
        one
        for one, look in state.looks.items()
        if sharing.name(one) not in present and look.boxes >= BOXES_LEAST and _near(look, mine)
    ]
    alike = _colours(mine, [state.looks[one] for one in gone], here.within)
    least = max(usual, default=-np.inf) + UNUSUAL
    best: dict[int, tuple[float, int, bool]] = {}
    for one, colours in zip(gone, alike, strict=True):
        odds, evident, told = _evidence(
            state, state.looks[one], mine, colours if colours < 0 or colours >= least else 0.0, here
        )
        if told:
            name = sharing.name(one)
            best[name] = max(best.get(name, (0.0, one, False)), (odds, one, evident))
    return _ranked(best.values(), _new_share(here.ways, mine.came))


def _evidence(
    state: Reunion, look: Look, mine: Look, colours: float, here: Here
) -> tuple[float, bool, bool]:
    """Return how much likelier somebody gone is than anybody, whether that suffices, or is nothing.

    ``colours`` is what clothes say, as a log-likelihood ratio; 0: nothing.
    """
    passage = (look.left, mine.came)
    way, lags_s = here.ways.get(passage), state.lags_s.get(passage, ())
    odds = _in_time(lags_s, way, mine.first_s - look.last_s) * float(np.exp(colours))
    seen = look.vectors >= BOXES_LEAST and mine.vectors >= BOXES_LEAST
    if seen:
        odds *= _odds(state, float(look.unit @ mine.unit))
    appears = seen or colours != 0.0
    declared = way is not None and way.walk.declared
    return odds, appears or declared, appears or way is not None or bool(lags_s)


def _ranked(found: Iterable[tuple[float, int, bool]], new_share: float) -> list[_Weighed]:
    """Return candidates by their probability, which leaves room for somebody new."""
    ranked = sorted(found, reverse=True)
    total = sum(odds for odds, *_ in ranked)
    new = new_share / (1 - new_share) * max(len(ranked), 1)
    return [_Weighed(one, odds / (total + new), evident) for odds, one, evident in ranked]


def _new_share(ways: Ways, camera: CameraId) -> float:
    """Return how many of those who come into a camera's picture are new."""
    declared = any(way.walk.declared for (_, into), way in ways.items() if into == camera)
    return NEW_DECLARED if declared else NEW_SHARE


def _near(look: Look, mine: Look) -> bool:
    """Say whether the way between two places on the floor is short enough for the time."""
    if look.left_m is None or mine.came_m is None:
        return True
    off_m = np.hypot(mine.came_m[0] - look.left_m[0], mine.came_m[1] - look.left_m[1])
    return bool(off_m <= SLACK_M + PACE_MPS * max(mine.first_s - look.last_s, 0.0))


def _colours(mine: Look, others: Sequence[Look], within: Array) -> list[float]:
    """Return how much likelier each is the same person than another by clothes; 0: cannot tell."""
    if not others or mine.looks < WORN_LEAST:
        return [0.0] * len(others)
    looks = np.array([look.looks for look in others])
    worn = np.array([look.worn for look in others])
    alike = likeness(
        worn, looks, mine.worn[None], within=within, seen_looks=np.array([mine.looks])
    )[0]
    told: list[float] = np.where(looks >= WORN_LEAST, alike, 0.0).tolist()
    return told


def _odds(state: Reunion, cosine: float) -> float:
    """Return how much likelier a cosine is of one person than of two; more alike is never less."""
    same, others = state.same, state.others
    near = min(cosine, same.mean)
    mine = -0.5 * (near - same.mean) ** 2 / same.variance - 0.5 * np.log(same.variance)
    theirs = -0.5 * (near - others.mean) ** 2 / others.variance - 0.5 * np.log(others.variance)
    return float(np.exp(np.clip(mine - theirs, -30.0, 30.0)))


def _in_time(known_s: tuple[float, ...], way: Way | None, lag_s: float) -> float:
    """Return how much likelier a passage took so long than any time, given what it took before."""
    log_s = float(np.log(max(lag_s, 0.1)))
    weight = WALK_WEIGHT * way.belief if way is not None else 0.0
    near = _bells(np.log(np.array(known_s)) - log_s, LAG_BAND)
    if way is not None:
        low, high = np.log(max(way.walk.p10_s, 0.1)), np.log(max(way.walk.p90_s, 0.1))
        band = float(np.hypot(LAG_BAND, (high - low) / 2.56))
        near += weight * _bells(np.array([np.log(max(way.walk.median_s, 0.1)) - log_s]), band)
    return float((1.0 + LAG_RANGE * near) / (1.0 + len(known_s) + weight))


def _bells(off: Array, band: float) -> float:
    """Return the sum of bell curves at some distances, each with an area of one."""
    return float(np.exp(-0.5 * (off / band) ** 2).sum() / (band * np.sqrt(2 * np.pi)))
