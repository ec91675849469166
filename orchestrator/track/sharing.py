"""One identity over cameras that nobody surveyed, where their pictures show the same floor.

Every such camera follows people in its own picture. Which pictures overlap, and how, is learned by
``track.pairs`` while people walk; from then on those who stand in the same place in two pictures
become one person, under the older name. Nobody is two people in one picture: a name is never
shared by two who are seen there at once. What the map contradicts later is parted again.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from orchestrator.domain.ids import CameraId
from orchestrator.domain.pictures import Array, Keys, Pair, Scene, Sharing, Shot
from orchestrator.track.pairs import MOVED, due, evidence, learned, watched
from orchestrator.track.proposals import STILL

STEP_S = 0.5
TOGETHER_S = 0.3
"""Frames of two cameras that near in time show one moment."""
CUT = 0.012
"""Of the picture: a box that near to its lower edge is cut off, and its feet are below."""
SAME = 2.0
MARGIN = 1.5
PARTED = -6.0
FORGET_S = 300.0

Overlaps = Collection[frozenset[CameraId]]
"""Pairs of cameras that a file says show the same floor."""


def shared(state: Sharing, camera: CameraId, shot: Shot) -> Sharing:
    """Return the state after one frame of one camera."""
    seen = {**state.seen, **dict.fromkeys(shot.keys.tolist(), (camera, shot.at_s))}
    return replace(state, seen=seen, shots={**state.shots, camera: shot})


def stepped(state: Sharing, now_s: float, expected: Overlaps = ()) -> Sharing:
    """Return the state after another look at all pictures together, when one is due."""
    if now_s - state.step_s < STEP_S - 1e-6:
        return state
    state = replace(_forgotten(state, now_s), step_s=now_s)
    fresh = {c: shot for c, shot in state.shots.items() if now_s - shot.at_s <= TOGETHER_S}
    counted, scenes = dict(state.counted), {}
    for camera in sorted(fresh):
        scenes[camera] = _scene(fresh[camera], counted)
    pairs = _pairs(state, fresh, scenes, expected)
    lost = [
        cameras for cameras, pair in state.pairs.items() if pair.sure and not pairs[cameras].sure
    ]
    state = replace(state, counted=counted, pairs=pairs)
    for cameras in lost:
        state = _disbelieved(state, *cameras)
    for (a, b), pair in sorted(pairs.items()):
        if pair.sure and a in fresh and b in fresh:
            state = _named(state, pair, scenes[a].keys, scenes[b].keys)
    return state


def _pairs(
    state: Sharing,
    fresh: Mapping[CameraId, Shot],
    scenes: Mapping[CameraId, Scene],
    expected: Overlaps,
) -> dict[tuple[CameraId, CameraId], Pair]:
    """Return what is known of all pairs after one moment more, learned anew where that is due."""
    pairs = dict(state.pairs)
    for a, b in combinations(sorted(fresh), 2):
        size_a, size_b = fresh[a].size_px, fresh[b].size_px
        aspects = (size_a[0] / size_a[1], size_b[0] / size_b[1])
        pair = pairs.get((a, b), Pair(aspects, expected=frozenset((a, b)) in expected))
        pair = watched(pair, scenes[a], scenes[b])
        pairs[a, b] = learned(pair) if due(pair) else pair
    return pairs


def _forgotten(state: Sharing, now_s: float) -> Sharing:
    """Return the state without those nobody has seen for long."""
    kept = {key: seen for key, seen in state.seen.items() if now_s - seen[1] <= FORGET_S}
    if len(kept) == len(state.seen):
        return state
    gone = state.seen.keys() - kept.keys()
    return replace(
        state,
        names={key: name for key, name in state.names.items() if key not in gone},
        seen=kept,
        counted={key: place for key, place in state.counted.items() if key in kept},
    )


def _scene(shot: Shot, counted: dict[int, tuple[float, float]]) -> Scene:
    """Return those in a picture, whole but for their feet; note where they are counted as new evidence."""
    width, height = shot.size_px
    left, top, right, bottom = shot.boxes_px.T
    kept = (left >= 1) & (right <= width - 1) & (bottom > top)
    cut = (bottom > (1 - CUT) * height)[kept]
    feet = np.stack([(left + right) / 2, bottom], axis=1)[kept] / height
    tall, keys = ((bottom - top) / height)[kept], shot.keys[kept]
    news = np.full(len(keys), STILL)
    for row, key in enumerate(keys.tolist()):
        before, place = counted.get(key), (float(feet[row, 0]), float(feet[row, 1]))
        if before is None or np.hypot(*(feet[row] - before)) > MOVED * tall[row]:
            counted[key] = place
            news[row] = 1.0
    return Scene(keys, feet, tall, news, cut)


def _named(state: Sharing, pair: Pair, here: Keys, there: Keys) -> Sharing:
    """Return the state with those one whom the map of two pictures makes one, and others parted."""
    found = evidence(pair, here, there)
    for row, one in enumerate(here.tolist()):
        for column, other in enumerate(there.tolist()):
            worth = float(found[row, column])
            already = state.name(one) == state.name(other)
            if already and worth <= PARTED:
                state = _parted(state, other)
            elif not already and worth >= SAME and _stands_out(found, row, column):
                state = joined(state, one, other)
    return state


def _stands_out(found: Array, row: int, column: int) -> bool:
    """Say whether no other explanation of either is nearly as good."""
    others = np.concatenate([np.delete(found[row], column), np.delete(found[:, column], row)])
    return bool(found[row, column] - others.max(initial=0.0) >= MARGIN)


def joined(state: Sharing, one: int, other: int) -> Sharing:
    """Return the state with two names made one, unless one picture shows both at once."""
    older, younger = sorted((state.name(one), state.name(other)))
    if older == younger:
        return state
    group = _called(state, younger)
    both = _called(state, older) | group
    if any(np.isin(shot.keys, list(both)).sum() > 1 for shot in state.shots.values()):
        return state
    return replace(state, names={**state.names, **dict.fromkeys(group, older)})


def _called(state: Sharing, name: int) -> set[int]:
    """Return the keys that have a name."""
    given = {key for key, other in state.names.items() if other == name}
    return given if name in state.names else given | {name}


def _disbelieved(state: Sharing, a: CameraId, b: CameraId) -> Sharing:
    """Return the state with those parted whom a map joined that is not believed any more."""
    here = {state.name(key) for key, (camera, _) in state.seen.items() if camera == a}
    for key, (camera, _) in state.seen.items():
        if camera == b and state.name(key) in here:
            state = _parted(state, key)
    return state


def _parted(state: Sharing, key: int) -> Sharing:
    """Return the state with one key under a new name of its own."""
    names = {**state.names, key: state.next_key}
    return replace(state, names=names, next_key=state.next_key + 1)
