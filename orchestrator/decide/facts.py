"""What a condition may ask about a target, a zone, a line, an arrival, a camera, the site, by name.

A fact is found out when a condition asks for it, and once: most conditions ask for little, of many
whom they then leave alone.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from orchestrator.domain.condition import Value
from orchestrator.domain.ids import CameraId, TargetId, ZoneId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Crossing, Presence, Rest, Target
from orchestrator.domain.world import Reported

Facts = Mapping[str, Value]

LATELY_S = 2.0
"""A camera that saw a target within this time counts as seeing it."""
_WORDS: Mapping[Kind, str] = {kind: kind.name.lower() for kind in Kind}


class Moment(Protocol):
    """What facts are found out from: the time, and what is so of everybody then."""

    now_s: float
    present: Mapping[TargetId, Sequence[Presence]]
    rests: Mapping[TargetId, Rest]

    @property
    def shared(self) -> Facts:
        """Return what is true of the site."""
        ...

    def count(self, zone: ZoneId, kinds: Sequence[Kind]) -> int:
        """Return how many targets of some kinds are in a zone."""
        ...


Way = Presence | Crossing | Arrival
"""One way in which somebody triggers policies: a zone, a line, a view to come."""
_OfTarget = Callable[[Moment, Target, Any], Value]

TARGET: Mapping[str, _OfTarget] = {
    "target.id": lambda _at, target, _way: str(target.id),
    "target.kind": lambda _at, target, _way: _WORDS[target.kind],
    "target.confidence": lambda _at, target, _way: target.confidence,
    "target.speed_mps": lambda _at, target, _way: target.speed_mps,
    "target.age_s": lambda at, target, _way: at.now_s - target.first_seen_s,
    "target.still_s": lambda at, target, _way: _still_s(at.rests.get(target.id), at.now_s),
    "target.zones": lambda at, target, _way: tuple(
        one.zone for one in at.present.get(target.id, ())
    ),
    "target.cameras": lambda at, target, _way: lately(target, at.now_s),
}
WAYS: Mapping[type[Presence | Crossing | Arrival], Mapping[str, _OfTarget]] = {
    Presence: {
        "zone.name": lambda _at, _target, way: str(way.zone),
        "zone.since_s": lambda at, _target, way: at.now_s - way.since_s,
    },
    Crossing: {
        "line.name": lambda _at, _target, way: str(way.line),
        "line.towards": lambda _at, _target, way: "in" if way.inwards else "out",
        "line.since_s": lambda at, _target, way: at.now_s - way.at_s,
    },
    Arrival: {
        "arrival.probability": lambda _at, _target, way: way.probability,
        "arrival.leaves_in_s": lambda at, _target, way: way.leaves_s - at.now_s,
        "arrival.earliest_in_s": lambda at, _target, way: way.earliest_s - at.now_s,
        "arrival.camera": lambda _at, _target, way: way.view.partition("/")[0],
        "arrival.view": lambda _at, _target, way: str(way.view),
    },
}
"""How facts about a target in one of its ways are found out, at a moment."""
_READERS = {kind: {**TARGET, **besides} for kind, besides in WAYS.items()}


class Asked(dict[str, Value]):
    """Facts about something; those of the site are there from the start."""

    __slots__ = ("at",)
    readers: ClassVar[Mapping[str, Callable[[Any], Value]]] = {}
    """How each of the others is found out."""

    def __init__(self, at: Moment) -> None:
        """Keep the moment."""
        super().__init__(at.shared)
        self.at = at

    def __missing__(self, name: str) -> Value:
        """Find out a fact nobody has asked for yet; ``KeyError`` where there is no such fact."""
        found = self[name] = self.readers[name](self)
        return found

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a fact, whether or not anybody has asked."""
        return name in self.readers or super().__contains__(name)


class AskedOfTarget(Asked):
    """Facts about a target in one of the ways in which it triggers policies.

    ``kinds`` are those that count in a zone; without any, nobody may ask how many are there.
    """

    __slots__ = ("kinds", "target", "way")

    def __init__(self, at: Moment, target: Target, way: Way, kinds: Sequence[Kind] = ()) -> None:
        """Keep whom and what is asked about."""
        super().__init__(at)
        self.target = target
        self.way = way
        self.kinds = kinds

    def __missing__(self, name: str) -> Value:
        """Find out a fact nobody has asked for yet; ``KeyError`` where there is no such fact."""
        if name == "zone.count" and isinstance(self.way, Presence):
            found: Value = float(self.at.count(self.way.zone, self.kinds))
        else:
            found = _READERS[type(self.way)][name](self.at, self.target, self.way)
        self[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a fact, whether or not anybody has asked."""
        counted = name == "zone.count" and isinstance(self.way, Presence)
        return counted or name in _READERS[type(self.way)] or super().__contains__(name)


class OfCrowd(Asked):
    """Facts about all in a zone who count: at least one."""

    __slots__ = ("area_m2", "count", "people", "zone")
    readers: ClassVar[Mapping[str, Callable[[Any], Value]]] = {
        "zone.name": lambda self: str(self.zone),
        "zone.since_s": lambda self: self.at.now_s - self.since_s(),
        "zone.count": lambda self: float(len(self.people)),
        "zone.density": lambda self: len(self.people) / self.area_m2,
        "zone.still_s": lambda self: self._still_s(),
    }

    def __init__(
        self, at: Moment, zone: ZoneId, people: Sequence[TargetId], area_m2: float
    ) -> None:
        """Keep who is where, and how much room there is."""
        super().__init__(at)
        self.zone = zone
        self.people = people
        self.area_m2 = area_m2

    def since_s(self) -> float:
        """Return since when somebody of them has been there."""
        return min(
            one.since_s
            for name in self.people
            for one in self.at.present[name]
            if one.zone == self.zone
        )

    def _still_s(self) -> float:
        """Return for how long none of them has moved."""
        now_s, rests = self.at.now_s, map(self.at.rests.get, self.people)
        return now_s - max(now_s if rest is None else rest.since_s for rest in rests)


class OfReport(Asked):
    """Facts about what a camera says, of which part of it, and since when."""

    __slots__ = ("camera", "reported")
    readers: ClassVar[Mapping[str, Callable[[Any], Value]]] = {
        "camera.name": lambda self: str(self.camera),
        "report.kind": lambda self: self.reported.report.value,
        "report.part": lambda self: self.reported.part,
        "report.since_s": lambda self: self.at.now_s - self.reported.since_s,
    }

    def __init__(self, at: Moment, camera: CameraId, reported: Reported) -> None:
        """Keep what is said."""
        super().__init__(at)
        self.camera = camera
        self.reported = reported


def site_facts(site: Site, set_flags: Mapping[str, bool]) -> dict[str, Value]:
    """Return the site's flags: as operators have set them, or else as its file says."""
    return {f"site.{name}": set_flags.get(name, value) for name, value in site.flags}


def lately(target: Target, now_s: float) -> tuple[CameraId, ...]:
    """Return the cameras that see a target, or did a moment ago."""
    return tuple(camera for camera, at_s in target.seen_by if now_s - at_s <= LATELY_S)


def _still_s(rest: Rest | None, now_s: float) -> float:
    """Return for how long a target has been where it is."""
    return 0.0 if rest is None else now_s - rest.since_s
