"""Who crosses which line, and which way: by the way a target goes, with hysteresis.

A target's way from one tick to the next either passes a line between its two ends or does not; how
often it has, inwards less outwards, is counted while it is close to the line. Only when it is
clearly away from it, by ``CLEAR_M``, has it crossed, if that is then on the other side. So who
trembles on a line, or turns round on it, has not crossed it, and who walks round its end has not
either. Who was not seen meanwhile has not been seen to cross.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import is_

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import LineId, TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Line, Site
from orchestrator.domain.target import CROSSED_S, Crossing, Target
from orchestrator.domain.world import World

CLEAR_M = 0.5

Floats = NDArray[np.float64]
Passing = Mapping[tuple[LineId, TargetId], int]


def crossings_of(
    site: Site, world: World, moved: Sequence[Target], now: Instant
) -> tuple[tuple[Crossing, ...], Passing]:
    """Return the latest crossing of each who has crossed a line lately, and who is passing one.

    Who is neither among ``moved`` nor passing a line has no way that could.
    """
    before = world.trodden
    latest = _still_told(world.crossings, world.targets, now)
    going = {target.id for target in moved} | {name for _, name in before.passing}
    going &= before.places_m.keys()
    if not going or not site.lines:
        return _unless_same(world.crossings, latest), {}
    known = [target for target in world.targets if target.id in going]
    passing: dict[tuple[LineId, TargetId], int] = {}
    starts = _points([before.places_m[target.id] for target in known])
    ends = _points([target.position_m for target in known])
    for line in site.lines:
        passed, near = _passed(line, starts, ends), _distance_m(line, ends) < CLEAR_M
        for row in np.flatnonzero(_concerns(line, known, passed, before.passing)):
            target = known[row].id
            net = before.passing.get((line.id, target), 0) + int(passed[row])
            if near[row] and net:
                passing[line.id, target] = net
            elif net:
                latest[target, line.id] = Crossing(target, line.id, net > 0, now.mono_s)
    return _unless_same(world.crossings, latest), passing


def _unless_same(
    before: tuple[Crossing, ...], latest: Mapping[tuple[TargetId, LineId], Crossing]
) -> tuple[Crossing, ...]:
    """Return the latest crossings: the very same tuple where none has come or gone."""
    found = tuple(latest.values())
    return before if len(found) == len(before) and all(map(is_, found, before)) else found


def _still_told(
    crossings: Sequence[Crossing], targets: Sequence[Target], now: Instant
) -> dict[tuple[TargetId, LineId], Crossing]:
    """Return the crossings that are told of still, of whoever is still there."""
    if not crossings:
        return {}
    there = {target.id for target in targets}
    return {
        (one.target, one.line): one
        for one in crossings
        if one.target in there and now.mono_s - one.at_s < CROSSED_S
    }


def _concerns(
    line: Line,
    targets: Sequence[Target],
    passed: NDArray[np.int64],
    passing: Passing,
) -> NDArray[np.bool_]:
    """Return (n,) which targets pass a line in this tick, or are about to have crossed it."""
    on_it = [(line.id, target.id) in passing for target in targets]
    return np.asarray((passed != 0) | np.array(on_it, dtype=bool))


def _passed(line: Line, starts: Floats, ends: Floats) -> NDArray[np.int64]:
    """Return (n,) 1 for each way (n, 2) -> (n, 2) that passes a line inwards, -1 outwards, else 0.

    On the line itself is still on its right: a way that ends there passes with its next step, so
    that none is counted twice.
    """
    along, start, length2 = _drawn(line)
    before, after = _left(along, starts - start), _left(along, ends - start)
    turned = (after > 0.0).astype(np.int64) - (before > 0.0).astype(np.int64)
    share_of_way = before / np.where(turned == 0, 1.0, before - after)
    meets = starts + share_of_way[:, None] * (ends - starts)
    share_of_line = ((meets - start) @ along) / length2
    return np.where((share_of_line >= 0.0) & (share_of_line <= 1.0), turned, 0)


def _distance_m(line: Line, places: Floats) -> Floats:
    """Return (n,) how far places (n, 2) are from the nearest point of a line."""
    along, start, length2 = _drawn(line)
    share = np.clip(((places - start) @ along) / length2, 0.0, 1.0)
    away: Floats = places - (start + share[:, None] * along)
    return np.hypot(away[:, 0], away[:, 1])


def _left(along: Floats, to: Floats) -> Floats:
    """Return the cross products of vectors (..., 2): above 0 where the second is to the left."""
    product: Floats = along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]
    return product


def _points(places: Sequence[tuple[float, float]]) -> Floats:
    return np.array(places, dtype=np.float64).reshape(-1, 2)


@lru_cache(maxsize=512)
def _drawn(line: Line) -> tuple[Floats, Floats, float]:
    """Return a line as a vector, its start, and its squared length."""
    start, end = np.array(line.start_m), np.array(line.end_m)
    along = end - start
    return along, start, float(along @ along)
