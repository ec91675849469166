"""The choice -> leases: one grant per camera, kept while it is the same, and why it changed.

A grant keeps its id as long as the camera shows the same preset for automation, whoever of
automation wants it and for whomever: steering has nothing to do then. A new preset is a new
grant, and so is every command of an operator, who is owed an answer about this very move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from orchestrator.decide.award import Award, Choice
from orchestrator.decide.chart import Chart, Floats
from orchestrator.decide.claims import Claim, Course
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.limits import Limits
from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Desk, Moved, Post
from orchestrator.domain.ids import CameraId, PresetName, TargetId
from orchestrator.domain.intent import USUAL_PRIORITY, Band, Intent, Judgement, Reason, Refused

HOME_LEASE_S = 3600.0
IN_VIEW = 0.5
AT_HOME = Moved(0.0, Band.HOME, USUAL_PRIORITY)
"""How strong going home is: the weakest there is."""


class Granter:
    """Turns one tick's choice into grants."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance, limits: Limits) -> None:
        """Keep what grants are made from."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance
        self._limits = limits
        self._grants: dict[CameraId, Intent] = {}
        self._posts = dict(tick.desk.posts)
        self._judgements: list[Judgement] = []

    def granted(self, choice: Choice, claims: Sequence[Claim]) -> tuple[Desk, list[Judgement]]:
        """Return the desk with the new grants, and a judgement for every camera that changed."""
        in_view = self._in_view(claims)
        for camera, known in self._chart.cameras.items():
            if known.ptz is None:
                continue
            lost = choice.lost(camera)
            grant = self._of(camera, choice.awards.get(camera), in_view, lost)
            if grant is not None:
                self._grants[camera] = grant
            self._note(camera, grant, lost, choice.awards.get(camera))
        errands = tuple(
            replace(errand, intent=self._grants[errand.camera].id)
            if errand.camera in self._grants
            and self._grants[errand.camera].reason.command == errand.command
            else errand
            for errand in self._tick.desk.errands
        )
        desk = replace(self._tick.desk, grants=self._grants, posts=self._posts, errands=errands)
        return desk, self._judgements

    def _of(
        self,
        camera: CameraId,
        award: Award | None,
        in_view: Mapping[int, tuple[TargetId, ...]],
        lost: tuple[Refused, ...],
    ) -> Intent | None:
        """Return what a camera is granted now, if anything."""
        old = self._tick.desk.grants.get(camera)
        if award is None or not award.claims:
            return self._unclaimed(camera, old, lost)
        claim = self._leading(award.claims, old)
        preset = award.preset or (None if old is None else old.preset)
        if preset is None:
            return None
        if old is None or self._fresh(old, preset, claim):
            return self._new(camera, preset, claim, claim.targets, lost)
        targets = self._targets(camera, preset, award.claims, old, in_view)
        if self._limits.lingers(camera, claim):
            return replace(old, targets=targets)
        return replace(
            old,
            band=claim.band,
            priority=claim.priority,
            targets=targets,
            reason=old.reason if _same_cause(old, claim) else claim.reason,
            until_s=claim.until_s,
        )

    def _fresh(self, old: Intent, preset: PresetName, claim: Claim) -> bool:
        """Say whether a grant is a new one: another preset, or a move an operator asked for."""
        if old.preset != preset:
            return True
        hold = self._tick.desk.holds.get(old.camera)
        asked = claim.band is Band.OPERATOR and hold is not None and hold.preset is not None
        return asked and old.reason.command != claim.reason.command

    def _new(
        self,
        camera: CameraId,
        preset: PresetName,
        claim: Claim,
        targets: tuple[TargetId, ...],
        lost: tuple[Refused, ...],
    ) -> Intent:
        """Return a new grant."""
        return Intent(
            id=self._tick.intent_id(),
            camera=camera,
            preset=preset,
            band=claim.band,
            targets=targets,
            reason=claim.reason,
            granted_s=self._tick.now_s,
            until_s=claim.until_s,
            lost=(*lost, *self._tick.idle),
            priority=claim.priority,
        )

    def _leading(self, claims: Sequence[Claim], old: Intent | None) -> Claim:
        """Return the claim a grant is given for: the strongest, then who has it, then age."""
        rank = self._tick.site.arbitration.rank
        return min(
            claims,
            key=lambda claim: (
                -rank(claim.band),
                -claim.priority,
                old is None or not _same_cause(old, claim),
                claim.since_s,
                claim.holder,
                claim.targets,
            ),
        )

    def _targets(
        self,
        camera: CameraId,
        preset: PresetName,
        claims: Sequence[Claim],
        old: Intent,
        in_view: Mapping[int, tuple[TargetId, ...]],
    ) -> tuple[TargetId, ...]:
        """Return whom a view is granted for: whose claims it serves, and who else is in it.

        A new grant names whom it was given for; who else is there is added while it stands. Only claimed targets are named, those named before first, so that the list is stable.
        """
        served = [target for claim in claims for target in claim.targets]
        if not served:
            return ()
        number = self._chart.number(camera, preset)
        besides = () if number is None else in_view.get(number, ())
        now = dict.fromkeys((*served, *besides))
        kept = [target for target in old.targets if target in now]
        return tuple(dict.fromkeys((*kept, *now)))

    def _in_view(self, claims: Sequence[Claim]) -> dict[int, tuple[TargetId, ...]]:
        """Return, per view, the claimed targets that stand in it now."""
        wanted = {
            target for claim in claims if isinstance(claim.wish, Course) for target in claim.targets
        }
        targets = [target for target in self._tick.world.targets if target.id in wanted]
        places: Floats = np.array([target.position_m for target in targets]).reshape(-1, 2)
        shown = self._chart.shown(places) >= IN_VIEW
        found: dict[int, tuple[TargetId, ...]] = {}
        for row, view in np.argwhere(shown):
            found[int(view)] = (*found.get(int(view), ()), targets[int(row)].id)
        return found

    def _unclaimed(
        self, camera: CameraId, old: Intent | None, lost: tuple[Refused, ...]
    ) -> Intent | None:
        """Return what a camera does that nobody claims: get away, stay home, or go home."""
        if self._limits.unusable(camera):
            return None
        retreat = self._retreat(camera, old, lost)
        if retreat is not None:
            return retreat
        if old is not None and old.band is Band.HOME:
            return self._still_home(camera, old)
        if old is not None and self._limits.lingers(camera, AT_HOME):
            return None if self._clearance.refused_view(camera, old.preset) else old
        post = self._posts.get(camera, Post())
        since_s = self._tick.now_s if post.idle_s is None else post.idle_s
        home = self._chart.home(camera)
        waited_s, wait_s = self._tick.now_s - since_s, self._tick.site.arbitration.home_after_s
        if home is None or waited_s < wait_s or self._clearance.refused(camera, home):
            return None
        reason = Reason(None, None, f"nobody has claimed it for {waited_s:.0f} s")
        return self._new(camera, home, self._resting(camera, reason), (), lost)

    def _still_home(self, camera: CameraId, old: Intent) -> Intent | None:
        """Return the grant of a camera that rests, unless its view has been closed."""
        if self._clearance.refused_view(camera, old.preset):
            return None
        if old.until_s - self._tick.now_s < HOME_LEASE_S / 2:
            return replace(old, until_s=self._tick.now_s + HOME_LEASE_S)
        return old

    def _retreat(
        self, camera: CameraId, old: Intent | None, lost: tuple[Refused, ...]
    ) -> Intent | None:
        """Return the grant that takes a head out of a forbidden zone, or parks a lost one."""
        seen = self._clearance.exposed(camera) or self._clearance.lost(camera)
        if seen is None:
            return None
        if old is not None and not self._clearance.refused_view(camera, old.preset):
            return old
        safe = [
            preset
            for preset in self._refuges(camera)
            if not self._clearance.refused(camera, preset)
        ]
        if not safe:
            return None
        preset = min(safe, key=lambda name: self._clearance.glimpse(camera, name))
        rule = seen.rule
        reason = Reason(rule.name, None, rule.because, str(rule.source))
        return self._new(camera, preset, self._resting(camera, reason), (), lost)

    def _refuges(self, camera: CameraId) -> list[PresetName]:
        """Return where a head may be sent to look away, its park preset and home first."""
        first = [name for name in (self._chart.park(camera), self._chart.home(camera)) if name]
        return list(dict.fromkeys((*first, *self._chart.presets(camera))))

    def _resting(self, camera: CameraId, reason: Reason) -> Claim:
        """Return the claim that a camera makes for itself when nobody else does."""
        del camera
        return Claim(
            "home",
            Band.HOME,
            Course(()),
            (),
            self._tick.now_s,
            self._tick.now_s + HOME_LEASE_S,
            reason,
        )

    def _note(
        self,
        camera: CameraId,
        grant: Intent | None,
        lost: tuple[Refused, ...],
        award: Award | None,
    ) -> None:
        """Remember what changed on a camera, and judge it aloud."""
        old = self._tick.desk.grants.get(camera)
        post = self._posts.get(camera, Post())
        now_s = self._tick.now_s
        stronger = self._tick.site.arbitration.stronger
        claims = award.claims if award is not None else ()
        served = grant is not None and any(not stronger(grant, claim) for claim in claims)
        fresh = grant is not None and (old is None or old.id != grant.id)
        moved = fresh and grant is not None and self._counts(old, grant)
        recent = tuple(move for move in post.moves if now_s - move.at_s < 60.0)
        if moved and grant is not None:
            recent = (*recent, Moved(now_s, grant.band, grant.priority))
        idle_s = now_s if post.idle_s is None else post.idle_s
        self._posts[camera] = Post(
            moves=recent,
            shown_s=None if fresh else post.shown_s,
            idle_s=idle_s if grant is None else None,
            served_s=now_s if served else post.served_s,
            barred=post.barred,
        )
        if _changed_hands(old, grant) or (self._tick.began and lost):
            self._judgements.append(self._judgement(camera, old, grant, lost))

    @staticmethod
    def _counts(old: Intent | None, grant: Intent) -> bool:
        """Say whether a new grant is an automatic move, of which a head may make so many."""
        elsewhere = old is None or old.preset != grant.preset
        return elsewhere and grant.band is not Band.OPERATOR

    def _judgement(
        self,
        camera: CameraId,
        old: Intent | None,
        grant: Intent | None,
        lost: tuple[Refused, ...],
    ) -> Judgement:
        """Return why a camera does what it does from now on."""
        return Judgement(
            at_s=self._tick.now_s,
            camera=camera,
            intent=grant,
            lost=(*lost, *self._tick.idle),
            before=None if old is None else old.preset,
            aim=None if grant is None else self._chart.aim(camera, grant.preset),
        )


def _same_cause(grant: Intent, claim: Claim) -> bool:
    """Say whether a claim comes from whom a grant was given to."""
    return (grant.reason.policy, grant.reason.actor, grant.reason.command) == (
        claim.reason.policy,
        claim.reason.actor,
        claim.reason.command,
    )


def _changed_hands(old: Intent | None, new: Intent | None) -> bool:
    """Say whether a camera does something else now, or does it for somebody else."""
    if old is None or new is None:
        return old is not new
    return old.id != new.id or (old.reason.policy, old.reason.actor, old.band) != (
        new.reason.policy,
        new.reason.actor,
        new.band,
    )
