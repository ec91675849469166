"""For whom policies hold now, and for whom they do not, and why.

Everybody who is awake is asked about by the policies that can be about them. Whoever is judged leaves
with the tick until when what was found stands by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from orchestrator.decide.docket import Docket
from orchestrator.decide.judge import holds, judged
from orchestrator.decide.rules import Rule
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import (
    Happening,
    Match,
    asked,
    later,
    matched,
    triggered,
    ways,
)
from orchestrator.domain.cause import Cause
from orchestrator.domain.ids import PolicyName
from orchestrator.domain.intent import Refused
from orchestrator.domain.policy import Crosses, Enters, Leaves, Policy, Stays
from orchestrator.domain.target import Target


def met_now(
    docket: Docket, awake: Sequence[Target], tick: Tick, happening: Happening
) -> Mapping[PolicyName, dict[Cause, Match]]:
    """Return, by policy, for which causes it is to act now, or to go on acting."""
    met: dict[PolicyName, dict[Cause, Match]] = {}
    for target in awake:
        for rule in docket.about(target, happening):
            match = _of_target(rule, target, tick, happening)
            if match is not None:
                met.setdefault(rule.policy.name, {})[match.cause] = match
    for rule in docket.by_place:
        for matches in triggered(rule.policy, tick, happening):
            match = _acted_on(rule, matches, tick)
            if match is not None:
                met.setdefault(rule.policy.name, {})[match.cause] = match
    return met


def _of_target(rule: Rule, target: Target, tick: Tick, happening: Happening) -> Match | None:
    """Return how a target makes a policy act, or go on acting; None when it does not."""
    on, first = rule.policy.on, None
    assert isinstance(on, Enters | Stays | Crosses | Leaves)
    for way in ways(on, target, tick, happening):
        if not rule.possible(happening, target, way):
            continue
        facts = asked(on, target, way, happening)
        if rule.holds(facts):
            tick.wake(target.id, tick.now_s + rule.stays_true_s(facts))
            return matched(on, target, way, tick, facts)
        tick.wake(target.id, tick.now_s + rule.stays_false_s(facts))
        first = first or matched(on, target, way, tick, facts)
    if first is not None and rule.policy.clear_when and _goes_on(rule.policy, first, tick):
        return first
    return None


def _acted_on(rule: Rule, matches: Sequence[Match], tick: Tick) -> Match | None:
    """Return the first match whose condition holds, or else the first if its case goes on."""
    for match in matches:
        if rule.holds(match.facts):
            return match
    first = matches[0]
    return first if rule.policy.clear_when and _goes_on(rule.policy, first, tick) else None


def _goes_on(policy: Policy, match: Match, tick: Tick) -> bool:
    """Say whether a policy that has started goes on, its condition false, until it may clear."""
    case = tick.desk.cases.get((policy.name, match.cause))
    started = case is not None and case.started_s is not None
    return started and not holds(policy.clear_when, match.facts)


def idleness(docket: Docket, tick: Tick, happening: Happening) -> Iterator[Refused]:
    """Yield why policies did not start for whoever triggers them, or soon will."""
    for name, rule in docket.known.items():
        policy = rule.policy
        if name not in docket.standing:
            continue
        reasons = later(policy.on, tick, happening) if isinstance(policy.on, Leaves) else iter(())
        for reason in chain(reasons, _untrue(rule, tick, happening)):
            yield Refused(name, policy.band, f"did not start: {reason}", idle=True)


def _untrue(rule: Rule, tick: Tick, happening: Happening) -> Iterator[str]:
    """Yield which clause of a policy's condition is false, for each cause that triggers it."""
    for matches in triggered(rule.policy, tick, happening):
        if _acted_on(rule, matches, tick) is None:
            clauses = judged(rule.policy.when, matches[0].facts)
            false = next(clause for clause in clauses if not clause.held)
            yield f"for {matches[0].cause}, {false.text} is false ({false.found})"
