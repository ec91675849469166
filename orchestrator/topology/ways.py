"""Ways on foot between two places: straight where no wall is between, around the walls else.

The straight way is exact. The way around walls is found on a grid whose cells are linked to
eight neighbours and, like a knight in chess, to eight more, so that its length is at most 3 %
too long; one search per place is kept and serves every pair.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.region import Ring
from orchestrator.domain.site import Plan

_CELL_M = 0.5
_CELLS_MAX = 40_000
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))


class Ways:
    """The walkable floor of a plan, with the searches that were already made on it."""

    def __init__(self, plan: Plan, walls: Sequence[Ring], longest_m: float) -> None:
        """Keep the plan; nothing is computed before it is asked for."""
        self._plan = plan
        self._walls = shapely.union_all(
            [shapely.make_valid(shapely.Polygon(wall)) for wall in walls if len(wall) > 2]
            + [shapely.LineString(wall).buffer(0.01) for wall in walls if len(wall) == 2]
        )
        self._longest_m = longest_m
        self._searches: dict[bytes, NDArray[np.float64]] = {}

    def length_m(self, a: BaseGeometry, b: BaseGeometry) -> float | None:
        """Return the shortest way from one area to another, or None when longer than the limit."""
        if a.is_empty or b.is_empty or a.distance(b) > self._longest_m:
            return None
        straight = shapely.shortest_line(a, b)
        if not straight.crosses(self._walls) and not straight.within(self._walls):
            return float(straight.length)
        reached = self._cells(b)
        if not reached.any():
            return None
        shortest_m = float(self._from(a)[reached].min())
        return shortest_m if shortest_m <= self._longest_m else None

    @cached_property
    def _cell_m(self) -> float:
        """Return the grid's step: half a metre, more on a very large plan."""
        floor_m2 = self._plan.width_m * self._plan.height_m
        return max(_CELL_M, float(np.sqrt(floor_m2 / _CELLS_MAX)))

    @cached_property
    def _centres(self) -> NDArray[np.float64]:
        """Return (rows, columns, 2): the middle of every cell, in plan metres."""
        columns = max(1, int(np.ceil(self._plan.width_m / self._cell_m)))
        rows = max(1, int(np.ceil(self._plan.height_m / self._cell_m)))
        x, y = np.meshgrid(np.arange(columns), np.arange(rows))
        return np.stack([(x + 0.5) * self._cell_m, (y + 0.5) * self._cell_m], axis=-1)

    @cached_property
    def _network(self) -> csr_matrix:
        """Return the cells as a weighted graph without the steps that cross a wall."""
        rows, columns = self._centres.shape[:2]
        index = np.arange(rows * columns).reshape(rows, columns)
        shapely.prepare(self._walls)
        pairs = [self._steps(index, down, right) for down, right in _STEPS]
        starts, ends = (np.concatenate(side) for side in zip(*pairs, strict=True))
        spots = self._centres.reshape(-1, 2)
        lines = shapely.linestrings(np.stack([spots[starts], spots[ends]], axis=1))
        open_way = ~shapely.intersects(self._walls, lines)
        lengths = np.hypot(*(spots[starts] - spots[ends]).T)
        shape = (len(spots), len(spots))
        return coo_matrix(
            (lengths[open_way], (starts[open_way], ends[open_way])), shape=shape
        ).tocsr()

    @staticmethod
    def _steps(
        index: NDArray[np.intp], down: int, right: int
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the start and end cells of one kind of step, each pair once."""
        rows, columns = index.shape
        left, shift = max(0, -right), max(0, right)
        starts = index[: rows - down, left : columns - shift]
        ends = index[down:, left + right : columns - shift + right]
        return starts.ravel(), ends.ravel()

    def _cells(self, area: BaseGeometry) -> NDArray[np.bool_]:
        """Return which cells (flat) have their middle in an area, or touch it when it is thin."""
        spots = self._centres.reshape(-1, 2)
        wide = shapely.buffer(area, self._cell_m / 2)
        shapely.prepare(wide)
        return np.asarray(shapely.contains_xy(wide, spots[:, 0], spots[:, 1]))

    def _from(self, area: BaseGeometry) -> NDArray[np.float64]:
        """Return (cells,) how far every cell is from an area on foot; infinite when too far."""
        key = shapely.to_wkb(area)
        if key not in self._searches:
            sources = np.flatnonzero(self._cells(area))
            self._searches[key] = (
                dijkstra(
                    self._network,
                    directed=False,
                    indices=sources,
                    min_only=True,
                    limit=self._longest_m,
                )
                if len(sources)
                else np.full(self._centres.shape[0] * self._centres.shape[1], np.inf)
            )
        return self._searches[key]
