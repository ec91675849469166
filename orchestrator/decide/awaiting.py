"""Where somebody who leaves a view is awaited, and until when: it goes with them until a head looks there.

A head that is sent ahead is not called back half-way, however estimates tremble; but as long as none
looks there, the place is the newest one. Heads turn when they have to (``decide.worth``), so
that whoever turns round before has made nobody turn.
"""

import math
from dataclasses import dataclass, replace

from orchestrator.decide.chart import Chart
from orchestrator.decide.rules import Rule
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers import Match
from orchestrator.domain.cause import target_of
from orchestrator.domain.desk import Case
from orchestrator.domain.ids import view_id
from orchestrator.domain.target import Arrival, Target

BEYOND_S = 2.0
"""A little later than its arrival a target is this long further on its way."""
OVERDUE_S = 2.0
"""Who has not come this long after leaving a view is awaited somewhere else."""
SAME_M, SAME_S = 0.75, 0.3
"""An arrival that has changed by less is the same."""
HERE_M = 2.0
"""A place nearer than this to the target is where it is, not where it goes."""


def seen_again(rule: Rule, case: Case, match: Match, tick: Tick, chart: Chart) -> Case:
    """Return the case with what its trigger says now."""
    target, arrival = match.target, match.arrival
    if target is None or arrival is None:
        return case if case.zone or not match.zone else replace(case, zone=match.zone)
    awaited = case.started_s is not None and tick.now_s < case.due_s
    if awaited and _sent_for(case, tick, chart):
        return case if case.sent else replace(case, sent=True)
    ahead = _ahead(target, arrival, tick)
    same = arrival.view == case.view and _as_before(case, ahead)
    if awaited and same and not case.sent:
        return case
    return replace(
        case,
        due_s=max(tick.now_s, arrival.leaves_s) + (rule.confirm_s or OVERDUE_S),
        view=arrival.view,
        leaves=arrival.leaves,
        towards_m=ahead.at_m,
        beyond_m=ahead.beyond_m,
        from_s=ahead.from_s,
        leaves_s=arrival.leaves_s,
        sent=False,
        judged=False,
    )


def _sent_for(case: Case, tick: Tick, chart: Chart) -> bool:
    """Say whether a case's policy has a head look where its target is awaited."""
    target, towards_m = target_of(case.cause), case.towards_m
    return towards_m is not None and any(
        target in grant.targets
        and grant.reason.policy == case.policy
        and case.leaves != view_id(grant.camera, grant.preset)
        and chart.shows(grant.camera, grant.preset, towards_m)
        for grant in tick.desk.grants.values()
    )


@dataclass(frozen=True, slots=True)
class _Ahead:
    """Where a target is to be awaited, where it is a little later, and from when on."""

    at_m: tuple[float, float]
    beyond_m: tuple[float, float]
    from_s: float


def _as_before(case: Case, ahead: _Ahead) -> bool:
    """Say whether that is, as good as, where a case awaits its target already."""
    assert case.towards_m is not None
    near = math.dist(case.towards_m, ahead.at_m) < SAME_M
    return near and abs(case.from_s - ahead.from_s) < SAME_S


def _ahead(target: Target, arrival: Arrival, tick: Tick) -> _Ahead:
    """Return where a target is to be awaited.

    That is where it enters the next view. A view that could show it already has no such place;
    then it is where the target will be when it has left the view it is in.
    """
    (x, y), (vx, vy) = target.position_m, target.velocity_mps
    (at_x, at_y), from_s = arrival.at_m, arrival.earliest_s
    if math.hypot(at_x - x, at_y - y) < HERE_M:
        left_s = max(0.0, arrival.leaves_s - tick.now_s) + 0.5
        at_x, at_y, from_s = x + vx * left_s, y + vy * left_s, tick.now_s + left_s
    return _Ahead((at_x, at_y), (at_x + vx * BEYOND_S, at_y + vy * BEYOND_S), from_s)
