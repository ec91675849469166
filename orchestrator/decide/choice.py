"""Which camera shows what: claims -> at most one preset per camera, the strongest claims first.

Claims are served band by band, and inside a band by priority. Among equals, named presets come first, oldest claim first. Then the view that adds most to what
is shown already is taken, again and again: a view is worth to a claim how well it shows the target
where it will be when the head is there, and a little more if it still will later on (to wait for
somebody is what `next view` asks for, not `target`); a view that a camera already holds is worth more, and turning costs. So a head goes on showing what it shows until
another view is clearly better, one view serves as many targets as it can, and what is left over
or only seen at an edge goes to the next best camera. A weaker claim only gets cameras that no stronger one took, and is
content with a view that is taken already if that shows what it wants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from orchestrator.decide.award import Award, Choice, Loss, loss, outranked
from orchestrator.decide.chart import Chart
from orchestrator.decide.claims import AGE, Claim
from orchestrator.decide.limits import Limits
from orchestrator.decide.rivals import SERVED, Rivals
from orchestrator.decide.steps import Tick
from orchestrator.decide.wishes import Course, Pinned
from orchestrator.decide.worth import NOTHING, Worth
from orchestrator.domain.ids import CameraId, PolicyName
from orchestrator.domain.intent import Band, Intent

STAY = 0.4
TURN_PER_S = 0.06


class Chooser:
    """Chooses for one tick."""

    def __init__(self, tick: Tick, chart: Chart, limits: Limits) -> None:
        """Keep what is asked of each tick."""
        self._tick = tick
        self._chart = chart
        self._limits = limits
        self.choice = Choice()
        self.worths = NOTHING

    @cached_property
    def _granted(self) -> list[tuple[int, Intent]]:
        """Return the views that cameras are granted now, as far as anybody knows where they look."""
        grants = self._tick.desk.grants.values()
        numbers = ((self._chart.number(grant.camera, grant.preset), grant) for grant in grants)
        return [(number, grant) for number, grant in numbers if number is not None]

    @cached_property
    def _stays(self) -> frozenset[int]:
        return frozenset(number for number, _ in self._granted)

    @cached_property
    def _holders(self) -> frozenset[tuple[PolicyName | None, Band]]:
        """Return who has a camera."""
        grants = self._tick.desk.grants.values()
        return frozenset((grant.reason.policy, grant.band) for grant in grants)

    @cached_property
    def _worth(self) -> Worth:
        return Worth(self._tick, self._chart, self._stays)

    def chosen(self, claims: Sequence[Claim]) -> Choice:
        """Return who gets which camera: the strongest claims first, equal ones together."""
        if not claims:
            return self.choice
        levels: dict[tuple[int, int], list[Claim]] = {}
        for claim in claims:
            levels.setdefault(self._level(claim), []).append(claim)
        self.worths = self._worth.of(claims)
        for _, level in sorted(levels.items(), reverse=True):
            roaming = []
            for claim in sorted(level, key=AGE):
                if isinstance(claim.wish, Pinned):
                    self._pin(claim, claim.wish)
                else:
                    roaming.append(claim)
            self._roam(roaming)
        return self.choice

    def _level(self, claim: Claim) -> tuple[int, int]:
        """Return how strong a claim is; who has a camera is stronger by the margin to be stolen."""
        more = self._tick.site.arbitration.steal_margin - 1
        if more == 0 or (claim.reason.policy, claim.band) not in self._holders:
            return claim.strength
        rank, priority = claim.strength
        return rank, priority + more

    def _pin(self, claim: Claim, wish: Pinned) -> None:
        """Give a claim the preset it names, if it is the first to want that camera."""
        taken = self.choice.awards.get(wish.camera)
        if taken is not None and wish.preset in (None, taken.preset):
            taken.claims.append(claim)
            return
        if taken is not None:
            reason = outranked(claim, taken.claims[0])
        else:
            reason = self._limits.unusable(wish.camera)
            if not reason and wish.preset is not None:
                reason = self._limits.blocked(wish.camera, wish.preset, claim)
        if reason:
            self.choice.explain(lambda: [loss(claim, wish.camera, reason)])
        else:
            self.choice.awards[wish.camera] = Award(wish.camera, wish.preset, [claim])

    def _roam(self, claims: list[Claim]) -> None:
        """Give equally strong claims the best views of the cameras that are left."""
        if not claims or not self._chart.views:
            return
        rivals = Rivals(claims, self.worths)
        self._share(rivals)
        totals: dict[int, float] = {}
        self._judge(self._free(rivals, claims[0]), rivals, totals)
        blocked: dict[int, str] = {}
        while totals:
            number = max(totals, key=totals.__getitem__)
            if totals[number] <= 0.0:
                break
            view = self._chart.views[number]
            assert view.preset is not None
            reason = self._limits.blocked(view.camera, view.preset, claims[0])
            if reason:
                blocked[number] = reason
                del totals[number]
                continue
            stirred = rivals.rivalling(number)
            self.choice.awards[view.camera] = Award(view.camera, view.preset, rivals.take(number))
            for other in self._chart.by_camera[view.camera]:
                totals.pop(other, None)
            self._judge(stirred & totals.keys(), rivals, totals)
        self._explain_losers(rivals, blocked)

    def _judge(self, views: Iterable[int], rivals: Rivals, totals: dict[int, float]) -> None:
        """Bring up to date what views add, with what staying is worth, less what turning costs."""
        for view in views:
            stays = view in self._stays
            gain = rivals.gain(view, stays=stays)
            if gain < SERVED:
                totals.pop(view, None)
            elif stays and rivals.keep(view):
                totals[view] = gain + STAY
            else:
                totals[view] = gain - TURN_PER_S * self._worth.turns_s(view)

    def _share(self, rivals: Rivals) -> None:
        """Let claims share views that are taken already."""
        for camera, award in self.choice.awards.items():
            number = None if award.preset is None else self._chart.number(camera, award.preset)
            if number is not None:
                award.claims += rivals.share(number)

    def _free(self, rivals: Rivals, claim: Claim) -> list[int]:
        """Return the views that can be had by claims as strong as this one, and serve anybody."""
        bound = self._bound(rivals, claim)
        views = self._chart.views
        return [
            number
            for number in rivals.serving()
            if (camera := views[number].camera) not in self.choice.awards
            and bound.get(camera, number) == number
            and not self._limits.unusable(camera)
        ]

    def _bound(self, rivals: Rivals, claim: Claim) -> Mapping[CameraId, int]:
        """Return which cameras have to go on showing what they show: they were only just sent there.

        A stronger claim does not wait, and nobody waits for a view that serves no claim.
        """
        stronger = self._tick.site.arbitration.stronger
        return {
            grant.camera: number
            for number, grant in self._granted
            if rivals.worth(number) >= SERVED
            and not stronger(claim, grant)
            and self._limits.settling(grant.camera)
        }

    def _explain_losers(self, rivals: Rivals, blocked: Mapping[int, str]) -> None:
        """Keep for every claim that got nothing what stood in its way, camera by camera."""
        losers = rivals.losers()
        if losers:
            awards = dict(self.choice.awards)
            self.choice.explain(lambda: self._losses(losers, blocked, awards))

    def _losses(
        self,
        losers: Sequence[tuple[Claim, Sequence[int]]],
        blocked: Mapping[int, str],
        awards: Mapping[CameraId, Award],
    ) -> Iterator[Loss]:
        """Yield why claims got none of the views that would have served them."""
        for claim, views in losers:
            if not views:
                yield loss(claim, None, self._unshown(claim))
            for number in views:
                camera = self._chart.views[number].camera
                reason = blocked.get(number) or self._lost(claim, camera, awards)
                yield loss(claim, camera, reason)

    def _unshown(self, claim: Claim) -> str:
        """Return why no view would serve a claim."""
        who, wish = ", ".join(claim.targets) or "it", claim.wish
        if isinstance(wish, Course) and wish.awaits and wish.from_s > self._tick.now_s:
            left_s = wish.from_s - self._tick.now_s
            return (
                f"{who} is expected in {left_s:.0f} s at the soonest, and no head has to turn yet"
            )
        return f"no preset of any camera shows {who} now"

    def _lost(self, claim: Claim, camera: CameraId, awards: Mapping[CameraId, Award]) -> str:
        """Return why a claim did not get a camera that may show what it wants."""
        taken = awards.get(camera)
        if taken is not None and taken.claims:
            return outranked(claim, taken.claims[0])
        unusable = self._limits.unusable(camera)
        return unusable or "the head has only just been turned elsewhere"
