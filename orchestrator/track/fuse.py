"""One camera's frame meets the tracks: who stands where, with how much doubt, takes which box.

Frames are fused one after the other, so cameras need not run in step and one frame never gives a
track two boxes. What a pair costs is in ``track.boxes``, and what several frames of one moment agree on in
``track.agree``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.alignment import Alignment
from orchestrator.domain.ids import CameraId
from orchestrator.domain.tracks import Tracks
from orchestrator.track.agree import agreed
from orchestrator.track.align import aligned, taught
from orchestrator.track.appearance import learned, remembered
from orchestrator.track.boxes import Boxes, gains, pairs
from orchestrator.track.motion import Expected, advanced, agility, corrected, expected, newborn

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)

GUESS_M = 3.0
GUESS_SIGMA_M = 1.5
"""A lone box and a deserted track that near, and how much to doubt that they are one."""
TRUST_PER_SCORE = 0.6
MOMENT_S = 0.15
"""Frames of different cameras that near in time are of one moment."""
LATELY_S = 0.55
"""Whom another camera saw within this, tells how far a camera's floor is off."""
_NEVER = -np.inf


def together(tracks: Tracks, frames: Sequence[Boxes]) -> tuple[Tracks, list[Ints]]:
    """Return the tracks after some frames, and frame by frame (n,) the serial that took each box.

    Frames of different cameras that are about one moment are asked together first.
    """
    tracks = known(tracks, tuple(frame.camera for frame in frames))
    owners: list[Ints] = []
    for moment in _moments(frames):
        right = [_put_right(tracks, frame) for frame in moment]
        for raw, boxes, wanted in zip(moment, right, agreed(tracks, right), strict=True):
            tracks, took = _fused(tracks, raw, boxes, wanted)
            owners.append(took)
    return tracks, owners


def _moments(frames: Sequence[Boxes]) -> Iterator[list[Boxes]]:
    """Yield runs of frames that are near in time, and of which no two are one camera's."""
    moment: list[Boxes] = []
    for frame in frames:
        new = moment and (
            frame.at_s - moment[0].at_s > MOMENT_S
            or any(frame.camera == other.camera for other in moment)
        )
        if new:
            yield moment
            moment = []
        moment.append(frame)
    if moment:
        yield moment


def fused(tracks: Tracks, frame: Boxes) -> tuple[Tracks, Ints]:
    """Return the tracks after one frame alone, and (n,) the serial that took each box.

    Every box ends in a track: one that was there, or one that is born unconfirmed with it.
    """
    tracks = known(tracks, (frame.camera,))
    nothing = np.zeros(len(frame.points), dtype=np.int64)
    return _fused(tracks, frame, _put_right(tracks, frame), nothing)


def _fused(tracks: Tracks, raw: Boxes, boxes: Boxes, wanted: Ints) -> tuple[Tracks, Ints]:
    """Return the tracks after one frame, ``raw`` and put right, and who took each box.

    ``wanted`` (n,) are the serials that boxes belong to already; 0 where that is not known.
    """
    owners = np.zeros(len(raw.points), dtype=np.int64)
    if len(owners) == 0:
        return tracks, owners
    here = tracks.only(~tracks.absent)
    if len(here):
        state = expected(here.means, here.covariances, boxes.at_s - here.at_s, agility(here.kinds))
        chosen, rows = _taken(here, state, boxes, wanted)
        owners[chosen] = here.serials[rows]
        hit = np.flatnonzero(~tracks.absent)[rows]
        mine = boxes.only(chosen)
        if boxes.steady:
            tracks = replace(tracks, alignments=_alignments(here, state, raw, (chosen, rows)))
        tracks = _described(_hit(tracks, hit, state.only(rows), mine), hit, mine)
    new = owners == 0
    if new.any():
        owners[new] = tracks.next_serial + np.arange(int(new.sum()))
        tracks = _born(tracks, boxes.only(new))
    return _proved_apart(tracks, owners, boxes.at_s), owners


def _taken(tracks: Tracks, state: Expected, boxes: Boxes, wanted: Ints) -> tuple[Rows, Rows]:
    """Return which boxes take which rows: as wanted, and the others as is likeliest."""
    settled = np.flatnonzero(wanted)
    rows = np.searchsorted(tracks.serials, wanted[settled])
    free_boxes = np.flatnonzero(wanted == 0)
    if len(free_boxes) == 0:
        return settled, rows
    free_rows = np.ones(len(tracks), dtype=bool)
    free_rows[rows] = False
    free = np.flatnonzero(free_rows)
    worth = gains(tracks, state, boxes.only(free_boxes))[:, free]
    chosen, took = pairs(worth)
    return np.r_[settled, free_boxes[chosen]], np.r_[rows, free[took]]


def known(tracks: Tracks, cameras: Sequence[CameraId]) -> Tracks:
    """Return the tracks with a column for each of ``cameras``."""
    missing = tuple(camera for camera in cameras if camera not in tracks.cameras)
    if not missing:
        return tracks
    blank = np.full((len(tracks), len(missing)), _NEVER)
    return replace(
        tracks,
        cameras=tracks.cameras + missing,
        camera_seen_s=np.hstack([tracks.camera_seen_s, blank]),
        frame_s=np.concatenate([tracks.frame_s, np.full(len(missing), _NEVER)]),
        aims=tracks.aims + (None,) * len(missing),
        alignments=tracks.alignments + (Alignment(),) * len(missing),
    )


def _hit(tracks: Tracks, rows: NDArray[np.intp], state: Expected, boxes: Boxes) -> Tracks:
    """Return the tracks with ``rows`` (k,), expected at ``state``, corrected by k boxes, one each."""
    if len(rows) == 0:
        return tracks
    means, grown = tracks.means.copy(), tracks.covariances.copy()
    means[rows], grown[rows] = corrected(state, boxes.points, boxes.covariances)
    times, trust = tracks.at_s.copy(), tracks.trust.copy()
    times[rows] = np.maximum(times[rows], boxes.at_s)
    trust[rows] = 1 - (1 - trust[rows]) * (1 - TRUST_PER_SCORE * boxes.scores)
    hits, seen = tracks.hits_s.copy(), tracks.camera_seen_s.copy()
    hits[rows, 0] = np.maximum(hits[rows, 0], boxes.at_s)
    hits[rows] = np.sort(hits[rows], axis=1)
    column = tracks.cameras.index(boxes.camera)
    seen[rows, column] = np.maximum(seen[rows, column], boxes.at_s)
    return replace(
        tracks,
        means=means,
        covariances=grown,
        at_s=times,
        trust=trust,
        hits_s=hits,
        camera_seen_s=seen,
    )


def _put_right(tracks: Tracks, boxes: Boxes) -> Boxes:
    """Return the boxes with what is known of their camera's floor applied, where it is fixed."""
    if not boxes.steady:
        return boxes
    learnt = tracks.alignments[tracks.cameras.index(boxes.camera)]
    points, covariances = aligned(learnt, boxes.points, boxes.covariances)
    return replace(boxes, points=points, covariances=covariances)


def _alignments(
    tracks: Tracks, state: Expected, boxes: Boxes, pairs: tuple[Rows, Rows]
) -> tuple[Alignment, ...]:
    """Return what is known of all cameras' floors after a frame of one of them.

    ``boxes`` are as geometry gave them, ``pairs`` which of them took which track. People whom
    other cameras see teach exactly; where a box stays alone and somebody whom only others see is
    near, the two may be one on a floor that is far off, and teach a little.
    """
    column = tracks.cameras.index(boxes.camera)
    lately = boxes.at_s - tracks.camera_seen_s <= LATELY_S
    own = lately[:, column].copy()
    lately[:, column] = False
    others = tracks.confirmed & lately.any(axis=1)
    took, rows = pairs
    sure = others[rows]
    known = _lesson(tracks.alignments[column], boxes, state, (took[sure], rows[sure]))
    lone = np.ones(len(boxes.points), dtype=bool)
    lone[took[sure]] = False
    deserted = others & ~own
    deserted[rows] = False
    if lone.any() and deserted.any():
        near = _nearest(known, boxes, state, (np.flatnonzero(lone), np.flatnonzero(deserted)))
        known = _lesson(known, boxes, state, near, guess_sigma_m=GUESS_SIGMA_M)
    return (*tracks.alignments[:column], known, *tracks.alignments[column + 1 :])


def _lesson(
    known: Alignment,
    boxes: Boxes,
    state: Expected,
    pairs: tuple[Rows, Rows],
    *,
    guess_sigma_m: float = 0.0,
) -> Alignment:
    """Return what is known of a floor after some pairs of a box and a track."""
    took, rows = pairs
    return taught(
        known,
        boxes.points[took],
        boxes.covariances[took] + guess_sigma_m**2 * np.eye(2),
        state.points[rows],
        state.doubts[rows],
        at_s=boxes.at_s,
    )


def _nearest(
    known: Alignment, boxes: Boxes, state: Expected, among: tuple[Rows, Rows]
) -> tuple[Rows, Rows]:
    """Return pairs of lone boxes and deserted tracks, each the nearest of the other."""
    lone, deserted = among
    points, _ = aligned(known, boxes.points[lone], boxes.covariances[lone])
    off = np.hypot(*np.moveaxis(points[:, None] - state.points[deserted], -1, 0))
    best, back = off.argmin(axis=1), off.argmin(axis=0)
    rows = np.flatnonzero((back[best] == np.arange(len(lone))) & (off.min(axis=1) <= GUESS_M))
    return lone[rows], deserted[best[rows]]


def _described(tracks: Tracks, rows: NDArray[np.intp], boxes: Boxes) -> Tracks:
    """Return the tracks with ``rows`` (k,) known better by how k boxes look, one each."""
    told = ~np.isnan(boxes.appearances[:, 0])
    if not told.any():
        return tracks
    rows, worn = rows[told], boxes.appearances[told].astype(np.float64)
    known, looks = tracks.appearances.copy(), tracks.looks.copy()
    within = learned(tracks.within, known[rows], looks[rows], worn)
    known[rows], looks[rows] = remembered(known[rows], looks[rows], worn)
    return replace(tracks, appearances=known, looks=looks, within=within)


def _born(tracks: Tracks, boxes: Boxes) -> Tracks:
    """Return the tracks with one more, unconfirmed, for each of k boxes."""
    count = len(boxes.points)
    means, grown = newborn(boxes.points, boxes.covariances, boxes.kinds)
    hits = np.full((count, 3), _NEVER)
    hits[:, -1] = boxes.at_s
    seen = np.full((count, len(tracks.cameras)), _NEVER)
    seen[:, tracks.cameras.index(boxes.camera)] = boxes.at_s
    return replace(
        tracks,
        serials=_with(tracks.serials, tracks.next_serial + np.arange(count)),
        numbers=_with(tracks.numbers, np.zeros(count, dtype=np.int64)),
        kinds=_with(tracks.kinds, boxes.kinds),
        means=_with(tracks.means, means),
        covariances=_with(tracks.covariances, grown),
        at_s=_with(tracks.at_s, np.full(count, boxes.at_s)),
        born_s=_with(tracks.born_s, np.full(count, boxes.at_s)),
        trust=_with(tracks.trust, TRUST_PER_SCORE * boxes.scores.astype(np.float64)),
        hits_s=_with(tracks.hits_s, hits),
        camera_seen_s=_with(tracks.camera_seen_s, seen),
        missed_s=_with(tracks.missed_s, np.full(count, np.inf)),
        apart_s=np.pad(tracks.apart_s, (0, count), constant_values=_NEVER),
        close_s=np.pad(tracks.close_s, (0, count), constant_values=np.inf),
        appearances=np.concatenate([tracks.appearances, boxes.appearances.astype(np.float64)]),
        looks=_with(tracks.looks, (~np.isnan(boxes.appearances).any(axis=1)).astype(np.float64)),
        absent=_with(tracks.absent, np.zeros(count, dtype=bool)),
        next_serial=tracks.next_serial + count,
    )


def _with(rows: NDArray[Scalar], more: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return the rows and more rows."""
    return np.concatenate([rows, more])


def _proved_apart(tracks: Tracks, owners: Ints, at_s: float) -> Tracks:
    """Return the tracks, remembering that those in one frame are different people."""
    if len(owners) < 2:
        return tracks
    rows = np.searchsorted(tracks.serials, owners)
    apart = tracks.apart_s.copy()
    apart[np.ix_(rows, rows)] = at_s
    return replace(tracks, apart_s=apart)


def placed(tracks: Tracks, at_s: float) -> tuple[Array, Array]:
    """Return every track's state (n, 4) and covariance (n, 4, 4) at one common time."""
    ahead_s = np.maximum(at_s - tracks.at_s, 0.0)
    return advanced(tracks.means, tracks.covariances, ahead_s, agility(tracks.kinds))
