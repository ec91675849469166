"""The field of view over the floor: what a camera at an aim can see, and what hides it.

A view is a pyramid: four half-spaces through the camera. Cut with a level plane they are four
half-planes, so a footprint is a disc of the camera's range clipped four times, which holds for
any tilt, horizon and roll. Walls are taken to be higher than every camera; a wall's shadow is
each of its edges drawn out away from the camera. A camera bolted to a wall stands just outside.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.region import Patch, Region, Ring
from orchestrator.geometry.blind import blind
from orchestrator.geometry.lens import RANGE_M, Array, Projection

_MOUNTED_M = 0.6
"""How deep inside a wall a camera may be drawn and still be taken as bolted to its face."""
_FAR_M = 5_000.0


def footprint(
    camera: Camera,
    aim: Aim,
    *,
    walls: Sequence[Ring] = (),
    range_m: float = RANGE_M,
    plane_height_m: float = 0.0,
) -> BaseGeometry:
    """Return the part of a level plane in view within ``range_m``, walls and shadows cut out.

    >>> from orchestrator.domain.camera import Lens, Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> gate = Camera(CameraId("gate"), "192.0.2.1", 80, "gate", Mount(0, 0, 4, 0.0, -45.0),
    ...               Lens(90.0, 90.0, 640, 640))
    >>> seen = footprint(gate, Aim(0.0, -45.0, 90.0))
    >>> seen.covers(Point(0.0, 4.0)), seen.covers(Point(0.0, -1.0))
    (True, False)
    """
    eye = Projection.of(camera.mount, camera.lens, aim)
    seen = _cut(eye, plane_height_m, range_m, margin_deg=0.0)
    if seen.is_empty or not walls:
        return seen
    standing = _standing(camera, walls)
    hidden = [_solid(wall) for wall in walls]
    hidden.extend(_shadows(standing, walls, range_m))
    return _areas(seen.difference(shapely.union_all(hidden)))


def sees(
    camera: Camera,
    aim: Aim,
    region: Region,
    *,
    heights_m: tuple[float, ...] = (0.0, 1.0, 2.0),
    margin_deg: float = 1.0,
) -> bool:
    """Return whether a view, widened by ``margin_deg``, holds any part of a zone's prism or patch.

    The prism stands on ``ring`` from the lowest to the highest of ``heights_m``. The part of the
    view between these two levels is convex, so its shadow on the plan is the hull of its cuts
    with both levels (and of the camera, if that is between them). Walls and distance are not
    taken as an excuse: the answer is for privacy.
    """
    if isinstance(region, Patch):
        return not bool(blind(camera, (aim,), region, margin_deg)[0])
    eye = Projection.of(camera.mount, camera.lens, aim)
    low_m, high_m = min(heights_m), max(heights_m)
    parts: list[BaseGeometry] = [
        _cut(eye, level_m, _FAR_M, margin_deg=margin_deg) for level_m in (low_m, high_m)
    ]
    if low_m <= eye.position_m[2] <= high_m:
        parts.append(Point(eye.position_m[:2]))
    return bool(shapely.GeometryCollection(parts).convex_hull.intersects(_solid(region)))


def inside(
    camera: Camera,
    aim: Aim,
    point_m: tuple[float, float],
    walls: Sequence[Ring] = (),
    height_m: float = 1.0,
) -> bool:
    """Return whether a thing ``height_m`` above a point of the plan is in view and not hidden."""
    eye = Projection.of(camera.mount, camera.lens, aim)
    pixel = eye.pixels(np.array([[*point_m, height_m]]))[0]
    away_m = float(np.hypot(*(np.asarray(point_m) - eye.position_m[:2])))
    if away_m > RANGE_M or not (0 <= pixel[0] <= eye.width_px and 0 <= pixel[1] <= eye.height_px):
        return False
    standing = _standing(camera, walls)
    sight = LineString([standing, point_m])
    return not any(sight.intersects(_solid(wall)) for wall in _opaque(standing, walls))


def _cut(eye: Projection, level_m: float, range_m: float, *, margin_deg: float) -> BaseGeometry:
    """Return the pyramid of view cut with the plane at ``level_m``, out to ``range_m``."""
    ring = _disc(eye.position_m[:2], range_m)
    rise_m = level_m - eye.position_m[2]
    for normal in _faces(eye, margin_deg):
        side = (ring - eye.position_m[:2]) @ normal[:2] + normal[2] * rise_m
        ring = _clipped(ring, side)
        if len(ring) < 3:
            return Polygon()
    return _areas(shapely.make_valid(Polygon(ring)))


def _faces(eye: Projection, margin_deg: float) -> Iterator[Array]:
    """Yield the inward normals of the pyramid's faces, and of the plane through the camera."""
    right, down, forward = eye.axes
    for axis, reach in zip((right, down), eye.widest, strict=True):
        half = np.arctan(reach) + np.radians(margin_deg)
        half = min(half, np.radians(89.0))
        yield forward * np.sin(half) - axis * np.cos(half)
        yield forward * np.sin(half) + axis * np.cos(half)
    yield forward


def _clipped(ring: Array, side: Array) -> Array:
    """Return the part of a convex ring (n, 2) where ``side`` (n,) is not negative."""
    kept: list[Array] = []
    for here, there, now, then in zip(
        ring, np.roll(ring, -1, axis=0), side, np.roll(side, -1), strict=True
    ):
        if now >= 0:
            kept.append(here)
        if now * then < 0:
            kept.append(here + (there - here) * (now / (now - then)))
    return np.array(kept).reshape(-1, 2)


def _disc(centre: Array, radius_m: float) -> Array:
    """Return a ring of 96 corners."""
    angles = np.linspace(0.0, 2 * np.pi, 96, endpoint=False)
    return np.asarray(centre + radius_m * np.stack([np.cos(angles), np.sin(angles)], axis=1))


def _solid(ring: Ring) -> BaseGeometry:
    """Return a ring as a geometry; two corners make a wall without thickness."""
    if len(ring) < 3:
        return LineString(ring) if len(ring) == 2 else Point(ring[0])
    return shapely.make_valid(Polygon(ring))


def _standing(camera: Camera, walls: Sequence[Ring]) -> tuple[float, float]:
    """Return the camera's place on the plan, put just outside a wall it is bolted to."""
    place = Point(camera.mount.x_m, camera.mount.y_m)
    for wall in walls:
        solid = _solid(wall)
        if solid.area == 0 or not solid.covers(place):
            continue
        face = solid.exterior if isinstance(solid, Polygon) else solid.boundary
        depth_m = face.distance(place)
        if depth_m > _MOUNTED_M:
            continue
        ahead = Point(*_ahead(camera, 0.02 + depth_m))
        if not solid.covers(ahead):
            return float(ahead.x), float(ahead.y)
        near = face.interpolate(face.project(place))
        outside = solid.buffer(0.02).exterior
        place = outside.interpolate(outside.project(near))
    return float(place.x), float(place.y)


def _ahead(camera: Camera, step_m: float) -> tuple[float, float]:
    """Return the place ``step_m`` in front of the mount."""
    azimuth = np.radians(camera.mount.azimuth_deg)
    return (
        camera.mount.x_m + step_m * float(np.sin(azimuth)),
        camera.mount.y_m + step_m * float(np.cos(azimuth)),
    )


def _opaque(standing: tuple[float, float], walls: Sequence[Ring]) -> Iterator[Ring]:
    """Yield the walls that hide: all but one that a camera stands on, like a roof."""
    place = Point(standing)
    for wall in walls:
        if len(wall) < 3 or not _solid(wall).contains(place):
            yield wall


def _shadows(
    standing: tuple[float, float], walls: Sequence[Ring], range_m: float
) -> Iterable[BaseGeometry]:
    """Yield one quadrilateral per edge of every wall: the floor that the edge hides."""
    eye = np.asarray(standing)
    for wall in _opaque(standing, walls):
        corners = np.asarray(wall, dtype=np.float64)
        ends = np.roll(corners, -1, axis=0)
        for a, b in zip(corners, ends, strict=True):
            quad = _shadow(eye, a, b, range_m)
            if quad is not None:
                yield quad


def _shadow(
    eye: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], range_m: float
) -> Polygon | None:
    """Return what the edge a-b hides from ``eye`` within ``range_m``; None when seen end-on."""
    along = float(np.hypot(*(b - a)))
    if along == 0.0:
        return None
    off_m = abs(float((b[0] - a[0]) * (eye[1] - a[1]) - (b[1] - a[1]) * (eye[0] - a[0]))) / along
    if off_m < 1e-6:
        return None
    stretch = 2.0 * range_m / off_m + 1.0
    return Polygon([a, b, b + stretch * (b - eye), a + stretch * (a - eye)])


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Return only the polygons of a geometry, as a Polygon or MultiPolygon."""
    if isinstance(shape, Polygon | MultiPolygon):
        return shape
    parts = [part for part in getattr(shape, "geoms", ()) if isinstance(part, Polygon)]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
