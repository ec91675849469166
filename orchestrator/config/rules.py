"""The three kinds of rule an author writes: a policy, a patrol, a privacy rule.

Each reader takes the fields of one file and the names that the site has.
"""

from orchestrator.config import units
from orchestrator.config.actions import actions_of
from orchestrator.config.condition import ENTERS, LEAVES, Misread, Vocabulary, conjuncts_of
from orchestrator.config.fields import Fields, named
from orchestrator.config.known import Names
from orchestrator.config.tree import Page, Place, Scalar
from orchestrator.domain.calendar import CalendarName
from orchestrator.domain.condition import Conjunct, Sort
from orchestrator.domain.ids import CameraId, PolicyName, PresetName, ZoneId
from orchestrator.domain.intent import Band
from orchestrator.domain.policy import (
    Act,
    AtNextView,
    Enters,
    Leaves,
    Look,
    Patrol,
    Policy,
    PrivacyRule,
    Source,
    Stop,
    Trigger,
)
from orchestrator.domain.sighting import Kind

_SHARED = ("version", "because", "basis", "during")
POLICY_KEYS = (
    "policy",
    *_SHARED,
    "band",
    "on",
    "when",
    "hold",
    "clear",
    "cooldown",
    "do",
)
PATROL_KEYS = ("patrol", *_SHARED, "every", "stops", "interrupted")
PRIVACY_KEYS = ("privacy", *_SHARED, "zones", "never", "unknown_pose")

_BANDS = {band.name.lower(): band for band in (Band.ALARM, Band.HANDOFF, Band.ANALYTICS)}
_KINDS = {kind.name.lower(): kind for kind in (Kind.PERSON, Kind.VEHICLE, Kind.BIKE)}
_ANY_VIEW = "any view"


def policy_of(fields: Fields, names: Names) -> Policy:
    """Return a policy."""
    trigger = _trigger(fields, names)
    vocabulary = {**(ENTERS if isinstance(trigger, Enters) else LEAVES), **names.flags}
    cooldown_s, cooldown_per = _cooldown(fields)
    do = actions_of(fields, names)
    if isinstance(trigger, Enters):
        _refuse_next_view(fields, do)
    return Policy(
        name=PolicyName(fields.text("policy")),
        version=1,
        because=fields.text("because", required=True),
        basis=fields.text("basis"),
        band=_BANDS.get(fields.choice("band", list(_BANDS), "band", required=True), Band.ANALYTICS),
        during=_during(fields, names),
        on=trigger,
        when=_when(fields, vocabulary),
        hold_s=fields.positive("hold", units.DURATION),
        clear_s=fields.positive("clear", units.DURATION),
        cooldown_s=cooldown_s,
        cooldown_per=cooldown_per,
        do=do,
        source=_source(fields, "on"),
    )


def _refuse_next_view(fields: Fields, do: tuple[object, ...]) -> None:
    """Record a `next view` where nobody is about to leave a view."""
    for action in do:
        if isinstance(action, Look) and isinstance(action.at, AtNextView):
            place = Place(action.source.line, 1)
            fields.notes.wrong(place, "`next view` needs `on: {leaves: any view}`")


def _source(fields: Fields, key: str) -> Source:
    """Return the line of a key."""
    return Source(fields.notes.page.path, fields.place_of(key).line)


def _during(fields: Fields, names: Names) -> CalendarName | None:
    """Return the calendar a rule is bound to; None is always."""
    value = fields.scalar("during")
    if value is None or value.text == "always":
        return None
    found = named((value,), fields.notes, "calendar", names.calendars)
    return CalendarName(found[0]) if found else None


def _trigger(fields: Fields, names: Names) -> Trigger:
    """Return what starts a policy: `enters` zones or `leaves: any view`."""
    node = fields.node("on", required=True)
    if node is None:
        return Leaves((), 0.0)
    on = Fields(node, fields.notes, "`on`", ("enters", "leaves", "who", "within"))
    if ("enters" in on) == ("leaves" in on):
        fields.notes.wrong(node, "`on` needs either `enters` or `leaves`")
        return Leaves((), 0.0)
    found = named(on.several("who", required=True), fields.notes, "kind", _KINDS)
    kinds = tuple(_KINDS[name] for name in found)
    if "leaves" in on:
        on.choice("leaves", (_ANY_VIEW,), "view")
        return Leaves(kinds, on.positive("within", units.DURATION, required=True))
    if "within" in on:
        fields.notes.wrong(on.place_of("within"), "`within` belongs to `leaves`")
    zones = named(on.several("enters"), fields.notes, "zone", names.zones)
    return Enters(tuple(ZoneId(zone) for zone in zones), kinds)


def _when(fields: Fields, vocabulary: dict[str, Sort]) -> tuple[Conjunct, ...]:
    """Return the clauses of `when`; none when there is no condition."""
    value = fields.scalar("when")
    if value is None:
        return ()
    return condition_of(value, fields, vocabulary)


def condition_of(value: Scalar, fields: Fields, vocabulary: Vocabulary) -> tuple[Conjunct, ...]:
    """Return the clauses of a condition, or record what is wrong at its place in the file."""
    try:
        return conjuncts_of(value.text, vocabulary)
    except Misread as wrong:
        place = _within(value, wrong.start, wrong.width, fields.notes.page)
        fields.notes.wrong(place, wrong.message, wrong.hint)
        return ()


def _within(value: Scalar, start: int, width: int, page: Page) -> Place:
    """Return the place in the file of some characters of a scalar.

    A quoted scalar begins one character later; in a block each line has its own indent, found by
    searching the line itself. A scalar folded over several lines is pointed at as a whole.
    """
    before = value.text[:start]
    line = value.text.split("\n")[before.count("\n")]
    for number in range(value.place.line, value.place.line + value.text.count("\n") + 2):
        column = page.line(number).find(line) if line.strip() else -1
        if column >= 0:
            return Place(number, column + 1 + start - (before.rfind("\n") + 1), width)
    return value.place


def _cooldown(fields: Fields) -> tuple[float, str]:
    """Return how long a cause stays quiet after it started, and what counts as the same cause."""
    node = fields.node("cooldown")
    if node is None:
        return 0.0, "target"
    if isinstance(node, Scalar):
        return fields.positive("cooldown", units.DURATION), "target"
    cooldown = Fields(node, fields.notes, "`cooldown`", ("for", "per"))
    per = cooldown.choice("per", ("target", "policy"), "scope") or "target"
    return cooldown.positive("for", units.DURATION, required=True), per


def patrol_of(fields: Fields, names: Names) -> Patrol:
    """Return a patrol."""
    interrupted = fields.choice("interrupted", ("resume", "restart"), "word") or "resume"
    return Patrol(
        name=PolicyName(fields.text("patrol")),
        version=1,
        because=fields.text("because", required=True),
        basis=fields.text("basis"),
        during=_during(fields, names),
        every_s=fields.positive("every", units.DURATION, required=True),
        stops=_stops(fields, names),
        resumes=interrupted == "resume",
        source=_source(fields, "patrol"),
    )


def _stops(fields: Fields, names: Names) -> tuple[Stop, ...]:
    """Return the stops of a tour."""
    stops = []
    for node in fields.items("stops", required=True):
        stop = Fields(node, fields.notes, "a stop", ("camera", "preset", "dwell"))
        camera, preset = names.view(stop)
        dwell_s = stop.positive("dwell", units.DURATION, required=True)
        source = Source(fields.notes.page.path, node.place.line)
        stops.append(Stop(CameraId(camera), PresetName(preset), dwell_s, source))
    return tuple(stops)


def privacy_of(fields: Fields, names: Names) -> PrivacyRule:
    """Return a privacy rule."""
    zones = named(fields.several("zones", required=True), fields.notes, "zone", names.zones)
    acts = [act.value for act in Act]
    never = named(fields.several("never", required=True), fields.notes, "act", acts)
    unknown_pose = fields.choice("unknown_pose", ("park", "stay"), "word") or "park"
    return PrivacyRule(
        name=PolicyName(fields.text("privacy")),
        version=1,
        because=fields.text("because", required=True),
        basis=fields.text("basis"),
        during=_during(fields, names),
        zones=tuple(ZoneId(zone) for zone in zones),
        never=frozenset(Act(act) for act in never),
        parks=unknown_pose == "park",
        source=_source(fields, "zones"),
    )
