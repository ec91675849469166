"""The `do` of a policy: what shall be true. Looks become claims, alarms become notices."""

import re
from collections.abc import Callable, Mapping

from orchestrator.config import units
from orchestrator.config.fields import Fields
from orchestrator.config.known import Names
from orchestrator.config.pursuits import (
    FOLLOW,
    HAND_OVER,
    OTHERWISE,
    PARK,
    TOUR,
    WITH,
    cameras_of,
    follow_of,
    hand_over_of,
    park_of,
    tour_of,
)
from orchestrator.config.shape import AnyOf, Choice, Key, Known, Measure, Several, Shape, Text
from orchestrator.config.tree import Entries, Scalar
from orchestrator.config.triggers import About
from orchestrator.config.trims import AUXILIARY, IMAGING, run_auxiliary, set_imaging
from orchestrator.domain.ids import CameraId, PersonName, PresetName, ZoneId
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import (
    Action,
    Aspect,
    AtNextView,
    AtPreset,
    AtTarget,
    AtThatCamera,
    AtThatZone,
    AtZone,
    Look,
    Raise,
    RunPatrol,
    Source,
)

AT = Shape(
    (
        Key("camera", Known("camera"), "The camera that turns.", needs=("preset",)),
        Key("preset", Known("preset"), "The preset that it shows.", belongs=("camera",)),
        Key("zone", Known("zone"), "The zone to look at."),
    ),
    either=("camera", "zone"),
)
LOOK = Shape(
    (
        Key(
            "at",
            AnyOf((Known("aim"), AT)),
            "What is looked at: `target`, `next view`, `zone` or `camera` (those it is about), a zone by"
            " name, or `{camera: ..., preset: ...}`.",
            required=True,
        ),
        WITH,
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long after the cause was last there.",
            required=True,
        ),
        OTHERWISE,
    )
)
ALARM = Shape(
    (
        Key(
            "severity",
            Choice("severity", tuple(level.value for level in Severity)),
            "How loud it is.",
            required=True,
        ),
        Key(
            "say",
            Text(),
            "What it says; `{zone}`, `{target}`, `{kind}`, `{view}`, `{count}`, `{line}`, `{towards}`,"
            " `{camera}` and `{report}` are filled in, as far as `on` is about such a thing.",
            required=True,
        ),
        Key("to", Several(Known("person")), "Whom it is addressed to."),
        Key("acknowledge_within", Measure(units.DURATION), "How soon somebody must answer it."),
        Key(
            "then",
            Several(Known("person")),
            "Who is told, one after another, while nobody has answered it in that time.",
            needs=("acknowledge_within",),
        ),
    )
)
STEP = Shape(
    (
        Key("look", LOOK, "Have something looked at."),
        Key("alarm", ALARM, "Tell people."),
        Key(
            "follow", FOLLOW, "Keep the target in view for as long as it is seen, wherever it goes."
        ),
        Key("hand over", HAND_OVER, "Await who leaves in the next view, and see whether it comes."),
        Key("park", PARK, "Send cameras to their park presets."),
        Key("patrol", TOUR, "Make the tour of a patrol now, in this policy's band."),
        Key("imaging", IMAGING, "Set the picture of some cameras, and put it back afterwards."),
        Key("auxiliary", AUXILIARY, "Run an auxiliary function of some cameras, such as a wiper."),
    ),
    either=("look", "alarm", "follow", "hand over", "park", "patrol", "imaging", "auxiliary"),
)


def actions_of(fields: Fields, names: Names, on: About) -> tuple[Action, ...]:
    """Return everything a policy wants to be true."""
    actions: list[Action] = []
    for step in fields.inners("do", "a step of `do`"):
        if not step.kind:
            continue
        body = step.inner(step.kind)
        assert body is not None
        source = Source(fields.notes.page.path, step.place_of(step.kind).line)
        action = _READERS[step.kind](body, names, on, source)
        if isinstance(action, RunPatrol) and any(isinstance(one, RunPatrol) for one in actions):
            body.notes.wrong(step.place_of(step.kind), "a policy makes one tour, not two")
        if not isinstance(action, Raise) and action.for_s > names.lease_max_s:
            message = f"`for` is longer than the site's `lease`: at most {names.lease_max_s:g} s"
            body.notes.wrong(body.place_of("for"), message)
        actions.append(action)
    return tuple(actions)


def _look(look: Fields, names: Names, on: About, source: Source) -> Look:
    """Return a look."""
    otherwise = look.choice("otherwise")
    at = _aspect(look, names, on, bool(otherwise))
    if otherwise and not isinstance(at, AtNextView):
        look.notes.wrong(look.place_of("otherwise"), "`otherwise` belongs to `at: next view`")
    return Look(at, cameras_of(look, names), look.quantity("for"), source)


_AIMS: Mapping[str, Aspect] = {
    "target": AtTarget(),
    "zone": AtThatZone(),
    "camera": AtThatCamera(),
}


def _aspect(look: Fields, names: Names, on: About, search: bool) -> Aspect:
    """Return what is looked at: what the trigger is about, a zone, or one preset of one camera."""
    if isinstance(look.node("at"), Entries):
        return _spot(look, names)
    value = look.scalar("at")
    if value is None:
        return AtTarget()
    if value.text in (*_AIMS, "next view") and value.text not in on.aims:
        message = f"`at: {value.text}` makes no sense here: {on.says}"
        look.notes.wrong(value, message, _instead(on))
        return AtTarget()
    if value.text == "next view":
        return AtNextView(search)
    if value.text in _AIMS:
        return _AIMS[value.text]
    found = look.named("at", {*on.aims, *names.places})
    return AtZone(ZoneId(found[0])) if found else AtTarget()


def _instead(on: About) -> str:
    """Return what can be looked at."""
    words = [f"`at: {aim}`" for aim in on.aims]
    return f"{', '.join(words)}{', or ' if words else ''}a zone or a preset by name"


def _spot(look: Fields, names: Names) -> Aspect:
    """Return a zone, or one preset of one camera, where they are written as a map."""
    spot = look.inner("at")
    assert spot is not None
    if spot.kind == "zone":
        found = spot.named("zone", names.places)
        return AtZone(ZoneId(found[0] if found else ""))
    camera, preset = names.view(spot)
    return AtPreset(CameraId(camera), PresetName(preset))


def _alarm(alarm: Fields, names: Names, on: About, source: Source) -> Raise:
    """Return an alarm."""
    say = alarm.scalar("say")
    return Raise(
        severity=Severity(alarm.choice("severity") or Severity.INFO),
        say=_sentence(say, alarm, on) if say is not None else "",
        to=tuple(PersonName(name) for name in alarm.named("to", names.people)),
        acknowledge_within_s=alarm.quantity("acknowledge_within") or None,
        source=source,
        then=tuple(PersonName(name) for name in alarm.named("then", names.people)),
    )


def _sentence(say: Scalar, fields: Fields, on: About) -> str:
    """Return what an alarm says; its blanks must be ones that can be filled."""
    for blank in re.findall(r"\{([^{}]*)\}", say.text):
        if blank not in on.blanks:
            known = ", ".join(f"{{{each}}}" for each in on.blanks) or "none"
            hint = f"{on.says}; blanks: {known}"
            fields.notes.wrong(say, f"unknown blank `{{{blank}}}`", hint)
    return say.text


_READERS: Mapping[str, Callable[[Fields, Names, About, Source], Action]] = {
    "look": _look,
    "alarm": _alarm,
    "follow": follow_of,
    "hand over": hand_over_of,
    "park": park_of,
    "patrol": tour_of,
    "imaging": set_imaging,
    "auxiliary": run_auxiliary,
}
