"""What may not be seen in pictures now: zones closed to looking, and zones closed to detection.

A head may not be turned to a zone that is closed to `look`; what a fixed camera shows of it, or a head
on its way, is blanked instead. A zone closed to `detect` is blanked too: what is not seen is not
detected. Break-glass lifts `look`, as it does for heads, and nothing else.
"""

from collections.abc import Mapping

from orchestrator.domain.camera import Camera
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import CameraId, PolicyName, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.policy import Act
from orchestrator.domain.region import Patch
from orchestrator.domain.site import Site, Zone
from orchestrator.domain.veil import CLEAR, DARK, Veil
from orchestrator.privacy.forbidden import NOTHING, forbidden

UNSEEN = frozenset({Act.LOOK, Act.DETECT})
"""What is closed to any of these is seen in no picture."""


def unseen(
    site: Site, now: Instant, lifts: Mapping[PolicyName, Lift] = NOTHING
) -> tuple[ZoneId, ...]:
    """Return the zones that may not be seen in any picture now."""
    closed = (*forbidden(site, now, Act.LOOK, lifts), *forbidden(site, now, Act.DETECT))
    return tuple(dict.fromkeys(one.zone.id for one in closed))


def concerns(place: Zone | Patch, camera: Camera) -> bool:
    """Say whether a camera may show a place, for all that is known: a patch lies around one only."""
    return isinstance(place, Zone) or place.camera == camera.id


def unnamed(site: Site, now: Instant) -> tuple[ZoneId, ...]:
    """Return the zones in which nobody may be described now: closed to identifying, or not to be seen.

    Who breaks the glass wants to look; it lets nobody be described.
    """
    closed = (one.zone.id for one in forbidden(site, now, Act.IDENTIFY))
    return tuple(dict.fromkeys((*unseen(site, now), *closed)))


def veiled(site: Site, closed: tuple[ZoneId, ...]) -> dict[CameraId, Veil]:
    """Return what some closed zones hide of each camera's pictures.

    Of a camera that nobody surveyed that is all, while a zone on the floor is closed, or one that
    lies around this very camera: who cannot tell where a zone is in a picture may not look.
    """
    places = [place for place in (site.places.get(zone) for zone in closed) if place is not None]
    rings = tuple(place.region for place in places if isinstance(place, Zone))
    margin_deg = site.arbitration.privacy_margin_deg
    common = Veil(rings, margin_deg) if rings else CLEAR
    found: dict[CameraId, Veil] = {}
    for camera in site.cameras:
        mine = [place for place in places if concerns(place, camera)]
        if not camera.surveyed:
            found[camera.id] = DARK if mine else CLEAR
        elif len(mine) == len(rings):
            found[camera.id] = common
        else:
            found[camera.id] = Veil(tuple(place.region for place in mine), margin_deg)
    return found
