"""Expected arrivals: courses over the floor, held against what every view covers.

Each target is sent along a few courses (headings and paces around its own, weighted as a bell
curve; slow targets may turn anywhere), walking round walls rather than through them. A course
leaves when none of the views that see the target now covers it any more. A view that covers a
course from then on may get the target: the courses' weights add up to its probability, their
first places inside it give the window and the place of entry.

Who is not seen any more where somebody looks, or went straight at a wall and is not seen since, has
gone through a door or sits down behind something: nobody knows where to expect them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera, LinkState
from orchestrator.domain.ids import CameraId, ViewId
from orchestrator.domain.instant import Instant
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Target
from orchestrator.domain.topology import View
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.ptz import angle_between
from orchestrator.handoff.courses import STEP_S, WEIGHTS, courses
from orchestrator.handoff.ground import Ground, ground_of, seen_now
from orchestrator.handoff.passages import over_passages

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Steps = NDArray[np.intp]

LIKELY_MIN = 0.1
"""An arrival less probable than this is not worth a word."""
WALKING_MPS = 0.25
MISSED_S = 1.0
"""A detector misses nobody who is in view for longer than this."""
DOOR_S = 1.5
"""Who would have been in a wall so soon after they were last seen has gone through a door in it."""
_SAME_AIM_DEG = 1.0
_SAME_HFOV = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class _Eye:
    """What one working camera sees at this moment: the view's name and (cells + 1,) its floor."""

    view: ViewId
    camera: CameraId
    mask: Mask


def handed_off(site: Site, world: World, now: Instant) -> World:
    """Return the world with ``arrivals``: where each moving target is expected, soonest first.

    Those who have gone into a gap come after them, over the passages that the site's map knows.
    """
    arrivals = _over_the_floor(site, world, now)
    expected = {(arrival.target, arrival.view) for arrival in arrivals}
    arrivals += [
        arrival
        for arrival in over_passages(site, world.pictures, now)
        if (arrival.target, arrival.view) not in expected
    ]
    if not arrivals and not world.arrivals:
        return world
    return replace(world, arrivals=tuple(arrivals))


def _over_the_floor(site: Site, world: World, now: Instant) -> list[Arrival]:
    """Return where those who walk will come as they go on."""
    walkers = [target for target in world.targets if target.speed_mps >= WALKING_MPS]
    if not walkers or not site.topology.views:
        return []
    ground = ground_of(site)
    eyes = tuple(_eyes(site, world, ground))
    walkers = [target for target in walkers if not _vanished(target, ground, eyes, now.mono_s)]
    if not walkers:
        return []
    places = courses(walkers, ground)
    cells = ground.cells(places)
    lit = _lit(eyes, cells)
    return [
        arrival
        for row, target in enumerate(walkers)
        for arrival in _arrivals(
            site, ground, eyes, _Course(target, places[row], cells[row], lit[row]), now.mono_s
        )
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """One target's courses: ``places`` (k, s, 2) m, ``cells`` (k, s), ``lit`` (k, s, eyes)."""

    target: Target
    places: Array
    cells: Steps
    lit: Mask


def _eyes(site: Site, world: World, ground: Ground) -> Iterator[_Eye]:
    """Yield what every working camera sees now; a head that moves, or is lost, sees nothing."""
    views: dict[CameraId, list[tuple[int, View]]] = {camera.id: [] for camera in site.cameras}
    for column, view in enumerate(site.topology.views):
        views.setdefault(view.camera, []).append((column, view))
    for camera in site.cameras:
        state = world.cameras.get(camera.id)
        if state is not None and state.link not in (LinkState.ONLINE, LinkState.DEGRADED):
            continue
        if camera.ptz is None:
            for column, view in views[camera.id]:
                yield _Eye(view.id, camera.id, ground.covered[:, column])
        elif (aim := _resting(state)) is not None:
            name = _named(camera, aim, [view for _, view in views[camera.id]])
            yield _Eye(name, camera.id, seen_now(site, camera, aim))


def _vanished(target: Target, ground: Ground, eyes: Sequence[_Eye], now_s: float) -> bool:
    """Say whether somebody is not where their way should have led them.

    They were to be in view of a working camera now and a second from now, and are not seen; or what
    came in their way just after they were last seen is a wall.
    """
    missed_s = now_s - target.last_seen_s
    if missed_s <= MISSED_S:
        return False
    here, mps = np.array(target.position_m), np.array(target.velocity_mps)
    then = here - mps * missed_s
    soon, later, *after = ground.cells(
        np.stack([here, here + mps, then + mps * MISSED_S, then + mps * DOOR_S])
    )
    in_view = any(eye.mask[soon] and eye.mask[later] for eye in eyes)
    return in_view or bool(ground.walled[after].any())


def _resting(state: CameraState | None) -> Aim | None:
    """Return where a head looks, or None while it moves or has not been heard of."""
    return None if state is None or state.moving else state.aim


def _named(camera: Camera, aim: Aim, views: Sequence[View]) -> ViewId:
    """Return the preset's view that a head looks along, or the camera's own name."""
    for view in views:
        near = angle_between(view.aim, aim) <= _SAME_AIM_DEG
        if near and abs(aim.hfov_deg / view.aim.hfov_deg - 1) <= _SAME_HFOV:
            return view.id
    return ViewId(camera.id)


def _lit(eyes: Sequence[_Eye], cells: Steps) -> Mask:
    """Return (..., eyes): which eyes see each cell."""
    if not eyes:
        return np.zeros((*cells.shape, 0), dtype=bool)
    return np.stack([eye.mask[cells] for eye in eyes], axis=-1)


def _arrivals(
    site: Site, ground: Ground, eyes: Sequence[_Eye], course: _Course, now_s: float
) -> list[Arrival]:
    """Return the arrivals of one target, the most probable first."""
    seeing = _any(course.lit[:, 0, :], axis=0)
    leaves = _first(~_any(course.lit & seeing, axis=-1))
    if not (leaves < course.cells.shape[1]).any():
        return []
    view, leaves_s = _leaving(eyes, course, seeing, leaves, now_s)
    shown = {eye.view for eye, now in zip(eyes, seeing, strict=True) if now}
    after = np.arange(course.cells.shape[1]) >= leaves[:, None]
    views = np.flatnonzero(_any(ground.covered[course.cells[after]], axis=0))
    covered = ground.covered[course.cells[..., None], views]
    gets = _any(covered & after[:, :, None], axis=1)
    entries = covered.argmax(axis=1)
    found = []
    for column in np.flatnonzero(WEIGHTS @ gets >= LIKELY_MIN):
        if (entered := site.topology.views[views[column]].id) in shown:
            continue
        rows = np.flatnonzero(gets[:, column])
        steps = entries[rows, column]
        likely = int(np.argmax(WEIGHTS[rows]))
        x_m, y_m = course.places[rows[likely], steps[likely]].tolist()
        found.append(
            Arrival(
                target=course.target.id,
                leaves=view,
                leaves_s=leaves_s,
                view=entered,
                earliest_s=now_s + STEP_S * float(steps.min()),
                latest_s=now_s + STEP_S * float(steps.max()),
                probability=min(1.0, float(WEIGHTS[rows].sum())),
                at_m=(x_m, y_m),
            )
        )
    return sorted(found, key=lambda arrival: (-arrival.probability, arrival.earliest_s))


def _any(happens: Mask, axis: int) -> Mask:
    """Return where something happens along an axis."""
    return np.asarray(np.logical_or.reduce(happens, axis=axis), dtype=np.bool_)


def _first(happens: Mask) -> Steps:
    """Return (k,) the first step of (k, s) at which something happens; s if it never does."""
    never = happens.shape[1]
    steps = np.where(_any(happens, axis=1), happens.argmax(axis=1), never)
    return np.asarray(steps, dtype=np.intp)


def _leaving(
    eyes: Sequence[_Eye], course: _Course, seeing: Mask, leaves: Steps, now_s: float
) -> tuple[ViewId, float]:
    """Return the view that holds a target longest, and when it is expected to lose it.

    A target that nobody sees has left the camera that saw it last, when it did.
    """
    if not seeing.any():
        return _last_seen(eyes, course.target)
    going = np.flatnonzero(leaves < course.lit.shape[1])
    likely = going[np.argmax(WEIGHTS[going])]
    stays = np.where(seeing, _first(~course.lit[likely].T), -1)
    return eyes[int(stays.argmax())].view, now_s + STEP_S * float(leaves[likely])


def _last_seen(eyes: Sequence[_Eye], target: Target) -> tuple[ViewId, float]:
    """Return the view of the camera that saw a target last, as far as it is known."""
    if not target.seen_by:
        return ViewId(""), target.last_seen_s
    camera = max(target.seen_by, key=lambda seen: seen[1])[0]
    for eye in eyes:
        if eye.camera == camera:
            return eye.view, target.last_seen_s
    return ViewId(camera), target.last_seen_s
