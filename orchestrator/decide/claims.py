"""What is wanted now: claims of operators, policies, patrols and privacy, each with its reasons.

A claim says what it wants shown, not which camera shall show it, unless an author or an operator
named one. ``decide.choice`` finds the camera. What a case claims is made once, and is the same
object until the case is another.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from orchestrator.decide.awaiting import BEYOND_S
from orchestrator.decide.cases import ends_s
from orchestrator.decide.chart import Chart
from orchestrator.decide.rules import rules_of
from orchestrator.decide.steps import Tick
from orchestrator.decide.wishes import (
    Along,
    Beside,
    Course,
    Pinned,
    Roaming,
    Wide,
    Wish,
    onwards,
    stopped,
)
from orchestrator.domain.cause import camera_of, target_of
from orchestrator.domain.desk import Case
from orchestrator.domain.ids import CameraId, TargetId
from orchestrator.domain.intent import USUAL_PRIORITY, Band, Reason
from orchestrator.domain.policy import (
    AtNextView,
    AtPark,
    AtPreset,
    AtTarget,
    AtThatCamera,
    AtThatZone,
    AtZone,
    Look,
    Policy,
)

MADE_MAX = 4096
"""So many cases are remembered."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody wants something shown until a time.

    ``holder`` names who wants it: equal holders are one cause for explanations and for the
    question whether a grant has changed hands. ``strength`` is the rank of its band on the site and
    its priority in it, ``cameras`` are those it may use (None: all). One that ``follows`` lets a
    head leave its presets.
    """

    holder: str
    band: Band
    strength: tuple[int, int]
    wish: Wish
    targets: tuple[TargetId, ...]
    since_s: float
    until_s: float
    reason: Reason
    cameras: tuple[CameraId, ...] | None = None
    priority: int = USUAL_PRIORITY
    follows: bool = False

    @property
    def name(self) -> str:
        """Return what explanations call this claim."""
        if self.reason.policy is not None:
            return self.reason.policy
        return f"operator {self.reason.actor}" if self.reason.actor is not None else "home"


AGE: Callable[[Claim], tuple[float, str, tuple[TargetId, ...]]] = attrgetter(
    "since_s", "holder", "targets"
)
"""In this order equally strong claims are served."""


def claims_of(tick: Tick, chart: Chart) -> list[Claim]:
    """Return every live claim of operators and policies, in no special order."""
    now_s, targets, rules = tick.now_s, tick.targets, rules_of(tick.site)
    claims = list(_held(tick)) if tick.desk.holds else []
    for case in tick.desk.cases.values():
        if case.started_s is None or case.policy not in rules:
            continue
        tracked = target_of(case.cause) in targets
        awaits = case.towards_m is not None and now_s < case.due_s
        for claim in _wanted(chart, rules[case.policy].policy, case, tracked, awaits).claims:
            if claim.until_s > now_s:
                claims.append(claim)
    return claims


def _held(tick: Tick) -> Iterator[Claim]:
    """Yield what operators hold."""
    for camera, hold in tick.desk.holds.items():
        if hold.aim is not None:
            because = f"{hold.actor} turned it by hand"
        elif hold.preset is None:
            because = f"{hold.actor} took control"
        else:
            because = f"{hold.actor} asked for `{hold.preset}`"
        yield Claim(
            holder=f"operator {hold.actor} {hold.command}",
            band=Band.OPERATOR,
            strength=(tick.site.arbitration.rank(Band.OPERATOR), USUAL_PRIORITY),
            wish=Pinned(camera, hold.preset),
            targets=(),
            since_s=hold.since_s,
            until_s=hold.until_s,
            reason=Reason(None, hold.actor, because, command=hold.command),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """What a case claims, and what that was made from."""

    case: Case
    of: tuple[Chart, Policy, bool, bool]
    claims: Sequence[Claim]


_MADE: dict[int, _Made] = {}
"""What was made of cases, by identity: as good as making it again, and a case is asked each tick."""


def _wanted(chart: Chart, policy: Policy, case: Case, tracked: bool, awaits: bool) -> _Made:
    """Return what a policy that acts claims, as long as somebody is ``tracked`` or awaited."""
    known = _MADE.get(id(case))
    if known is not None and known.case is case:
        was = known.of
        if was[0] is chart and was[1] is policy and was[2] is tracked and was[3] is awaits:
            return known
    if len(_MADE) >= MADE_MAX:
        _MADE.clear()
    made = _Made(
        case, (chart, policy, tracked, awaits), _claimed(chart, policy, case, tracked, awaits)
    )
    _MADE[id(case)] = made
    return made


def _claimed(
    chart: Chart, policy: Policy, case: Case, tracked: bool, awaits: bool
) -> Sequence[Claim]:
    assert case.started_s is not None
    name = target_of(case.cause)
    reason = Reason(policy.name, None, policy.because, str(policy.source), case.clauses)
    return [
        Claim(
            holder=policy.name,
            band=policy.band,
            strength=(chart.site.arbitration.rank(policy.band), policy.priority),
            wish=wish,
            targets=() if name is None else (name,),
            since_s=case.started_s,
            until_s=ends_s(policy, case, look),
            reason=reason,
            cameras=look.cameras,
            priority=policy.priority,
            follows=isinstance(look.at, AtTarget) and look.at.onwards,
        )
        for look in policy.do
        if isinstance(look, Look)
        for wish in _wishes(look, case, chart, name if tracked else None, awaits)
    ]


def _wishes(
    look: Look, case: Case, chart: Chart, tracked: TargetId | None, awaits: bool
) -> Iterator[Wish]:
    """Yield what a `look` wants shown now; nothing when there is nothing to show any more."""
    if isinstance(look.at, AtPark):
        parks = ((camera, chart.park(camera)) for camera in look.cameras or ())
        yield from (Pinned(camera, park) for camera, park in parks if park is not None)
    elif isinstance(look.at, AtPreset):
        yield Pinned(look.at.camera, look.at.preset)
    elif (wish := _wish(look.at, case, chart, tracked, awaits)) is not None:
        yield wish


def _wish(
    at: AtTarget | AtNextView | AtZone | AtThatZone | AtThatCamera,
    case: Case,
    chart: Chart,
    tracked: TargetId | None,
    awaits: bool,
) -> Roaming | None:
    """Return what is to be shown now; None when there is nothing to show any more."""
    match at:
        case AtZone(zone=zone):
            return Wide(zone)
        case AtThatZone():
            return None if case.zone is None else Wide(case.zone)
        case AtThatCamera():
            source = camera_of(case.cause)
            return None if source is None else Beside(source)
        case AtTarget():
            return _lost(case, at.onwards) if tracked is None else _along(tracked, patient=False)
        case AtNextView(search_last_seen=search):
            return _next_view(case, chart, tracked, search, awaits)


@lru_cache(maxsize=4096)
def _along(target: TargetId, *, patient: bool) -> Along:
    """Return the same object for the same wish: the same objects are quickly found to be equal."""
    return Along(target, patient)


def _lost(case: Case, pursued: bool) -> Course | None:
    """Return where somebody who is followed was last, and where that led."""
    if case.last_m is None or not pursued:
        return None
    (x, y), (vx, vy) = case.last_m, case.last_mps
    return Course(onwards((x, y), (x + vx * BEYOND_S, y + vy * BEYOND_S), BEYOND_S))


def _next_view(
    case: Case, chart: Chart, tracked: TargetId | None, search: bool, awaits: bool
) -> Roaming | None:
    """Return where a target is awaited while it is leaving.

    No head is turned for a target that is not expected there any more; one that was goes on waiting.
    After that the camera that awaited it stays as it is: on the target's way when it has come, or
    where it was to appear when it has not and the policy says to search. To follow it further is
    for a `look at target`.
    """
    towards, beyond = case.towards_m, case.beyond_m
    if awaits and towards is not None and beyond is not None:
        return Course(
            onwards(towards, beyond, BEYOND_S),
            patient=case.sent or case.met_s is None,
            awaits=True,
            leaves=None if case.leaves is None else chart.by_id.get(case.leaves),
            named=None if case.view is None else chart.by_id.get(case.view),
            after=tracked,
            from_s=case.from_s,
            leaves_s=case.leaves_s,
        )
    if tracked is not None:
        return _along(tracked, patient=True)
    return stopped(towards) if search and towards is not None else None
