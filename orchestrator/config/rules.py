"""The three kinds of rule an author writes: a policy, a patrol, a privacy rule.

Each kind is a table of keys, and a reader that takes the fields of one file and the names that the
site has.
"""

from collections.abc import Sequence

from orchestrator.config import units
from orchestrator.config.actions import STEP, actions_of
from orchestrator.config.condition import Misread, Vocabulary, conjuncts_of
from orchestrator.config.crons import SCHEDULE, schedule_of
from orchestrator.config.fields import Fields
from orchestrator.config.known import Names
from orchestrator.config.names import NAMED, VERSION
from orchestrator.config.shape import (
    AnyOf,
    Choice,
    Key,
    Known,
    ListOf,
    Measure,
    Number,
    Several,
    Shape,
    Text,
)
from orchestrator.config.tree import Page, Place, Scalar
from orchestrator.config.triggers import ON, about, trigger_of
from orchestrator.domain.calendar import CalendarName
from orchestrator.domain.condition import Conjunct, Sort
from orchestrator.domain.ids import CameraId, PolicyName, PresetName, ZoneId
from orchestrator.domain.intent import USUAL_PRIORITY, Band
from orchestrator.domain.policy import (
    Act,
    Crosses,
    Patrol,
    Policy,
    PrivacyRule,
    Source,
    Stop,
    Trigger,
)
from orchestrator.domain.target import CROSSED_S

_BANDS = {band.name.lower(): band for band in (Band.ALARM, Band.HANDOFF, Band.ANALYTICS)}

BECAUSE = Key("because", Text(), "Why this rule exists, in one sentence.", required=True)
BASIS = Key("basis", Text(), "The agreement, law or assessment that allows or demands it.")
DURING = Key("during", Known("calendar"), "When it holds: a calendar of the site; without, always.")

COOLDOWN = Shape(
    (
        Key("for", Measure(units.DURATION, zero=False), "How long it stays quiet.", required=True),
        Key("per", Choice("scope", ("target", "policy")), "Whether for this target, or for all."),
    )
)
POLICY = Shape(
    (
        Key("policy", NAMED, "The name of this policy.", required=True),
        VERSION,
        BECAUSE,
        BASIS,
        Key(
            "mode",
            Choice("mode", ("enforce", "shadow")),
            "In shadow it only says what it would do: nobody is looked at or alarmed [enforce].",
        ),
        Key("band", Choice("band", tuple(_BANDS)), "How strong its claims are.", required=True),
        DURING,
        Key("on", ON, "What starts it.", required=True),
        Key("when", Text(), "Which condition must hold as well, such as `target.speed_mps < 0.3`."),
        Key(
            "clear_when",
            Text(),
            "Once it has started, it may only end when this holds, such as `zone.count < 18`.",
            needs=("when",),
        ),
        Key("hold", Measure(units.DURATION), "How long all of it must hold before it starts."),
        Key("clear", Measure(units.DURATION), "How long it must not hold before it ends."),
        Key(
            "cooldown",
            AnyOf((Measure(units.DURATION), COOLDOWN)),
            "How long it stays quiet after it started.",
        ),
        Key("do", ListOf(STEP), "What shall be true then.", required=True),
        Key(
            "priority", Number(0, 99), "Its rank inside its band; the higher is served first [50]."
        ),
    )
)
STOP = Shape(
    (
        Key("camera", Known("camera"), "The camera that turns.", required=True),
        Key("preset", Known("preset"), "The preset that it shows.", required=True),
        Key("dwell", Measure(units.DURATION, zero=False), "For how long.", required=True),
    )
)
PATROL = Shape(
    (
        Key("patrol", NAMED, "The name of this tour.", required=True),
        VERSION,
        BECAUSE,
        BASIS,
        DURING,
        *SCHEDULE,
        Key("stops", ListOf(STOP), "Where it goes; each camera walks its own.", required=True),
        Key(
            "interrupted",
            Choice("word", ("resume", "restart")),
            "Whether a tour that was interrupted goes on where it was [resume].",
        ),
    ),
    either=("every", "cron"),
)
PRIVACY = Shape(
    (
        Key("privacy", NAMED, "The name of this privacy rule.", required=True),
        VERSION,
        BECAUSE,
        BASIS,
        DURING,
        Key("zones", Several(Known("zone")), "The zones it protects.", required=True),
        Key(
            "never",
            Several(Choice("act", tuple(act.value for act in Act))),
            "What nobody may do there, operators included.",
            required=True,
        ),
        Key(
            "unknown_pose",
            Choice("word", ("park", "stay")),
            "What becomes of a camera that may be looking there: it parks, or stays [park].",
        ),
    )
)


def policy_of(fields: Fields, names: Names) -> Policy:
    """Return a policy."""
    on = trigger_of(fields, names)
    vocabulary = {**about(on).vocabulary, **names.flags}
    cooldown_s, cooldown_per = _cooldown(fields)
    hold_s = fields.quantity("hold")
    _check_hold(fields, on, hold_s)
    return Policy(
        name=PolicyName(fields.text("policy")),
        version=1,
        because=fields.text("because"),
        basis=fields.text("basis"),
        band=_BANDS.get(fields.choice("band"), Band.ANALYTICS),
        during=_during(fields, names),
        on=on,
        when=_when(fields, "when", vocabulary),
        hold_s=hold_s,
        clear_s=fields.quantity("clear"),
        cooldown_s=cooldown_s,
        cooldown_per=cooldown_per,
        do=actions_of(fields, names, about(on)),
        priority=_priority(fields),
        source=_source(fields, "on"),
        clear_when=_when(fields, "clear_when", vocabulary),
        shadow=fields.choice("mode") == "shadow",
    )


def _check_hold(fields: Fields, on: Trigger, hold_s: float) -> None:
    """Record a `hold` that no crossing lasts for."""
    if isinstance(on, Crosses) and hold_s >= CROSSED_S:
        message = f"a crossing is told of for {CROSSED_S:g} s, so it can never be held so long"
        hint = f"`hold` shorter than {CROSSED_S:g}s, or `on: {{enters: ...}}` beyond the line"
        fields.notes.wrong(fields.place_of("hold"), message, hint)


def _source(fields: Fields, key: str) -> Source:
    """Return the line of a key."""
    return Source(fields.notes.page.path, fields.place_of(key).line)


def _during(fields: Fields, names: Names) -> CalendarName | None:
    """Return the calendar a rule is bound to; None is always."""
    if fields.text("during", default="always") == "always":
        return None
    found = fields.named("during", names.calendars)
    return CalendarName(found[0]) if found else None


def _when(fields: Fields, key: str, vocabulary: dict[str, Sort]) -> tuple[Conjunct, ...]:
    """Return the clauses of a condition; none when there is none."""
    value = fields.scalar(key)
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


def _priority(fields: Fields) -> int:
    """Return the rank of a policy inside its band."""
    priority = fields.number("priority", default=USUAL_PRIORITY)
    if not units.whole(priority):
        message = f"`priority` must be a whole number, found {priority:g}"
        fields.notes.wrong(fields.place_of("priority"), message)
    return int(priority)


def _cooldown(fields: Fields) -> tuple[float, str]:
    """Return how long a cause stays quiet after it started, and what counts as the same cause."""
    node = fields.node("cooldown")
    if node is None or isinstance(node, Scalar):
        return fields.quantity("cooldown"), "target"
    cooldown = fields.inner("cooldown")
    assert cooldown is not None
    return cooldown.quantity("for"), cooldown.choice("per") or "target"


def patrol_of(fields: Fields, names: Names) -> Patrol:
    """Return a patrol."""
    return Patrol(
        name=PolicyName(fields.text("patrol")),
        version=1,
        because=fields.text("because"),
        basis=fields.text("basis"),
        during=_during(fields, names),
        schedule=schedule_of(fields, names.timezone),
        stops=_stops(fields, names),
        resumes=fields.choice("interrupted") != "restart",
        source=_source(fields, "patrol"),
    )


def _stops(fields: Fields, names: Names) -> tuple[Stop, ...]:
    """Return the stops of a tour."""
    stops = []
    for stop in fields.inners("stops", "a stop"):
        camera, preset = names.view(stop)
        source = Source(fields.notes.page.path, stop.place.line)
        stops.append(Stop(CameraId(camera), PresetName(preset), stop.quantity("dwell"), source))
    return tuple(stops)


def _check_floor(fields: Fields, names: Names, zones: Sequence[str], never: frozenset[Act]) -> None:
    """Record what cannot be kept of a zone without a floor: nobody is known to stand in it."""
    airy = [zone for zone in zones if zone not in names.zones]
    about = sorted(act.value for act in never & {Act.DETECT, Act.IDENTIFY})
    if airy and about:
        message = f"`never: {about[0]}` cannot be kept of `{airy[0]}`, which is not on the floor"
        hint = "close it to `look`, or describe the floor there as a zone too"
        fields.notes.wrong(fields.place_of("never"), message, hint)


def privacy_of(fields: Fields, names: Names) -> PrivacyRule:
    """Return a privacy rule."""
    zones = fields.named("zones", names.places)
    never = frozenset(Act(act) for act in fields.choices("never"))
    _check_floor(fields, names, zones, never)
    return PrivacyRule(
        name=PolicyName(fields.text("privacy")),
        version=1,
        because=fields.text("because"),
        basis=fields.text("basis"),
        during=_during(fields, names),
        zones=tuple(ZoneId(zone) for zone in zones),
        never=never,
        parks=fields.choice("unknown_pose") != "stay",
        source=_source(fields, "zones"),
    )
