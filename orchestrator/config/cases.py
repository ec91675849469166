"""`cases/*.yaml` -> PolicyCase: given, expected; every name checked against the site.

A time of a case is written as `4s` after its start. Who turns up `enters` a zone (and stands in its
middle), `stands` at a point, or `walks` along points at a `pace`.
"""

from datetime import UTC, datetime

import shapely

from orchestrator.config.case_keys import CASE, GONE, KINDS, NEVER, OPERATOR
from orchestrator.config.fields import Fields, Notes, point, scalar, truth
from orchestrator.config.known import Names
from orchestrator.config.tree import Page, tree_of
from orchestrator.domain.ids import CameraId, PersonName, PresetName, TargetId, ViewId, ZoneId
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import Source
from orchestrator.domain.policy_case import (
    Alarms,
    Answers,
    Appears,
    Aspect,
    Event,
    Expectation,
    Expects,
    Orders,
    Point,
    PolicyCase,
    Sees,
    Shows,
    Vanishes,
)
from orchestrator.domain.sighting import GotoPreset, Kind, Order, Release, TakeControl
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError

_WALK_MPS = 1.4
_CONFIDENCE = 0.9
_CHANCE = 0.8


def parsed_case(text: str, path: str, site: Site) -> PolicyCase:
    """Return the case that a file describes; ``AuthorError`` with every mistake."""
    notes = Notes(Page(text, path))
    reader = _CaseReader(site, notes)
    case = reader.case(Fields(tree_of(text, path), notes, "the case", CASE))
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    return case


class _CaseReader:
    """Reads one file; knows who has turned up so far."""

    def __init__(self, site: Site, notes: Notes) -> None:
        self._site = site
        self._names = Names(site)
        self._notes = notes
        self._zones = {zone.id: zone for zone in site.zones}
        self._targets: set[str] = set()

    def case(self, top: Fields) -> PolicyCase:
        """Return the case, as far as it could be read."""
        given = [
            event
            for fields in top.inners("given", "what is given")
            for event in self._events(fields)
        ]
        expect = [self._expectation(fields) for fields in top.inners("expect", "what is expected")]
        return PolicyCase(
            name=top.text("case"),
            site=top.text("site"),
            at=self._moment(top),
            given=tuple(sorted(given, key=lambda event: event.at_s)),
            expect=tuple(one for one in expect if one is not None),
            flags=self._flags(top),
            source=Source(self._notes.page.path, top.place_of("case").line),
        )

    def _moment(self, top: Fields) -> datetime:
        value = top.scalar("at")
        at = None if value is None else _moment_of(value.text)
        if value is not None and at is None:
            self._notes.wrong(
                value,
                f"`at` must be a moment with its offset, found `{value.text}`",
                "such as `2026-03-29T01:58+01:00`",
            )
        return at or datetime.min.replace(tzinfo=UTC)

    def _flags(self, top: Fields) -> tuple[tuple[str, bool], ...]:
        """Return the site's flags that this case sets."""
        known = [name for name, _ in self._site.flags]
        flags: list[tuple[str, bool]] = []
        for key, node in top.entries("flags"):
            value = scalar(node, self._notes, f"flag `{key.text}`")
            if key.text not in known:
                self._notes.unknown(key, "flag", known)
            elif value is not None:
                flags.append((key.text, truth(value, self._notes, key.text, default=False)))
        return tuple(flags)

    def _events(self, fields: Fields) -> list[Event]:
        """Return what one entry of `given` brings about."""
        if fields.shape is OPERATOR:
            return [event for event in (self._orders(fields),) if event is not None]
        if fields.shape is not GONE:
            return self._person(fields)
        if not fields.truth("gone", default=True):
            fields.notes.wrong(fields.place_of("gone"), "`gone` can only be true")
        return [Vanishes(fields.quantity("at"), self._known_target(fields, "target"))]

    def _person(self, fields: Fields) -> list[Event]:
        target = TargetId(fields.text("target"))
        self._targets.add(target)
        at_s = fields.quantity("at")
        way = self._way(fields)
        kind = KINDS.get(fields.choice("who"), Kind.PERSON)
        moving = "walks" in fields
        pace = fields.quantity("pace", default=_WALK_MPS if moving else 0.0)
        confidence = fields.number("confidence", default=_CONFIDENCE)
        events: list[Event] = [Appears(at_s, target, kind, way, pace, confidence)]
        if "leaves" in fields:
            events.append(self._expects(fields, at_s, target))
        return events

    def _expects(self, fields: Fields, at_s: float, target: TargetId) -> Expects:
        return Expects(
            at_s=at_s,
            target=target,
            leaves=self._view(fields, "leaves"),
            leaves_s=at_s + fields.quantity("in"),
            view=self._view(fields, "towards"),
            place=fields.point("there") or (0.0, 0.0),
            chance=fields.share("chance", default=_CHANCE),
        )

    def _way(self, fields: Fields) -> tuple[Point, ...]:
        """Return where somebody is: one point, or those of a walk."""
        if fields.kind == "enters":
            return (self._middle(fields),)
        if fields.kind == "stands":
            return (fields.point("stands") or (0.0, 0.0),)
        items = fields.items("walks")
        way = [point(item, self._notes, "a point of `walks`") or (0.0, 0.0) for item in items]
        return tuple(way) or ((0.0, 0.0),)

    def _middle(self, fields: Fields) -> Point:
        """Return a point well inside the zone that is entered."""
        names = fields.named("enters", [str(zone) for zone in self._zones])
        if not names:
            return (0.0, 0.0)
        zone = self._zones[ZoneId(names[0])]
        inside = shapely.make_valid(shapely.Polygon(zone.ring_m)).representative_point()
        return (float(inside.x), float(inside.y))

    def _orders(self, fields: Fields) -> Orders | None:
        names = fields.named("operator", [str(one.name) for one in self._site.operators])
        order = self._order(fields)
        if order is None or not names:
            return None
        return Orders(fields.quantity("at"), PersonName(names[0]), order)

    def _order(self, fields: Fields) -> Order | None:
        if (goto := fields.inner("goto")) is not None:
            camera, preset = self._names.view(goto)
            return GotoPreset(CameraId(camera), PresetName(preset))
        if (take := fields.inner("take")) is not None:
            head = self._names.head(take.scalar("camera"), self._notes)
            hold_s = take.quantity("for")
            return None if head is None else TakeControl(head.id, hold_s)
        head = self._names.head(fields.scalar("release"), self._notes)
        return None if head is None else Release(head.id)

    def _expectation(self, fields: Fields) -> Expectation | None:
        text = self._notes.page.line(fields.place.line).strip().removeprefix("- ")
        source = Source(self._notes.page.path, fields.place.line)
        if fields.shape is NEVER:
            unwanted = fields.inner("never")
            aspect = None if unwanted is None else self._aspect(unwanted)
            return None if aspect is None else Expectation(aspect, None, text, source)
        by_s = fields.quantity("by")
        aspect = self._aspect(fields)
        return None if aspect is None else Expectation(aspect, by_s, text, source)

    def _aspect(self, fields: Fields) -> Aspect | None:
        if fields.broken:
            return None
        if "alarm" in fields:
            said = fields.choice("alarm")
            return Alarms(Severity(said)) if said else None
        if "answer" in fields:
            code = fields.choice("answer")
            return Answers(code) if code else None
        if "sees" in fields:
            zones = fields.named("sees", [str(zone) for zone in self._zones])
            return Sees(self._camera(fields), ZoneId(zones[0])) if zones else None
        if not any(key in fields for key in ("camera", "preset", "looks_at", "because")):
            hint = f"keys: {', '.join(fields.shape.names)}"
            self._notes.wrong(fields.place, "say what is expected", hint)
            return None
        return self._shows(fields)

    def _shows(self, fields: Fields) -> Shows:
        preset = fields.text("preset")
        if preset and "camera" in fields:
            self._names.view(fields)
        target = self._known_target(fields, "looks_at") if "looks_at" in fields else None
        return Shows(
            camera=self._camera(fields),
            preset=PresetName(preset) if preset else None,
            target=target,
            holder=self._holder(fields),
        )

    def _holder(self, fields: Fields) -> str | None:
        """Return who is expected to have the camera: a rule, `operator NAME` or `home`."""
        value = fields.scalar("because") if "because" in fields else None
        if value is None:
            return None
        rules = [str(rule.name) for rule in self._site.policies.rules]
        operators = [f"operator {operator.name}" for operator in self._site.operators]
        if value.text not in (*rules, *operators, "home"):
            self._notes.unknown(value, "holder", [*rules, *operators, "home"])
        return value.text

    def _camera(self, fields: Fields) -> CameraId | None:
        if "camera" not in fields:
            return None
        names = fields.named("camera", self._names.cameras)
        return CameraId(names[0]) if names else None

    def _view(self, fields: Fields, key: str) -> ViewId:
        """Return a view: a camera's name, or `CAMERA/PRESET`."""
        value = fields.scalar(key)
        if value is None:
            return ViewId("")
        camera = value.text.partition("/")[0]
        if camera not in self._names.cameras:
            self._notes.unknown(value, "view", self._names.cameras)
        return ViewId(value.text)

    def _known_target(self, fields: Fields, key: str) -> TargetId:
        """Return somebody who has turned up."""
        value = fields.scalar(key)
        if value is not None and value.text not in self._targets:
            self._notes.unknown(value, "target", self._targets)
        return TargetId("" if value is None else value.text)


def _moment_of(text: str) -> datetime | None:
    """Return a moment that is written with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at
