"""A case played from its first second to its last, a fifth of a second at a time.

While nobody is there and nothing goes on, time goes on to when something may happen next.

Who is given is taken as tracked perfectly: policies are tried here, not cameras. Whoever walks is
expected by hand-off as in service; what an author gives as expected is expected besides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import dist, inf

from orchestrator.decide import decided, examined, rests_until_s
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, CommandId, PersonName, PolicyName, TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Clause, Decision
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
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Target
from orchestrator.domain.world import CameraState, Reported, World
from orchestrator.handoff import handed_off
from orchestrator.recognise import recognised, with_report
from orchestrator.rehearse.heads import Glimpse, Heads

TICK_S = 0.2
_ROUNDING_S = 1e-9
SIGMA_M = 0.3
SOMEBODY = PersonName("somebody")
"""Who sets a flag that is merely given."""
ARRIVES_WITHIN_S = (1.0, 6.0)
"""Whom an author expects arrives so long after leaving."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was decided, and how every clause of every policy stood, ``at_s`` into the case."""

    at_s: float
    decision: Decision
    clauses: tuple[tuple[PolicyName, Clause], ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A case as it went."""

    moments: tuple[Moment, ...]
    glimpses: tuple[Glimpse, ...]


def rehearsed(site: Site, case: PolicyCase, *, every_tick: bool = False) -> Rehearsal:
    """Play a case; ``site.topology`` has to be built.

    A policy in shadow is in force in its own cases: they say what it shall do once it is. Ticks in
    which nothing can happen are passed over; ``every_tick`` plays them all the same.
    """
    rules = site.policies.enforcing(case.source.path.rpartition("/cases/")[0])
    if rules != site.policies:  # else the site stays the same object, whose chart is drawn
        site = replace(site, policies=rules)
    heads, cast = Heads(site), _Cast(case)
    world, moments = World(desk=Desk(run="case", flags=dict(case.flags))), []
    start, tick, last = Instant(0.0, case.at), 0, round(case.length_s / TICK_S)
    while tick <= last:
        now, before = start.later(tick * TICK_S), world.desk
        seen = [*heads.arrived(now.mono_s), *cast.orders(now.mono_s, before)]
        cast.advance(now.mono_s)
        states = heads.states(now.mono_s)
        world = replace(
            world,
            now_s=now.mono_s,
            cameras={id_: cast.saying(id_, state) for id_, state in states.items()},
            targets=cast.targets(now.mono_s),
        )
        world = _expecting(site, recognised(site, world, now), cast, now)
        clauses = tuple(examined(site, world, now))
        world, decision = decided(site, world, seen, now)
        moments.append(Moment(now.mono_s, decision, clauses))
        heads.turned(decision.intents, now.mono_s)
        tick += 1
        if not every_tick and not heads.turning and cast.absent:
            rests_s = rests_until_s(site, before, world.desk, now)
            if rests_s is not None:
                tick = max(tick, min(last, int(min(rests_s, cast.next_s) / TICK_S) - 1))
    return Rehearsal(tuple(moments), tuple(heads.glimpses))


def _expecting(site: Site, world: World, cast: "_Cast", now: Instant) -> World:
    """Return the world with the arrivals that follow from its walkers, and those that are given."""
    world = handed_off(site, world, now)
    return replace(world, arrivals=(*world.arrivals, *cast.arrivals()))


class _Cast:
    """Who is there, and what is asked, second by second."""

    def __init__(self, case: PolicyCase) -> None:
        self._coming = [
            one for one in case.given if not isinstance(one, Orders | Acknowledges | Sets)
        ]
        self._orders = [one for one in case.given if isinstance(one, Orders | Acknowledges | Sets)]
        self._reported: dict[CameraId, tuple[Reported, ...]] = {}
        self._there: dict[TargetId, Appears] = {}
        self._first_s: dict[TargetId, float] = {}
        self._expected: dict[TargetId, Expects] = {}
        self._asked = 0

    @property
    def absent(self) -> bool:
        """Say whether nobody is there or expected, and no camera says anything."""
        return not (self._there or self._expected or self._reported)

    @property
    def next_s(self) -> float:
        """Return when something is given next; never is infinite."""
        return min((one[0].at_s for one in (self._coming, self._orders) if one), default=inf)

    def orders(self, now_s: float, desk: Desk) -> Iterator[Observation]:
        """Yield what operators ask by now, each once."""
        while self._orders and self._orders[0].at_s <= now_s + _ROUNDING_S:
            event = self._orders.pop(0)
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
        while self._coming and self._coming[0].at_s <= now_s + _ROUNDING_S:
            match self._coming.pop(0):
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

    def saying(self, camera: CameraId, state: CameraState) -> CameraState:
        """Return a camera's state with what it says of itself by now."""
        return replace(state, reported=self._reported.get(camera, ()))

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
