"""What a condition may ask about a target, a zone, a line, an arrival, a camera, the site, by name."""

from collections.abc import Mapping, Sequence

from orchestrator.domain.condition import Value
from orchestrator.domain.ids import CameraId, ZoneId
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Crossing, Rest, Target
from orchestrator.domain.world import Reported

Facts = Mapping[str, Value]

LATELY_S = 2.0
"""A camera that saw a target within this time counts as seeing it."""


def site_facts(site: Site, set_flags: Mapping[str, bool]) -> dict[str, Value]:
    """Return the site's flags: as operators have set them, or else as its file says."""
    return {f"site.{name}": set_flags.get(name, value) for name, value in site.flags}


def target_facts(
    target: Target, zones: Sequence[ZoneId], rest: Rest | None, now_s: float
) -> dict[str, Value]:
    """Return what is known of a target."""
    return {
        "target.id": str(target.id),
        "target.kind": target.kind.name.lower(),
        "target.confidence": target.confidence,
        "target.speed_mps": target.speed_mps,
        "target.age_s": now_s - target.first_seen_s,
        "target.still_s": 0.0 if rest is None else now_s - rest.since_s,
        "target.zones": tuple(zones),
        "target.cameras": lately(target, now_s),
    }


def lately(target: Target, now_s: float) -> tuple[CameraId, ...]:
    """Return the cameras that see a target, or did a moment ago."""
    return tuple(camera for camera, at_s in target.seen_by if now_s - at_s <= LATELY_S)


def zone_facts(zone: ZoneId, since_s: float, now_s: float) -> dict[str, Value]:
    """Return which zone it is, and for how long the target has been in it."""
    return {"zone.name": str(zone), "zone.since_s": now_s - since_s}


def crowd_facts(count: int, density: float, still_s: float) -> dict[str, Value]:
    """Return how many there are, how many per square metre, and since when nobody has moved."""
    return {"zone.count": float(count), "zone.density": density, "zone.still_s": still_s}


def line_facts(crossing: Crossing, now_s: float) -> dict[str, Value]:
    """Return which line was crossed, which way, and how long ago."""
    return {
        "line.name": str(crossing.line),
        "line.towards": "in" if crossing.inwards else "out",
        "line.since_s": now_s - crossing.at_s,
    }


def report_facts(camera: CameraId, reported: Reported, now_s: float) -> dict[str, Value]:
    """Return which camera says what, of which part of it, and since when."""
    return {
        "camera.name": str(camera),
        "report.kind": reported.report.value,
        "report.part": reported.part,
        "report.since_s": now_s - reported.since_s,
    }


def arrival_facts(arrival: Arrival, now_s: float) -> dict[str, Value]:
    """Return what is expected of a target that is about to leave."""
    return {
        "arrival.probability": arrival.probability,
        "arrival.leaves_in_s": arrival.leaves_s - now_s,
        "arrival.earliest_in_s": arrival.earliest_s - now_s,
        "arrival.camera": arrival.view.partition("/")[0],
        "arrival.view": str(arrival.view),
    }
