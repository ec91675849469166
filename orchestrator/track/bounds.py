"""Where somebody can stand: on the plan, and not inside a wall.

A foot point in a wall or off the plan comes from a reflection, a picture on a wall or a box whose
feet are hidden; believing it would send cameras after nobody. Noise moves true feet a little, and
people come from somewhere, so both borders have a tolerance.
"""

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.region import Ring
from orchestrator.domain.site import Plan

OUTSIDE_M = 3.5
"""People on the pavement are followed, so that they have a name when they come in."""
IN_WALL_M = 0.6


def standable(
    plan: Plan, walls: tuple[Ring, ...], points: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return (n,) for each of (n, 2) points whether somebody may stand there."""
    x, y = points[:, 0], points[:, 1]
    fine = (x >= -OUTSIDE_M) & (x <= plan.width_m + OUTSIDE_M)
    fine &= (y >= -OUTSIDE_M) & (y <= plan.height_m + OUTSIDE_M)
    if walls:
        fine &= ~shapely.contains_xy(_deep(walls), x, y)
    return fine


def on_plan(plan: Plan, x_m: float, y_m: float) -> bool:
    """Return whether a point is on the plan itself."""
    return 0.0 <= x_m <= plan.width_m and 0.0 <= y_m <= plan.height_m


@lru_cache(maxsize=8)
def _deep(walls: tuple[Ring, ...]) -> BaseGeometry:
    """Return what is well inside the walls, prepared for many questions."""
    solid = [shapely.make_valid(shapely.Polygon(wall)) for wall in walls if len(wall) > 2]
    deep = shapely.union_all(solid).buffer(-IN_WALL_M)
    shapely.prepare(deep)
    return deep
