"""Who stands where something may not be done: people in zones that a rule closes to an act now."""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import Act
from orchestrator.domain.region import Ring
from orchestrator.domain.site import Site, Zone
from orchestrator.privacy.forbidden import forbidden

DOUBT_SIGMAS = 2.0
"""Who may stand in a zone, given the doubt about the place, is treated as standing in it."""


def stands_in_closed(
    site: Site,
    now: Instant,
    act: Act,
    points_m: NDArray[np.float64],
    covariances_m2: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return (n,) which of (n, 2) floor points may lie in a zone that is closed to ``act`` now.

    ``covariances_m2`` is (n, 2, 2): the larger the doubt, the further from the zone it begins.
    """
    closed = (one.zone for one in forbidden(site, now, act))
    rings = tuple(zone.ring_m for zone in closed if isinstance(zone, Zone))
    if not rings or len(points_m) == 0:
        return np.zeros(len(points_m), dtype=bool)
    reach_m = DOUBT_SIGMAS * np.sqrt(np.linalg.eigvalsh(covariances_m2)[:, -1])
    away_m = shapely.distance(_area(rings), shapely.points(points_m))
    return np.asarray(away_m <= reach_m, dtype=np.bool_)


def closed_anywhere(site: Site, now: Instant, act: Act) -> bool:
    """Say whether any zone on the floor is closed to ``act`` now.

    That is all that can be asked of people whose place nobody knows.
    """
    return any(isinstance(one.zone, Zone) for one in forbidden(site, now, act))


@lru_cache(maxsize=32)
def _area(rings: tuple[Ring, ...]) -> BaseGeometry:
    """Return zones as one area."""
    return shapely.union_all([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])
