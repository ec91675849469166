"""What each view is worth to each claim: how well it shows where the target will be by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orchestrator.decide.chart import Chart, Floats, turns_s
from orchestrator.decide.claims import LEADS_S, Claim, Course, Wide, places
from orchestrator.decide.steps import Tick

LATER = 0.3
"""What being shown at one later moment is worth, where now is 1."""
SOONER = (1.0, 0.95, 0.9, 0.8, 0.7)
"""What it is worth to show an awaited target where it appears, and each second after that."""
NAMED = 0.5
REACTION_S = 0.3
"""From a decision to the first motion: taken into account when a way is looked at ahead."""
AHEAD_S = 0.3
"""A head that awaits somebody should be there this much earlier, since places are estimates."""


@dataclass(frozen=True, slots=True, eq=False)
class Worths:
    """What views are worth: ``rows`` (wishes, views), and the row of each claim by identity."""

    rows: Floats
    row_of: Mapping[int, int]

    def among(self, claims: Sequence[Claim]) -> tuple[Floats, NDArray[np.intp]]:
        """Return the rows (wishes, views) of some claims, and (claims,) which is each one's."""
        mine = np.array([self.row_of[id(claim)] for claim in claims], dtype=np.intp)
        used, own = np.unique(mine, return_inverse=True)
        return self.rows[used], own


def _key(claim: Claim) -> object:
    """Return what two claims have in common that want the very same shown by the same cameras."""
    wish = claim.wish
    what = id(wish.shares) if isinstance(wish, Wide) else id(wish)
    return what, claim.cameras


class Worth:
    """Judges views at one tick; ``stays`` (views,) are those that a camera is granted now."""

    def __init__(self, tick: Tick, chart: Chart, stays: NDArray[np.bool_]) -> None:
        """Find out once how long each head needs to each of its views."""
        self._tick = tick
        self._chart = chart
        self._stays = stays
        self.turns_s = self._turns()

    def of(self, claims: Sequence[Claim]) -> "Worths":
        """Return what each view is worth to each claim; equal wishes are judged once."""
        numbers: dict[object, int] = {}
        row_of = {id(claim): numbers.setdefault(_key(claim), len(numbers)) for claim in claims}
        firsts: dict[int, Claim] = {}
        for claim in claims:
            firsts.setdefault(row_of[id(claim)], claim)
        return Worths(self._judged(list(firsts.values())), row_of)

    def _judged(self, claims: list[Claim]) -> Floats:
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
        self._forget_late(claims, worth)
        for index, claim in enumerate(claims):
            self._adjust(claim, worth[index])
        return worth

    def _adjust(self, claim: Claim, worth: Floats) -> None:
        """Have what a claim asks for besides count in its row (views,)."""
        wish = claim.wish
        if isinstance(wish, Wide):
            worth[:] = np.where(np.array(wish.shares) >= 0.1, wish.shares, 0.0)
        elif isinstance(wish, Course):
            if wish.named is not None:
                worth[wish.named] += NAMED * (worth[wish.named] > 0)
            if wish.leaves is not None:
                worth[wish.leaves] = 0.0
            if wish.patient:
                worth[~self._stays] = 0.0
        if claim.cameras is not None:
            worth[[view.camera not in claim.cameras for view in self._chart.views]] = 0.0

    def _forget_late(self, claims: Sequence[Claim], worth: Floats) -> None:
        """Have views count for nothing that show an awaited target before a head can be there.

        A view that some head shows already is never too late.
        """
        ways = {
            index: claim.wish.meanwhile_m
            for index, claim in enumerate(claims)
            if isinstance(claim.wish, Course) and claim.wish.meanwhile_m
        }
        if not ways:
            return
        spots = np.array(list(ways.values())).reshape(-1, 2)
        shape = len(ways), len(LEADS_S), len(self._chart.views)
        shown = self._chart.near(spots).reshape(shape) & ~self._stays
        before = np.array(LEADS_S)[:, None] <= self._ready_s() + AHEAD_S * (self.turns_s > 0.0)
        late: NDArray[np.bool_] = np.any(shown & before, axis=1)
        for index, row in zip(ways, late, strict=True):
            worth[index, row] = 0.0

    def _ready_s(self) -> Floats:
        """Return (views,) how long until each view can be had; 0 where the head already is."""
        return np.where(self.turns_s > 0.0, self.turns_s + REACTION_S, 0.0)

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
