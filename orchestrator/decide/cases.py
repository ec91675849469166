"""Triggers and conditions -> cases: what each policy remembers of each of its causes.

A case goes through four states. Its trigger and condition begin to hold (``met_s``); they have
held for the policy's ``hold`` and its cause is not quiet (``started_s``); they stop holding; they
have not held for the policy's ``clear``, and the case is closed. While it has started, what it
looks at is claimed until ``for`` after the condition last held, so a level, not an edge, keeps a
camera: a tick that was missed costs nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from orchestrator.decide.announce import announce, dropped
from orchestrator.decide.calm import Rule, Watch, rules
from orchestrator.decide.chart import Chart
from orchestrator.decide.following import pursued
from orchestrator.decide.judge import holds, judged
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening, Match, later, triggered
from orchestrator.domain.calendar import in_force, said
from orchestrator.domain.cause import BySite, CaseKey, Cause
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.intent import Clause, Refused
from orchestrator.domain.policy import AtTarget, Lasting, Leaves, Look, Policy
from orchestrator.domain.target import Arrival, Target

BEYOND_S = 2.0
"""A little later than its arrival a target is this long further on its way."""
OVERDUE_S = 2.0
"""Who has not come this long after leaving a view is awaited somewhere else."""
HERE_M = 2.0
"""A place nearer than this to the target is where it is, not where it goes."""


def with_cases(tick: Tick, chart: Chart) -> Desk:
    """Return the desk with every policy's cases brought to this moment.

    Whom no policy held for, and of whom nothing has changed that could make one hold, is not
    judged again.
    """
    desk, everything = tick.desk, Happening(tick, chart)
    standing = _standing(tick)
    remembered: dict[PolicyName, dict[Cause, Case]] = {}
    for case in desk.cases.values():
        remembered.setdefault(case.policy, {})[case.cause] = case
    watch = Watch(tick, everything, standing)
    happening = everything.only(watch.awake)
    targets = {target.id: target for target in tick.world.targets}
    cases: dict[CaseKey, Case] = {}
    quiet = {key: until_s for key, until_s in desk.quiet.items() if until_s > tick.now_s}
    for policy in tick.site.policies.policies:
        before = remembered.get(policy.name, {})
        met: dict[Cause, Match] = {}
        if policy.name in standing:
            met = {match.cause: match for match in _matches(policy, before, tick, happening)}
        for cause in dict.fromkeys((*before, *met)):
            if policy.name in desk.paused:
                dropped(policy, before.get(cause), tick)
                continue
            gone_on = _next(policy, before.get(cause), met.get(cause), tick, quiet)
            if gone_on is not None:
                cases[policy.name, cause] = pursued(policy, gone_on, targets, tick, chart)
    tick.explain_idle(lambda: _idleness(standing, remembered, tick, everything))
    return replace(desk, cases=cases, quiet=quiet, calm=watch.calm(cases))


def _standing(tick: Tick) -> frozenset[PolicyName]:
    """Return which policies are in force: by their calendars, and not paused."""
    policies = tick.site.policies.policies
    open_now = {
        name: in_force(name, tick.site.calendars, tick.local)
        for name in {policy.during for policy in policies}
    }
    return frozenset(
        policy.name
        for policy in policies
        if open_now[policy.during] and policy.name not in tick.desk.paused
    )


def _matches(
    policy: Policy, before: Mapping[Cause, Case], tick: Tick, happening: Happening
) -> Iterator[Match]:
    """Yield a match for every cause that the policy is to act on, or to go on acting on."""
    rule = rules(tick.site)[policy.name]
    for matches in triggered(policy, tick, happening):
        match = _acted_on(policy, rule, before, matches)
        if match is not None:
            yield match
            continue
        for false in matches:
            if false.target is not None:
                tick.wake(false.target.id, tick.now_s + rule.stays_false_s(false.facts))


def _acted_on(
    policy: Policy, rule: Rule, before: Mapping[Cause, Case], matches: Sequence[Match]
) -> Match | None:
    """Return the first match whose condition holds, or else the first if its case goes on."""
    for match in matches:
        if rule.holds(match.facts):
            return match
    first = matches[0]
    if policy.clear_when and _goes_on(policy, before.get(first.cause), first):
        return first
    return None


def _goes_on(policy: Policy, case: Case | None, match: Match) -> bool:
    """Say whether a policy that has started goes on, its condition false, until it may clear."""
    started = case is not None and case.started_s is not None
    return started and not holds(policy.clear_when, match.facts)


def _idleness(
    standing: frozenset[PolicyName],
    remembered: Mapping[PolicyName, Mapping[Cause, Case]],
    tick: Tick,
    happening: Happening,
) -> Iterator[Refused]:
    """Yield why policies did not start for whoever triggers them, or soon will."""
    for policy in tick.site.policies.policies:
        if policy.name not in standing:
            continue
        reasons = later(policy.on, tick, happening) if isinstance(policy.on, Leaves) else iter(())
        before = remembered.get(policy.name, {})
        for reason in chain(reasons, _untrue(policy, before, tick, happening)):
            yield Refused(policy.name, policy.band, f"did not start: {reason}", idle=True)


def _untrue(
    policy: Policy, before: Mapping[Cause, Case], tick: Tick, happening: Happening
) -> Iterator[str]:
    """Yield which clause of a policy's condition is false, for each cause that triggers it."""
    rule = rules(tick.site)[policy.name]
    for matches in triggered(policy, tick, happening):
        if _acted_on(policy, rule, before, matches) is None:
            clauses = judged(policy.when, matches[0].facts)
            false = next(clause for clause in clauses if not clause.held)
            yield f"for {matches[0].cause}, {false.text} is false ({false.found})"


def _next(
    policy: Policy, case: Case | None, match: Match | None, tick: Tick, quiet: dict[CaseKey, float]
) -> Case | None:
    """Return the case one tick on; None when it is closed."""
    if match is None:
        return None if case is None else _unmet(policy, case, tick)
    if case is None:
        case = Case(policy.name, match.cause, met_s=tick.now_s, held_s=tick.now_s)
    elif case.met_s is None:
        case = replace(case, met_s=tick.now_s)
    case = _seen_again(policy, case, match, tick)
    if case.started_s is None:
        case = _started(policy, case, match, tick, quiet)
    if case.started_s is not None:
        lasts_s = policy.lasts_s
        if case.until_s - tick.now_s < lasts_s / 2:
            case = replace(case, until_s=tick.now_s + lasts_s)
    return case


def _seen_again(policy: Policy, case: Case, match: Match, tick: Tick) -> Case:
    """Return the case with what its trigger says now."""
    target, arrival = match.target, match.arrival
    if target is None or arrival is None:
        return replace(case, held_s=tick.now_s, zone=case.zone or match.zone)
    if case.started_s is not None and tick.now_s < case.due_s:
        return replace(case, held_s=tick.now_s)
    towards, beyond = _ahead(target, arrival, tick)
    return replace(
        case,
        held_s=tick.now_s,
        due_s=max(tick.now_s, arrival.leaves_s) + (policy.confirm_s or OVERDUE_S),
        view=arrival.view,
        leaves=arrival.leaves,
        towards_m=towards,
        beyond_m=beyond,
        judged=False,
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
    policy: Policy, case: Case, match: Match, tick: Tick, quiet: dict[CaseKey, float]
) -> Case:
    """Return the case, started if it has held long enough and its cause is not quiet."""
    assert case.met_s is not None
    per_cause = policy.cooldown_per == "target"
    key = (policy.name, case.cause if per_cause else BySite())
    held_s = tick.now_s - case.met_s
    if held_s < policy.hold_s or key in quiet:
        return case
    if policy.cooldown_s > 0:
        quiet[key] = tick.now_s + policy.cooldown_s
    clauses = _clauses(policy, match, held_s, tick)
    announce(policy, case, match, tick)
    return replace(case, started_s=tick.now_s, clauses=clauses)


def _clauses(policy: Policy, match: Match, held_s: float, tick: Tick) -> tuple[Clause, ...]:
    """Return every condition that made a policy start, in the order an author writes them."""
    clauses = []
    if policy.during is not None:
        hours = said(policy.during, tick.site.calendars, tick.local)
        clauses.append(Clause(f"during {policy.during}", f"{hours}, now {tick.local:%H:%M}", True))
    clauses += [match.clause, *judged(policy.when, match.facts)]
    if policy.hold_s > 0:
        clauses.append(Clause(f"held {policy.hold_s:g} s", f"{held_s:.1f} s", True))
    return tuple(clauses)


def _unmet(policy: Policy, case: Case, tick: Tick) -> Case | None:
    """Return a case whose condition does not hold now, or None once it is closed."""
    if case.started_s is None:
        return None
    case = replace(case, met_s=None)
    if tick.now_s - case.held_s < policy.clear_s or tick.now_s < max(
        case.until_s, case.followed_until_s
    ):
        return case
    dropped(policy, case, tick)
    return None


def ends_s(policy: Policy, case: Case, action: Lasting) -> float:
    """Return until when one of a policy's actions is claimed: the longest until the case ends."""
    until_s = case.until_s - (policy.lasts_s - action.for_s)
    if isinstance(action, Look) and isinstance(action.at, AtTarget) and action.at.onwards:
        return max(until_s, case.followed_until_s - (policy.follow_s - action.for_s))
    return until_s
