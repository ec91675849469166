"""Picture settings and auxiliary functions: each granted by itself, apart from the head.

Whoever is strongest has a setting: by band, then priority, then age. What nobody claims any more
is put back by steering, which has kept what was there before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.decide.cases import ends_s
from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import CameraId, PolicyName
from orchestrator.domain.imaging import Auxiliary, Value
from orchestrator.domain.intent import Judgement, Reason, Refused, Setting, Trim, Unset
from orchestrator.domain.policy import Policy, RunAuxiliary, SetImaging
from orchestrator.domain.same import Same
from orchestrator.domain.sighting import Observation, TrimEnd, TrimSeen
from orchestrator.domain.site import Site


@dataclass(frozen=True, slots=True)
class _Claim:
    """A policy wants something of a camera set."""

    camera: CameraId
    policy: PolicyName
    setting: Setting


def trims_of(tick: Tick) -> Mapping[CameraId, Trim]:
    """Return what every camera is granted beside its head; cameras that are not are left out."""
    claims: dict[tuple[CameraId, str], list[_Claim]] = {}
    for claim in _claims(tick):
        claims.setdefault((claim.camera, claim.setting.what), []).append(claim)
    settings: dict[CameraId, list[Setting]] = {}
    lost: dict[CameraId, list[Refused]] = {}
    for (camera, what), rivals in sorted(claims.items(), key=lambda each: each[0]):
        able: list[_Claim] = []
        for claim in sorted(rivals, key=lambda one: _rank(one, tick)):
            reason = _impossible(claim, tick)
            if not reason and able:
                reason = _outranked(claim, able[0])
            if reason:
                refused = Refused(claim.policy, claim.setting.band, f"{what}: {reason}")
                lost.setdefault(camera, []).append(refused)
            else:
                able.append(claim)
        settings.setdefault(camera, []).extend(claim.setting for claim in able)
    return {
        camera: Trim(camera, tuple(mine), tuple(lost.get(camera, ())))
        for camera, mine in settings.items()
    }


def changed(before: Trim | None, after: Trim | None) -> bool:
    """Say whether a camera is set otherwise now, or for somebody else, or somebody else lost."""
    return _news(before) != _news(after)


def _news(trim: Trim | None) -> tuple[object, ...]:
    if trim is None:
        return ()
    mine = tuple((each.what, each.value, each.reason.policy) for each in trim.settings)
    return (*mine, *trim.lost)


def failures(seen: Sequence[Observation], desk: Desk, now_s: float) -> Iterator[Judgement]:
    """Yield a judgement for each camera that could not be set as it was granted, by whom it was."""
    for report in seen:
        if isinstance(report, TrimSeen) and report.end is TrimEnd.FAILED:
            granted = desk.trims.get(report.camera, Trim(report.camera)).settings
            settings = {setting.what: setting for setting in granted}
            yield Judgement(
                now_s,
                report.camera,
                desk.grants.get(report.camera),
                unset=tuple(Unset(what, report.reason, settings.get(what)) for what in report.what),
            )


def _claims(tick: Tick) -> Iterator[_Claim]:
    """Yield what policies that act want set, and not longer than they said."""
    setting = _setting(Same(tick.site))
    for case in tick.desk.cases.values() if setting else ():
        if case.policy not in setting or case.started_s is None:
            continue
        policy, actions = setting[case.policy]
        for action in actions:
            if ends_s(policy, case, action) > tick.now_s:
                yield from _wanted(policy, case, action)


@lru_cache(maxsize=4)
def _setting(
    key: Same[Site],
) -> Mapping[PolicyName, tuple[Policy, Sequence[SetImaging | RunAuxiliary]]]:
    """Return the policies of a site that set anything, and what."""
    return {
        policy.name: (policy, actions)
        for policy in key.value.policies.policies
        if (actions := [one for one in policy.do if isinstance(one, SetImaging | RunAuxiliary)])
    }


def _wanted(policy: Policy, case: Case, action: SetImaging | RunAuxiliary) -> Iterator[_Claim]:
    assert case.started_s is not None
    values: Sequence[tuple[str, Value | Auxiliary]] = (
        tuple(action.imaging.settings())
        if isinstance(action, SetImaging)
        else ((action.auxiliary.function, action.auxiliary),)
    )
    reason = Reason(policy.name, None, policy.because, str(action.source), case.clauses)
    until_s = ends_s(policy, case, action)
    for camera in action.cameras:
        for what, value in values:
            setting = Setting(
                what, value, policy.band, policy.priority, reason, case.started_s, until_s
            )
            yield _Claim(camera, policy.name, setting)


def _rank(claim: _Claim, tick: Tick) -> tuple[int, int, float, str, float]:
    """Return the order in which claims to one setting are served."""
    setting = claim.setting
    band = tick.site.arbitration.rank(setting.band)
    return -band, -setting.priority, setting.since_s, claim.policy, -setting.until_s


def _impossible(claim: _Claim, tick: Tick) -> str:
    """Say why a camera cannot do what is wanted of it; empty as long as nobody knows better."""
    state = tick.world.cameras.get(claim.camera)
    passport = None if state is None else state.passport
    if passport is None:
        return ""
    value = claim.setting.value
    if isinstance(value, Auxiliary):
        if passport.auxiliary and value.run not in passport.auxiliary:
            return f"the camera does not list `{value.run}`: {', '.join(passport.auxiliary)}"
    elif passport.imaging is not None and claim.setting.what not in passport.imaging:
        return "the camera has no such setting"
    return ""


def _outranked(loser: _Claim, winner: _Claim) -> str:
    low, high = loser.setting, winner.setting
    if low.band is not high.band:
        return f"band {low.band.name.lower()} is below {high.band.name.lower()} ({winner.policy})"
    if low.priority != high.priority:
        return f"priority {low.priority} is below {high.priority} ({winner.policy})"
    return f"{winner.policy} has it, and is older"
