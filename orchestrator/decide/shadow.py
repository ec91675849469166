"""Policies in shadow: judged as all others, with what they would have done told, and nothing done.

Their cases are brought to this moment beside those of the others. Then the choice of cameras is made
once more, with their claims among the others', from where the heads really are; what comes out
otherwise is what they would have done. Everything of theirs is kept apart: they take no number, fill
no list of reasons, and the decision beside them is the same as without them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from orchestrator.decide.award import Award, Choice
from orchestrator.decide.cases import with_cases
from orchestrator.decide.chart import Chart
from orchestrator.decide.choice import Chooser
from orchestrator.decide.claims import Claim, claims_of
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.limits import Limits
from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Shade
from orchestrator.domain.ids import CameraId, IntentId, PolicyName
from orchestrator.domain.intent import Alarm, Intent, PolicyMoved, Shadowed
from orchestrator.domain.same import Same
from orchestrator.domain.site import Site

NOBODY = Shade()


def shaded(
    tick: Tick, chart: Chart, clearance: Clearance, claims: Sequence[Claim], choice: Choice
) -> tuple[Shade, tuple[Shadowed, ...]]:
    """Return what policies in shadow remember, and what they would have done that is news.

    ``tick`` is the real one before anything is granted, ``choice`` what was chosen among ``claims``.
    """
    if not tick.site.policies.shadows:
        return NOBODY, ()
    before = tick.world.desk.shade
    own = _tick_of(tick, before)
    own.desk = with_cases(own, chart)
    wanted = claims_of(own, chart)
    would = (
        Chooser(own, chart, Limits(own, chart, clearance)).chosen([*claims, *wanted])
        if wanted
        else Choice()
    )
    grants = _grants(own, wanted, would, choice, before)
    lost = frozenset(claim.holder for claim in wanted if not _served(claim, would))
    news = [
        *_told(own),
        *_looks(own, grants, choice, before),
        *(
            _loses(own, claim, would)
            for claim in wanted
            if claim.holder in lost and claim.holder not in before.lost
        ),
    ]
    shade = Shade(own.desk.cases, own.desk.quiet, grants, lost, own.desk.calm)
    return shade, tuple(dict.fromkeys(news))


def _tick_of(tick: Tick, before: Shade) -> Tick:
    """Return a tick in which the policies in shadow are the only ones, with what they remember."""
    own = Tick(_in_force(Same(tick.site)), tick.world, tick.now)
    own.desk = replace(
        tick.desk,
        cases=before.cases,
        quiet=before.quiet,
        calm=before.calm,
        grants={**tick.desk.grants, **before.grants},
        holds={},
        tours={},
    )
    return own


@lru_cache(maxsize=4)
def _in_force(key: Same[Site]) -> Site:
    """Return the site with its policies in shadow in force, and no others; privacy stays."""
    policies = key.value.policies
    return replace(
        key.value, policies=replace(policies, policies=policies.shadows, patrols=(), shadows=())
    )


def _grants(
    own: Tick, wanted: Sequence[Claim], would: Choice, choice: Choice, before: Shade
) -> dict[CameraId, Intent]:
    """Return what they would have been granted: where their claim leads and shows something else."""
    mine = {id(claim): claim for claim in wanted}
    found = {}
    for camera, award in would.awards.items():
        leads = _leading(own, award)
        real = choice.awards.get(camera)
        if id(leads) not in mine or award.preset is None:
            continue
        if real is not None and real.preset == award.preset:
            continue
        old = before.grants.get(camera)
        same = old is not None and (old.preset, old.reason.policy) == (award.preset, leads.name)
        found[camera] = Intent(
            id=IntentId("shadow"),
            camera=camera,
            preset=award.preset,
            band=leads.band,
            targets=leads.targets,
            reason=leads.reason,
            granted_s=old.granted_s if old is not None and same else own.now_s,
            until_s=leads.until_s,
        )
    return found


def _leading(own: Tick, award: Award) -> Claim:
    """Return the claim a camera would be granted for."""
    rank = own.site.arbitration.rank
    return min(award.claims, key=lambda claim: (-rank(claim.band), -claim.priority, claim.since_s))


def _served(claim: Claim, would: Choice) -> bool:
    return any(claim in award.claims for award in would.awards.values())


def _told(own: Tick) -> Iterator[Shadowed]:
    """Yield what they would have said: starts, ends, alarms."""
    for notice in own.notices:
        match notice.fact:
            case Alarm() as alarm:
                say = f'would have raised alarm {alarm.severity.value} "{alarm.say}"'
                about = alarm.target or alarm.zone
                yield _news(own, alarm.policy, "alarm", say, about=about)
            case PolicyMoved() as moved:
                about = moved.target or moved.zone
                yield _news(own, moved.policy, moved.what, f"would have {moved.what}", about=about)
            case _:
                continue


def _looks(
    own: Tick, grants: dict[CameraId, Intent], choice: Choice, before: Shade
) -> Iterator[Shadowed]:
    """Yield the cameras they would have newly turned, and from whom they would have taken them."""
    for camera, grant in grants.items():
        old = before.grants.get(camera)
        if old is not None and old.granted_s == grant.granted_s:
            continue
        assert grant.reason.policy is not None
        whom = f" for {', '.join(grant.targets)}" if grant.targets else ""
        say = f"would have turned {camera} to `{grant.preset}`{whom}"
        if holder := _holder(own, camera, choice):
            say += f", taken from {holder}"
        yield replace(
            _news(own, grant.reason.policy, "look", say, about=", ".join(grant.targets) or None),
            camera=camera,
            preset=grant.preset,
            holder=holder,
            clauses=grant.reason.clauses,
        )


def _holder(own: Tick, camera: CameraId, choice: Choice) -> str:
    """Return who really has a camera; empty when nobody does."""
    award = choice.awards.get(camera)
    if award is not None and award.claims:
        return _leading(own, award).name
    real = own.world.desk.grants.get(camera)
    return "" if real is None else real.reason.policy or "home"


def _loses(own: Tick, claim: Claim, would: Choice) -> Shadowed:
    """Return why a claim would have got no camera at all."""
    camera, why = next(
        ((camera, one.reason) for camera, one in would.refused if one.claim == claim.name),
        (None, "no view shows it"),
    )
    assert claim.reason.policy is not None
    say = f"would have got no camera: {why}"
    about = ", ".join(claim.targets) or None
    return replace(_news(own, claim.reason.policy, "lose", say, about=about), camera=camera)


def _news(own: Tick, policy: PolicyName, what: str, say: str, *, about: str | None) -> Shadowed:
    rules = {rule.name: rule for rule in own.site.policies.policies}
    source = str(rules[policy].source) if policy in rules else ""
    return Shadowed(own.now_s, policy, what, say, about, source)
