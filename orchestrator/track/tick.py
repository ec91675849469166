"""One tick of tracking: every frame in the order of its exposure, then births and deaths.

Frames of one moment are asked together, and fused one by one: a late or lone frame is as welcome as any; what cannot
be believed is sorted out before, in ``track.intake``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import unknown
from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId, TargetId
from orchestrator.domain.instant import Instant
from orchestrator.domain.pictures import Pictures, Sharing
from orchestrator.domain.policy import Act
from orchestrator.domain.sighting import Detections, Kind, Observation, Sighting
from orchestrator.domain.site import Site
from orchestrator.domain.target import Target
from orchestrator.domain.tracks import Tracks
from orchestrator.domain.world import World
from orchestrator.geometry.fov import inside
from orchestrator.geometry.lens import floor_points
from orchestrator.privacy import closed_anywhere, stands_in_closed
from orchestrator.track.across import Across, across, doubts, known_of, pictured, target_id
from orchestrator.track.bounds import on_plan, standable
from orchestrator.track.boxes import Boxes
from orchestrator.track.doubles import distinct
from orchestrator.track.fuse import known, placed, together
from orchestrator.track.intake import EARLY_S, in_time, taken_in
from orchestrator.track.life import GLIMPSE_S, settled
from orchestrator.track.pictures import Followed, Known, followed, keys_of, looks_of
from orchestrator.track.reunion import Looks

Array = NDArray[np.float64]

WORKING_S = 1.0
"""A camera that sent no frame for longer than this does not cover anything."""
LATELY_S = 5.0
TRUST_HALF_LIFE_S = 2.0
TRUST_GRACE_S = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Fused:
    """One frame after fusion: where its boxes stand, and the serial that took each (0: none).

    ``worn`` (n, ``appearance.SIZE``) and ``vectors`` (n, d) are how those look who may be known.
    """

    frame: Detections
    points: Array
    covariances: Array
    valid: NDArray[np.bool_]
    owners: NDArray[np.int64]
    worn: NDArray[np.float32]
    vectors: NDArray[np.float32] | None


def tracked(site: Site, world: World, seen: Sequence[Observation], now: Instant) -> World:
    """Return the world with its tracks, targets and this tick's sightings brought up to date."""
    cameras = {camera.id: camera for camera in site.cameras}
    frames = [frame for frame in seen if isinstance(frame, Detections)]
    intake, frames = taken_in(site, world.intake, frames, now.mono_s)
    frames.sort(key=lambda frame: (frame.exposed_s, frame.camera))
    surveyed = tuple(camera.id for camera in site.cameras if camera.surveyed)
    tracks, pictures = known(world.tracks, surveyed), world.pictures
    unplaced: list[Followed] = []
    on_floor: list[Detections] = []
    for frame in frames:
        camera = cameras.get(frame.camera)
        if camera is None or camera.surveyed:
            on_floor.append(frame)
        else:
            pictures, shown = _with_picture(site, pictures, frame, now)
            unplaced.append(shown)
    tracks, after = _with_frames(site, tracks, on_floor, now)
    tracks = _looked(tracks, [one.frame for one in after], now.mono_s)
    covered = _covered(site, cameras, tracks, now.mono_s)
    tracks, heirs = settled(tracks, now.mono_s, covered)
    maps = known_of(site.map, now.wall.date())
    looks = _floor_looks(tracks, heirs, after, pictures, maps)
    told = across(pictures, tracks, unplaced, looks, now_s=now.mono_s, known=maps)
    return replace(
        world,
        intake=intake,
        tracks=told.tracks,
        pictures=told.pictures,
        targets=_targets(told.tracks, now.mono_s, told.pictures.sharing),
        pictured=pictured(told.pictures, now.mono_s),
        doubts=doubts(told.pictures),
        sightings=(*_sightings(told, heirs, after), *_unplaced(told, unplaced)),
    )


def _with_picture(
    site: Site, pictures: Pictures, frame: Detections, now: Instant
) -> tuple[Pictures, Followed]:
    """Return the pictures after one frame of a camera that nobody surveyed.

    Nobody knows where its people stand, so a zone closed to an act anywhere closes all of it.
    """
    if closed_anywhere(site, now, Act.DETECT):
        frame = frame.only(np.zeros(len(frame.boxes_px), dtype=bool))
    if closed_anywhere(site, now, Act.IDENTIFY):
        frame = replace(frame, appearances=unknown(len(frame.boxes_px)), vectors=None)
    if not in_time(frame.exposed_s, now.mono_s):
        return pictures, Followed(frame, np.zeros(len(frame.boxes_px), dtype=np.int64))
    return followed(pictures, frame)


def _floor_looks(
    tracks: Tracks,
    heirs: Mapping[int, int],
    after: Sequence[_Fused],
    pictures: Pictures,
    maps: Known,
) -> list[Looks]:
    """Return how those on the floor look, where there is something to tell them behind a gap by."""
    if not (maps.ways or pictures.tracks or any(one.vectors is not None for one in after)):
        return []
    found = []
    for one in after:
        keys = keys_of(tracks, one.owners, heirs)
        rows = np.flatnonzero(keys)
        frame = replace(one.frame.only(keys > 0), appearances=one.worn[rows])
        frame = replace(frame, vectors=None if one.vectors is None else one.vectors[rows])
        found.append(looks_of(frame, keys[rows], one.points[rows]))
    return found


def _with_frames(
    site: Site, tracks: Tracks, frames: Sequence[Detections], now: Instant
) -> tuple[Tracks, list[_Fused]]:
    """Return the tracks after frames of surveyed cameras, and what became of their boxes."""
    cameras = {camera.id: camera for camera in site.cameras}
    after = [_unfused(site, cameras.get(frame.camera), frame, now) for frame in frames]
    believed = [_believed(site, one, now) for one in after]
    tracks, took = together(
        tracks,
        [
            Boxes(
                one.points[good],
                one.covariances[good],
                one.frame.kinds[good],
                one.frame.scores[good],
                one.worn[good],
                one.frame.camera,
                one.frame.exposed_s,
                steady=cameras[one.frame.camera].ptz is None,
            )
            for one, good in zip(after, believed, strict=True)
            if good.any()
        ],
    )
    left = iter(took)
    for one, good in zip(after, believed, strict=True):
        if good.any():
            one.owners[good] = next(left)
    return tracks, after


def _unfused(site: Site, camera: Camera | None, frame: Detections, now: Instant) -> _Fused:
    """Return where a frame's boxes stand and how they look, before anybody has taken them."""
    frame, points, covariances, valid = _placed(site, camera, frame, now)
    worn, vectors = frame.appearances, frame.vectors
    if valid.any():
        nameless = stands_in_closed(site, now, Act.IDENTIFY, points, covariances)[:, None]
        worn = np.where(nameless, np.float32(np.nan), worn)
        if vectors is not None:
            vectors = np.where(nameless, np.float32(np.nan), vectors)
    owners = np.zeros(len(points), dtype=np.int64)
    return _Fused(frame, points, covariances, valid, owners, worn, vectors)


def _believed(site: Site, one: _Fused, now: Instant) -> NDArray[np.bool_]:
    """Return (n,) which boxes of a frame may be somebody's."""
    if not one.valid.any() or not in_time(one.frame.exposed_s, now.mono_s):
        return np.zeros(len(one.valid), dtype=np.bool_)
    good = one.valid & standable(site.plan, site.walls, one.points) & np.isfinite(one.frame.scores)
    good &= (one.frame.kinds != Kind.UNKNOWN.value) & distinct(one.frame)
    return np.asarray(good, dtype=np.bool_)


def _placed(
    site: Site, camera: Camera | None, frame: Detections, now: Instant
) -> tuple[Detections, Array, Array, NDArray[np.bool_]]:
    """Return a frame's boxes, where they stand, with which doubt, and which stand anywhere.

    Boxes that stand where nobody may be detected now are left out: nothing hears of them.
    """
    count = len(frame.boxes_px)
    if camera is None or count == 0:
        return frame, np.zeros((count, 2)), np.zeros((count, 2, 2)), np.zeros(count, dtype=bool)
    points, covariances, valid = floor_points(camera, frame)
    told = ~(valid & stands_in_closed(site, now, Act.DETECT, points, covariances))
    return frame.only(told), points[told], covariances[told], valid[told]


def _looked(tracks: Tracks, frames: Sequence[Detections], now_s: float) -> Tracks:
    """Return the tracks, remembering when and where each camera looked last."""
    when, aims = tracks.frame_s.copy(), list(tracks.aims)
    for frame in frames:
        if frame.camera not in tracks.cameras:
            continue
        column = tracks.cameras.index(frame.camera)
        if when[column] <= frame.exposed_s <= now_s + EARLY_S:
            when[column], aims[column] = frame.exposed_s, frame.aim
    return replace(tracks, frame_s=when, aims=tuple(aims))


def _covered(
    site: Site, cameras: Mapping[CameraId, Camera], tracks: Tracks, now_s: float
) -> NDArray[np.bool_]:
    """Return (n,) whether a working camera looks at where a track should be.

    Only those that nobody saw for a moment are looked for; the others count as covered, and so
    do those who walked off the plan: nobody waits for them.
    """
    covered = np.ones(len(tracks), dtype=bool)
    present = tracks.confirmed & ~tracks.absent
    doubtful = np.flatnonzero(present & (now_s - tracks.seen_s > GLIMPSE_S))
    if len(doubtful) == 0:
        return covered
    looking = [
        (cameras[camera], aim)
        for camera, aim, frame_s in zip(tracks.cameras, tracks.aims, tracks.frame_s, strict=True)
        if aim is not None and camera in cameras and now_s - frame_s <= WORKING_S
    ]
    places = placed(tracks, now_s)[0][:, :2]
    for row in doubtful:
        place = (float(places[row, 0]), float(places[row, 1]))
        covered[row] = not on_plan(site.plan, *place) or any(
            inside(camera, aim, place, site.walls) for camera, aim in looking
        )
    return covered


def _targets(tracks: Tracks, now_s: float, sharing: Sharing) -> tuple[Target, ...]:
    """Return the reader's view of every track that is confirmed and there, in the order of their numbers."""
    means, covariances = placed(tracks, now_s)
    sigmas = np.sqrt(np.sqrt(np.maximum(np.linalg.det(covariances[:, :2, :2]), 0.0)))
    unseen_s = np.maximum(now_s - tracks.seen_s - TRUST_GRACE_S, 0.0)
    trust = tracks.trust * 0.5 ** (unseen_s / TRUST_HALF_LIFE_S)
    rows = np.flatnonzero(tracks.confirmed & ~tracks.absent)
    return tuple(
        Target(
            id=target_id(sharing.name(int(tracks.numbers[row]))),
            kind=Kind(int(tracks.kinds[row])),
            position_m=(float(means[row, 0]), float(means[row, 1])),
            velocity_mps=(float(means[row, 2]), float(means[row, 3])),
            sigma_m=float(sigmas[row]),
            confidence=float(trust[row]),
            first_seen_s=float(tracks.born_s[row]),
            last_seen_s=float(tracks.seen_s[row]),
            seen_by=_seen_by(tracks, int(row), now_s),
        )
        for row in rows[np.argsort(tracks.numbers[rows])]
    )


def _seen_by(tracks: Tracks, row: int, now_s: float) -> tuple[tuple[CameraId, float], ...]:
    """Return the cameras that saw a track lately, and when."""
    when = tracks.camera_seen_s[row]
    return tuple(
        (tracks.cameras[column], float(when[column]))
        for column in np.flatnonzero(now_s - when <= LATELY_S)
    )


def _sightings(
    told: Across, heirs: Mapping[int, int], after: Sequence[_Fused]
) -> Iterator[Sighting]:
    """Yield one sighting per box, with the target that took it if that is confirmed by now."""
    name = told.pictures.sharing.name
    numbers = dict(zip(told.tracks.serials.tolist(), told.tracks.numbers.tolist(), strict=True))
    numbers |= {gone: numbers[heir] for gone, heir in heirs.items() if heir in numbers}
    for one in after:
        for index, owner in enumerate(one.owners.tolist()):
            number = numbers.get(owner, 0)
            yield _sighting(one, index, target_id(name(number)) if number else None)


def _unplaced(told: Across, shown: Sequence[Followed]) -> Iterator[Sighting]:
    """Yield one sighting per box in pictures that nobody surveyed."""
    name = told.pictures.sharing.name
    for one in shown:
        camera, count = one.frame.camera, len(one.owners)
        keys = keys_of(told.pictures.tracks.get(camera), one.owners, told.heirs.get(camera, {}))
        nowhere = np.zeros((count, 2)), np.zeros((count, 2, 2)), np.zeros(count, dtype=bool)
        boxes = _Fused(one.frame, *nowhere, one.owners, one.frame.appearances, None)
        for index, key in enumerate(keys.tolist()):
            yield _sighting(boxes, index, target_id(name(key)) if key else None)


def _sighting(one: _Fused, index: int, target: TargetId | None) -> Sighting:
    """Return what became of one box."""
    left, top, right, bottom = one.frame.boxes_px[index].tolist()
    ground_m = covariance_m2 = None
    if one.valid[index]:
        x_m, y_m = one.points[index].tolist()
        (xx, xy), (_, yy) = one.covariances[index].tolist()
        ground_m, covariance_m2 = (x_m, y_m), (xx, xy, yy)
    return Sighting(
        camera=one.frame.camera,
        at_s=one.frame.exposed_s,
        kind=Kind(int(one.frame.kinds[index])),
        score=float(one.frame.scores[index]),
        box_px=(left, top, right, bottom),
        ground_m=ground_m,
        covariance_m2=covariance_m2,
        target=target,
    )
