"""What a condition may ask about a target, a zone, an arrival and the site, by name."""

from collections.abc import Mapping, Sequence

from orchestrator.domain.condition import Value
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Target

Facts = Mapping[str, Value]

LATELY_S = 2.0
"""A camera that saw a target within this time counts as seeing it."""


def site_facts(site: Site) -> dict[str, Value]:
    """Return the site's flags."""
    return {f"site.{name}": value for name, value in site.flags}


def target_facts(target: Target, zones: Sequence[ZoneId], now_s: float) -> dict[str, Value]:
    """Return what is known of a target."""
    return {
        "target.id": str(target.id),
        "target.kind": target.kind.name.lower(),
        "target.confidence": target.confidence,
        "target.speed_mps": target.speed_mps,
        "target.age_s": now_s - target.first_seen_s,
        "target.zones": tuple(zones),
        "target.cameras": tuple(
            camera for camera, at_s in target.seen_by if now_s - at_s <= LATELY_S
        ),
    }


def zone_facts(zone: ZoneId, since_s: float, now_s: float) -> dict[str, Value]:
    """Return which zone was entered, and for how long the target has been in it."""
    return {"zone.name": str(zone), "zone.since_s": now_s - since_s}


def arrival_facts(arrival: Arrival, now_s: float) -> dict[str, Value]:
    """Return what is expected of a target that is about to leave."""
    return {
        "arrival.probability": arrival.probability,
        "arrival.leaves_in_s": arrival.leaves_s - now_s,
        "arrival.earliest_in_s": arrival.earliest_s - now_s,
        "arrival.camera": arrival.view.partition("/")[0],
        "arrival.view": str(arrival.view),
    }
