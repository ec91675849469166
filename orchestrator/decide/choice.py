"""Which camera shows what: claims -> at most one preset per camera, the strongest claims first.

Claims are served band by band, and inside a band by priority. Among equals, named presets come first, oldest claim first. Then the view that adds most to what
is shown already is taken, again and again: a view is worth to a claim how well it shows the target
where it will be when the head is there, and a little more if it still will later on (to wait for
somebody is what `next view` asks for, not `target`); a view that a camera already holds is worth more, and turning costs. So a head goes on showing what it shows until
another view is clearly better, one view serves as many targets as it can, and what is left over
or only seen at an edge goes to the next best camera. A weaker claim only gets cameras that no stronger one took, and is
content with a view that is taken already if that shows what it wants.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from orchestrator.decide.award import Award, Choice, outranked
from orchestrator.decide.chart import Chart, Floats
from orchestrator.decide.claims import Claim, Pinned
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.limits import Limits
from orchestrator.decide.steps import Tick
from orchestrator.decide.worth import Worth, Worths
from orchestrator.domain.ids import CameraId, PresetName

SERVED = 0.3
"""A view worth at least this much to a claim serves it."""
CONTENT = 0.9
"""A claim is content with a view that is taken already from this worth on."""
MUCH = 0.8
"""A second view is kept if it adds at least this much for somebody who is shown already."""
STAY = 0.4
TURN_PER_S = 0.06


class Chooser:
    """Chooses for one tick."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance) -> None:
        """Keep what is asked of each tick; which heads can be used is found out once."""
        self._tick = tick
        self._chart = chart
        self.limits = Limits(tick, chart, clearance)
        self._usable = {camera: self.limits.unusable(camera) == "" for camera in chart.cameras}
        self._kept = self._incumbents()
        grants = tick.desk.grants.values()
        self._holders = {(grant.reason.policy, grant.band) for grant in grants}
        self._stays = np.array(
            [self._kept.get(view.camera) == view.preset for view in chart.views], dtype=bool
        )
        self._useless = np.array(
            [not self._usable[view.camera] for view in chart.views], dtype=bool
        )
        self._worth = Worth(tick, chart, self._stays)
        self.choice = Choice()

    def chosen(self, claims: Sequence[Claim]) -> Choice:
        """Return who gets which camera: the strongest claims first, equal ones together."""
        levels: dict[tuple[int, int], list[Claim]] = {}
        for claim in claims:
            levels.setdefault(self._level(claim), []).append(claim)
        worths = self._worth.of([one for one in claims if not isinstance(one.wish, Pinned)])
        for _, level in sorted(levels.items(), reverse=True):
            own = sorted(level, key=lambda claim: (claim.since_s, claim.holder, claim.targets))
            for claim in own:
                if isinstance(claim.wish, Pinned):
                    self._pin(claim, claim.wish)
            self._roam([claim for claim in own if not isinstance(claim.wish, Pinned)], worths)
        return self.choice

    def _level(self, claim: Claim) -> tuple[int, int]:
        """Return how strong a claim is; who has a camera is stronger by the margin to be stolen."""
        arbitration = self._tick.site.arbitration
        mine = (claim.reason.policy, claim.band) in self._holders
        margin = arbitration.steal_margin - 1 if mine else 0
        return arbitration.rank(claim.band), claim.priority + margin

    def _pin(self, claim: Claim, wish: Pinned) -> None:
        """Give a claim the preset it names, if it is the first to want that camera."""
        taken = self.choice.awards.get(wish.camera)
        if taken is not None:
            if wish.preset in (None, taken.preset):
                taken.claims.append(claim)
            else:
                self.choice.refuse(claim, wish.camera, outranked(claim, taken.claims[0]))
            return
        reason = self.limits.unusable(wish.camera)
        if not reason and wish.preset is not None:
            reason = self.limits.blocked(wish.camera, wish.preset, claim)
        if reason:
            self.choice.refuse(claim, wish.camera, reason)
            return
        self.choice.awards[wish.camera] = Award(wish.camera, wish.preset, [claim])

    def _roam(self, claims: list[Claim], worths: Worths) -> None:
        """Give equally strong claims the best views of the cameras that are left.

        Claims that wish the same share a row of what views are worth, and count as many.
        """
        if not claims or not self._chart.views:
            return
        worth, row_of = worths.among(claims)
        many = np.bincount(row_of, minlength=len(worth))[:, None]
        shown = self._content(claims, worth, row_of)
        bonus = self._bonus(worth, many)
        closed = self._closed(claims[0], worth)
        useful = np.flatnonzero(~closed)
        near, cheap, stays = worth[:, useful], bonus[useful], self._stays[useful]
        blocked: dict[int, str] = {}
        served = shown >= CONTENT
        while not closed[useful].all():
            gain = _gain(near, shown, many, stays)
            total = np.where(closed[useful] | (gain < SERVED), -np.inf, gain + cheap)
            best = int(np.argmax(total))
            if total[best] <= 0.0:
                break
            number = int(useful[best])
            view = self._chart.views[number]
            assert view.preset is not None
            reason = self.limits.blocked(view.camera, view.preset, claims[0])
            if reason:
                blocked[number] = reason
                closed[number] = True
                continue
            column = worth[:, number]
            more = -np.maximum(0.0, column - shown)[row_of]
            mine = np.flatnonzero((column >= SERVED)[row_of])
            mine = mine[np.argsort(more[mine], kind="stable")]
            self.choice.awards[view.camera] = Award(
                view.camera, view.preset, [claims[index] for index in mine]
            )
            closed[list(self._chart.by_camera[view.camera])] = True
            shown = np.maximum(shown, column)
            served |= column >= SERVED
        self._explain_losers(claims, worth, row_of, np.flatnonzero(~served), blocked)

    def _content(self, claims: list[Claim], worth: Floats, row_of: NDArray[np.intp]) -> Floats:
        """Let claims share views that are taken already; return (wishes,) what they get there."""
        shown = np.zeros(len(worth))
        for camera, award in self.choice.awards.items():
            number = None if award.preset is None else self._chart.number(camera, award.preset)
            if number is None:
                continue
            column = worth[:, number]
            award.claims += [claims[i] for i in np.flatnonzero((column >= CONTENT)[row_of])]
            shown = np.maximum(shown, column)
        return shown

    def _bonus(self, worth: Floats, many: NDArray[np.intp]) -> Floats:
        """Return (views,) what staying is worth, less what turning costs."""
        serves = (worth * many).sum(axis=0) >= SERVED
        return np.asarray(np.where(self._stays & serves, STAY, -TURN_PER_S * self._worth.turns_s))

    def _closed(self, claim: Claim, worth: Floats) -> NDArray[np.bool_]:
        """Return (views,) which cannot be had by claims as strong as this one, or serve nobody."""
        closed = ~(worth >= SERVED).any(axis=0) | self._useless
        for camera in self.choice.awards:
            closed[list(self._chart.by_camera.get(camera, ()))] = True
        return np.asarray(closed | self._dwelling(claim, worth))

    def _incumbents(self) -> Mapping[CameraId, PresetName]:
        """Return the presets that cameras are granted now."""
        return {camera: grant.preset for camera, grant in self._tick.desk.grants.items()}

    def _dwelling(self, claim: Claim, worth: Floats) -> NDArray[np.bool_]:
        """Return (views,) which are closed because their head has only just been sent elsewhere.

        A stronger claim does not wait, and nobody waits for a view that serves no claim.
        """
        closed = np.zeros(len(self._chart.views), dtype=bool)
        stronger = self._tick.site.arbitration.stronger
        for camera, grant in self._tick.desk.grants.items():
            number = self._chart.number(camera, grant.preset)
            if number is None or stronger(claim, grant) or not self.limits.settling(camera):
                continue
            if worth[:, number].sum() < SERVED:
                continue
            others = [other for other in self._chart.by_camera[camera] if other != number]
            closed[others] = True
        return closed

    def _explain_losers(
        self,
        claims: list[Claim],
        worth: Floats,
        row_of: NDArray[np.intp],
        waiting: NDArray[np.intp],
        blocked: Mapping[int, str],
    ) -> None:
        """Note for every claim that got nothing what stood in its way, camera by camera.

        ``waiting`` are the rows of wishes that were not served.
        """
        useful = {int(row): np.flatnonzero(worth[row] >= SERVED).tolist() for row in waiting}
        for claim, row in zip(claims, row_of.tolist(), strict=True):
            if row not in useful:
                continue
            if not useful[row]:
                who = ", ".join(claim.targets) or "it"
                self.choice.refuse(claim, None, f"no preset of any camera shows {who} now")
            for number in useful[row]:
                camera = self._chart.views[number].camera
                reason = blocked.get(number) or self._lost(claim, camera)
                self.choice.refuse(claim, camera, reason)

    def _lost(self, claim: Claim, camera: CameraId) -> str:
        """Return why a claim did not get a camera that may show what it wants."""
        taken = self.choice.awards.get(camera)
        if taken is not None and taken.claims:
            return outranked(claim, taken.claims[0])
        if not self._usable[camera]:
            return self.limits.unusable(camera)
        return "the head has only just been turned elsewhere"


def _gain(worth: Floats, shown: Floats, many: NDArray[np.intp], stays: NDArray[np.bool_]) -> Floats:
    """Return (views,): what each view adds to what claims are shown already.

    A head is only turned for claims that are not content yet; where it stays, it counts too
    that it shows somebody much better than the others do.
    """
    more = np.where(worth >= SERVED, np.maximum(worth - shown[:, None], 0.0), 0.0)
    content = shown >= CONTENT
    needed = (more * many)[~content].sum(axis=0)
    better = (np.where(more >= MUCH, more, 0.0) * many)[content].sum(axis=0)
    return np.asarray(needed + np.where(stays, better, 0.0))
