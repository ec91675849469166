"""The keys of a case: what is given, what an operator asks, what is expected."""

from orchestrator.config import units
from orchestrator.config.shape import (
    Choice,
    Key,
    Kinds,
    Known,
    ListOf,
    MapOf,
    Measure,
    Number,
    Point,
    Several,
    Shape,
    Share,
    Text,
    Truth,
)
from orchestrator.config.trims import SETTINGS
from orchestrator.domain.intent import Severity
from orchestrator.domain.sighting import Kind, Report

KINDS = {kind.name.lower(): kind for kind in (Kind.PERSON, Kind.VEHICLE, Kind.BIKE)}
CODES = (
    "invalid",
    "unauthorised",
    "privacy",
    "leased",
    "expired",
    "duplicate",
    "offline",
    "conflict",
    "busy",
)
_WHEN = Key("at", Measure(units.DURATION), "When, after the start of the case [0s].")
_TARGET = Key("target", Text(), "The name of somebody in this case.", required=True)
_LEAVING = ("leaves",)

PERSON = Shape(
    (
        _WHEN,
        _TARGET,
        Key("who", Choice("kind", tuple(KINDS)), "What it is [person]."),
        Key("enters", Known("zone"), "Stands in the middle of this zone."),
        Key("stands", Point(), "Stands at a point of the plan, in metres."),
        Key("walks", ListOf(Point(), least=2), "Walks along these points of the plan, in metres."),
        Key("pace", Measure(units.PACE), "How fast [1.4 m/s]."),
        Key("confidence", Number(0, 1), "How sure the detector is, 0 to 1 [0.9]."),
        Key(
            "leaves",
            Known("view"),
            "The view it is expected to leave: a camera, or `CAMERA/PRESET`.",
            needs=("in", "towards", "there"),
        ),
        Key("in", Measure(units.DURATION, least=None), "How soon it leaves.", belongs=_LEAVING),
        Key("towards", Known("view"), "The view it is expected in next.", belongs=_LEAVING),
        Key("there", Point(), "Where it is expected then, in metres.", belongs=_LEAVING),
        Key("chance", Share(), "How likely that is [80 %].", belongs=_LEAVING),
    ),
    either=("enters", "stands", "walks"),
)
GONE = Shape(
    (
        _WHEN,
        _TARGET,
        Key("gone", Truth(), "It is seen no more.", required=True),
    )
)
_HOW_MANY = Key("targets", Number(1, 500), "How many.", required=True)
CROWD = Shape(
    (
        _WHEN,
        _HOW_MANY,
        Key("who", Choice("kind", tuple(KINDS)), "What they are [person]."),
        Key("stand in", Known("zone"), "Stand in this zone, spread over it."),
        Key("leave", Known("zone"), "So many who stand in this zone are seen no more."),
        Key("confidence", Number(0, 1), "How sure the detector is, 0 to 1 [0.9]."),
    ),
    either=("stand in", "leave"),
)
REPORT = Shape(
    (
        _WHEN,
        Key("camera", Known("camera"), "The camera that reports.", required=True),
        Key(
            "reports",
            Choice("report", tuple(report.value for report in Report)),
            "What it says of itself.",
            required=True,
        ),
        Key("part", Text(), "Which input, where it has several."),
        Key("for", Measure(units.DURATION), "For how long it says so [to the end]."),
    )
)
FLAG = Shape(
    (
        _WHEN,
        Key("flag", Known("flag"), "The flag of the site that somebody sets.", required=True),
        Key("set", Choice("word", ("on", "off")), "Whether it holds from now on [on]."),
    )
)
_CAMERA = Key("camera", Known("camera"), "The camera that turns.", required=True)
GOTO = Shape(
    (_CAMERA, Key("preset", Known("preset"), "The preset that it shall show.", required=True))
)
TAKE = Shape(
    (_CAMERA, Key("for", Measure(units.DURATION, zero=False), "For how long.", required=True))
)
GLASS = Shape(
    (
        Key("rule", Text(), "The privacy rule that is lifted.", required=True),
        Key("reason", Text(), "Why.", required=True),
        Key("for", Measure(units.DURATION, zero=False), "For how long [as the site allows]."),
    )
)
OPERATOR = Shape(
    (
        _WHEN,
        Key("operator", Known("operator"), "Who asks for something.", required=True),
        Key("goto", GOTO, "Asks for a preset."),
        Key("take", TAKE, "Takes a camera."),
        Key("release", Known("camera"), "Gives a camera back."),
        Key("break glass", GLASS, "Lifts a privacy rule."),
        Key("close glass", Text(), "Lets a lifted privacy rule hold again."),
        Key("acknowledge", Known("policy"), "Answers for the alarms of this policy."),
    ),
    either=("goto", "take", "release", "break glass", "close glass", "acknowledge"),
)
_ASPECT = (
    Key("camera", Known("camera"), "The camera that is meant [any]."),
    Key("preset", Known("preset"), "The preset that it shows."),
    Key("looks_at", Text(), "The target that is in its view."),
    Key("because", Known("holder"), "Who has it: a policy, `operator NAME` or `home`."),
    Key("sees", Known("zone"), "The zone that is in its view."),
    Key("alarm", Choice("severity", tuple(level.value for level in Severity)), "An alarm."),
    Key("to", Known("person"), "Whom the alarm is for.", belongs=("alarm",)),
    Key("answer", Choice("code", CODES), "The code a command is refused with."),
    Key("set", SETTINGS, "How a camera's picture is set."),
    Key("runs", Text(), "The auxiliary command that a camera was given last: `tt:Wiper|On`."),
    Key(
        "put_back",
        Several(Text()),
        "Settings, or auxiliary functions (`tt:Wiper`), that were set before and are put back.",
    ),
)
NEVER = Shape((Key("never", Shape(_ASPECT), "What must not happen at any time.", required=True),))
EXPECT = Shape(
    (
        Key(
            "by",
            Measure(units.DURATION, zero=False),
            "By when it holds, after the start of the case.",
            required=True,
        ),
        *_ASPECT,
    )
)
GIVEN = Kinds(
    (
        ("operator", OPERATOR),
        ("gone", GONE),
        ("targets", CROWD),
        ("reports", REPORT),
        ("flag", FLAG),
    ),
    otherwise=PERSON,
)
EXPECTED = Kinds((("never", NEVER),), otherwise=EXPECT)
CASE = Shape(
    (
        Key("case", Text(), "What the policy promises, in one sentence.", required=True),
        Key("site", Text(), "The folder of the site it is played on."),
        Key(
            "at",
            Text(),
            "When it begins, with its offset: `2026-03-29T01:58+01:00`.",
            required=True,
        ),
        Key("flags", MapOf(Truth()), "Flags of the site that stand otherwise than usual."),
        Key("given", ListOf(GIVEN, least=0), "What happens."),
        Key("expect", ListOf(EXPECTED), "What the policy makes of it.", required=True),
    )
)
