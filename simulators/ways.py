"""Where people can walk: a grid of free floor, and the shortest way between named places."""

import heapq
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.depot import Depot, Point, Prop
from simulators.facility_plan import Walks
from simulators.render.vehicle import outline

CELL_M = 0.1
MARGIN_M = 24.0
BODY_M = 0.3

_PROP_RADIUS_M: dict[str, float] = {
    "bollard": 0.1,
    "pole": 0.18,
    "lamp": 0.1,
    "bin": 0.45,
    "pallets": 0.7,
    "crate": 0.75,
    "barrel": 0.32,
    "cone": 0.22,
    "hedge": 0.9,
    "tree": 0.3,
    "bench": 0.8,
}


@dataclass(frozen=True, slots=True, eq=False)
class Free:
    """The floor in cells of ``CELL_M``: True where the middle of a body may be."""

    cells: NDArray[np.bool_]

    def at(self, x_m: float, y_m: float) -> bool:
        """Return whether a person may stand there."""
        column, row = int((x_m + MARGIN_M) / CELL_M), int((y_m + MARGIN_M) / CELL_M)
        inside = 0 <= row < self.cells.shape[0] and 0 <= column < self.cells.shape[1]
        return inside and bool(self.cells[row, column])


def free_floor(depot: Depot) -> Free:
    """Return where people can be: not in walls, fences, props or parked vehicles."""
    size = [round((extent + 2 * MARGIN_M) / CELL_M) for extent in (depot.height_m, depot.width_m)]
    taken = np.zeros((size[0], size[1]), np.uint8)
    for building in depot.buildings:
        cv2.fillPoly(taken, [_cells(np.array(building.ring))], (1,))
    for fence in depot.fences:
        cv2.polylines(taken, [_cells(np.array(fence.points))], False, (1,), 1)
    for prop in depot.props:
        _stand(taken, prop)
    for car in depot.parked:
        corners = outline(car.at[0], car.at[1], car.heading_deg, car.body)[0][:, :2]
        hull = np.asarray(cv2.convexHull(corners.astype(np.float32)), np.float64)[:, 0, :]
        cv2.fillPoly(taken, [_cells(hull)], (1,))
    reach = round(BODY_M / CELL_M)
    body = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return Free(np.asarray(cv2.dilate(taken, body)) == 0)


def _cells(points: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.round((points + MARGIN_M) / CELL_M).astype(np.int32)


def _stand(taken: NDArray[np.uint8], prop: Prop) -> None:
    middle = _cells(np.array(prop.at))
    radius = _PROP_RADIUS_M[prop.kind] / CELL_M
    cv2.circle(taken, (int(middle[0]), int(middle[1])), max(1, round(radius)), (1,), -1)


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The graph of places: neighbours by name with distances in metres."""

    places: Mapping[str, Point]
    neighbours: Mapping[str, tuple[tuple[str, float], ...]]

    def path(self, start: str, goal: str) -> tuple[str, ...]:
        """Return the names from after ``start`` to ``goal`` along the shortest way."""
        best: dict[str, tuple[float, str]] = {start: (0.0, start)}
        queue = [(0.0, start)]
        while queue:
            length, here = heapq.heappop(queue)
            if here == goal:
                break
            for name, step in self.neighbours[here]:
                if length + step < best.get(name, (math.inf, ""))[0]:
                    best[name] = (length + step, here)
                    heapq.heappush(queue, (length + step, name))
        return self._back(best, start, goal)

    def _back(self, best: dict[str, tuple[float, str]], start: str, goal: str) -> tuple[str, ...]:
        if goal not in best:
            raise ValueError(f"no way from `{start}` to `{goal}`")
        names: list[str] = []
        while goal != start:
            names.append(goal)
            goal = best[goal][1]
        return tuple(reversed(names))


def ways_of(walks: Walks) -> Ways:
    """Return the graph that a plan's ``ways`` draw."""
    joined: dict[str, dict[str, float]] = {name: {} for name in walks.places}
    for way in walks.ways:
        for a, b in pairwise(way):
            joined[a][b] = joined[b][a] = math.dist(walks.places[a], walks.places[b])
    return Ways(walks.places, {a: tuple(sorted(b.items())) for a, b in joined.items()})
