"""One identity over cameras that nobody calibrated, where their pictures show the same floor.

Every such camera follows people in its own picture. Which pictures overlap, and how, is learned by
``track.pairs`` while people walk; from then on those who stand in the same place in two pictures
become one person, under the older name. Nobody is two people in one picture: a name is never
shared by two who are seen there at once. What the map contradicts later is parted again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.track.moments import Scene
from orchestrator.track.pairs import MOVED, Pair, due, evidence, learned, watched
from orchestrator.track.proposals import STILL

Array = NDArray[np.float64]
Keys = NDArray[np.int64]
Stay = tuple[CameraId, int]
"""Somebody in one camera's picture: the camera, and the number they have there."""

STEP_S = 0.5
TOGETHER_S = 0.3
"""Frames of two cameras that near in time show one moment."""
CUT = 0.012
"""Of the picture: a box that near to its lower edge is cut off, and its feet are below."""
SAME = 2.0
MARGIN = 1.5
PARTED = -6.0
FORGET_S = 300.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One camera's frame: the ``keys`` (n,) of those in it, their (n, 4) boxes, the picture's size."""

    keys: Keys
    boxes_px: Array
    size_px: tuple[int, int]
    at_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """Who is who over pictures: names of stays, where they were counted last, and the pairs."""

    names: Mapping[Stay, int] = field(default_factory=dict)
    seen_s: Mapping[Stay, float] = field(default_factory=dict)
    counted: Mapping[Stay, tuple[float, float]] = field(default_factory=dict)
    views: Mapping[CameraId, View] = field(default_factory=dict)
    pairs: Mapping[tuple[CameraId, CameraId], Pair] = field(default_factory=dict)
    next_name: int = 1
    step_s: float = -np.inf


def shared(state: Sharing, camera: CameraId, view: View) -> Sharing:
    """Return the state after one frame of one camera, everybody in it named."""
    names, seen_s, next_name = dict(state.names), dict(state.seen_s), state.next_name
    for key in view.keys.tolist():
        stay = (camera, key)
        if stay not in names:
            names[stay] = next_name
            next_name += 1
        seen_s[stay] = view.at_s
    return replace(
        state,
        names=names,
        seen_s=seen_s,
        views={**state.views, camera: view},
        next_name=next_name,
    )


def stepped(state: Sharing, now_s: float) -> Sharing:
    """Return the state after another look at all pictures together, when one is due."""
    if now_s - state.step_s < STEP_S - 1e-6:
        return state
    state = replace(_forgotten(state, now_s), step_s=now_s)
    fresh = {c: view for c, view in state.views.items() if now_s - view.at_s <= TOGETHER_S}
    counted, scenes = dict(state.counted), {}
    for camera in sorted(fresh):
        scenes[camera] = _scene(camera, fresh[camera], counted)
    pairs = dict(state.pairs)
    for a, b in combinations(sorted(fresh), 2):
        size_a, size_b = fresh[a].size_px, fresh[b].size_px
        aspects = (size_a[0] / size_a[1], size_b[0] / size_b[1])
        pair = watched(pairs.get((a, b), Pair(aspects)), scenes[a], scenes[b])
        pairs[a, b] = learned(pair) if due(pair) else pair
    lost = [
        cameras for cameras, pair in state.pairs.items() if pair.sure and not pairs[cameras].sure
    ]
    state = replace(state, counted=counted, pairs=pairs)
    for cameras in lost:
        state = _disbelieved(state, *cameras)
    for (a, b), pair in sorted(pairs.items()):
        if pair.sure and a in fresh and b in fresh:
            state = _named(state, pair, (a, b), (scenes[a].keys, scenes[b].keys))
    return state


def _forgotten(state: Sharing, now_s: float) -> Sharing:
    """Return the state without those nobody has seen for long."""
    kept = {stay for stay, at_s in state.seen_s.items() if now_s - at_s <= FORGET_S}
    if len(kept) == len(state.seen_s):
        return state
    return replace(
        state,
        names={stay: name for stay, name in state.names.items() if stay in kept},
        seen_s={stay: at_s for stay, at_s in state.seen_s.items() if stay in kept},
        counted={stay: place for stay, place in state.counted.items() if stay in kept},
    )


def _scene(camera: CameraId, view: View, counted: dict[Stay, tuple[float, float]]) -> Scene:
    """Return those in a picture, whole but for their feet; note where they are counted as new evidence."""
    width, height = view.size_px
    left, top, right, bottom = view.boxes_px.T
    kept = (left >= 1) & (right <= width - 1) & (bottom > top)
    cut = (bottom > (1 - CUT) * height)[kept]
    feet = np.stack([(left + right) / 2, bottom], axis=1)[kept] / height
    tall, keys = ((bottom - top) / height)[kept], view.keys[kept]
    news = np.full(len(keys), STILL)
    for row, key in enumerate(keys.tolist()):
        before, place = counted.get((camera, key)), (float(feet[row, 0]), float(feet[row, 1]))
        if before is None or np.hypot(*(feet[row] - before)) > MOVED * tall[row]:
            counted[camera, key] = place
            news[row] = 1.0
    return Scene(keys, feet, tall, news, cut)


def _named(
    state: Sharing, pair: Pair, cameras: tuple[CameraId, CameraId], keys: tuple[Keys, Keys]
) -> Sharing:
    """Return the state with those one whom the map of two pictures makes one, and others parted."""
    found = evidence(pair, *keys)
    for row, one in enumerate(keys[0].tolist()):
        for column, other in enumerate(keys[1].tolist()):
            a, b, worth = (cameras[0], one), (cameras[1], other), float(found[row, column])
            already = state.names[a] == state.names[b]
            if already and worth <= PARTED:
                state = _parted(state, b)
            elif not already and worth >= SAME and _stands_out(found, row, column):
                state = joined(state, a, b)
    return state


def _stands_out(found: Array, row: int, column: int) -> bool:
    """Say whether no other explanation of either is nearly as good."""
    others = np.concatenate([np.delete(found[row], column), np.delete(found[:, column], row)])
    return bool(found[row, column] - others.max(initial=0.0) >= MARGIN)


def joined(state: Sharing, a: Stay, b: Stay) -> Sharing:
    """Return the state with two names made one, unless one picture shows both at once."""
    older, younger = sorted((state.names[a], state.names[b]))
    mine = [stay for stay, name in state.names.items() if name == older]
    others = [stay for stay, name in state.names.items() if name == younger]
    for one in mine:
        for other in others:
            if one[0] == other[0] and _at_once(state, one, other):
                return state
    names = {s: older if name == younger else name for s, name in state.names.items()}
    return replace(state, names=names)


def _disbelieved(state: Sharing, a: CameraId, b: CameraId) -> Sharing:
    """Return the state with those parted whom a map joined that is not believed any more."""
    here = {name for stay, name in state.names.items() if stay[0] == a}
    for stay, name in state.names.items():
        if stay[0] == b and name in here:
            state = _parted(state, stay)
    return state


def _at_once(state: Sharing, one: Stay, other: Stay) -> bool:
    """Say whether two stays in one picture are both there now."""
    keys = state.views[one[0]].keys
    return bool((keys == one[1]).any() and (keys == other[1]).any())


def _parted(state: Sharing, stay: Stay) -> Sharing:
    """Return the state with one stay under a name of its own."""
    names = {**state.names, stay: state.next_name}
    return replace(state, names=names, next_name=state.next_name + 1)
