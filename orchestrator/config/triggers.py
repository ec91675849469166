"""The `on` of a policy: what starts it, and what may be asked, shown and said then.

A trigger is about somebody, a zone, a camera or the site. What it is about decides which names its
conditions know, what `look: {at: ...}` can mean, and which blanks of an alarm can be filled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestrator.config import units
from orchestrator.config.condition import (
    CROSSES,
    ENTERS,
    LEAVES,
    OCCUPIED,
    REPORTS,
    Vocabulary,
)
from orchestrator.config.fields import Fields
from orchestrator.config.known import Names
from orchestrator.config.shape import Choice, Key, Known, Measure, Several, Shape
from orchestrator.domain.ids import CameraId, LineId, ZoneId
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Flagged,
    Leaves,
    Occupied,
    Reports,
    Stays,
    Towards,
    Trigger,
)
from orchestrator.domain.sighting import Kind, Report

_KINDS = {kind.name.lower(): kind for kind in (Kind.PERSON, Kind.VEHICLE, Kind.BIKE)}
_REPORTS = {report.value: report for report in Report}
_ABOUT_SOMEBODY = ("enters", "stays", "crosses", "leaves", "occupied")

ON = Shape(
    (
        Key("enters", Several(Known("zone")), "Somebody is in one of these zones.", needs=("who",)),
        Key(
            "stays",
            Several(Known("zone")),
            "Somebody has been in one of these zones for some time.",
            needs=("who", "for"),
        ),
        Key(
            "crosses",
            Several(Known("line")),
            "Somebody has just gone over one of these lines.",
            needs=("who",),
        ),
        Key(
            "leaves",
            Choice("view", ("any view",)),
            "Somebody is about to leave what is seen.",
            needs=("who", "within"),
        ),
        Key(
            "occupied",
            Several(Known("zone")),
            "Anybody is in one of these zones; it is about the zone, and counts who is there.",
            needs=("who",),
        ),
        Key(
            "reports",
            Several(Choice("report", tuple(_REPORTS))),
            "A camera itself says so; it is about the camera.",
        ),
        Key("site", Known("flag"), "A flag of the site is set; it is about the site."),
        Key(
            "who",
            Several(Choice("kind", tuple(_KINDS))),
            "Whom it is about.",
            belongs=_ABOUT_SOMEBODY,
        ),
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long somebody must have stayed.",
            belongs=("stays",),
        ),
        Key(
            "towards",
            Choice("direction", tuple(way.value for way in Towards)),
            "Which way; `in` is to the left of the line, looking from its `from` to its `to` [both].",
            belongs=("crosses",),
        ),
        Key(
            "within",
            Measure(units.DURATION, zero=False),
            "How soon somebody must be about to leave.",
            belongs=("leaves",),
        ),
        Key(
            "from",
            Several(Known("camera")),
            "The cameras that are listened to [any].",
            belongs=("reports",),
        ),
    ),
    either=("enters", "stays", "crosses", "leaves", "occupied", "reports", "site"),
)


def trigger_of(fields: Fields, names: Names) -> Trigger:
    """Return what starts a policy."""
    on = fields.inner("on")
    if on is None or not on.kind:
        return Leaves((), 0.0)
    return _READERS[on.kind](on, names)


def _kinds(on: Fields) -> tuple[Kind, ...]:
    return tuple(_KINDS[name] for name in on.choices("who"))


def _zones(on: Fields, names: Names) -> tuple[ZoneId, ...]:
    return tuple(ZoneId(zone) for zone in on.named(on.kind, names.zones))


def _leaves(on: Fields, _: Names) -> Trigger:
    on.choice("leaves")
    return Leaves(_kinds(on), on.quantity("within"))


def _crosses(on: Fields, names: Names) -> Trigger:
    lines = tuple(LineId(line) for line in on.named("crosses", names.lines))
    return Crosses(lines, _kinds(on), Towards(on.choice("towards") or Towards.BOTH))


def _reports(on: Fields, names: Names) -> Trigger:
    reports = tuple(_REPORTS[word] for word in on.choices("reports"))
    cameras = tuple(CameraId(name) for name in on.named("from", names.cameras))
    return Reports(reports, cameras if "from" in on else None)


def _flagged(on: Fields, names: Names) -> Trigger:
    found = on.named("site", names.switches)
    return Flagged(found[0] if found else "")


_READERS: Mapping[str, Callable[[Fields, Names], Trigger]] = {
    "enters": lambda on, names: Enters(_zones(on, names), _kinds(on)),
    "stays": lambda on, names: Stays(_zones(on, names), _kinds(on), on.quantity("for")),
    "crosses": _crosses,
    "leaves": _leaves,
    "occupied": lambda on, names: Occupied(_zones(on, names), _kinds(on)),
    "reports": _reports,
    "site": _flagged,
}


@dataclass(frozen=True, slots=True)
class About:
    """What a trigger is about.

    ``says`` ends the sentence "`occupied` is about ..."; ``aims`` are the words that `at` may have
    beside the names of zones, ``blanks`` those that an alarm can fill.
    """

    says: str
    vocabulary: Vocabulary
    aims: tuple[str, ...]
    blanks: tuple[str, ...]


_SOMEBODY = ("target", "kind", "view")
_BY_TRIGGER: Mapping[type[Trigger], About] = {
    Enters: About(
        "`enters` is about somebody in a zone",
        ENTERS,
        ("target", "zone"),
        (*_SOMEBODY, "zone", "count"),
    ),
    Stays: About(
        "`stays` is about somebody in a zone",
        ENTERS,
        ("target", "zone"),
        (*_SOMEBODY, "zone", "count"),
    ),
    Crosses: About(
        "`crosses` is about somebody, and a line",
        CROSSES,
        ("target",),
        (*_SOMEBODY, "line", "towards"),
    ),
    Leaves: About(
        "`leaves` is about somebody between two views", LEAVES, ("target", "next view"), _SOMEBODY
    ),
    Occupied: About(
        "`occupied` is about a zone, and nobody in particular",
        OCCUPIED,
        ("zone",),
        ("zone", "count"),
    ),
    Reports: About(
        "`reports` is about a camera, and nobody in particular",
        REPORTS,
        ("camera",),
        ("camera", "report"),
    ),
    Flagged: About("`site` is about the site as a whole", {}, (), ()),
}


def about(on: Trigger) -> About:
    """Return what a trigger is about."""
    return _BY_TRIGGER[type(on)]
