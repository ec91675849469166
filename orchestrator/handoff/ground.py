"""The plan as a raster: which views cover a place, and where walls are, by looking it up.

A course over the floor asks "who sees this place" some thousand times a tick. Answering from
polygons would cost more than the whole tick may, so every footprint is drawn once into a raster
of half metres and the drawings are kept for as long as the topology is the same object.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.region import Ring
from orchestrator.domain.same import Same
from orchestrator.domain.site import Plan, Site
from orchestrator.domain.topology import Topology
from orchestrator.geometry.fov import footprint

_CELL_M = 0.5
_CELLS_MAX = 90_000
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """The floor in cells, numbered row by row; the last number stands for everywhere else.

    ``covered`` (cells + 1, views) says which of the topology's views see a cell, ``walled``
    (cells + 1,) where nobody walks.
    """

    columns: int
    rows: int
    cell_m: float
    covered: Mask
    walled: Mask

    def cells(self, places_m: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return (...,) the number of the cell of each of (..., 2) places."""
        x, y = np.moveaxis(np.floor(places_m / self.cell_m).astype(np.intp), -1, 0)
        on_plan = (x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows)
        return np.where(on_plan, y * self.columns + x, self.columns * self.rows)


def ground_of(site: Site) -> Ground:
    """Return the raster of a site; the same topology object is drawn once."""
    return _drawn(Same(site.topology), site.plan, site.walls)


def seen_now(site: Site, camera: Camera, aim: Aim) -> Mask:
    """Return (cells + 1,) which cells a camera at an aim sees, as if it were a view."""
    near = Aim(round(aim.azimuth_deg, 1), round(aim.tilt_deg, 1), round(aim.hfov_deg, 1))
    return _drawn_aim(camera, near, site.plan, site.walls)


@lru_cache(maxsize=4)
def _drawn(same: Same[Topology], plan: Plan, walls: tuple[Ring, ...]) -> Ground:
    views = same.value.views
    columns, rows, cell_m = _grid(plan)
    covered = np.zeros((columns * rows + 1, len(views)), dtype=bool)
    for column, view in enumerate(views):
        covered[:, column] = _mask(view.footprint, plan)
    walled = _mask(_blocked(walls, cell_m / 2), plan)
    return Ground(columns, rows, cell_m, covered, walled)


@lru_cache(maxsize=256)
def _drawn_aim(camera: Camera, aim: Aim, plan: Plan, walls: tuple[Ring, ...]) -> Mask:
    mask = _mask(footprint(camera, aim, walls=walls), plan)
    mask.flags.writeable = False
    return mask


def _blocked(walls: Sequence[Ring], reach_m: float) -> BaseGeometry:
    """Return where nobody walks: walls, thick enough that no raster can miss them."""
    shapes = [shapely.Polygon(w) if len(w) > 2 else shapely.LineString(w) for w in walls]
    return shapely.union_all([shapely.make_valid(shape).buffer(reach_m) for shape in shapes])


def _grid(plan: Plan) -> tuple[int, int, float]:
    """Return columns, rows and the size of a cell: half a metre, more on a very large plan."""
    cell_m = max(_CELL_M, float(np.sqrt(plan.width_m * plan.height_m / _CELLS_MAX)))
    columns = max(1, int(np.ceil(plan.width_m / cell_m)))
    return columns, max(1, int(np.ceil(plan.height_m / cell_m))), cell_m


def _mask(area: BaseGeometry, plan: Plan) -> Mask:
    """Return (cells + 1,) which cells have their middle in an area."""
    columns, rows, cell_m = _grid(plan)
    mask = np.zeros(columns * rows + 1, dtype=bool)
    if area.is_empty:
        return mask
    left, low, right, high = np.floor(np.asarray(area.bounds) / cell_m).astype(int)
    across = np.arange(max(left, 0), min(right + 1, columns))
    along = np.arange(max(low, 0), min(high + 1, rows))
    x, y = np.meshgrid((across + 0.5) * cell_m, (along + 0.5) * cell_m)
    shapely.prepare(area)
    drawn = mask[:-1].reshape(rows, columns)
    drawn[np.ix_(along, across)] = shapely.contains_xy(area, x, y)
    return mask
