"""The site as the arbiter reads it: what every PTZ preset covers, drawn once per site.

A site is a value swapped whole, so what is computed from it is kept for as long as the very same
object is asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import CameraId, PresetName, ViewId, ZoneId
from orchestrator.domain.region import Patch
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site
from orchestrator.domain.topology import View
from orchestrator.geometry.fov import footprint
from orchestrator.geometry.patch import share_shown
from orchestrator.geometry.ptz import slew_s

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]
Numbers = NDArray[np.intp]

NEAR_M = 1.0
"""Somebody nearer than this to a view may be in it already, for all that is known."""
EDGE_M = 0.7
"""Somebody nearer than this to the edge of a view is only half in it."""
GOOD_PX = 110.0
"""From this height in pixels on, a person is not seen any better."""
LEAST_PX = 24.0
"""Below this height nobody is found."""
BODY_M = 1.7
HOME = PresetName("home")
AROUND_M = 5.0
"""Whoever handles a camera stands within this distance of its foot."""
INSTEAD = 0.5
"""What a camera sees is worth this much, where the place it stands at is worth 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """The views of PTZ presets, numbered; ``numbers`` finds one by camera and preset.

    ``grouped`` are the numbers camera by camera, ``heads`` the cameras that can turn.
    ``eyes_m`` (n, 3) and ``focal_px`` (n,) give the size of people; ``whole`` and ``inner`` (n,)
    are the footprints at the height of a body's middle, and what is left of them without their
    edges; ``around`` are they with a seam, ``boxes`` (4, n) the least and most x and y of that. They are not cut to
    the plan: who walks out into the street is still worth looking at.
    """

    site: Site
    views: tuple[View, ...]
    numbers: dict[tuple[CameraId, PresetName], int]
    by_camera: dict[CameraId, tuple[int, ...]]
    by_id: dict[ViewId, int]
    cameras: dict[CameraId, Camera]
    heads: tuple[CameraId, ...]
    grouped: Numbers
    eyes_m: Floats
    focal_px: Floats
    boxes: Floats
    whole: Shapes
    inner: Shapes
    around: Shapes

    def number(self, camera: CameraId, preset: PresetName) -> int | None:
        """Return the number of a view, or None when nobody knows where the preset looks."""
        return self.numbers.get((camera, preset))

    def aim(self, camera: CameraId, preset: PresetName) -> Aim | None:
        """Return where a preset looks, or None when nobody knows."""
        number = self.number(camera, preset)
        return None if number is None else self.views[number].aim

    def shown(self, x: Floats, y: Floats, view: Numbers) -> Floats:
        """Return (k,): how well each of (k,) places is shown by one view each, 0..1.3.

        1 is well inside, 0.5 near the edge; up to 0.3 more for size.
        """
        worth = np.zeros(len(x))
        left, low, right, high = self.boxes[:, view]
        maybe = ((x >= left) & (x <= right) & (y >= low) & (y <= high)).nonzero()[0]
        inside = maybe[shapely.contains_xy(self.whole[view[maybe]], x[maybe], y[maybe])]
        x, y, view = x[inside], y[inside], view[inside]
        well = np.where(shapely.contains_xy(self.inner[view], x, y), 1.0, 0.5)
        worth[inside] = well * self._quality(x, y, view)
        return worth

    def near(self, x: Floats, y: Floats, view: Numbers) -> Bools:
        """Return (k,): whether each of (k,) places is shown, or nearly shown, by one view each."""
        found: Bools = shapely.contains_xy(self.around[view], x, y)
        return found

    def about(self, x: Floats, y: Floats) -> tuple[Numbers, ...]:
        """Return which of places (..., views or 1) may be shown by which view: an index each."""
        left, low, right, high = self.boxes
        found: NDArray[np.bool_] = (x >= left) & (x <= right) & (y >= low) & (y <= high)
        return found.nonzero()

    def touched(self, low_m: Floats, high_m: Floats) -> tuple[Numbers, ...]:
        """Return which of boxes (n, 2) to (n, 2) may be shown in part by which view: an index each."""
        left, low, right, high = self.boxes
        x, y, far_x, far_y = (edge[:, None] for edge in (*low_m.T, *high_m.T))
        found: NDArray[np.bool_] = (far_x >= left) & (x <= right) & (far_y >= low) & (y <= high)
        return found.nonzero()

    def showing(self, point_m: tuple[float, float]) -> list[ViewId]:
        """Return the views that show, or nearly show, a place."""
        x, y = np.array(point_m)
        (view,) = self.about(x, y)
        near = self.near(np.full(len(view), x), np.full(len(view), y), view)
        return [self.views[number].id for number in view[near].tolist()]

    def shows(self, camera: CameraId, preset: PresetName, point_m: tuple[float, float]) -> bool:
        """Say whether a preset shows, or nearly shows, a place."""
        number = self.number(camera, preset)
        return number is not None and bool(shapely.contains_xy(self.around[number], *point_m))

    def _quality(self, x: Floats, y: Floats, view: Numbers) -> Floats:
        """Return (k,) a factor of 1..1.3 by the height in pixels, 0 below the least useful one."""
        away = (x - self.eyes_m[view, 0]) ** 2 + (y - self.eyes_m[view, 1]) ** 2
        reach = np.sqrt(away + (self.eyes_m[view, 2] - BODY_M / 2) ** 2)
        tall_px = self.focal_px[view] * BODY_M / np.maximum(reach, 0.5)
        factor = 1.0 + 0.3 * np.minimum(tall_px / GOOD_PX, 1.0)
        return np.asarray(np.where(tall_px < LEAST_PX, 0.0, factor))

    def home(self, camera: CameraId) -> PresetName | None:
        """Return the preset a camera rests at: the author's, or one called `home`."""
        written = self.cameras[camera].home
        if written is not None:
            return written
        return HOME if (camera, HOME) in self.numbers else None

    def park(self, camera: CameraId) -> PresetName | None:
        """Return the preset a camera is sent to when it must not look."""
        return self.cameras[camera].park or self.home(camera)

    def presets(self, camera: CameraId) -> tuple[PresetName, ...]:
        """Return the presets whose view is known."""
        presets = (self.views[number].preset for number in self.by_camera.get(camera, ()))
        return tuple(preset for preset in presets if preset is not None)


def charted(site: Site) -> Chart:
    """Return the chart of a site; the same site object is drawn once."""
    return _drawn(Same(site))


@lru_cache(maxsize=8)
def _drawn(key: Same[Site]) -> Chart:
    site = key.value
    cameras = {camera.id: camera for camera in site.cameras}
    views = tuple(
        view for view in site.topology.views if view.preset is not None and view.camera in cameras
    )
    floors = [
        footprint(cameras[view.camera], view.aim, walls=site.walls, plane_height_m=BODY_M / 2)
        for view in views
    ]
    by_camera: dict[CameraId, list[int]] = {}
    for number, view in enumerate(views):
        by_camera.setdefault(view.camera, []).append(number)
    return Chart(
        site=site,
        views=views,
        numbers={
            (view.camera, view.preset): number
            for number, view in enumerate(views)
            if view.preset is not None
        },
        by_camera={camera: tuple(numbers) for camera, numbers in by_camera.items()},
        by_id={view.id: number for number, view in enumerate(views)},
        cameras=cameras,
        grouped=np.array([number for each in by_camera.values() for number in each], dtype=np.intp),
        heads=tuple(name for name, camera in cameras.items() if camera.ptz is not None),
        eyes_m=np.array([_eye(cameras[view.camera]) for view in views]).reshape(-1, 3),
        focal_px=np.array([_focal_px(cameras[view.camera], view.aim) for view in views]),
        boxes=shapely.bounds([floor.buffer(NEAR_M) for floor in floors]).reshape(-1, 4).T,
        around=_prepared([floor.buffer(NEAR_M) for floor in floors]),
        whole=_prepared(floors),
        inner=_prepared([floor.buffer(-EDGE_M) for floor in floors]),
    )


def _prepared(shapes: Sequence[BaseGeometry]) -> Shapes:
    """Return shapes as an array that is quick to ask about points."""
    found = np.array(shapes, dtype=np.object_)
    shapely.prepare(found)
    return found


def _eye(camera: Camera) -> tuple[float, float, float]:
    return camera.mount.x_m, camera.mount.y_m, camera.mount.height_m


def _focal_px(camera: Camera, aim: Aim) -> float:
    return camera.lens.width_px / 2 / float(np.tan(np.radians(aim.hfov_deg) / 2))


@lru_cache(maxsize=512)
def _zone_shares(key: Same[Site], zone: ZoneId) -> tuple[float, ...]:
    views: Sequence[View] = charted(key.value).views
    region = key.value.places[zone].region
    if isinstance(region, Patch):
        heads = {camera.id: camera for camera in key.value.cameras}
        return tuple(share_shown(heads[view.camera], view.aim, region) for view in views)
    area = shapely.make_valid(shapely.Polygon(region))
    return tuple(float(view.footprint.intersection(area).area / area.area) for view in views)


def zone_shares(site: Site, zone: ZoneId) -> tuple[float, ...]:
    """Return, view by view, how much of a zone it shows, 0..1."""
    return _zone_shares(Same(site), zone)


@lru_cache(maxsize=512)
def _camera_shares(key: Same[Site], camera: CameraId) -> tuple[float, ...]:
    site, mount = key.value, key.value.camera(camera).mount
    if not key.value.camera(camera).surveyed:
        return (0.0,) * len(charted(site).views)
    foot = shapely.Point(mount.x_m, mount.y_m).buffer(AROUND_M)
    seen = shapely.union_all(
        [view.footprint for view in site.topology.views if view.camera == camera]
    )
    views: Sequence[View] = charted(site).views
    return tuple(
        0.0 if view.camera == camera else max(_share(view, foot), INSTEAD * _share(view, seen))
        for view in views
    )


def _share(view: View, area: BaseGeometry) -> float:
    """Return how much of an area a view shows, 0..1."""
    return float(view.footprint.intersection(area).area / area.area) if area.area else 0.0


def camera_shares(site: Site, camera: CameraId) -> tuple[float, ...]:
    """Return, view by view, what it is worth to whoever looks after a camera, 0..1.

    That is how much it shows of the floor around the camera's foot, where somebody who handles it
    stands; or else, worth half, of what the camera itself is there to see. Its own views are worth
    nothing.
    """
    return _camera_shares(Same(site), camera)


@lru_cache(maxsize=8192)
def _turns_s(chart: Chart, camera: CameraId, azimuth: int, tilt: int, hfov: int) -> Floats:
    start, head = Aim(azimuth, tilt, hfov), chart.cameras[camera]
    return np.array(
        [slew_s(head, start, chart.views[number].aim) for number in chart.by_camera[camera]]
    )


def turns_s(chart: Chart, camera: CameraId, near: tuple[int, int, int] | None) -> Floats:
    """Return how long a head needs to each of its views from an aim in whole degrees.

    That is two seconds where nobody knows where it looks.
    """
    if near is None:
        return np.full(len(chart.by_camera[camera]), 2.0)
    return _turns_s(chart, camera, *near)
