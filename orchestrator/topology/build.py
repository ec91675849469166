"""Views, overlaps and passages, from calibration and the floor plan.

Every fixed camera has one view and every PTZ preset with a known pose has one. Footprints are cut
to the plan and to what walls leave visible. Two views of different cameras that share floor
overlap; any two views that do not share floor may have a passage between them, which is the
shortest way on foot around the walls.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import shapely

from orchestrator.domain.camera import Aim, Camera, Passport, PtzPose
from orchestrator.domain.ids import CameraId, PresetName, view_id
from orchestrator.domain.site import Site
from orchestrator.domain.topology import Overlap, Passage, Topology, View
from orchestrator.geometry.fov import footprint
from orchestrator.geometry.ptz import aim_of
from orchestrator.topology.ways import Ways

SHARED_MIN_M2 = 1.0
"""Less common floor than this is a touch, not an overlap."""
PASSAGE_MAX_M = 25.0

PresetAims = Sequence[tuple[PresetName, Aim]]
"""Where a camera's presets look, in its own order; those nobody knows the pose of are left out."""


def built(site: Site, passports: Mapping[CameraId, Passport]) -> Topology:
    """Return the topology of ``site``; a PTZ without a passport yet has no views."""
    return surveyed(site, aims_of(site, passports))


def aims_of(site: Site, passports: Mapping[CameraId, Passport]) -> dict[CameraId, PresetAims]:
    """Return where the presets look that the cameras report a pose of."""
    return {
        camera.id: tuple(
            (preset.name, aim_of(camera, preset.pose))
            for preset in passports[camera.id].presets
            if preset.pose is not None
        )
        for camera in site.cameras
        if camera.id in passports
    }


def surveyed(site: Site, aims: Mapping[CameraId, PresetAims]) -> Topology:
    """Return the topology of ``site`` when its heads have presets with these aims.

    Overlaps and passages hold both ways; each pair is named once, in the order of the views.
    """
    views = tuple(
        view for camera in site.cameras for view in _views(site, camera, aims.get(camera.id, ()))
    )
    ways = Ways(site.plan, site.walls, PASSAGE_MAX_M)
    overlaps: list[Overlap] = []
    passages: list[Passage] = []
    for a, b in combinations(views, 2):
        shared_m2 = _shared_m2(a, b)
        if shared_m2 >= SHARED_MIN_M2:
            if a.camera != b.camera:
                overlaps.append(Overlap(a.id, b.id, shared_m2))
        elif (length_m := ways.length_m(a.footprint, b.footprint)) is not None:
            passages.append(Passage(a.id, b.id, length_m))
    return Topology(views, tuple(overlaps), tuple(passages))


def _views(site: Site, camera: Camera, presets: PresetAims) -> tuple[View, ...]:
    """Return the views of one camera, their footprints cut to the plan."""
    plan = shapely.box(0.0, 0.0, site.plan.width_m, site.plan.height_m)
    views = []
    for name, aim in _shown(camera, presets):
        seen = footprint(camera, aim, walls=site.walls).intersection(plan)
        views.append(View(view_id(camera.id, name), camera.id, name, aim, seen))
    return tuple(views)


def _shown(camera: Camera, presets: PresetAims) -> Sequence[tuple[PresetName | None, Aim]]:
    """Return what a camera can be asked to show: itself, or its presets; nothing, unsurveyed."""
    if not camera.surveyed:
        return ()
    return presets if camera.ptz is not None else [(None, aim_of(camera, PtzPose(0.0, 0.0, 0.0)))]


def _shared_m2(a: View, b: View) -> float:
    """Return how much floor two views have in common."""
    if not a.footprint.intersects(b.footprint):
        return 0.0
    return float(a.footprint.intersection(b.footprint).area)
