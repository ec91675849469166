"""The whole product as one pure function: what was seen goes in, what shall be true comes out."""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.decide import decided, swapped
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import (
    CameraReported,
    HeadSeen,
    Inherited,
    Interviewed,
    LinkSeen,
    MoveEnd,
    MoveSeen,
    Observation,
    PursuitSeen,
    RungsSeen,
)
from orchestrator.domain.site import Site
from orchestrator.domain.world import CameraState, World
from orchestrator.handoff import handed_off
from orchestrator.recognise import recognised, with_report
from orchestrator.track import tracked


def think(
    site: Site,
    world: World,
    seen: Sequence[Observation],
    now: Instant,
    *,
    before: Site | None = None,
) -> tuple[World, Decision]:
    """Advance the world by what was seen, and decide what should be true next.

    ``before`` is the site that was thought with last: where it is another, its rules are swapped
    before anything else happens. None: the same.
    """
    if before is not None and before is not site:
        world, ended = swapped(before, site, world, now)
        world, decision = think(site, world, seen, now)
        return world, replace(decision, notices=(*ended, *decision.notices))
    world = informed(world, seen, now)
    world = tracked(site, world, seen, now)
    world = handed_off(site, world, now)
    world = recognised(site, world, now)
    return decided(site, world, seen, now)


def informed(world: World, seen: Sequence[Observation], now: Instant) -> World:
    """Return the world with every camera's link, head and passport brought up to date.

    What the run before left is taken over: a run begins with it.
    """
    cameras, desk = dict(world.cameras), world.desk
    for observation in seen:
        match observation:
            case (
                LinkSeen()
                | HeadSeen()
                | Interviewed()
                | MoveSeen()
                | RungsSeen()
                | PursuitSeen()
                | CameraReported()
            ):
                known = cameras.get(observation.camera, CameraState())
                cameras[observation.camera] = _with_report(known, observation)
            case Inherited(flags=flags, alarms=alarms):
                desk = replace(desk, flags=flags, alarms=alarms)
            case _:
                continue
    return replace(world, now_s=now.mono_s, cameras=cameras, desk=desk)


def _with_report(
    state: CameraState,
    report: LinkSeen | HeadSeen | Interviewed | MoveSeen | RungsSeen | PursuitSeen | CameraReported,
) -> CameraState:
    match report:
        case LinkSeen():
            return _with_link(state, report)
        case HeadSeen():
            moving = bool(report.moving) if report.moving is not None else state.moving
            return replace(state, aim=report.aim, aim_at_s=report.at_s, moving=moving)
        case Interviewed():
            return replace(state, passport=report.passport)
        case MoveSeen() | RungsSeen() | PursuitSeen():
            return _with_steering(state, report)
        case CameraReported():
            return replace(state, reported=with_report(state.reported, report))


def _with_steering(state: CameraState, report: MoveSeen | RungsSeen | PursuitSeen) -> CameraState:
    """Note what became of what the head was told."""
    match report:
        case MoveSeen():
            return replace(state, moving=report.end is MoveEnd.STARTED)
        case RungsSeen():
            return replace(state, rungs=report.rungs)
        case PursuitSeen():
            return replace(state, pursuit=report)


def _with_link(state: CameraState, report: LinkSeen) -> CameraState:
    """Forget what a camera that is gone said: it may come back looking elsewhere, and well."""
    gone = report.state.gone
    return replace(
        state,
        link=report.state,
        reason=report.reason,
        aim=None if gone else state.aim,
        moving=False if gone else state.moving,
        reported=() if gone else state.reported,
    )
