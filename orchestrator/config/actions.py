"""The `do` of a policy: what shall be true. Looks become claims, alarms become notices."""

import re

from orchestrator.config import units
from orchestrator.config.fields import Fields, named
from orchestrator.config.known import Names
from orchestrator.config.tree import Entries, Node, Scalar
from orchestrator.domain.ids import CameraId, PersonName, PresetName, ZoneId
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import (
    Action,
    Aspect,
    AtNextView,
    AtPreset,
    AtTarget,
    AtZone,
    Look,
    Raise,
    Source,
)

_LOOK_KEYS = ("at", "with", "for", "otherwise")
_ALARM_KEYS = ("severity", "say", "to", "acknowledge_within")
_BLANKS = ("zone", "target", "kind", "view")
_SEARCH = "search last seen"


def actions_of(fields: Fields, names: Names) -> tuple[Action, ...]:
    """Return everything a policy wants to be true."""
    actions: list[Action] = []
    for node in fields.items("do", required=True):
        step = Fields(node, fields.notes, "a step of `do`", ("look", "alarm"))
        if ("look" in step) == ("alarm" in step):
            if isinstance(node, Entries) and not step.broken:
                fields.notes.wrong(node, "a step of `do` is either a `look` or an `alarm`")
            continue
        key = "look" if "look" in step else "alarm"
        body = step.node(key)
        source = Source(fields.notes.page.path, step.place_of(key).line)
        if body is not None and key == "look":
            actions.append(_look(body, fields, names, source))
        elif body is not None:
            actions.append(_alarm(body, fields, names, source))
    return tuple(actions)


def _look(node: Node, fields: Fields, names: Names, source: Source) -> Look:
    """Return a look."""
    look = Fields(node, fields.notes, "`look`", _LOOK_KEYS)
    otherwise = look.choice("otherwise", (_SEARCH,), "word")
    at = _aspect(look, names, bool(otherwise))
    if otherwise and not isinstance(at, AtNextView):
        fields.notes.wrong(look.place_of("otherwise"), "`otherwise` belongs to `at: next view`")
    for_s = look.positive("for", units.DURATION, required=True)
    return Look(at, _cameras(look, names), for_s, source)


def _aspect(look: Fields, names: Names, search: bool) -> Aspect:
    """Return what is looked at: `target`, `next view`, a zone, or one preset of one camera."""
    node = look.node("at", required=True)
    if isinstance(node, Entries):
        spot = Fields(node, look.notes, "`at`", ("camera", "preset", "zone"))
        if "zone" in spot:
            found = named(spot.several("zone"), look.notes, "zone", names.zones)
            return AtZone(ZoneId(found[0] if found else ""))
        camera, preset = names.view(spot)
        return AtPreset(CameraId(camera), PresetName(preset))
    value = look.scalar("at") if node is not None else None
    if value is None or value.text == "target":
        return AtTarget()
    if value.text == "next view":
        return AtNextView(search)
    found = named((value,), look.notes, "aim", {"target", "next view", *names.zones})
    return AtZone(ZoneId(found[0])) if found else AtTarget()


def _cameras(look: Fields, names: Names) -> tuple[CameraId, ...] | None:
    """Return the cameras that may be used; None for `best`, which is every one that turns."""
    if "with" not in look:
        return None
    written = look.several("with")
    if [item.text for item in written] == ["best"]:
        return None
    heads = [names.head(item, look.notes) for item in written]
    return tuple(camera.id for camera in heads if camera is not None)


def _alarm(node: Node, fields: Fields, names: Names, source: Source) -> Raise:
    """Return an alarm."""
    alarm = Fields(node, fields.notes, "`alarm`", _ALARM_KEYS)
    levels = [level.value for level in Severity]
    severity = alarm.choice("severity", levels, "severity", required=True)
    say = alarm.scalar("say", required=True)
    to = named(alarm.several("to"), fields.notes, "person", names.people)
    within_s = alarm.positive("acknowledge_within", units.DURATION)
    return Raise(
        severity=Severity(severity) if severity else Severity.INFO,
        say=_sentence(say, fields) if say is not None else "",
        to=tuple(PersonName(name) for name in to),
        acknowledge_within_s=within_s or None,
        source=source,
    )


def _sentence(say: Scalar, fields: Fields) -> str:
    """Return what an alarm says; its blanks must be ones that can be filled."""
    for blank in re.findall(r"\{([^{}]*)\}", say.text):
        if blank not in _BLANKS:
            hint = "blanks: " + ", ".join(f"{{{known}}}" for known in _BLANKS)
            fields.notes.wrong(say, f"unknown blank `{{{blank}}}`", hint)
    return say.text
