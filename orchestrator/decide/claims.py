"""What is wanted now: claims of operators, policies, patrols and privacy, each with its reasons.

A claim says what it wants shown, not which camera shall show it, unless an author or an operator
named one. ``decide.choice`` finds the camera.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from orchestrator.decide.cases import BEYOND_S, ends_s
from orchestrator.decide.chart import Chart, Floats, camera_shares, zone_shares
from orchestrator.decide.steps import Tick
from orchestrator.domain.cause import camera_of, target_of
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import CameraId, PolicyName, PresetName, TargetId
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
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target

LEADS_S = (0.0, 0.8, 1.6, 2.6, 4.0)
"""How far ahead a target's way is looked at; a head that needs longer judges the later ones."""
NOWHERE = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Pinned:
    """One preset of one camera; ``preset`` None keeps the camera as it is."""

    camera: CameraId
    preset: PresetName | None


@dataclass(frozen=True, slots=True)
class Course:
    """Places on the floor at each of ``LEADS_S`` from now: who shows them, shows the target.

    ``leaves`` is the view that a target is awaited after, ``meanwhile_m`` where it is at each of
    ``LEADS_S`` until it gets there: that view, and any other that shows it before a head could be
    there, is not a next one. A ``patient`` course only asks cameras to go on showing what they
    show: nobody is moved for it.
    """

    places_m: tuple[tuple[float, float], ...]
    leaves: int | None = None
    meanwhile_m: tuple[tuple[float, float], ...] = ()
    named: int | None = None
    patient: bool = False
    awaits: bool = False


@dataclass(frozen=True, slots=True)
class Wide:
    """As much of a zone as possible: per view, the share it shows."""

    shares: tuple[float, ...]


Wish = Pinned | Course | Wide


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody wants something shown until a time.

    ``holder`` names who wants it: equal holders are one cause for explanations and for the
    question whether a grant has changed hands. ``cameras`` are those it may use (None: all).
    """

    holder: str
    band: Band
    wish: Wish
    targets: tuple[TargetId, ...]
    since_s: float
    until_s: float
    reason: Reason
    cameras: tuple[CameraId, ...] | None = None
    priority: int = USUAL_PRIORITY

    @property
    def name(self) -> str:
        """Return what explanations call this claim."""
        if self.reason.policy is not None:
            return self.reason.policy
        return f"operator {self.reason.actor}" if self.reason.actor is not None else "home"


def claims_of(tick: Tick, chart: Chart) -> list[Claim]:
    """Return every live claim of operators and policies, in no special order."""
    policies = _policies(Same(tick.site))
    claims = list(_held(tick.desk))
    ways: dict[TargetId, _Way] = {}
    for case in tick.desk.cases.values():
        policy = policies.get(case.policy)
        if policy is None or case.started_s is None:
            continue
        name = target_of(case.cause)
        way = None if name is None else ways.get(name)
        if way is None and name is not None and name in tick.targets:
            way = ways[name] = _Way(tick.targets[name])
        targets = () if name is None else (name,)
        for look, until_s, reason in _looks(_Acting(policy, case)):
            if until_s <= tick.now_s:
                continue
            claims += [
                Claim(
                    holder=policy.name,
                    band=policy.band,
                    wish=wish,
                    targets=targets,
                    since_s=case.started_s,
                    until_s=until_s,
                    reason=reason,
                    cameras=look.cameras,
                    priority=policy.priority,
                )
                for wish in _wishes(look, case, way, tick, chart)
            ]
    return claims


class _Way:
    """Where a target is expected to be, as everybody who wants it shown wishes it."""

    __slots__ = ("course", "patient")

    def __init__(self, target: Target) -> None:
        """Find out once for all who want it."""
        self.course = Course(_ahead(target))
        self.patient = Course(self.course.places_m, patient=True)


@lru_cache(maxsize=4)
def _policies(key: Same[Site]) -> Mapping[PolicyName, Policy]:
    return {policy.name: policy for policy in key.value.policies.policies}


def _held(desk: Desk) -> Iterator[Claim]:
    """Yield what operators hold."""
    for camera, hold in desk.holds.items():
        because = (
            f"{hold.actor} took control"
            if hold.preset is None
            else f"{hold.actor} asked for `{hold.preset}`"
        )
        yield Claim(
            holder=f"operator {hold.actor} {hold.command}",
            band=Band.OPERATOR,
            wish=Pinned(camera, hold.preset),
            targets=(),
            since_s=hold.since_s,
            until_s=hold.until_s,
            reason=Reason(None, hold.actor, because, command=hold.command),
        )


class _Acting:
    """A key that equals only a key of the very same policy and case."""

    __slots__ = ("case", "policy")

    def __init__(self, policy: Policy, case: Case) -> None:
        """Keep both."""
        self.policy = policy
        self.case = case

    def __hash__(self) -> int:
        """Return what the same case has, and hardly another."""
        return id(self.case)

    def __eq__(self, other: object) -> bool:
        """Say whether both are the same objects."""
        return (
            isinstance(other, _Acting) and other.case is self.case and other.policy is self.policy
        )


@lru_cache(maxsize=4096)
def _looks(key: _Acting) -> tuple[tuple[Look, float, Reason], ...]:
    """Return each `look` of a policy that acts, until when it is claimed, and why."""
    policy, case = key.policy, key.case
    reason = Reason(policy.name, None, policy.because, str(policy.source), case.clauses)
    looks = (action for action in policy.do if isinstance(action, Look))
    return tuple((look, ends_s(policy, case, look), reason) for look in looks)


def _wishes(look: Look, case: Case, way: _Way | None, tick: Tick, chart: Chart) -> Iterator[Wish]:
    """Yield what a `look` wants shown now; nothing when there is nothing to show any more."""
    if isinstance(look.at, AtPark):
        parks = ((camera, chart.park(camera)) for camera in look.cameras or ())
        yield from (Pinned(camera, park) for camera, park in parks if park is not None)
    elif isinstance(look.at, AtPreset):
        yield Pinned(look.at.camera, look.at.preset)
    elif (wish := _wish(look.at, case, way, tick, chart)) is not None:
        yield wish


def _wish(
    at: AtTarget | AtNextView | AtZone | AtThatZone | AtThatCamera,
    case: Case,
    way: _Way | None,
    tick: Tick,
    chart: Chart,
) -> Wish | None:
    """Return what is to be shown now; None when there is nothing to show any more."""
    match at:
        case AtZone(zone=zone):
            return Wide(zone_shares(tick.site, zone))
        case AtThatZone():
            return None if case.zone is None else Wide(zone_shares(tick.site, case.zone))
        case AtThatCamera():
            source = camera_of(case.cause)
            return None if source is None else Wide(camera_shares(tick.site, source))
        case AtTarget(onwards=onwards):
            return _lost(case, onwards) if way is None else way.course
        case AtNextView(search_last_seen=search):
            return _awaited(case, way, search, tick, chart)


def _lost(case: Case, onwards: bool) -> Wish | None:
    """Return where somebody who is followed was last, and where that led."""
    if case.last_m is None or not onwards:
        return None
    (x, y), (vx, vy) = case.last_m, case.last_mps
    return Course(_onwards((x, y), (x + vx * BEYOND_S, y + vy * BEYOND_S)))


def _awaited(case: Case, way: _Way | None, search: bool, tick: Tick, chart: Chart) -> Wish | None:
    """Return where a target is awaited while it is leaving.

    After that the camera that awaited it stays as it is: on the target's way when it has come, or
    where it was to appear when it has not and the policy says to search. To follow it further is
    for a `look at target`.
    """
    towards, beyond = case.towards_m, case.beyond_m
    if tick.now_s < case.due_s and towards is not None and beyond is not None:
        leaves = None if case.leaves is None else chart.by_id.get(case.leaves)
        named = None if case.view is None else chart.by_id.get(case.view)
        meanwhile = () if way is None else way.course.places_m
        return Course(_onwards(towards, beyond), leaves, meanwhile, named, awaits=True)
    if way is not None:
        return way.patient
    if search and towards is not None:
        return Course((towards,) * len(LEADS_S), patient=True)
    return None


def _onwards(
    towards: tuple[float, float], beyond: tuple[float, float]
) -> tuple[tuple[float, float], ...]:
    """Return the places of an awaited target from where it appears, a second apart."""
    (x, y), (then_x, then_y) = towards, beyond
    steps = (step / BEYOND_S for step in range(len(LEADS_S)))
    return tuple((x + (then_x - x) * step, y + (then_y - y) * step) for step in steps)


def _ahead(target: Target) -> tuple[tuple[float, float], ...]:
    """Return where a target is expected to be, straight on at its pace."""
    (x, y), (vx, vy) = target.position_m, target.velocity_mps
    return tuple((x + vx * lead_s, y + vy * lead_s) for lead_s in LEADS_S)


def places(claims: list[Claim]) -> Floats:
    """Return (claims, leads, 2) the places of every claim; NaN for one that has none."""
    nowhere = (NOWHERE,) * len(LEADS_S)
    return np.array(
        [claim.wish.places_m if isinstance(claim.wish, Course) else nowhere for claim in claims]
    ).reshape(len(claims), len(LEADS_S), 2)
