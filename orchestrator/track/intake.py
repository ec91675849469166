"""What cameras send, before it is believed: broken boxes, frames sent twice, clocks that jump.

Boxes that cannot be are taken out, as if the detector had not said them; a frame that came before
is dropped whole. One from long ago, or from the future, is told of as seen and moves nobody: its
instant is not that of the others. A frame that is merely late is as good as any other.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

from orchestrator.domain.ids import CameraId
from orchestrator.domain.intake import Flaw, Intake
from orchestrator.domain.sighting import Detections
from orchestrator.domain.site import Site
from orchestrator.geometry.boxes import beside, broken

STALE_S = 1.5
EARLY_S = 0.25


def in_time(exposed_s: float, now_s: float) -> bool:
    """Say whether a frame is neither stale nor from the future."""
    return -EARLY_S <= now_s - exposed_s <= STALE_S


def taken_in(
    site: Site, known: Intake, frames: Sequence[Detections], now_s: float
) -> tuple[Intake, list[Detections]]:
    """Return what is known after these frames, and those of them to go on with, in their order."""
    cameras = {camera.id for camera in site.cameras}
    found: Counter[tuple[CameraId, Flaw]] = Counter()
    exposed = dict(known.exposed_s)
    kept = []
    for frame in frames:
        flaw = _flaw(frame, exposed, cameras, now_s)
        if flaw is not None:
            found[frame.camera, flaw] += 1
        if flaw is Flaw.TWICE or not isfinite(frame.exposed_s):
            continue
        if flaw in (None, Flaw.LATE):
            before = exposed.get(frame.camera, ())
            lately = [at_s for at_s in before if now_s - at_s <= STALE_S]
            exposed[frame.camera] = (*lately, frame.exposed_s)
        kept.append(_with_good_boxes(frame, found))
    if not frames:
        return known, []
    if not found:
        return replace(known, exposed_s=exposed), kept
    flaws = Counter(known.flaws) + found
    return Intake(exposed, dict(flaws)), kept


def _flaw(
    frame: Detections,
    exposed: dict[CameraId, tuple[float, ...]],
    cameras: set[CameraId],
    now_s: float,
) -> Flaw | None:
    """Return what is wrong with a whole frame."""
    if frame.camera not in cameras:
        return Flaw.STRANGER
    if not in_time(frame.exposed_s, now_s):
        return Flaw.EARLY if frame.exposed_s > now_s else Flaw.STALE
    lately = exposed.get(frame.camera, ())
    if frame.exposed_s in lately:
        return Flaw.TWICE
    return Flaw.LATE if lately and frame.exposed_s < max(lately) else None


def _with_good_boxes(frame: Detections, found: Counter[tuple[CameraId, Flaw]]) -> Detections:
    """Return a frame without the boxes that cannot be; count them."""
    boxes = frame.boxes_px
    if len(boxes) == 0:
        return frame
    bad = broken(boxes)
    out = beside(boxes, (frame.width_px, frame.height_px)) & ~bad
    if not bad.any() and not out.any():
        return frame
    for flaw, which in ((Flaw.BROKEN, bad), (Flaw.BESIDE, out)):
        if which.any():
            found[frame.camera, flaw] += int(which.sum())
    return frame.only(~(bad | out))
