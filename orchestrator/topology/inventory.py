"""The inventory: the topology that it stands for, and what it becomes when cameras are asked anew.

A pose is in a camera's own numbers and means nothing without the site file; an inventory is read
by people and compared by git, so it holds aims, in degrees on the plan.
"""

from collections.abc import Mapping

from orchestrator.domain.camera import Camera, Passport
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import SETTINGS
from orchestrator.domain.inventory import KnownCamera, KnownPreset
from orchestrator.domain.site import Site
from orchestrator.domain.topology import Topology
from orchestrator.geometry.ptz import aim_of
from orchestrator.topology.build import surveyed


def inventoried(site: Site) -> Topology:
    """Return the topology of a site with the presets of its inventory; no camera is asked."""
    aims = {
        known.camera: tuple(
            (preset.name, preset.aim) for preset in known.presets if preset.aim is not None
        )
        for known in site.inventory
    }
    return surveyed(site, aims)


def renewed(site: Site, passports: Mapping[CameraId, Passport]) -> tuple[KnownCamera, ...]:
    """Return the inventory in the order of the site file, after these cameras were asked.

    A camera that was not asked stays as the site's inventory has it.
    """
    now = (
        _described(camera, passports[camera.id])
        if camera.id in passports
        else site.known(camera.id)
        for camera in site.cameras
    )
    return tuple(known for known in now if known is not None)


def _described(camera: Camera, passport: Passport) -> KnownCamera:
    """Return a camera as its passport has it; of two presets with one name, the first counts."""
    presets: dict[PresetName, KnownPreset] = {}
    for preset in passport.presets if camera.ptz is not None else ():
        aim = None if preset.pose is None else aim_of(camera, preset.pose)
        presets.setdefault(preset.name, KnownPreset(preset.name, aim))
    return KnownCamera(
        camera.id,
        passport.serial,
        passport.model,
        tuple(presets.values()),
        imaging=tuple(name for name in SETTINGS if name in (passport.imaging or ())),
        auxiliary=passport.auxiliary or (),
    )
