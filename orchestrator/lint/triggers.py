"""How the triggers of two policies meet: can one cause start both, and does it always.

Only triggers whose causes are alike are compared: what is said of them is then sure.
"""

import shapely

from orchestrator.domain.condition import fields_of
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Flagged,
    Leaves,
    Occupied,
    Policy,
    Reports,
    Stays,
    Towards,
    Trigger,
    kinds_of,
)
from orchestrator.domain.sighting import Kind
from orchestrator.lint.remark import Subject


def joint(one: Trigger, other: Trigger, subject: Subject) -> Trigger | None:
    """Return a trigger that stands for both when one cause can trigger both at once."""
    kinds = tuple(kind for kind in kinds_of(one) if kind in kinds_of(other))
    found: Trigger | None = None
    match one, other:
        case Flagged(), Flagged():
            found = one
        case Reports(), Reports():
            found = _joint_reports(one, other, subject)
        case (Enters() | Stays()) as one, (Enters() | Stays()) as other if kinds:
            if _overlap(one.zones, other.zones, subject):
                found = Enters((*one.zones, *other.zones), kinds)
        case Leaves(), Leaves() if kinds:
            found = Leaves(kinds, max(one.within_s, other.within_s))
        case Crosses(), Crosses() if kinds:
            found = _joint_lines(one, other, kinds)
        case Occupied(), Occupied() if kinds:
            zones = tuple(zone for zone in one.zones if zone in other.zones)
            found = Occupied(zones, kinds) if zones else None
    return found


def _joint_reports(one: Reports, other: Reports, subject: Subject) -> Reports | None:
    """Return the reports of the cameras that both are about; they need not say the same thing."""
    every = tuple(camera.id for camera in subject.site.cameras)
    cameras = tuple(camera for camera in one.cameras or every if camera in (other.cameras or every))
    return Reports((*one.reports, *other.reports), cameras) if cameras else None


def _joint_lines(one: Crosses, other: Crosses, kinds: tuple[Kind, ...]) -> Crosses | None:
    """Return the crossings of the lines that both are about, if not one in and the other out."""
    lines = tuple(line for line in one.lines if line in other.lines)
    opposed = {one.towards, other.towards} == {Towards.IN, Towards.OUT}
    return Crosses(lines, kinds, Towards.BOTH) if lines and not opposed else None


def _overlap(one: tuple[ZoneId, ...], other: tuple[ZoneId, ...], subject: Subject) -> bool:
    """Say whether somebody can stand in a zone of each."""
    areas = [
        shapely.union_all(
            [
                shapely.make_valid(shapely.Polygon(zone.ring_m))
                for zone in subject.site.zones
                if zone.id in names
            ]
        )
        for names in (one, other)
    ]
    return float(areas[0].intersection(areas[1]).area) > 0.0


def triggers_too(first: Policy, second: Policy) -> bool:
    """Say whether what triggers the second triggers the first, with the same facts."""
    one, other = first.on, second.on
    if not set(kinds_of(other)) <= set(kinds_of(one)):
        return False
    too = False
    match one, other:
        case (Enters() | Stays()) as one, (Enters() | Stays()) as other:
            too = _in_zones_too(first, one, other)
        case Leaves(), Leaves():
            too = one.within_s >= other.within_s
        case Crosses(), Crosses():
            same = set(other.lines) == set(one.lines) and one.towards is other.towards
            way = one.towards in {Towards.BOTH, other.towards}
            too = same or (set(other.lines) <= set(one.lines) and way and not _asks(first, "line."))
        case Occupied(), Occupied():
            too = set(other.zones) <= set(one.zones) and _counts_alike(first, one, other)
        case Reports(), Reports():
            everywhere = one.cameras is None or other.cameras is not None
            within = one.cameras is None or set(other.cameras or ()) <= set(one.cameras)
            too = set(other.reports) <= set(one.reports) and everywhere and within
        case Flagged(), Flagged():
            too = one == other
    return too


def _in_zones_too(first: Policy, one: Enters | Stays, other: Enters | Stays) -> bool:
    """Say whether whoever triggers one by being in a zone triggers the other, and no later.

    Who is in several zones triggers a policy by the first of its own that will do, so that two
    can be about different zones.
    """
    waits_s, other_waits_s = (on.for_s if isinstance(on, Stays) else 0.0 for on in (one, other))
    alike = waits_s == other_waits_s and _counts_alike(first, one, other)
    same = set(other.zones) == set(one.zones) and alike
    wider = set(other.zones) <= set(one.zones) and not _asks(first, "zone.")
    return waits_s <= other_waits_s and (same or wider)


def _counts_alike(first: Policy, one: Trigger, other: Trigger) -> bool:
    """Say whether two triggers count the same kinds in a zone, as far as the first one asks."""
    return set(kinds_of(one)) == set(kinds_of(other)) or not _asks(first, "zone.")


def _asks(policy: Policy, about: str) -> bool:
    """Say whether a policy's condition asks for names that begin so."""
    fields = (field for clause in policy.when for field in fields_of(clause.condition))
    return any(field.path.startswith(about) for field in fields)
