"""The choice -> leases: one grant per camera, kept while it is the same, and why it changed.

A grant keeps its id as long as the camera shows the same preset for automation, whoever of
automation wants it and for whomever: steering has nothing to do then. A new preset is a new
grant, and so is every command of an operator, who is owed an answer about this very move. What
nothing has changed of stays the very same object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from orchestrator.decide.award import Award, Choice
from orchestrator.decide.chart import Chart
from orchestrator.decide.claims import AGE, Claim
from orchestrator.decide.limits import Limits
from orchestrator.decide.posts import changed_hands, posted, served
from orchestrator.decide.pursuit import Pursuits
from orchestrator.decide.resting import Resting, Sent
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import Aim
from orchestrator.domain.desk import Errand, Post
from orchestrator.domain.ids import CameraId, PresetName, TargetId
from orchestrator.domain.intent import Band, Intent, Judgement, Refused

NOTHING = Post()
_STRENGTH = attrgetter("strength")

InView = Mapping[int, tuple[TargetId, ...]]
"""Who of those that are claimed stands in a view that is granted, by its number."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a tick grants, and what is remembered and told of it."""

    grants: Mapping[CameraId, Intent]
    posts: Mapping[CameraId, Post]
    errands: tuple[Errand, ...]
    judgements: Sequence[Judgement]


class Granter:
    """Turns one tick's choice into grants."""

    def __init__(
        self,
        tick: Tick,
        chart: Chart,
        limits: Limits,
        resting: Resting,
        choice: Choice,
        *,
        pursuits: Pursuits,
    ) -> None:
        """Keep what grants are made from."""
        self._tick = tick
        self._chart = chart
        self._limits = limits
        self._resting = resting
        self._choice = choice
        self._pursuits = pursuits
        self._judgements: list[Judgement] = []

    def granted(self, in_view: InView) -> Granted:
        """Return the new grants, and a judgement for every camera that changed."""
        desk = self._tick.desk
        grants: dict[CameraId, Intent] = {}
        posts = dict(desk.posts)
        for camera in self._chart.heads:
            old, award = desk.grants.get(camera), self._choice.awards.get(camera)
            grant = self._of(camera, old, award, in_view)
            if grant is not None:
                grant = grants[camera] = self._pursuits.of(grant, award)
            posts[camera] = self._posted(camera, old, grant, award)
            if changed_hands(old, grant) or (self._tick.began and self._choice.lost(camera)):
                self._judgements.append(self._judgement(camera, old, grant))
        errands = tuple(_sent(errand, grants) for errand in desk.errands)
        return Granted(grants, posts, errands, self._judgements)

    def _of(
        self, camera: CameraId, old: Intent | None, award: Award | None, in_view: InView
    ) -> Intent | None:
        """Return what a camera is granted now, if anything."""
        if award is None or not award.claims:
            return self._rests(camera, old)
        claim = self._leading(award.claims, old)
        preset = award.preset or (None if old is None else old.preset)
        if preset is None and self._aim(camera, claim) is not None:
            preset = self._chart.home(camera)
        if preset is None:
            return None
        if old is None or self._fresh(old, preset, claim):
            return self._new(camera, preset, claim)
        targets = self._targets(old, award.claims, in_view)
        if self._limits.lingers(camera, claim):
            return old if targets == old.targets else replace(old, targets=targets)
        grant = _renewed(old, preset, claim, targets)
        return grant if grant.reason is old.reason else replace(grant, lost=self._losers(camera))

    def _fresh(self, old: Intent, preset: PresetName, claim: Claim) -> bool:
        """Say whether a grant is a new one: another preset, or a move an operator asked for.

        A head that follows somebody goes on with it, whichever preset shows them best by now.
        """
        if old.preset != preset and old.pursues not in claim.targets:
            return True
        if claim.band is not Band.OPERATOR:
            post = self._tick.desk.posts.get(old.camera)
            return post is not None and post.displaced
        hold = self._tick.desk.holds.get(old.camera)
        asked = hold is not None and (hold.preset is not None or hold.aim is not None)
        return asked and old.reason.command != claim.reason.command

    def _rests(self, camera: CameraId, old: Intent | None) -> Intent | None:
        """Return what a camera is granted that nobody claims."""
        found = self._resting.of(camera, old)
        return self._new(camera, found.preset, found) if isinstance(found, Sent) else found

    def _new(self, camera: CameraId, preset: PresetName, cause: Claim | Sent) -> Intent:
        """Return a new grant."""
        return Intent(
            id=self._tick.intent_id(),
            camera=camera,
            preset=preset,
            band=cause.band,
            targets=cause.targets,
            reason=cause.reason,
            granted_s=self._tick.now_s,
            until_s=cause.until_s,
            lost=self._losers(camera),
            priority=cause.priority,
            aim=self._aim(camera, cause),
        )

    def _losers(self, camera: CameraId) -> tuple[Refused, ...]:
        """Return who does not have a camera now, and who does not even claim it."""
        return (*self._choice.lost(camera), *self._tick.idle)

    def _aim(self, camera: CameraId, cause: Claim | Sent) -> Aim | None:
        """Return where an operator has nudged a camera that is granted to them; None elsewhere."""
        hold = self._tick.desk.holds.get(camera)
        mine = hold is not None and cause.reason.command == hold.command
        return hold.aim if hold is not None and mine else None

    def _leading(self, claims: Sequence[Claim], old: Intent | None) -> Claim:
        """Return the claim a grant is given for: the strongest, then who has it, then age."""
        if len(claims) == 1:
            return claims[0]
        strength = max(map(_STRENGTH, claims))
        first = [claim for claim in claims if claim.strength == strength]
        same = [claim for claim in first if old is not None and _same_cause(old, claim)]
        return min(same or first, key=AGE)

    def _targets(
        self, old: Intent, claims: Sequence[Claim], in_view: InView
    ) -> tuple[TargetId, ...]:
        """Return whom a view is granted for: whose claims it serves, and who else is in it.

        A new grant names whom it was given for; who else is there is added while it stands. Only claimed targets are named, those named before first, so that the list is stable.
        """
        served = [target for claim in claims for target in claim.targets]
        if not served:
            return ()
        number = self._chart.number(old.camera, old.preset)
        besides = () if number is None else in_view.get(number, ())
        now = dict.fromkeys((*served, *besides))
        kept = [target for target in old.targets if target in now]
        return tuple(dict.fromkeys((*kept, *now)))

    def _posted(
        self, camera: CameraId, old: Intent | None, grant: Intent | None, award: Award | None
    ) -> Post:
        """Return what is remembered of a camera beside its grant."""
        post = posted(self._tick.desk.posts.get(camera, NOTHING), old, grant, self._tick.now_s)
        claims = award.claims if award is not None else ()
        if served(grant, claims, self._tick.site.arbitration):
            return replace(post, served_s=self._tick.now_s)
        return post

    def _judgement(self, camera: CameraId, old: Intent | None, grant: Intent | None) -> Judgement:
        """Return why a camera does what it does from now on."""
        return Judgement(
            at_s=self._tick.now_s,
            camera=camera,
            intent=grant,
            lost=self._losers(camera),
            before=None if old is None else old.preset,
            aim=None if grant is None else grant.aim or self._chart.aim(camera, grant.preset),
        )


def _renewed(
    old: Intent, preset: PresetName, claim: Claim, targets: tuple[TargetId, ...]
) -> Intent:
    """Return a grant as it is for a claim that goes on with it: the same if nothing changed."""
    reason = old.reason if _same_cause(old, claim) else claim.reason
    if (
        reason is old.reason
        and claim.until_s is old.until_s
        and (claim.band, claim.priority, targets) == (old.band, old.priority, old.targets)
        and preset == old.preset
    ):
        return old
    return replace(
        old,
        preset=preset,
        band=claim.band,
        priority=claim.priority,
        targets=targets,
        reason=reason,
        until_s=claim.until_s,
    )


def _sent(errand: Errand, grants: Mapping[CameraId, Intent]) -> Errand:
    """Return a command's errand with the grant that it brought about."""
    grant = grants.get(errand.camera)
    if grant is None or grant.reason.command != errand.command:
        return errand
    return replace(errand, intent=grant.id)


def _same_cause(grant: Intent, claim: Claim) -> bool:
    """Say whether a claim comes from whom a grant was given to."""
    given, wants = grant.reason, claim.reason
    return (given.policy, given.actor, given.command) == (wants.policy, wants.actor, wants.command)
