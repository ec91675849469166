"""Fixed cameras that show what nobody may look at: no arbiter can turn them away."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.policy import Act, PrivacyRule
from orchestrator.domain.region import Patch
from orchestrator.domain.site import Site, Zone
from orchestrator.geometry.fov import sees


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
            f" `{self.zone.id}`, but camera `{self.camera.id}` cannot turn and may show it: mask the"
            " zone in the camera, or mount it elsewhere"
        )


def exposed(site: Site) -> Iterator[Exposed]:
    """Yield every fixed camera that shows a zone closed at some time; walls are no excuse.

    Of a camera that nobody surveyed that cannot be told.
    """
    zones = site.places
    for camera in (camera for camera in site.cameras if camera.ptz is None and camera.surveyed):
        aim = Aim(camera.mount.azimuth_deg, camera.mount.tilt_deg, camera.lens.hfov_wide_deg)
        for rule in site.policies.privacy:
            for name in rule.zones if Act.LOOK in rule.never else ():
                zone = zones.get(name)
                if zone is not None and sees(camera, aim, zone.region):
                    yield Exposed(camera, zone, rule)
