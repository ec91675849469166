"""Triggers and conditions -> cases: what each policy remembers of each of its causes.

A case goes through four states. Its trigger and condition begin to hold (``met_s``); they have
held for the policy's ``hold`` and its cause is not quiet (``started_s``); they stop holding; they
have not held for the policy's ``clear``, and the case is closed. While it has started, what it
looks at is claimed until ``for`` after the condition last held, so a level, not an edge, keeps a
camera: a tick that was missed costs nothing.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from operator import is_

from orchestrator.decide.announce import announce, dropped
from orchestrator.decide.awaiting import seen_again
from orchestrator.decide.calm import Watch
from orchestrator.decide.chart import Chart
from orchestrator.decide.docket import Docket, docket_of
from orchestrator.decide.following import pursued
from orchestrator.decide.judge import judged
from orchestrator.decide.met import idleness, met_now
from orchestrator.decide.rules import Rule
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Happening, Match
from orchestrator.domain.calendar import said
from orchestrator.domain.cause import BySite, ByTarget, CaseKey, Cause, target_of
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import PolicyName, TargetId
from orchestrator.domain.intent import Clause
from orchestrator.domain.policy import (
    AtTarget,
    Lasting,
    Look,
    Policy,
)


def with_cases(tick: Tick, chart: Chart) -> Desk:
    """Return the desk with every policy's cases brought to this moment.

    Only who is awake is judged: the cases of whoever else is there stay as they are.
    """
    desk, docket = tick.desk, docket_of(tick)
    watch = Watch(tick, docket.standing)
    happening = Happening(tick, chart, watch.now)
    met = met_now(docket, watch.awake, tick, happening)
    stirred = _stirred(docket, watch.names, tick)
    tick.quiet = _still_quiet(desk.quiet, tick.now_s)
    cases = dict(desk.cases)
    if not watch.same_rules:
        cases = {key: case for key, case in cases.items() if key[0] in docket.known}
    for name in sorted({*met, *stirred}, key=lambda name: docket.known[name].number):
        rule, now = docket.known[name], met.get(name, {})
        for cause in dict.fromkeys((*stirred.get(name, ()), *now)):
            key = name, cause
            case = _gone_on(rule, cases.get(key), now.get(cause), tick, chart)
            if case is not None:
                cases[key] = case
            elif key in cases:
                del cases[key]
    tick.explain_idle(lambda: idleness(docket, tick, happening))
    calm = watch.calm()
    if calm is desk.calm and tick.quiet is desk.quiet and _same(desk.cases, cases):
        return desk
    return replace(desk, cases=cases, quiet=tick.quiet, calm=calm)


def _same(before: Mapping[CaseKey, Case], after: Mapping[CaseKey, Case]) -> bool:
    """Say whether cases are the very same."""
    return len(before) == len(after) and all(map(is_, before.values(), after.values()))


def _still_quiet(quiet: Mapping[CaseKey, float], now_s: float) -> Mapping[CaseKey, float]:
    """Return which causes may not start a policy yet."""
    if not any(map(now_s.__ge__, quiet.values())):
        return quiet
    return {key: until_s for key, until_s in quiet.items() if until_s > now_s}


def _stirred(
    docket: Docket, awake: Collection[TargetId], tick: Tick
) -> Mapping[PolicyName, list[Cause]]:
    """Return, by policy, the cases to be looked at: all but those of targets that sleep."""
    stirred: dict[PolicyName, list[Cause]] = {}
    targets = tick.targets
    for name, cause in tick.desk.cases:
        if isinstance(cause, ByTarget) and cause.target not in awake and cause.target in targets:
            continue
        if name in docket.known:
            stirred.setdefault(name, []).append(cause)
    return stirred


def _gone_on(
    rule: Rule, case: Case | None, match: Match | None, tick: Tick, chart: Chart
) -> Case | None:
    """Return the case one tick on, and have its target judged when it may go on by itself."""
    policy = rule.policy
    if policy.name in tick.desk.paused:
        dropped(policy, case, tick)
        return None
    after = _next(rule, case, match, tick, chart)
    if after is None:
        return None
    after = pursued(rule, after, tick, chart)
    name = target_of(after.cause)
    if name is not None:
        tick.wake(name, min(_dues_s(rule, after, match, tick), default=math.inf))
    return after


def _dues_s(rule: Rule, case: Case, match: Match | None, tick: Tick) -> Iterator[float]:
    """Yield when a case may change though nothing that its policy reads does."""
    policy = rule.policy
    awaits = case.towards_m is not None  # and where that is goes with them
    if case.started_s is None:
        assert case.met_s is not None
        until_s = max(
            case.met_s + policy.hold_s, tick.quiet.get(_quiet_key(policy, case.cause), 0.0)
        )
        yield tick.now_s if awaits else until_s
        return
    if match is None:
        yield max(case.held_s + policy.clear_s, case.until_s, case.followed_until_s)
    else:
        yield case.until_s - rule.lasts_s / 2 if rule.lasts_s > 0.0 else math.inf
        yield tick.now_s if awaits else math.inf
        if policy.clear_when and (rule.clears_by_clock or match.arrival is not None):
            yield tick.now_s
    if rule.follow_s > 0.0:
        yield tick.now_s
    if rule.confirm_s is not None and awaits and not case.judged:
        yield case.due_s


def _next(
    rule: Rule, case: Case | None, match: Match | None, tick: Tick, chart: Chart
) -> Case | None:
    """Return the case one tick on; None when it is closed."""
    policy = rule.policy
    if match is None:
        return None if case is None else _unmet(policy, case, tick)
    if case is None:
        case = Case(policy.name, match.cause, met_s=tick.now_s, held_s=tick.now_s)
    elif case.met_s is None:
        case = replace(case, met_s=tick.now_s)
    case = seen_again(rule, case, match, tick, chart)
    if case.started_s is None:
        case = _started(policy, case, match, tick)
    if case.started_s is not None:
        lasts_s = rule.lasts_s
        if lasts_s > 0.0 and case.until_s - tick.now_s < lasts_s / 2:
            case = replace(case, until_s=tick.now_s + lasts_s)
    return case


def _started(policy: Policy, case: Case, match: Match, tick: Tick) -> Case:
    """Return the case, started if it has held long enough and its cause is not quiet."""
    assert case.met_s is not None
    key = _quiet_key(policy, case.cause)
    held_s = tick.now_s - case.met_s
    if held_s < policy.hold_s or key in tick.quiet:
        return case
    if policy.cooldown_s > 0:
        tick.quiet = {**tick.quiet, key: tick.now_s + policy.cooldown_s}
    clauses = _clauses(policy, match, held_s, tick)
    announce(policy, case, match, tick)
    return replace(case, started_s=tick.now_s, clauses=clauses)


def _quiet_key(policy: Policy, cause: Cause) -> CaseKey:
    return policy.name, cause if policy.cooldown_per == "target" else BySite()


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
    if case.met_s is not None:
        case = replace(case, met_s=None, held_s=tick.desk.at_s)
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
