"""`cases/*.yaml` -> PolicyCase: given, expected; every name checked against the site.

A time of a case is written as `4s` after its start. Who turns up `enters` a zone (and stands in its
middle), `stands` at a point, or `walks` along points at a `pace`.
"""

from datetime import UTC, datetime

import shapely

from orchestrator.config import units
from orchestrator.config.fields import Fields, Notes, point
from orchestrator.config.known import Names
from orchestrator.config.tree import Entries, Items, Node, Page, tree_of
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

KEYS = ("case", "site", "at", "flags", "given", "expect")
_PERSON_KEYS = ("at", "target", "who", "enters", "stands", "walks", "pace", "confidence")
_LEAVES_KEYS = ("leaves", "in", "towards", "there", "chance")
_GONE_KEYS = ("at", "target", "gone")
_OPERATOR_KEYS = ("at", "operator", "goto", "take", "release")
_SHOWS_KEYS = ("camera", "preset", "looks_at", "because")
_EXPECT_KEYS = ("by", "never", *_SHOWS_KEYS, "sees", "alarm", "answer")
_KINDS = {kind.name.lower(): kind for kind in (Kind.PERSON, Kind.VEHICLE, Kind.BIKE)}
_WALK_MPS = 1.4
_CONFIDENCE = 0.9
_CHANCE = 0.8
_ANSWERS = (
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


def parsed_case(text: str, path: str, site: Site) -> PolicyCase:
    """Return the case that a file describes; ``AuthorError`` with every mistake."""
    notes = Notes(Page(text, path))
    reader = _CaseReader(site, notes)
    case = reader.case(Fields(tree_of(text, path), notes, "the case", KEYS))
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
        given = [event for node in _listed(top, "given") for event in self._events(node)]
        expect = [self._expectation(node) for node in top.items("expect", required=True)]
        return PolicyCase(
            name=top.text("case", required=True),
            site=top.text("site"),
            at=self._moment(top),
            given=tuple(sorted(given, key=lambda event: event.at_s)),
            expect=tuple(one for one in expect if one is not None),
            flags=self._flags(top),
            source=Source(self._notes.page.path, top.place_of("case").line),
        )

    def _moment(self, top: Fields) -> datetime:
        value = top.scalar("at", required=True)
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
        node = top.node("flags")
        if node is None:
            return ()
        known = [name for name, _ in self._site.flags]
        fields = Fields(node, self._notes, "`flags`", known)
        return tuple((name, fields.truth(name, default=False)) for name in known if name in fields)

    def _events(self, node: Node) -> list[Event]:
        """Return what one entry of `given` brings about."""
        written = {key.text for key, _ in node.entries} if isinstance(node, Entries) else set()
        if "operator" in written:
            return [event for event in (self._orders(node),) if event is not None]
        if "gone" in written:
            fields = Fields(node, self._notes, "what is given", _GONE_KEYS)
            return [Vanishes(self._at(fields), self._known_target(fields, "target"))]
        fields = Fields(node, self._notes, "what is given", (*_PERSON_KEYS, *_LEAVES_KEYS))
        return self._person(fields)

    def _person(self, fields: Fields) -> list[Event]:
        target = TargetId(fields.text("target", required=True))
        self._targets.add(target)
        at_s = self._at(fields)
        way = self._way(fields)
        kind = _KINDS.get(fields.choice("who", list(_KINDS), "kind") or "person", Kind.PERSON)
        moving = "walks" in fields
        pace = fields.positive("pace", units.PACE, default=_WALK_MPS if moving else 0.0)
        confidence = fields.number("confidence", default=_CONFIDENCE)
        if not 0.0 <= confidence <= 1.0:
            self._notes.wrong(fields.place_of("confidence"), "`confidence` lies between 0 and 1")
        events: list[Event] = [Appears(at_s, target, kind, way, pace, confidence)]
        if "leaves" in fields:
            events.append(self._expects(fields, at_s, target))
        return events

    def _expects(self, fields: Fields, at_s: float, target: TargetId) -> Expects:
        there = fields.node("there", required=True)
        place = None if there is None else point(there, self._notes, "`there`")
        chance = fields.read("chance", units.share, "a percentage, such as `40 %`")
        return Expects(
            at_s=at_s,
            target=target,
            leaves=self._view(fields, "leaves"),
            leaves_s=at_s + fields.quantity("in", units.DURATION, required=True),
            view=self._view(fields, "towards"),
            place=place or (0.0, 0.0),
            chance=_CHANCE if chance is None else chance,
        )

    def _way(self, fields: Fields) -> tuple[Point, ...]:
        """Return where somebody is: one point, or those of a walk."""
        said = [key for key in ("enters", "stands", "walks") if key in fields]
        if len(said) != 1:
            message = "say once where the target is"
            self._notes.wrong(fields.place, message, "`enters: ZONE`, `stands: [x, y]` or `walks:`")
            return ((0.0, 0.0),)
        if said == ["enters"]:
            return (self._middle(fields),)
        node = fields.node(said[0])
        assert node is not None
        if said == ["stands"]:
            return (point(node, self._notes, "`stands`") or (0.0, 0.0),)
        items = node.items if isinstance(node, Items) else ()
        if len(items) < 2:
            self._notes.wrong(node, "`walks` must be a list of two or more points")
            return ((0.0, 0.0),)
        return tuple(point(item, self._notes, "a point of `walks`") or (0.0, 0.0) for item in items)

    def _middle(self, fields: Fields) -> Point:
        """Return a point well inside the zone that is entered."""
        name = fields.choice("enters", [str(zone) for zone in self._zones], "zone", required=True)
        zone = self._zones.get(ZoneId(name))
        if zone is None:
            return (0.0, 0.0)
        inside = shapely.make_valid(shapely.Polygon(zone.ring_m)).representative_point()
        return (float(inside.x), float(inside.y))

    def _orders(self, node: Node) -> Orders | None:
        fields = Fields(node, self._notes, "what an operator asks", _OPERATOR_KEYS)
        names = [str(operator.name) for operator in self._site.operators]
        actor = PersonName(fields.choice("operator", names, "operator", required=True))
        order = self._order(fields)
        return None if order is None else Orders(self._at(fields), actor, order)

    def _order(self, fields: Fields) -> Order | None:
        if (node := fields.node("goto")) is not None:
            goto = Fields(node, self._notes, "`goto`", ("camera", "preset"))
            camera, preset = self._names.view(goto)
            return GotoPreset(CameraId(camera), PresetName(preset))
        if (node := fields.node("take")) is not None:
            take = Fields(node, self._notes, "`take`", ("camera", "for"))
            head = self._names.head(take.scalar("camera", required=True), self._notes)
            hold_s = take.positive("for", units.DURATION, required=True)
            return None if head is None else TakeControl(head.id, hold_s)
        if (given := fields.scalar("release")) is not None:
            head = self._names.head(given, self._notes)
            return None if head is None else Release(head.id)
        self._notes.wrong(fields.place, "an operator asks for `goto`, `take` or `release`")
        return None

    def _expectation(self, node: Node) -> Expectation | None:
        fields = Fields(node, self._notes, "what is expected", _EXPECT_KEYS)
        text = self._notes.page.line(node.place.line).strip().removeprefix("- ")
        source = Source(self._notes.page.path, node.place.line)
        unwanted = fields.node("never")
        if unwanted is not None:
            inner = Fields(unwanted, self._notes, "`never`", _EXPECT_KEYS[2:])
            aspect = self._aspect(inner)
            return None if aspect is None else Expectation(aspect, None, text, source)
        by_s = fields.positive("by", units.DURATION, required=True)
        aspect = self._aspect(fields)
        return None if aspect is None else Expectation(aspect, by_s, text, source)

    def _aspect(self, fields: Fields) -> Aspect | None:
        if fields.broken:
            return None
        if "alarm" in fields:
            severities = [severity.value for severity in Severity]
            said = fields.choice("alarm", severities, "severity")
            return Alarms(Severity(said)) if said else None
        if "answer" in fields:
            code = fields.choice("answer", _ANSWERS, "code")
            return Answers(code) if code else None
        if "sees" in fields:
            zone = fields.choice("sees", [str(zone) for zone in self._zones], "zone")
            return Sees(self._camera(fields), ZoneId(zone)) if zone else None
        if not any(key in fields for key in _SHOWS_KEYS):
            self._notes.wrong(
                fields.place, "say what is expected", f"keys: {', '.join(_EXPECT_KEYS)}"
            )
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
        names = list(self._names.cameras)
        return CameraId(fields.choice("camera", names, "camera")) or None

    def _view(self, fields: Fields, key: str) -> ViewId:
        """Return a view: a camera's name, or `CAMERA/PRESET`."""
        value = fields.scalar(key, required=True)
        if value is None:
            return ViewId("")
        camera = value.text.partition("/")[0]
        if camera not in self._names.cameras:
            self._notes.unknown(value, "view", self._names.cameras)
        return ViewId(value.text)

    def _known_target(self, fields: Fields, key: str) -> TargetId:
        """Return somebody who has turned up."""
        value = fields.scalar(key, required=True)
        if value is not None and value.text not in self._targets:
            self._notes.unknown(value, "target", self._targets)
        return TargetId("" if value is None else value.text)

    def _at(self, fields: Fields) -> float:
        return fields.positive("at", units.DURATION)


def _listed(top: Fields, key: str) -> tuple[Node, ...]:
    """Return the items of a list that may be missing or empty."""
    node = top.node(key)
    if node is None or (isinstance(node, Items) and not node.items):
        return ()
    return top.items(key)


def _moment_of(text: str) -> datetime | None:
    """Return a moment that is written with its offset from UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at
