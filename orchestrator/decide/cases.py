"""Triggers and conditions -> cases: what each policy remembers of each target.

A case goes through four states. Its trigger and condition begin to hold (``met_s``); they have
held for the policy's ``hold`` and its cause is not quiet (``started_s``); they stop holding; they
have not held for the policy's ``clear``, and the case is closed. While it has started, what it
looks at is claimed until ``for`` after the condition last held, so a level, not an edge, keeps a
camera: a tick that was missed costs nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from orchestrator.decide.chart import Chart
from orchestrator.decide.facts import Facts, arrival_facts, site_facts, target_facts, zone_facts
from orchestrator.decide.judge import holds, judged
from orchestrator.decide.steps import Tick
from orchestrator.domain.calendar import in_force
from orchestrator.domain.condition import Value
from orchestrator.domain.desk import Case, Cause, Desk
from orchestrator.domain.ids import PolicyName, TargetId, ViewId, ZoneId
from orchestrator.domain.intent import Alarm, Clause, PolicyMoved, Refused
from orchestrator.domain.policy import Enters, Look, Policy, Raise
from orchestrator.domain.target import Arrival, Presence, Target

BEYOND_S = 2.0
"""A little later than its arrival a target is this long further on its way."""
OVERDUE_S = 2.0
"""Who has not come this long after leaving a view is awaited somewhere else."""
HERE_M = 2.0
"""A place nearer than this to the target is where it is, not where it goes."""
EVERYBODY = TargetId("")
"""The target of a cause that is the policy as a whole."""
_IDLE_MAX = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A trigger that holds for a target now, with what its condition may ask."""

    target: Target
    facts: Facts
    clause: Clause
    zone: ZoneId | None = None
    arrival: Arrival | None = None


def with_cases(tick: Tick, chart: Chart) -> Desk:
    """Return the desk with every policy's cases brought to this moment."""
    desk = tick.desk
    happening = Happening.of(tick, chart)
    cases: dict[Cause, Case] = {}
    quiet = {cause: until_s for cause, until_s in desk.quiet.items() if until_s > tick.now_s}
    for policy in tick.site.policies.policies:
        before = {cause: case for cause, case in desk.cases.items() if cause[0] == policy.name}
        if _stands(policy, desk, tick):
            met = {match.target.id: match for match in _matches(policy, tick, happening)}
        else:
            met = {}
        for target in dict.fromkeys((*(cause[1] for cause in before), *met)):
            if policy.name in desk.paused:
                _dropped(policy, before.get((policy.name, target)), tick)
                continue
            case = _next(policy, before.get((policy.name, target)), met.get(target), tick, quiet)
            if case is not None:
                cases[policy.name, target] = case
    return replace(desk, cases=cases, quiet=quiet)


def _stands(policy: Policy, desk: Desk, tick: Tick) -> bool:
    """Say whether a policy is in force: by its calendar, and not paused."""
    if policy.name in desk.paused:
        return False
    return in_force(policy.during, tick.site.calendars, tick.local)


def _presences(tick: Tick) -> Mapping[TargetId, list[Presence]]:
    found: dict[TargetId, list[Presence]] = {}
    for presence in tick.world.presences:
        found.setdefault(presence.target, []).append(presence)
    return found


def _arrivals(tick: Tick, chart: Chart) -> Mapping[TargetId, list[Arrival]]:
    """Return what is expected of each target: views that do not show it yet first, then by chance."""
    already = _shown_already(tick, chart)
    order = sorted(
        tick.world.arrivals,
        key=lambda one: ((one.target, one.view) in already, -one.probability, one.view),
    )
    found: dict[TargetId, list[Arrival]] = {}
    for arrival in order:
        found.setdefault(arrival.target, []).append(arrival)
    return found


def _shown_already(tick: Tick, chart: Chart) -> set[tuple[TargetId, ViewId]]:
    """Return which PTZ views would show which targets where they are now."""
    targets = tick.world.targets if tick.world.arrivals else ()
    places = np.array([target.position_m for target in targets]).reshape(-1, 2)
    return {
        (targets[row].id, chart.views[view].id) for row, view in np.argwhere(chart.near(places))
    }


@dataclass(frozen=True, slots=True)
class Happening:
    """Who is where and expected where, by target, and what is true of the site as a whole."""

    present: Mapping[TargetId, list[Presence]]
    arriving: Mapping[TargetId, list[Arrival]]
    shared: Mapping[str, Value]

    @classmethod
    def of(cls, tick: Tick, chart: Chart) -> "Happening":
        """Return what happens in a tick, for every policy."""
        return cls(_presences(tick), _arrivals(tick, chart), site_facts(tick.site))


def triggered(policy: Policy, tick: Tick, happening: Happening) -> Iterator[Match]:
    """Yield what triggers a policy now, whatever its condition says."""
    for target in tick.world.targets:
        yield from _triggers(policy, target, tick, happening)


def _matches(policy: Policy, tick: Tick, happening: Happening) -> Iterator[Match]:
    """Yield every target for which the policy's trigger and condition hold now."""
    for target in tick.world.targets:
        yield from _allowed(policy, _triggers(policy, target, tick, happening), tick)


def _triggers(policy: Policy, target: Target, tick: Tick, happening: Happening) -> list[Match]:
    """Return how a target triggers a policy now."""
    if target.kind not in policy.on.kinds:
        return []
    present = happening.present.get(target.id, [])
    zones = [presence.zone for presence in present]
    facts = {**happening.shared, **target_facts(target, zones, tick.now_s)}
    if isinstance(policy.on, Enters):
        return _entered(policy.on, target, present, facts, tick)
    expected = [
        (arrival, {**facts, **arrival_facts(arrival, tick.now_s)})
        for arrival in happening.arriving.get(target.id, ())
    ]
    return _leaving(policy, policy.on.within_s, target, expected, tick)


def _entered(
    on: Enters, target: Target, presences: list[Presence], facts: Mapping[str, Value], tick: Tick
) -> list[Match]:
    """Return the match of the first of the policy's zones that the target is in."""
    for presence in presences:
        if presence.zone in on.zones:
            since = zone_facts(presence.zone, presence.since_s, tick.now_s)
            said = f"target {target.id}, {tick.clock(presence.since_s)}, confidence {target.confidence:.2f}"
            clause = Clause(f"{_kind(target)} enters {presence.zone}", said, True)
            return [Match(target, {**facts, **since}, clause, zone=presence.zone)]
    return []


def _leaving(
    policy: Policy,
    within_s: float,
    target: Target,
    expected: Sequence[tuple[Arrival, Facts]],
    tick: Tick,
) -> list[Match]:
    """Return a match for every view the target is about to reach, the most probable first."""
    found: list[Match] = []
    for arrival, facts in expected:
        leaves_in_s = arrival.leaves_s - tick.now_s
        if leaves_in_s <= within_s:
            said = (
                f"target {target.id} leaves {arrival.leaves} in {max(0.0, leaves_in_s):.1f} s, "
                f"{arrival.probability:.0%} to {arrival.view}"
            )
            clause = Clause(f"{_kind(target)} leaves any view within {within_s:g} s", said, True)
            found.append(Match(target, facts, clause, arrival=arrival))
        elif not found:
            late = f"leaves {arrival.leaves} in {leaves_in_s:.0f} s, later than {within_s:g} s"
            _idle(policy, f"{target.id} is expected in {arrival.view} and {late}", tick)
    return found


def _allowed(policy: Policy, triggered: list[Match], tick: Tick) -> Iterator[Match]:
    """Yield the first match whose condition holds."""
    for match in triggered:
        if all(holds(part.condition, match.facts) for part in policy.when):
            yield match
            return
    for match in triggered[:1]:
        false = next(clause for clause in judged(policy.when, match.facts) if not clause.held)
        _idle(policy, f"for {match.target.id}, {false.text} is false ({false.found})", tick)


def _idle(policy: Policy, reason: str, tick: Tick) -> None:
    """Note why a policy did not start, for whoever asks."""
    if len(tick.idle) < _IDLE_MAX:
        tick.idle.append(Refused(policy.name, policy.band, f"did not start: {reason}", idle=True))


def _next(
    policy: Policy, case: Case | None, match: Match | None, tick: Tick, quiet: dict[Cause, float]
) -> Case | None:
    """Return the case one tick on; None when it is closed."""
    if match is None:
        return None if case is None else _unmet(policy, case, tick)
    if case is None:
        case = Case((policy.name, match.target.id), met_s=tick.now_s, held_s=tick.now_s)
    elif case.met_s is None:
        case = replace(case, met_s=tick.now_s)
    case = _seen_again(case, match, tick)
    if case.started_s is None:
        case = _started(policy, case, match, tick, quiet)
    if case.started_s is not None:
        for_s = max((action.for_s for action in policy.do if isinstance(action, Look)), default=0.0)
        if case.until_s - tick.now_s < for_s / 2:
            case = replace(case, until_s=tick.now_s + for_s)
    return case


def _seen_again(case: Case, match: Match, tick: Tick) -> Case:
    """Return the case with what its trigger says now."""
    arrival = match.arrival
    if arrival is None:
        return replace(case, held_s=tick.now_s, zone=case.zone or match.zone)
    if case.started_s is not None and tick.now_s < case.due_s:
        return replace(case, held_s=tick.now_s)
    towards, beyond = _ahead(match.target, arrival, tick)
    return replace(
        case,
        held_s=tick.now_s,
        due_s=max(tick.now_s, arrival.leaves_s) + OVERDUE_S,
        view=arrival.view,
        leaves=arrival.leaves,
        towards_m=towards,
        beyond_m=beyond,
    )


def _ahead(
    target: Target, arrival: Arrival, tick: Tick
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where a target is to be awaited, and where it is a little later.

    That is where it enters the next view. A view that could show it already has no such place;
    then it is where the target will be when it has left the view it is in.
    """
    (x, y), (vx, vy) = target.position_m, target.velocity_mps
    at_x, at_y = arrival.at_m
    if math.hypot(at_x - x, at_y - y) < HERE_M:
        left_s = max(0.0, arrival.leaves_s - tick.now_s) + 0.5
        at_x, at_y = x + vx * left_s, y + vy * left_s
    return (at_x, at_y), (at_x + vx * BEYOND_S, at_y + vy * BEYOND_S)


def _started(
    policy: Policy, case: Case, match: Match, tick: Tick, quiet: dict[Cause, float]
) -> Case:
    """Return the case, started if it has held long enough and its cause is not quiet."""
    assert case.met_s is not None
    cause = case.cause if policy.cooldown_per == "target" else (policy.name, EVERYBODY)
    held_s = tick.now_s - case.met_s
    if held_s < policy.hold_s or cause in quiet:
        return case
    if policy.cooldown_s > 0:
        quiet[cause] = tick.now_s + policy.cooldown_s
    clauses = _clauses(policy, match, held_s, tick)
    _announce(policy, case, match, tick)
    return replace(case, started_s=tick.now_s, clauses=clauses)


def _clauses(policy: Policy, match: Match, held_s: float, tick: Tick) -> tuple[Clause, ...]:
    """Return every condition that made a policy start, in the order an author writes them."""
    clauses = []
    if policy.during is not None:
        hours = next(
            str(calendar) for calendar in tick.site.calendars if calendar.name == policy.during
        )
        clauses.append(Clause(f"during {policy.during}", f"{hours}, now {tick.local:%H:%M}", True))
    clauses += [match.clause, *judged(policy.when, match.facts)]
    if policy.hold_s > 0:
        clauses.append(Clause(f"held {policy.hold_s:g} s", f"{held_s:.1f} s", True))
    return tuple(clauses)


def _announce(policy: Policy, case: Case, match: Match, tick: Tick) -> None:
    """Say that a policy started, and raise its alarms."""
    target = match.target.id
    tick.began = True
    tick.tell(PolicyMoved(policy.name, "started", target, case.zone))
    for action in policy.do:
        if isinstance(action, Raise):
            say = _filled(action.say, case, match)
            tick.tell(Alarm(action.severity, say, policy.name, target, case.zone, action.to))


def _filled(say: str, case: Case, match: Match) -> str:
    """Return an alarm's sentence with its blanks filled; a blank that has no answer says so."""
    view = match.arrival.view if match.arrival is not None else _best_view(match.target)
    blanks = {
        "{zone}": case.zone or "no zone",
        "{target}": match.target.id,
        "{kind}": _kind(match.target),
        "{view}": view,
    }
    for blank, value in blanks.items():
        say = say.replace(blank, value)
    return say


def _best_view(target: Target) -> ViewId:
    """Return the camera that saw a target last."""
    newest = max(target.seen_by, key=lambda seen: seen[1], default=None)
    return ViewId("no camera" if newest is None else newest[0])


def _unmet(policy: Policy, case: Case, tick: Tick) -> Case | None:
    """Return a case whose condition does not hold now, or None once it is closed."""
    if case.started_s is None:
        return None
    case = replace(case, met_s=None)
    if tick.now_s - case.held_s < policy.clear_s or tick.now_s < case.until_s:
        return case
    _dropped(policy, case, tick)
    return None


def _dropped(policy: Policy, case: Case | None, tick: Tick) -> None:
    """Say that a policy ended, if it had started."""
    if case is not None and case.started_s is not None:
        tick.tell(PolicyMoved(policy.name, "ended", case.cause[1], case.zone))


def _kind(target: Target) -> str:
    return target.kind.name.lower()


def policy_named(tick: Tick, name: PolicyName) -> Policy | None:
    """Return the policy of that name; None when the site has dropped it."""
    return next((policy for policy in tick.site.policies.policies if policy.name == name), None)
