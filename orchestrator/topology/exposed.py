"""Cameras that show what nobody may look at and cannot be turned away, or may show it for all we know."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.policy import Act, PrivacyRule
from orchestrator.domain.region import Patch
from orchestrator.domain.site import Site, Zone
from orchestrator.geometry.fov import sees
from orchestrator.privacy import UNSEEN, concerns


@dataclass(frozen=True, slots=True)
class Exposed:
    """A camera without a head shows a zone that a rule closes to looking."""

    camera: Camera
    zone: Zone | Patch
    rule: PrivacyRule

    def __str__(self) -> str:
        """Return what is wrong, where, and what to do about it."""
        return (
            f"{self.rule.source}: privacy rule `{self.rule.name}` says that nobody looks at"
            f" `{self.zone.id}`, but camera `{self.camera.id}` cannot turn and may show it: it is"
            " blanked here before anything looks, and whoever opens the camera itself sees it; mask"
            " the zone in the camera as well, or mount it elsewhere"
        )


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Nobody knows where a camera looks, so that all it shows is blank while a rule closes a zone."""

    camera: Camera
    zone: Zone | Patch
    rule: PrivacyRule

    def __str__(self) -> str:
        """Return what follows, and what to do about it."""
        return (
            f"{self.rule.source}: while privacy rule `{self.rule.name}` closes `{self.zone.id}`, camera"
            f" `{self.camera.id}` sees nothing: nobody knows whether it shows the zone; say where it"
            " `stands` and `looks` (`orchestrator calibrate` finds it)"
        )


def exposed(site: Site) -> Iterator[Exposed | Unplaced]:
    """Yield every camera whose pictures a rule blanks without end, in part or whole.

    Fixed cameras that show a zone closed to looking at some time, walls being no excuse; and cameras
    that nobody surveyed, once for each rule that closes a zone to looking or to detection.
    """
    zones = site.places
    for camera in (camera for camera in site.cameras if not camera.surveyed):
        for rule in site.policies.privacy:
            closed = (zones.get(name) for name in rule.zones if rule.never & UNSEEN)
            concerned = (each for each in closed if each is not None and concerns(each, camera))
            yield from (Unplaced(camera, each, rule) for each in islice(concerned, 1))
    for camera in (camera for camera in site.cameras if camera.ptz is None and camera.surveyed):
        aim = Aim(camera.mount.azimuth_deg, camera.mount.tilt_deg, camera.lens.hfov_wide_deg)
        for rule in site.policies.privacy:
            for name in rule.zones if Act.LOOK in rule.never else ():
                zone = zones.get(name)
                if zone is not None and sees(camera, aim, zone.region):
                    yield Exposed(camera, zone, rule)
