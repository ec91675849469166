"""What a policy that follows somebody remembers, and what becomes of a hand-over.

`look: {at: target}` goes on while the policy's trigger and condition hold. `follow` goes on while
the target is tracked at all, wherever it goes, and then seeks it where it was last.
"""

from dataclasses import replace

from orchestrator.decide.chart import Chart
from orchestrator.decide.rules import Rule
from orchestrator.decide.steps import Tick
from orchestrator.domain.cause import target_of
from orchestrator.domain.desk import Case
from orchestrator.domain.intent import PolicyMoved
from orchestrator.domain.policy import Policy
from orchestrator.domain.target import Target


def pursued(rule: Rule, case: Case, tick: Tick, chart: Chart) -> Case:
    """Return a case with where its target is, and with the hand-over judged that is due."""
    name = target_of(case.cause)
    if case.started_s is None or name is None:
        return case
    target = tick.targets.get(name)
    if rule.confirm_s is not None and case.towards_m is not None and not case.judged:
        case = _judged(rule.policy, case, target, tick, chart)
    if rule.follow_s == 0.0 or target is None:
        return case
    until_s = case.followed_until_s
    if until_s - tick.now_s < rule.follow_s / 2:
        until_s = tick.now_s + rule.follow_s
    (x, y), (vx, vy) = target.position_m, target.velocity_mps
    return replace(case, followed_until_s=until_s, last_m=(x, y), last_mps=(vx, vy))


def _judged(policy: Policy, case: Case, target: Target | None, tick: Tick, chart: Chart) -> Case:
    """Say, once it is due, whether who left is in the view that awaited it."""
    if tick.now_s < case.due_s:
        return case
    there = target is not None and any(
        grant.reason.policy == policy.name
        and chart.shows(grant.camera, grant.preset, target.position_m)
        for grant in tick.desk.grants.values()
    )
    what = "handed over" if there else "not confirmed"
    tick.tell(PolicyMoved(policy.name, what, target_of(case.cause), case.zone))
    return replace(case, judged=True)
