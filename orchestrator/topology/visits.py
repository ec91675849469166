"""Visits: who was in which camera from when until when, from when somebody was seen there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from orchestrator.domain.ids import CameraId
from orchestrator.topology.learn import Visit

AWAY_S = 2.0
"""Whoever is away from a camera for longer begins a new visit."""
PACE_OVER_S = 1.5


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody was seen: when, and where on the floor if that is known."""

    at_s: float
    place_m: tuple[float, float] | None


def visits_of(camera: CameraId, person: int, sights: Sequence[Sight]) -> list[Visit]:
    """Return the visits of one person to one camera; one sight alone is none."""
    return [_visit(camera, person, part) for part in _parts(sights) if len(part) > 1]


def _parts(seen: Sequence[Sight]) -> list[list[Sight]]:
    """Return the stays in a camera, without the absences between."""
    parts = [[seen[0]]] if seen else []
    for before, after in pairwise(seen):
        if after.at_s - before.at_s > AWAY_S:
            parts.append([])
        parts[-1].append(after)
    return parts


def _visit(camera: CameraId, person: int, part: Sequence[Sight]) -> Visit:
    """Return one stay as a visit, with the pace at its end."""
    first, last = part[0], part[-1]
    pace = None
    if last.place_m is not None:
        since_s = last.at_s - PACE_OVER_S
        late = [(one.at_s, one.place_m) for one in part if one.at_s >= since_s and one.place_m]
        (from_s, begin), (to_s, end) = late[0], late[-1]
        step = (np.array(end) - np.array(begin)) / max(to_s - from_s, 0.4)
        pace = (float(step[0]), float(step[1]))
    return Visit(camera, person, first.at_s, last.at_s, first.place_m, last.place_m, pace)
