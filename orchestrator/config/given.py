"""The `given` of a case: who turns up, what operators ask, what cameras say, which flags are set.

Who turns up `enters` a zone (and stands in its middle), `stands` at a point, or `walks` along points
at a `pace`; many at once `stand in` a zone, spread over it.
"""

from collections.abc import Iterator
from dataclasses import replace

import shapely

from orchestrator.config.case_keys import CROWD, FLAG, GONE, KINDS, OPERATOR, REPORT
from orchestrator.config.cast import Cast
from orchestrator.config.fields import Fields, point
from orchestrator.domain.ids import CameraId, PersonName, PolicyName, PresetName, TargetId
from orchestrator.domain.policy_case import (
    Acknowledges,
    Appears,
    Event,
    Expects,
    Orders,
    Point,
    Says,
    Sets,
    Vanishes,
)
from orchestrator.domain.region import Ring
from orchestrator.domain.sighting import (
    CloseGlass,
    GotoPreset,
    Kind,
    LiftRule,
    Order,
    Release,
    Report,
    TakeControl,
)

_WALK_MPS = 1.4
_CONFIDENCE = 0.9
_CHANCE = 0.8
EDGE_M = 0.6
"""Who stands in a zone with many others stands at least so far from its edge, if it is that wide."""
MOST_TRIES = 100_000


class GivenReader:
    """Reads what is given, entry by entry, in the order written."""

    def __init__(self, cast: Cast) -> None:
        """Start with nobody in any zone."""
        self._cast = cast
        self._crowds: dict[str, list[TargetId]] = {}
        self._crowded = 0

    def events(self, fields: Fields) -> list[Event]:
        """Return what one entry of `given` brings about."""
        if fields.shape is OPERATOR:
            return [event for event in (self._orders(fields),) if event is not None]
        if fields.shape is CROWD:
            return self._crowd(fields)
        if fields.shape is REPORT:
            return self._says(fields)
        if fields.shape is FLAG:
            flags = fields.named("flag", self._cast.names.switches)
            up = fields.choice("set") != "off"
            return [Sets(fields.quantity("at"), flag, up) for flag in flags]
        return self._gone(fields) if fields.shape is GONE else self._person(fields)

    def _gone(self, fields: Fields) -> list[Event]:
        if not fields.truth("gone", default=True):
            fields.notes.wrong(fields.place_of("gone"), "`gone` can only be true")
        return [Vanishes(fields.quantity("at"), self._cast.known_target(fields, "target"))]

    def _crowd(self, fields: Fields) -> list[Event]:
        """Return many who turn up in a zone, or who leave it: those who came first."""
        at_s, count = fields.quantity("at"), fields.number("targets")
        if count != int(count):
            fields.notes.wrong(fields.place_of("targets"), "`targets` must be a whole number")
        if fields.kind == "leave":
            return self._parting(fields, at_s, int(count))
        kind = KINDS.get(fields.choice("who"), Kind.PERSON)
        confidence = fields.number("confidence", default=_CONFIDENCE)
        zone = self._cast.zone(fields, "stand in")
        there = self._crowds.setdefault(fields.text("stand in"), [])
        events: list[Event] = []
        for place in () if zone is None else spread(zone.ring_m, int(count)):
            self._crowded += 1
            target = TargetId(f"crowd-{self._crowded}")
            self._cast.targets.add(target)
            there.append(target)
            events.append(Appears(at_s, target, kind, (place,), 0.0, confidence))
        return events

    def _parting(self, fields: Fields, at_s: float, count: int) -> list[Event]:
        self._cast.zone(fields, "leave")
        there = self._crowds.get(fields.text("leave"), [])
        if count > len(there):
            message = f"only {len(there)} `stand in` there, so {count} cannot leave"
            fields.notes.wrong(fields.place_of("targets"), message)
        parting, there[:count] = there[:count], []
        return [Vanishes(at_s, target) for target in parting]

    def _says(self, fields: Fields) -> list[Event]:
        """Return what a camera says of itself, and that it takes it back."""
        camera, report = self._cast.camera(fields), fields.choice("reports")
        if camera is None or not report:
            return []
        at_s, part = fields.quantity("at"), fields.text("part")
        began = Says(at_s, camera, Report(report), active=True, part=part)
        if "for" not in fields:
            return [began]
        return [began, replace(began, at_s=at_s + fields.quantity("for"), active=False)]

    def _person(self, fields: Fields) -> list[Event]:
        target = TargetId(fields.text("target"))
        self._cast.targets.add(target)
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
            leaves=self._cast.view(fields, "leaves"),
            leaves_s=at_s + fields.quantity("in"),
            view=self._cast.view(fields, "towards"),
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
        way = [point(item, self._cast.notes, "a point of `walks`") or (0.0, 0.0) for item in items]
        return tuple(way) or ((0.0, 0.0),)

    def _middle(self, fields: Fields) -> Point:
        """Return a point well inside the zone that is entered."""
        zone = self._cast.zone(fields, "enters")
        if zone is None:
            return (0.0, 0.0)
        inside = shapely.make_valid(shapely.Polygon(zone.ring_m)).representative_point()
        return (float(inside.x), float(inside.y))

    def _orders(self, fields: Fields) -> Orders | Acknowledges | None:
        names = fields.named("operator", [str(one.name) for one in self._cast.site.operators])
        if names and fields.kind == "acknowledge":
            policies = fields.named("acknowledge", self._cast.site.policies.names)
            actor = PersonName(names[0])
            return Acknowledges(
                fields.quantity("at"), actor, PolicyName(policies[0] if policies else "")
            )
        order = self._order(fields)
        if order is None or not names:
            return None
        return Orders(fields.quantity("at"), PersonName(names[0]), order)

    def _order(self, fields: Fields) -> Order | None:
        if (goto := fields.inner("goto")) is not None:
            camera, preset = self._cast.names.view(goto)
            return GotoPreset(CameraId(camera), PresetName(preset))
        if (take := fields.inner("take")) is not None:
            head = self._cast.names.head(take.scalar("camera"), self._cast.notes)
            hold_s = take.quantity("for")
            return None if head is None else TakeControl(head.id, hold_s)
        if (glass := fields.inner("break glass")) is not None:
            for_s = glass.quantity("for") or None
            return LiftRule(PolicyName(glass.text("rule")), glass.text("reason"), for_s)
        if "close glass" in fields:
            return CloseGlass(PolicyName(fields.text("close glass")))
        head = self._cast.names.head(fields.scalar("release"), self._cast.notes)
        return None if head is None else Release(head.id)


def spread(ring: Ring, count: int) -> Iterator[Point]:
    """Yield so many places in a zone, evenly spread and always the same, away from its edge.

    They are points of Halton's sequence of bases 2 and 3 over the box around the zone.
    """
    area = shapely.make_valid(shapely.Polygon(ring))
    inner = area.buffer(-EDGE_M)
    area = area if inner.is_empty else inner
    least_x, least_y, most_x, most_y = area.bounds
    number = 0
    while count > 0 and number < MOST_TRIES:
        number += 1
        x = least_x + _halton(number, 2) * (most_x - least_x)
        y = least_y + _halton(number, 3) * (most_y - least_y)
        if shapely.contains_xy(area, x, y):
            count -= 1
            yield round(x, 3), round(y, 3)


def _halton(number: int, base: int) -> float:
    """Return a number's digits in a base, mirrored at the point.

    >>> [_halton(number, 2) for number in (1, 2, 3)]
    [0.5, 0.25, 0.75]
    """
    share, found = 1.0, 0.0
    while number:
        share /= base
        number, digit = divmod(number, base)
        found += share * digit
    return found
