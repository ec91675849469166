"""Patrols: each camera walks its own stops, once a period or firing, when nothing better takes it.

A policy may have a patrol's tour made at once, whatever its calendar says: then the tour is the
policy's, in its band, and is made once for as long as the policy acts.

A stop counts as shown when the head has arrived for the tour and has stayed for ``dwell``. While
a higher band has the camera, the tour waits at its stop (``interrupted: resume``) or begins again.
A stop that may not be shown now, or cannot be reached from where the head rests, is passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from orchestrator.decide.cases import ends_s
from orchestrator.decide.chart import Chart
from orchestrator.decide.claims import Claim
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.due import Stands, due
from orchestrator.decide.steps import Tick
from orchestrator.decide.wishes import Pinned
from orchestrator.domain.calendar import in_force
from orchestrator.domain.desk import Post, Tour
from orchestrator.domain.ids import CameraId, PolicyName
from orchestrator.domain.intent import USUAL_PRIORITY, Band, Clause, Reason
from orchestrator.domain.policy import ByCron, Patrol, Policy, RunPatrol, Stop
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site

LEASE_S = 30.0


Stops = Sequence[Stop]
Tours = Mapping[tuple[PolicyName, CameraId], Tour]


def with_tours(tick: Tick, chart: Chart, clearance: Clearance) -> tuple[Tours, list[Claim]]:
    """Return every tour brought to this moment, and what tours want shown."""
    tours: dict[tuple[PolicyName, CameraId], Tour] = {}
    claims: list[Claim] = []

    def walk(holder: PolicyName, patrol: Patrol, stops: Stops, tour: Tour) -> Claim | None:
        """Bring a tour that ``holder`` makes to this moment; return what it wants shown now."""
        tour = _gone_on(patrol, tour, stops, tick, holder)
        tour = _passed_over(tour, stops, tick, chart, clearance)
        tours[holder, stops[0].camera] = tour
        return None if tour.over else _claim(patrol, tour, stops, tick)

    for patrol in tick.site.policies.patrols:
        stand = _stands(patrol, tick)(tick.local)
        for camera, stops in _by_camera(Same(patrol)):
            before = tick.desk.tours.get((patrol.name, camera))
            if not stand:
                tours |= _remembered(patrol, camera, before, tick)
            elif claim := walk(patrol.name, patrol, stops, _begun(patrol, before, tick)):
                claims.append(claim)
    for order in _orders(tick):
        for camera, stops in _by_camera(Same(order.patrol)):
            tour = tick.desk.tours.get((order.policy.name, camera))
            if tour is None or tour.begun_s != order.since_s:
                tour = Tour(begun_s=order.since_s)
            if claim := walk(order.policy.name, order.patrol, stops, tour):
                claims.append(_ordered(order, claim, tick))
    return tours, claims


@dataclass(frozen=True, slots=True)
class _Order:
    """A policy that acts wants a patrol's tour made, since then and until then."""

    policy: Policy
    patrol: Patrol
    since_s: float
    until_s: float
    clauses: tuple[Clause, ...]


def _orders(tick: Tick) -> Iterator[_Order]:
    """Yield the tours that policies want made now: one for each policy, since its oldest case."""
    for policy, action, patrol in _ordering(Same(tick.site)):
        if patrol.name in tick.desk.paused:
            continue
        acting = [
            (case.started_s, ends_s(policy, case, action), case.clauses)
            for case in tick.desk.cases.values()
            if case.policy == policy.name and case.started_s is not None
        ]
        live = [each for each in acting if each[1] > tick.now_s]
        if live:
            since_s, _, clauses = min(live, key=lambda each: each[0])
            until_s = max(until_s for _, until_s, _ in live)
            yield _Order(policy, patrol, since_s, until_s, clauses)


@lru_cache(maxsize=4)
def _ordering(key: Same[Site]) -> Sequence[tuple[Policy, RunPatrol, Patrol]]:
    """Return the policies of a site that have tours made, and which."""
    policies = key.value.policies
    patrols = {patrol.name: patrol for patrol in policies.patrols}
    return [
        (policy, action, patrols[action.patrol])
        for policy in policies.policies
        for action in policy.do
        if isinstance(action, RunPatrol) and action.patrol in patrols
    ]


def _ordered(order: _Order, claim: Claim, tick: Tick) -> Claim:
    """Return a tour's claim as that of the policy that ordered it."""
    policy = order.policy
    clauses = (*order.clauses, *claim.reason.clauses)
    return replace(
        claim,
        holder=policy.name,
        band=policy.band,
        strength=(tick.site.arbitration.rank(policy.band), policy.priority),
        priority=policy.priority,
        until_s=order.until_s,
        reason=Reason(policy.name, None, policy.because, str(policy.source), clauses),
    )


def _stands(patrol: Patrol, tick: Tick) -> Stands:
    """Return who says whether a patrol may begin a tour at a moment."""
    if patrol.name in tick.desk.paused:
        return lambda _: False
    zone = tick.local.tzinfo
    return lambda at: in_force(patrol.during, tick.site.calendars, at.astimezone(zone))


def _remembered(
    patrol: Patrol, camera: CameraId, before: Tour | None, tick: Tick
) -> dict[tuple[PolicyName, CameraId], Tour]:
    """Return what is kept of a tour that may not be made now: which firing of its cron was last."""
    if not isinstance(patrol.schedule, ByCron):
        return {}
    tour = due(patrol.schedule, before, tick.now, lambda _: False)
    return {(patrol.name, camera): replace(tour, over=True, shown_s=None)}


def _begun(patrol: Patrol, before: Tour | None, tick: Tick) -> Tour:
    """Return the tour of this moment's period or firing."""
    if isinstance(patrol.schedule, ByCron):
        return due(patrol.schedule, before, tick.now, _stands(patrol, tick))
    tour, period_s = before or Tour(begun_s=tick.now_s), patrol.schedule.period_s
    periods = (tick.now_s - tour.begun_s) // period_s
    return Tour(begun_s=tour.begun_s + periods * period_s) if periods >= 1 else tour


@lru_cache(maxsize=512)
def _by_camera(key: Same[Patrol]) -> Sequence[tuple[CameraId, Stops]]:
    """Return the stops of each camera."""
    stops = key.value.stops
    return [
        (camera, [stop for stop in stops if stop.camera == camera])
        for camera in dict.fromkeys(stop.camera for stop in stops)
    ]


def _gone_on(patrol: Patrol, tour: Tour, stops: Stops, tick: Tick, holder: PolicyName) -> Tour:
    """Return the tour that ``holder`` makes at this moment: waiting, shown, or at its next stop."""
    if tour.over:
        return tour
    if tour.stop >= len(stops):
        return replace(tour, over=True)
    stop = stops[tour.stop]
    grant = tick.desk.grants.get(stop.camera)
    mine = grant is not None and grant.reason.policy == holder and grant.preset == stop.preset
    if not mine:
        again = 0 if not patrol.resumes and tour.shown_s is not None else tour.stop
        return replace(tour, shown_s=None, stop=again)
    shown_s = tick.desk.posts.get(stop.camera, Post()).shown_s
    if shown_s is None or tick.now_s - shown_s < stop.dwell_s:
        return replace(tour, shown_s=shown_s)
    return _next_stop(tour, stops)


def _next_stop(tour: Tour, stops: Stops) -> Tour:
    """Return the tour at its next stop, or over."""
    following = tour.stop + 1
    return replace(tour, stop=following, shown_s=None, over=following >= len(stops))


def _passed_over(tour: Tour, stops: Stops, tick: Tick, chart: Chart, clearance: Clearance) -> Tour:
    """Return the tour at the first stop from here that may be shown now."""
    while not tour.over:
        stop = stops[tour.stop]
        state = tick.world.cameras.get(stop.camera)
        if state is None or state.aim is None or state.moving:
            return tour
        unknown = bool(chart.presets(stop.camera)) and (
            chart.number(stop.camera, stop.preset) is None
        )
        if not unknown and not clearance.refused(stop.camera, stop.preset):
            return tour
        tour = _next_stop(tour, stops)
    return tour


def _claim(patrol: Patrol, tour: Tour, stops: Stops, tick: Tick) -> Claim:
    """Return what a tour wants shown now."""
    stop = stops[tour.stop]
    found = f"stop {tour.stop + 1} of {len(stops)} of {stop.camera}"
    if tour.fired is not None:
        found = f"fired {tour.fired.astimezone(tick.local.tzinfo):%H:%M}, {found}"
    clauses = (Clause(str(patrol.schedule), found, True),)
    return Claim(
        holder=patrol.name,
        band=Band.PATROL,
        strength=(tick.site.arbitration.rank(Band.PATROL), USUAL_PRIORITY),
        wish=Pinned(stop.camera, stop.preset),
        targets=(),
        since_s=tour.begun_s,
        until_s=tick.now_s + LEASE_S,
        reason=Reason(patrol.name, None, patrol.because, str(stop.source), clauses),
    )
