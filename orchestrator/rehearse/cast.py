"""Who is there in a rehearsal, and what is asked of the service, second by second."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import dist, inf

from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, CommandId, PersonName, TargetId
from orchestrator.domain.policy_case import (
    Acknowledges,
    Appears,
    Expects,
    Orders,
    Point,
    PolicyCase,
    Says,
    Sets,
    Vanishes,
)
from orchestrator.domain.sighting import Acknowledge, CameraReported, Command, Observation, SetFlag
from orchestrator.domain.target import Arrival, Target
from orchestrator.domain.world import CameraState, Reported
from orchestrator.recognise import with_report

ROUNDING_S = 1e-9
SIGMA_M = 0.3
SOMEBODY = PersonName("somebody")
"""Who sets a flag that is merely given."""
ARRIVES_WITHIN_S = (1.0, 6.0)
"""Whom an author expects arrives so long after leaving."""


class Cast:
    """Who is there, and what is asked, second by second."""

    def __init__(self, case: PolicyCase) -> None:
        """Have everything given that the case gives, in its order."""
        asked = (Orders, Acknowledges, Sets)
        self._coming = deque(one for one in case.given if not isinstance(one, asked))
        self._orders = deque(one for one in case.given if isinstance(one, asked))
        self._reported: dict[CameraId, tuple[Reported, ...]] = {}
        self._there: dict[TargetId, Appears] = {}
        self._first_s: dict[TargetId, float] = {}
        self._expected: dict[TargetId, Expects] = {}
        self._asked = 0

    def stands(self, now_s: float) -> bool:
        """Say whether nobody who is there walks."""
        return all(
            _on_the_way(person, now_s - person.at_s)[1] == (0.0, 0.0)
            for person in self._there.values()
        )

    @property
    def next_s(self) -> float:
        """Return when something is given next; never is infinite."""
        return min((one[0].at_s for one in (self._coming, self._orders) if one), default=inf)

    def orders(self, now_s: float, desk: Desk) -> Iterator[Observation]:
        """Yield what operators ask by now, each once."""
        while self._orders and self._orders[0].at_s <= now_s + ROUNDING_S:
            event = self._orders.popleft()
            self._asked += 1
            name = CommandId(f"c{self._asked}")
            match event:
                case Orders(actor=actor, order=order):
                    yield Command(name, actor, now_s, order)
                case Acknowledges(actor=actor, policy=policy):
                    for number, (alarm, waiting) in enumerate(desk.alarms.items()):
                        if waiting.alarm.policy == policy:
                            part = CommandId(f"{name}.{number}")
                            yield Command(part, actor, now_s, Acknowledge(alarm))
                case Sets(flag=flag, up=up):
                    yield Command(name, SOMEBODY, now_s, SetFlag(flag, up))

    def advance(self, now_s: float) -> None:
        """Bring about what is due by now."""
        while self._coming and self._coming[0].at_s <= now_s + ROUNDING_S:
            match self._coming.popleft():
                case Appears() as event:
                    self._there[event.target] = event
                    self._first_s.setdefault(event.target, event.at_s)
                case Expects() as event:
                    self._expected[event.target] = event
                case Vanishes() as event:
                    self._there.pop(event.target, None)
                    self._expected.pop(event.target, None)
                case Says() as event:
                    said = CameraReported(
                        event.camera, event.report, event.active, event.at_s, event.part
                    )
                    known = self._reported.get(event.camera, ())
                    self._reported[event.camera] = with_report(known, said)

    def saying(self, states: Mapping[CameraId, CameraState]) -> Mapping[CameraId, CameraState]:
        """Return the cameras' states with what each says of itself by now."""
        if not self._reported:
            return states
        reported = self._reported
        return {id_: replace(one, reported=reported.get(id_, ())) for id_, one in states.items()}

    def targets(self, now_s: float) -> tuple[Target, ...]:
        """Return everybody who is there, where they are by now."""
        return tuple(self._target(person, now_s) for person in self._there.values())

    def _target(self, person: Appears, now_s: float) -> Target:
        place, velocity = _on_the_way(person, now_s - person.at_s)
        return Target(
            id=person.target,
            kind=person.kind,
            position_m=place,
            velocity_mps=velocity,
            sigma_m=SIGMA_M,
            confidence=person.confidence,
            first_seen_s=self._first_s[person.target],
            last_seen_s=now_s,
            seen_by=(),
        )

    def arrivals(self) -> tuple[Arrival, ...]:
        """Return what the author says hand-off expects."""
        soonest_s, latest_s = ARRIVES_WITHIN_S
        return tuple(
            Arrival(
                target=one.target,
                leaves=one.leaves,
                leaves_s=one.leaves_s,
                view=one.view,
                earliest_s=one.leaves_s + soonest_s,
                latest_s=one.leaves_s + latest_s,
                probability=one.chance,
                at_m=one.place,
            )
            for one in self._expected.values()
        )


def _on_the_way(person: Appears, walked_s: float) -> tuple[Point, Point]:
    """Return where somebody is after so long, and the velocity: standing at the end of the way.

    >>> from orchestrator.domain.sighting import Kind
    >>> walker = Appears(0.0, TargetId("p1"), Kind.PERSON, ((0, 0), (4, 0), (4, 3)), 2.0, 0.9)
    >>> _on_the_way(walker, 1.0), _on_the_way(walker, 3.0), _on_the_way(walker, 9.0)
    (((2.0, 0.0), (2.0, 0.0)), ((4.0, 2.0), (0.0, 2.0)), ((4.0, 3.0), (0.0, 0.0)))
    """
    left_m = person.pace_mps * walked_s
    for (x, y), (to_x, to_y) in zip(person.way, person.way[1:], strict=False):
        leg_m = dist((x, y), (to_x, to_y))
        if left_m < leg_m:
            east, north = (to_x - x) / leg_m, (to_y - y) / leg_m
            place = (x + east * left_m, y + north * left_m)
            return place, (east * person.pace_mps, north * person.pace_mps)
        left_m -= leg_m
    end_x, end_y = person.way[-1]
    return (float(end_x), float(end_y)), (0.0, 0.0)
