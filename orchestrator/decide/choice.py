"""Which camera shows what: claims -> at most one preset per camera, band by band.

Within a band, named presets come first, oldest claim first. Then the view that adds most to what
is shown already is taken, again and again: a view is worth to a claim how well it shows the target
where it will be when the head is there, and a little more if it still will later on (to wait for
somebody is what `next view` asks for, not `target`); a view that a camera already holds is worth more, and turning costs. So a head goes on showing what it shows until
another view is clearly better, one view serves as many targets as it can, and what is left over
or only seen at an edge goes to the next best camera. A lower band only gets cameras that no higher band took, and is
content with a view that is taken already if that shows what it wants.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orchestrator.decide.chart import Chart, Floats, turns_s
from orchestrator.decide.claims import LEADS_S, NOWHERE, Claim, Course, Pinned, Wide, places
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import Band, Refused

SERVED = 0.3
"""A view worth at least this much to a claim serves it."""
CONTENT = 0.9
"""A claim is content with a view that is taken already from this worth on."""
MUCH = 0.8
"""A second view is kept if it adds at least this much for somebody who is shown already."""
STAY = 0.4
TURN_PER_S = 0.06
LATER = 0.3
"""What being shown at one later moment is worth, where now is 1."""
SOONER = (1.0, 0.95, 0.9, 0.8, 0.7)
"""What it is worth to show an awaited target where it appears, and each second after that."""
NAMED = 0.5
REACTION_S = 0.3
"""From a decision to the first motion: taken into account when a way is looked at ahead."""
AHEAD_S = 0.3
"""A head that awaits somebody should be there this much earlier, since places are estimates."""
FLICKER_S = 1.5
"""A target that is not shown for less than this has not gone: policies wait, patrols wait longer."""
UNDER_WAY_MAX_S = 8.0
"""A head that has not reported arrival after this long is no longer waited for."""


@dataclass(slots=True)
class Award:
    """A camera's preset for now (None: it stays as it is) and the claims it serves."""

    camera: CameraId
    preset: PresetName | None
    claims: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """What was chosen, and why each claim did not get more."""

    awards: dict[CameraId, Award] = field(default_factory=dict)
    refused: list[tuple[CameraId | None, Refused]] = field(default_factory=list)

    def refuse(self, claim: Claim, camera: CameraId | None, reason: str) -> None:
        """Note why a claim did not get a camera (None: any camera)."""
        entry = camera, Refused(claim.name, claim.band, reason)
        if entry not in self.refused:
            self.refused.append(entry)


class Chooser:
    """Chooses for one tick."""

    def __init__(self, tick: Tick, chart: Chart, clearance: Clearance) -> None:
        """Keep what is asked of each tick; which heads can be used is found out once."""
        self._tick = tick
        self._chart = chart
        self._clearance = clearance
        self._usable = {camera: self.unusable(camera) == "" for camera in chart.cameras}
        self._kept = self._incumbents()
        self._stays = np.array(
            [self._kept.get(view.camera) == view.preset for view in chart.views], dtype=bool
        )
        self._turns_s = self._turns()
        self.choice = Choice()

    def unusable(self, camera: CameraId) -> str:
        """Say why a camera cannot be steered now; empty when it can."""
        state = self._tick.world.cameras.get(camera)
        if self._chart.cameras[camera].ptz is None:
            return "the camera cannot turn"
        if state is None or state.link is LinkState.CONNECTING:
            return "the camera has not answered yet"
        if state.link in (LinkState.OFFLINE, LinkState.REFUSED):
            return f"the camera is {state.link.value}" + (
                f": {state.reason}" if state.reason else ""
            )
        return ""

    def chosen(self, claims: Sequence[Claim]) -> Choice:
        """Return who gets which camera."""
        rank = self._tick.site.arbitration.rank
        for band in sorted({claim.band for claim in claims}, key=rank, reverse=True):
            own = sorted(
                (claim for claim in claims if claim.band is band),
                key=lambda claim: (claim.since_s, claim.holder, claim.targets),
            )
            for claim in own:
                if isinstance(claim.wish, Pinned):
                    self._pin(claim, claim.wish)
            self._roam(band, [claim for claim in own if not isinstance(claim.wish, Pinned)])
        return self.choice

    def _pin(self, claim: Claim, wish: Pinned) -> None:
        """Give a claim the preset it names, if it is the first to want that camera."""
        taken = self.choice.awards.get(wish.camera)
        if taken is not None:
            if wish.preset in (None, taken.preset):
                taken.claims.append(claim)
            else:
                self.choice.refuse(claim, wish.camera, _outranked(claim, taken.claims[0]))
            return
        reason = self.unusable(wish.camera)
        if not reason and wish.preset is not None:
            reason = self._blocked(wish.camera, wish.preset, claim.band)
        if reason:
            self.choice.refuse(claim, wish.camera, reason)
            return
        self.choice.awards[wish.camera] = Award(wish.camera, wish.preset, [claim])

    def _blocked(self, camera: CameraId, preset: PresetName, band: Band) -> str:
        """Say why a usable camera may not be sent to a preset now; empty when it may."""
        refused = self._clearance.refused(camera, preset)
        if refused or self._kept.get(camera) == preset:
            return refused
        if self.lingers(camera, band):
            return "the camera stays a moment longer where it last was needed"
        post = self._tick.desk.posts.get(camera)
        if post is None or band is Band.OPERATOR:
            return ""
        if dict(post.barred).get(preset, 0.0) > self._tick.now_s:
            return f"`{preset}` could not be reached a moment ago"
        moves = [at_s for at_s in post.moves_s if self._tick.now_s - at_s < 60.0]
        if len(moves) >= self._tick.site.arbitration.moves_per_minute:
            return f"the head has made {len(moves)} moves in the last minute"
        return ""

    def lingers(self, camera: CameraId, band: Band) -> bool:
        """Say whether a camera still keeps a stronger band's grant that serves nobody just now."""
        grant, post = self._tick.desk.grants.get(camera), self._tick.desk.posts.get(camera)
        rank = self._tick.site.arbitration.rank
        if grant is None or post is None or rank(grant.band) <= max(rank(band), rank(Band.PATROL)):
            return False
        if grant.band is Band.OPERATOR:
            return False
        least_s = self._tick.site.arbitration.linger_s
        if band in (Band.HANDOFF, Band.ANALYTICS):
            least_s = min(least_s, FLICKER_S)
        return self._tick.now_s - post.served_s < least_s

    def _roam(self, band: Band, claims: list[Claim]) -> None:
        """Give a band's claims the best views of the cameras that are left."""
        if not claims or not self._chart.views:
            return
        worth = self._worth(claims)
        shown = self._content(claims, worth)
        bonus = self._bonus(worth)
        closed = np.array([view.camera in self.choice.awards for view in self._chart.views])
        closed |= ~np.array([self._usable[view.camera] for view in self._chart.views])
        closed |= self._dwelling(band, worth)
        blocked: dict[int, str] = {}
        served = shown >= CONTENT
        while not closed.all():
            gain = self._gain(worth, shown)
            total = np.where(closed | (gain < SERVED), -np.inf, gain + bonus)
            number = int(np.argmax(total))
            if total[number] <= 0.0:
                break
            view = self._chart.views[number]
            assert view.preset is not None
            reason = self._blocked(view.camera, view.preset, band)
            if reason:
                blocked[number] = reason
                closed[number] = True
                continue
            mine = [int(index) for index in np.flatnonzero(worth[:, number] >= SERVED)]
            mine.sort(key=lambda index: (-max(0.0, worth[index, number] - shown[index]), index))
            self.choice.awards[view.camera] = Award(
                view.camera, view.preset, [claims[index] for index in mine]
            )
            closed[list(self._chart.by_camera[view.camera])] = True
            shown = np.maximum(shown, worth[:, number])
            served[mine] = True
        waiting = np.flatnonzero(~served)
        self._explain_losers([claims[int(index)] for index in waiting], worth[waiting], blocked)

    def _gain(self, worth: Floats, shown: Floats) -> Floats:
        """Return (views,): what each view adds to what claims are shown already.

        A head is only turned for claims that are not content yet; where it stays, it counts too
        that it shows somebody much better than the others do.
        """
        more = np.where(worth >= SERVED, np.maximum(worth - shown[:, None], 0.0), 0.0)
        needed = more[shown < CONTENT].sum(axis=0)
        better = np.where(more >= MUCH, more, 0.0)[shown >= CONTENT].sum(axis=0)
        return np.asarray(needed + np.where(self._stays, better, 0.0))

    def _content(self, claims: list[Claim], worth: Floats) -> Floats:
        """Let claims share views that are taken already; return (claims,) what they get there."""
        shown = np.zeros(len(claims))
        for camera, award in self.choice.awards.items():
            if award.preset is None:
                continue
            number = self._chart.number(camera, award.preset)
            if number is None:
                continue
            award.claims += [
                claim
                for claim, value in zip(claims, worth[:, number], strict=True)
                if value >= CONTENT
            ]
            shown = np.maximum(shown, worth[:, number])
        return shown

    def _worth(self, claims: list[Claim]) -> Floats:
        """Return (claims, views): what each view is worth to each claim."""
        spots = places(claims)
        count, views = len(claims), len(self._chart.views)
        shown = self._chart.shown(spots.reshape(-1, 2)).reshape(count, len(LEADS_S), views)
        first, later = self._weights()
        on_arrival = np.einsum("clv,lv->cv", shown, first)
        follows = (on_arrival > 0.0) | self._stays
        worth: Floats = on_arrival + np.einsum("clv,lv->cv", shown, later) * follows
        for index, claim in enumerate(claims):
            if isinstance(claim.wish, Course) and claim.wish.awaits:
                worth[index] = (shown[index] * np.array(SOONER)[:, None]).max(axis=0)
        worth[self._too_late(claims)] = 0.0
        for index, claim in enumerate(claims):
            if isinstance(claim.wish, Wide):
                worth[index] = np.where(np.array(claim.wish.shares) >= 0.1, claim.wish.shares, 0.0)
            elif isinstance(claim.wish, Course):
                if claim.wish.named is not None:
                    worth[index, claim.wish.named] += NAMED * (worth[index, claim.wish.named] > 0)
                if claim.wish.leaves is not None:
                    worth[index, claim.wish.leaves] = 0.0
                if claim.wish.patient:
                    worth[index, ~self._stays] = 0.0
            if claim.cameras is not None:
                barred = [view.camera not in claim.cameras for view in self._chart.views]
                worth[index, barred] = 0.0
        return worth

    def _too_late(self, claims: list[Claim]) -> NDArray[np.bool_]:
        """Return (claims, views): which views show an awaited target before a head can be there.

        A view that some head shows already is never too late.
        """
        nowhere = (NOWHERE,) * len(LEADS_S)
        ways = [
            (claim.wish.meanwhile_m if isinstance(claim.wish, Course) else ()) or nowhere
            for claim in claims
        ]
        if all(way is nowhere for way in ways):
            return np.zeros((len(claims), len(self._chart.views)), dtype=bool)
        spots = np.array(ways).reshape(-1, 2)
        shape = len(claims), len(LEADS_S), len(self._chart.views)
        shown = self._chart.near(spots).reshape(shape) & ~self._stays
        before = np.array(LEADS_S)[:, None] <= self._ready_s() + AHEAD_S * (self._turns_s > 0.0)
        return np.asarray((shown & before).any(axis=1))

    def _ready_s(self) -> Floats:
        """Return (views,) how long until each view can be had; 0 where the head already is."""
        return np.where(self._turns_s > 0.0, self._turns_s + REACTION_S, 0.0)

    def _weights(self) -> tuple[Floats, Floats]:
        """Return two (leads, views): 1 for when the head will be there, ``LATER`` for what follows."""
        leads_s = np.array(LEADS_S)
        first = np.minimum(np.searchsorted(leads_s, self._ready_s() - 1e-9), len(leads_s) - 1)
        order = np.arange(len(leads_s))[:, None]
        return np.where(order == first, 1.0, 0.0), np.where(order > first, LATER, 0.0)

    def _turns(self) -> Floats:
        """Return (views,) how long each head needs to each view; 0 where it already is."""
        turns = np.zeros(len(self._chart.views))
        for camera, numbers in self._chart.by_camera.items():
            state = self._tick.world.cameras.get(camera)
            aim = None if state is None else state.aim
            turns[list(numbers)] = turns_s(self._tick.site, camera, aim)
        turns[self._stays] = 0.0
        return turns

    def _bonus(self, worth: Floats) -> Floats:
        """Return (views,) what staying is worth, less what turning costs."""
        serves = worth.sum(axis=0) >= SERVED
        return np.asarray(np.where(self._stays & serves, STAY, -TURN_PER_S * self._turns_s))

    def _incumbents(self) -> Mapping[CameraId, PresetName]:
        """Return the presets that cameras are granted now."""
        return {camera: grant.preset for camera, grant in self._tick.desk.grants.items()}

    def _dwelling(self, band: Band, worth: Floats) -> NDArray[np.bool_]:
        """Return (views,) which are closed because their head has only just been sent elsewhere.

        A higher band does not wait, and nobody waits for a view that serves no claim.
        """
        closed = np.zeros(len(self._chart.views), dtype=bool)
        rank = self._tick.site.arbitration.rank
        for camera, grant in self._tick.desk.grants.items():
            number = self._chart.number(camera, grant.preset)
            if number is None or rank(band) > rank(grant.band) or not self._settling(camera):
                continue
            if worth[:, number].sum() < SERVED:
                continue
            others = [other for other in self._chart.by_camera[camera] if other != number]
            closed[others] = True
        return closed

    def _settling(self, camera: CameraId) -> bool:
        """Say whether a head is on its way, or has shown its preset for less than the least time."""
        grant, post = self._tick.desk.grants[camera], self._tick.desk.posts.get(camera)
        shown_s = None if post is None else post.shown_s
        if shown_s is None:
            return self._tick.now_s - grant.granted_s < UNDER_WAY_MAX_S
        return self._tick.now_s - shown_s < self._tick.site.arbitration.min_dwell_s

    def _explain_losers(
        self, claims: list[Claim], worth: Floats, blocked: Mapping[int, str]
    ) -> None:
        """Note for every claim that got nothing what stood in its way, camera by camera."""
        for claim, row in zip(claims, worth, strict=True):
            useful = [int(number) for number in np.flatnonzero(row >= SERVED)]
            if not useful:
                who = ", ".join(claim.targets) or "it"
                self.choice.refuse(claim, None, f"no preset of any camera shows {who} now")
            for number in useful:
                view = self._chart.views[number]
                taken = self.choice.awards.get(view.camera)
                if number in blocked:
                    reason = blocked[number]
                elif taken is not None and taken.claims:
                    reason = _outranked(claim, taken.claims[0])
                elif not self._usable[view.camera]:
                    reason = self.unusable(view.camera)
                else:
                    reason = "the head has only just been turned elsewhere"
                self.choice.refuse(claim, view.camera, reason)


def _outranked(loser: Claim, winner: Claim) -> str:
    """Return why one claim lost a camera to another."""
    low, high = loser.band.name.lower(), winner.band.name.lower()
    if loser.band is not winner.band:
        return f"band {low} is below {high} ({winner.name})"
    return f"{winner.name} has it, and is worth more or older in band {high}"
