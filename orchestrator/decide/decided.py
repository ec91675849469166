"""One tick of deciding, step by step: reports, orders, cases, tours, choice, grants, trims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter

from orchestrator.decide.alarms import escalated
from orchestrator.decide.cases import with_cases
from orchestrator.decide.chart import Chart, charted
from orchestrator.decide.choice import Chooser
from orchestrator.decide.claims import claims_of
from orchestrator.decide.clearance import Clearance
from orchestrator.decide.glass import with_glass
from orchestrator.decide.grants import Granter
from orchestrator.decide.hands import with_hands
from orchestrator.decide.limits import Limits
from orchestrator.decide.moves import with_moves
from orchestrator.decide.orders import Orders
from orchestrator.decide.pursuit import Pursuits
from orchestrator.decide.resting import Resting
from orchestrator.decide.shadow import shaded
from orchestrator.decide.steps import Tick
from orchestrator.decide.tours import with_tours
from orchestrator.decide.trims import changed, failures, trims_of
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Attention, Decision, Judgement, Regard
from orchestrator.domain.sighting import Command, Displaced, MoveSeen, Observation
from orchestrator.domain.site import Site
from orchestrator.domain.veil import Veil
from orchestrator.domain.world import World
from orchestrator.privacy import unnamed, unseen, veiled

BUSY_FPS = 10.0
LATELY_S = 3.0
_SEEN_BY = attrgetter("seen_by")


def decided(
    site: Site, world: World, seen: Sequence[Observation], now: Instant
) -> tuple[World, Decision]:
    """Return the world with its desk brought to ``now``, and what shall be true from now on."""
    tick = Tick(site, world, now)
    chart = charted(site)
    moves = [report for report in seen if isinstance(report, MoveSeen)]
    commands = [report for report in seen if isinstance(report, Command)]
    tick.desk = with_glass(tick, commands)
    clearance = Clearance(tick, chart)
    tick.desk, arrivals = with_moves(tick, chart, moves)
    tick.desk = with_hands(tick, [report for report in seen if isinstance(report, Displaced)])
    tick.desk = Orders(tick, chart, clearance).taken(commands, moves)
    tick.desk = with_cases(tick, chart)
    escalated(tick)
    tours, toured = with_tours(tick, chart, clearance)
    claims = [*claims_of(tick, chart), *toured]
    limits = Limits(tick, chart, clearance)
    chooser = Chooser(tick, chart, limits)
    choice = chooser.chosen(claims)
    shade, shadows = shaded(tick, chart, clearance, claims, choice)
    resting = Resting(tick, chart, clearance, limits)
    pursuits = Pursuits(tick, chart, clearance, limits)
    granter = Granter(tick, chart, limits, resting, choice, pursuits=pursuits)
    granted = granter.granted(chooser.worths.in_view)
    desk = replace(
        tick.desk,
        grants=granted.grants,
        posts=granted.posts,
        errands=granted.errands,
        serial=tick.serial,
        tours=tours,
        trims=trims_of(tick),
        alarms=tick.alarms,
        shade=shade,
        at_s=now.mono_s,
    )
    judgements = [*arrivals, *granted.judgements, *failures(seen, world.desk, now.mono_s)]
    judgements = _with_trims(world.desk, desk, judgements, now.mono_s)
    decision = Decision(
        intents=tuple(desk.grants.values()),
        trims=tuple(desk.trims.values()),
        notices=tuple(tick.notices),
        judgements=tuple(_with_lifts(judgements, desk)),
        attention=_attention(chart, world, desk, now),
        shadows=shadows,
    )
    return replace(world, desk=desk), decision


def _with_lifts(judgements: Iterable[Judgement], desk: Desk) -> Iterable[Judgement]:
    """Return the judgements with the privacy rules that are lifted as they are made."""
    lifts = tuple(desk.lifts.values())
    return (replace(one, lifts=lifts) for one in judgements) if lifts else judgements


def _with_trims(
    before: Desk, after: Desk, judgements: Sequence[Judgement], now_s: float
) -> list[Judgement]:
    """Return the judgements with what else each camera is granted, and one where that changed."""
    told = {judgement.camera for judgement in judgements}
    cameras = dict.fromkeys((*before.trims, *after.trims))
    more = [
        Judgement(now_s, camera, after.grants.get(camera))
        for camera in cameras
        if camera not in told and changed(before.trims.get(camera), after.trims.get(camera))
    ]
    return [_with_trim(judgement, after) for judgement in (*judgements, *more)]


def _with_trim(judgement: Judgement, desk: Desk) -> Judgement:
    trim = desk.trims.get(judgement.camera)
    if trim is None:
        return judgement
    return replace(judgement, trim=trim.settings, lost=(*judgement.lost, *trim.lost))


def _attention(chart: Chart, world: World, desk: Desk, now: Instant) -> tuple[Attention, ...]:
    """Return how closely each camera is watched, and what is hidden of its pictures.

    More closely where somebody was seen lately. A head that can turn is wanted as soon as anybody is
    anywhere.
    """
    live = {
        camera
        for seen_by in filter(None, map(_SEEN_BY, world.targets))
        for camera, at_s in seen_by
        if now.mono_s - at_s <= LATELY_S
    }
    busy = _Busy(
        frozenset(chart.by_camera) if world.targets else frozenset(),
        frozenset(live),
        frozenset(grant.camera for grant in desk.grants.values() if grant.pursues is not None),
    )
    told_apart = chart.site.watching.reidentify is not None
    nameless = unnamed(chart.site, now) if told_apart else None
    return _watched(chart, busy, unseen(chart.site, now, desk.lifts), nameless)


@dataclass(frozen=True, slots=True)
class _Busy:
    """Cameras that are wanted as somebody is about, that see somebody, and whose head is led."""

    wanted: frozenset[CameraId]
    live: frozenset[CameraId]
    led: frozenset[CameraId]

    def regard(self, camera: CameraId) -> Regard:
        """Return what a camera matters beside the others."""
        if camera in self.led:
            return Regard.FOLLOWING
        return Regard.LIVE if camera in self.live else Regard.IDLE


@lru_cache(maxsize=256)
def _watched(
    chart: Chart,
    busy: _Busy,
    closed: tuple[ZoneId, ...],
    nameless: tuple[ZoneId, ...] | None,
) -> tuple[Attention, ...]:
    """Return the same objects for the same answer: there is one for every camera in every tick.

    ``nameless`` are the zones in which nobody may be described; None: nobody is, anywhere.
    """
    idle, veils = chart.site.watching, _veils(chart, closed)
    describes = {} if nameless is None else _veils(chart, nameless)
    told_apart = idle.reidentify

    def attention(camera: CameraId) -> Attention:
        fps, still_fps = idle.idle_fps, idle.still_fps
        if camera in busy.wanted or camera in busy.live:
            fps = still_fps = BUSY_FPS
        apart = told_apart is not None and told_apart.includes(camera)
        nobody = describes.get(camera) if apart else None
        return Attention(camera, fps, still_fps, veils[camera], nobody, busy.regard(camera))

    return tuple(attention(camera) for camera in chart.cameras)


@lru_cache(maxsize=64)
def _veils(chart: Chart, closed: tuple[ZoneId, ...]) -> dict[CameraId, Veil]:
    """Return the same veils as long as the same zones are closed: much is drawn for each once."""
    return veiled(chart.site, closed)
