"""Cameras that nobody surveyed: each is followed in its own picture, and identities are shared.

The picture of such a camera is its own floor, in units of a person's height, with the same tracker
on it. Who is who is then found by ``track.sharing`` where pictures show the same floor, and by
``track.reunion`` across gaps, also to and from the floor of the surveyed cameras.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.domain.pictures import FLOOR, Array, Pictures, Shot
from orchestrator.domain.sighting import Detections, Kind
from orchestrator.domain.tracks import Tracks
from orchestrator.geometry.lens import BOX_SIGMA
from orchestrator.geometry.plane import Plane
from orchestrator.topology import Ways
from orchestrator.track.boxes import Boxes
from orchestrator.track.doubles import distinct
from orchestrator.track.fuse import fused
from orchestrator.track.life import settled
from orchestrator.track.reunion import Here, Looks, looked, reunited
from orchestrator.track.sharing import Overlaps, shared, stepped

Ints = NDArray[np.int64]
Heirs = Mapping[CameraId, Mapping[int, int]]
"""Which serial of each camera lives on in which."""
FOOT_SIGMA = np.array(BOX_SIGMA)
SURER = 1.2
"""In a picture alone people often stand before one another: only a much surer box makes a double."""
LATE_S = 0.5
"""Who was seen on the floor within this counts as there."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What a site's map says of how its cameras hang together."""

    overlaps: Overlaps = ()
    ways: Ways = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What became of the boxes of one frame: the serial of the track that took each (0: none)."""

    frame: Detections
    owners: Ints


def followed(
    state: Pictures, frame: Detections, foot_sigma: Array = FOOT_SIGMA
) -> tuple[Pictures, Followed]:
    """Return the state after one frame of a camera that nobody surveyed, and its boxes' tracks.

    ``foot_sigma`` (2,) is the noise of a foot in u and v, in box heights.
    """
    boxes = frame.boxes_px.astype(np.float64)
    owners = np.zeros(len(boxes), dtype=np.int64)
    tall_px = state.tall_px.get(frame.camera) or _tall_px(boxes)
    if tall_px is None:
        return state, Followed(frame, owners)
    plane = Plane.of_picture(tall_px, frame.width_px, frame.height_px)
    points, covariances, good = plane.grounded(boxes, foot_sigma)
    good &= np.isfinite(frame.scores) & (frame.kinds != Kind.UNKNOWN.value)
    good &= distinct(frame, surer=SURER)
    placed = Boxes(
        points[good],
        covariances[good],
        frame.kinds[good],
        frame.scores[good],
        frame.appearances[good],
        frame.camera,
        frame.exposed_s,
    )
    tracks, owners[good] = fused(state.tracks.get(frame.camera, Tracks()), placed)
    state = replace(
        state,
        tracks={**state.tracks, frame.camera: tracks},
        tall_px={**state.tall_px, frame.camera: tall_px},
    )
    return state, Followed(frame, owners)


def _tall_px(boxes: Array) -> float | None:
    """Return how tall people are in a picture that shows some; None where it shows nobody."""
    tall = boxes[:, 3] - boxes[:, 1]
    tall = tall[np.isfinite(tall) & (tall > 0)]
    return float(np.median(tall)) if len(tall) else None


def aged(state: Pictures, now_s: float) -> tuple[Pictures, Heirs]:
    """Return the state with births and deaths, and which serial of each camera lives on in which.

    Keys are drawn from ``state.sharing.next_key`` on.
    """
    tracks, next_key = dict(state.tracks), state.sharing.next_key
    heirs: dict[CameraId, Mapping[int, int]] = {}
    for camera, mine in sorted(tracks.items()):
        tracks[camera], heirs[camera] = settled(replace(mine, next_number=next_key), now_s)
        next_key = tracks[camera].next_number
    sharing = replace(state.sharing, next_key=next_key)
    return replace(state, tracks=tracks, sharing=sharing), heirs


def identified(
    state: Pictures, after: Sequence[Followed], heirs: Heirs, now_s: float, known: Known
) -> Pictures:
    """Return the state after everybody in these frames, and who came, were held against the rest."""
    sharing, reunion = state.sharing, state.reunion
    for one in after:
        camera = one.frame.camera
        keys = keys_of(state.tracks.get(camera), one.owners, heirs.get(camera))
        rows = np.flatnonzero(keys)
        frame = one.frame.only(keys > 0)
        size_px = (frame.width_px, frame.height_px)
        shot = Shot(keys[rows], frame.boxes_px.astype(np.float64), size_px, frame.exposed_s)
        sharing = shared(sharing, camera, shot)
        reunion = looked(reunion, looks_of(frame, keys[rows]))
    sharing = stepped(sharing, now_s, known.overlaps)
    within = next((one.within for one in state.tracks.values()), Tracks().within)
    reunion, sharing = reunited(reunion, sharing, Here(now_s, within, known.ways))
    return replace(state, sharing=sharing, reunion=reunion)


def keys_of(tracks: Tracks | None, owners: Ints, heirs: Mapping[int, int] | None = None) -> Ints:
    """Return (n,) the keys of the tracks with these serials; 0 for who is not confirmed."""
    if tracks is None:
        return np.zeros(len(owners), dtype=np.int64)
    numbers = dict(zip(tracks.serials.tolist(), tracks.numbers.tolist(), strict=True))
    serials = owners.tolist() if heirs is None else [heirs.get(one, one) for one in owners.tolist()]
    return np.array([numbers.get(serial, 0) for serial in serials], dtype=np.int64)


def looks_of(frame: Detections, keys: Ints, places_m: Array | None = None) -> Looks:
    """Return how the people in a frame look."""
    worn, vectors = frame.appearances, frame.vectors
    return Looks(frame.camera, frame.exposed_s, keys, vectors, worn, places_m)


def on_floor(state: Pictures, tracks: Tracks, frames: Sequence[Looks], now_s: float) -> Pictures:
    """Return the state after frames of surveyed cameras, in which people stand on the floor.

    The floor counts as one picture that shows everybody who was just seen.
    """
    reunion = state.reunion
    for frame in frames:
        reunion = looked(reunion, frame)
    there = tracks.confirmed & ~tracks.absent & (now_s - tracks.seen_s <= LATE_S)
    keys = tracks.numbers[there]
    nowhere = Shot(keys, np.zeros((len(keys), 4)), (1, 1), -np.inf)
    sharing = replace(state.sharing, shots={**state.sharing.shots, FLOOR: nowhere})
    return replace(state, reunion=reunion, sharing=sharing)
