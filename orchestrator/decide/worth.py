"""What each view is worth to each wish: how well it shows where somebody will be by then.

Few views show a place, so what is worth nothing is left out from the start: a view is looked at
where a head would first show it, and only if that shows somebody, or a camera is there already, at
the moments after that.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from orchestrator.decide.chart import Chart, Floats, Numbers, camera_shares, turns_s, zone_shares
from orchestrator.decide.claims import Claim
from orchestrator.decide.steps import Tick
from orchestrator.decide.wishes import (
    LEADS_S,
    Along,
    Beside,
    Course,
    Pinned,
    Place,
    Roaming,
    Wide,
)
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, TargetId

LATER = 0.3
"""What being shown at one later moment is worth, where now is 1."""
SOONER = np.array((1.0, 0.95, 0.9, 0.8, 0.7))
"""What it is worth to show an awaited target where it appears, and each second after that."""
NAMED = 0.5
REACTION_S = 0.3
"""From a decision to the first motion: taken into account when a way is looked at ahead."""
AHEAD_S = 0.3
"""A head that awaits somebody should be there this much earlier, since places are estimates."""
SOON_S = 0.8
"""A head that awaits somebody is turned this much earlier than it has to: who comes may walk faster."""
LEAST_SHARE = 0.1
"""A view that shows less of a zone does not show it."""
FOLLOWED = 1.0
LATELY_S = 2.0
"""A head that follows somebody and has seen them this lately is worth so much, wherever it looks."""
IN_VIEW = 0.5
"""Somebody who is shown at least this well is in a view."""

_LEADS_S = np.array(LEADS_S)
_LEADS = np.arange(len(LEADS_S))[:, None]

Row = Mapping[int, float]
"""What views are worth to a wish, by number in rising order; the others are worth nothing."""
_Key = tuple[Roaming, tuple[CameraId, ...] | None]
"""What claims have in common that want the very same shown by the same cameras."""


@dataclass(frozen=True, slots=True)
class Worths:
    """What views are worth, and whom those that cameras are granted now show.

    ``row_of`` is the number of each claim's row, by the claim's identity.
    """

    rows: Sequence[Row]
    row_of: Mapping[int, int]
    in_view: Mapping[int, tuple[TargetId, ...]]


NOTHING = Worths((), {}, {})


class Worth:
    """Judges views at one tick; ``stays`` are those that a camera is granted now."""

    def __init__(self, tick: Tick, chart: Chart, stays: frozenset[int]) -> None:
        """Keep what views are judged by; nothing is found out before it is asked."""
        self._tick = tick
        self._chart = chart
        self._kept = stays
        self._stays = np.zeros(len(chart.views), dtype=bool)
        self._stays[list(stays)] = True

    @cached_property
    def _turning(self) -> "_Turning":
        states = self._tick.world.cameras
        aims = {camera: state.aim for camera, state in states.items()}
        near = tuple(_near(aims.get(camera)) for camera in self._chart.by_camera)
        return _turning(self._chart, near, self._kept)

    def turns_s(self, view: int) -> float:
        """Return how long a head needs to a view; 0 where it already is."""
        return self._turning.each_s[view]

    def of(self, claims: Sequence[Claim]) -> Worths:
        """Return what each view is worth to what claims wish; equal wishes are judged once."""
        numbers: dict[_Key, int] = {}
        known: dict[tuple[int, object], int] = {}
        row_of: dict[int, int] = {}
        for claim in claims:
            if not isinstance(claim.wish, Pinned):
                same = id(claim.wish), claim.cameras
                number = known.get(same)
                if number is None:
                    key = claim.wish, claim.cameras
                    number = known[same] = numbers.setdefault(key, len(numbers))
                row_of[id(claim)] = number
        if not (numbers and self._chart.views):
            return NOTHING
        wishes = dict.fromkeys(wish for wish, _ in numbers)
        ways = self._ways(wishes)
        now, straight = self._straight(ways.places)
        found = np.zeros((len(wishes), len(self._chart.views)))
        for row, wish in zip(found, wishes, strict=True):
            if isinstance(wish, Along):
                row[:] = straight[ways.number[wish.target]]
                self._hold(wish.target, row)
            elif isinstance(wish, Course):
                row[:] = self._awaited(wish, ways) if wish.awaits else self._sought(wish)
            else:
                row[:] = shares(self._chart, wish)
            if isinstance(wish, Along | Course) and wish.patient:
                row[~self._stays] = 0.0
        rows = dict(zip(wishes, _sparse(found), strict=True))
        usable = [self._usable(rows[wish], cameras) for wish, cameras in numbers]
        return Worths(usable, row_of, self._in_view(ways, now))

    def _hold(self, name: TargetId, row: Floats) -> None:
        """Have the view of a head that follows somebody, and sees them, be worth being kept."""
        for number in self._pursuits.get(name, ()):
            row[number] = max(row[number], FOLLOWED)

    @cached_property
    def _pursuits(self) -> Mapping[TargetId, Sequence[int]]:
        """Return whom heads follow and see: the views that these are granted."""
        found: dict[TargetId, list[int]] = {}
        for camera, grant in self._tick.desk.grants.items():
            target = None if grant.pursues is None else self._tick.targets.get(grant.pursues)
            number = self._chart.number(camera, grant.preset)
            if target is None or number is None:
                continue
            seen_s = max((at_s for one, at_s in target.seen_by if one == camera), default=0.0)
            if self._tick.now_s - seen_s <= LATELY_S:
                found.setdefault(target.id, []).append(number)
        return found

    def _usable(self, row: Row, cameras: Collection[CameraId] | None) -> Row:
        """Return a row with the views of some cameras only; None is all."""
        views = self._chart.views
        if cameras is None:
            return row
        return {view: worth for view, worth in row.items() if views[view].camera in cameras}

    def _in_view(self, ways: "_Ways", now: Floats) -> Mapping[int, tuple[TargetId, ...]]:
        """Return who of those that are claimed stands in which of the views that cameras keep."""
        found: dict[int, tuple[TargetId, ...]] = {}
        names = list(ways.number)
        for row, view in np.argwhere((now >= IN_VIEW) & self._stays).tolist():
            found[view] = (*found.get(view, ()), names[row])
        return found

    def _ways(self, wishes: Iterable[Roaming]) -> "_Ways":
        """Return where everybody goes who is wished for or awaited, straight on at their pace."""
        who = (_whom(wish) for wish in wishes)
        number = {name: row for row, name in enumerate(dict.fromkeys(filter(None, who)))}
        targets = [self._tick.targets[name] for name in number]
        at_m = np.array([target.position_m for target in targets]).reshape(-1, 1, 2)
        mps = np.array([target.velocity_mps for target in targets]).reshape(-1, 1, 2)
        return _Ways(number, at_m + mps * _LEADS_S[:, None])

    def _straight(self, places: Floats) -> tuple[Floats, Floats]:
        """Return (n, views) what views show of (n, leads, 2) ways when a head gets there, and from then on."""
        chart, at_first = self._chart, self._turning.first
        first = np.zeros((len(places), len(chart.views)))
        row, view = chart.touched(places.min(axis=1), places.max(axis=1))
        x, y = places[row, at_first[view], 0], places[row, at_first[view], 1]
        first[row, view] = shown = chart.shown(x, y, view)
        worth_more = (shown > 0.0) | self._stays[view]
        row, view = row[worth_more], view[worth_more]
        lead, pair = (at_first[view] < _LEADS).nonzero()
        row, view = row[pair], view[pair]
        x, y = places[row, lead, 0], places[row, lead, 1]
        later = np.bincount(
            row * len(chart.views) + view,
            weights=LATER * chart.shown(x, y, view),
            minlength=first.size,
        )
        return first, first + later.reshape(first.shape)

    def _sought(self, wish: Course) -> Floats:
        """Return (views,) what views are worth that show places where somebody may be."""
        worth: Floats = self._straight(np.array([wish.places_m]))[1][0]
        return worth

    def _awaited(self, wish: Course, ways: "_Ways") -> Floats:
        """Return (views,) what views are worth to await somebody in: the sooner they show them, the more."""
        worth = appearing(self._chart, wish.places_m).copy()
        worth[self._early(worth.nonzero()[0].tolist(), wish.from_s)] = 0.0
        if wish.leaves is not None:
            own = self._chart.by_camera[self._chart.views[wish.leaves].camera]
            worth[self._early(own, wish.leaves_s)] = 0.0
        if wish.after is not None:
            worth[self._late(worth.nonzero()[0], ways.places[ways.number[wish.after]])] = 0.0
        if wish.leaves is not None:
            worth[wish.leaves] = 0.0
        if wish.named is not None and not self._waits(wish.named, worth):
            worth[wish.named] += NAMED * (worth[wish.named] > 0.0)
        return worth

    def _waits(self, named: int, worth: Floats) -> bool:
        """Say whether the head that has the expected view shows the place in another one already."""
        views = self._chart.by_camera[self._chart.views[named].camera]
        return any(self._stays[view] and worth[view] >= IN_VIEW for view in views)

    def _early(self, views: Iterable[int], at_s: float) -> list[int]:
        """Return those of some views that no head has to be turned to yet, to show them at a time.

        Until it has to, they may turn round; where some head shows the view already, it waits.
        """
        now_s, ready_s = self._tick.now_s, self._turning.ready_s
        return [
            view
            for view in views
            if not self._stays[view] and now_s < at_s - float(ready_s[view]) - SOON_S
        ]

    def _late(self, view: Numbers, way: Floats) -> Numbers:
        """Return those of some views that show somebody on a way before a head can be there.

        A view that some head shows already is never too late.
        """
        view = view[~self._stays[view]]
        turning = self._turning
        ready_s = turning.ready_s[view] + AHEAD_S * (turning.turns_s[view] > 0.0)
        lead, number = (_LEADS_S[:, None] <= ready_s).nonzero()
        x, y = way[lead].T
        return view[number[self._chart.near(x, y, view[number])]]


@dataclass(frozen=True, slots=True, eq=False)
class _Turning:
    """How long heads need to each view (views,), until it can be had, and by which lead it is."""

    turns_s: Floats
    ready_s: Floats
    first: Numbers
    each_s: Sequence[float]


_Near = tuple[int, int, int] | None
"""An aim to whole degrees; None is unknown."""


def _near(aim: Aim | None) -> _Near:
    if aim is None:
        return None
    return round(aim.azimuth_deg), round(aim.tilt_deg), round(aim.hfov_deg)


@lru_cache(maxsize=64)
def _turning(chart: Chart, aims: tuple[_Near, ...], stays: frozenset[int]) -> _Turning:
    """Return how long heads need from ``aims``, one of each camera that has views.

    Most heads rest, so that most often nothing has to be computed. A view that a camera is granted
    needs no time; where the head will not be in time at all, the last lead counts.
    """
    turns = np.empty(len(chart.views))
    turns[chart.grouped] = np.concatenate(
        [turns_s(chart, camera, aim) for camera, aim in zip(chart.by_camera, aims, strict=True)]
    )
    turns[list(stays)] = 0.0
    ready_s = np.where(turns > 0.0, turns + REACTION_S, 0.0)
    first = np.minimum(np.searchsorted(_LEADS_S, ready_s - 1e-9), len(LEADS_S) - 1)
    return _Turning(turns, ready_s, first, turns.tolist())


@dataclass(frozen=True, slots=True, eq=False)
class _Ways:
    """Where some targets go: (n, leads, 2), and the number of each."""

    number: Mapping[TargetId, int]
    places: Floats


def _whom(wish: Roaming) -> TargetId | None:
    """Return the target on whose way a wish depends, if on anybody's."""
    match wish:
        case Along(target=name):
            return name
        case Course(after=name):
            return name
        case Wide() | Beside():
            return None


def _sparse(found: Floats) -> list[dict[int, float]]:
    """Return what is not nothing, row by row."""
    rows: list[dict[int, float]] = [{} for _ in found]
    row, view = found.nonzero()
    for number, which, worth in zip(
        row.tolist(), view.tolist(), found[row, view].tolist(), strict=True
    ):
        rows[number][which] = worth
    return rows


@lru_cache(maxsize=1024)
def appearing(chart: Chart, places_m: tuple[Place, ...]) -> Floats:
    """Return (views,) how well each shows somebody from where they appear: the sooner, the better."""
    worth, places = np.zeros(len(chart.views)), np.array(places_m)
    lead, view = chart.about(places[:, :1], places[:, 1:])
    x, y = places[lead].T
    np.maximum.at(worth, view, SOONER[lead] * chart.shown(x, y, view))
    return worth


@lru_cache(maxsize=512)
def shares(chart: Chart, wish: Wide | Beside) -> Floats:
    """Return (views,) how much each shows of a zone or of what is around a camera, if not too little."""
    found = np.array(
        zone_shares(chart.site, wish.zone)
        if isinstance(wish, Wide)
        else camera_shares(chart.site, wish.camera)
    )
    return np.where(found >= LEAST_SHARE, found, 0.0)
