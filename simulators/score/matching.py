"""Which box shows whom: the product's boxes laid over the true picture they were found on.

A ``boxes`` record belongs to the true frame of its camera whose exposure is nearest, within
``WITHIN_S``; each frame is given to one record at most, the nearer. On a frame, people who are
at least half visible and ``MIN_HEIGHT_PX`` tall *count*: the product's ``person`` boxes are
assigned to them one to one with the greatest sum of IoU, pairs under ``MIN_IOU`` left out.
Everybody else is *neutral*: neither missed when not found, nor false when found. A person box
left over is neutral when half of it lies in the box of a neutral person; any other is false.
Boxes of vehicles and bikes say nothing about people and are left out.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from simulators.score.records import Body, Box, Boxes, FoundBox, PersonId, TruthFrame
from simulators.score.sight import MIN_HEIGHT_PX, Bools, Floats

WITHIN_S = 0.060
MIN_IOU = 0.5
MIN_VISIBLE = 0.5
MIN_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Looked:
    """A true frame that the product looked at.

    ``found`` maps everybody who counts to the identity shown on their box (None: no identity);
    ``missed`` are those without a box; ``stray`` are the identities of false boxes.
    """

    camera: str
    at_s: float
    found: Mapping[PersonId, str | None]
    missed: tuple[PersonId, ...]
    stray: tuple[str | None, ...]
    neutral: int


@dataclass(frozen=True, slots=True)
class Matched:
    """Every frame that was looked at, in order of time, and how well the clocks agree."""

    looked: tuple[Looked, ...]
    records: int
    unmatched: int
    offset_s: float | None
    """Median of journal exposure minus true exposure."""

    @property
    def unmatched_share(self) -> float | None:
        """Return the share of ``boxes`` records without a true frame."""
        return self.unmatched / self.records if self.records else None


def counts(body: Body) -> bool:
    """Return whether somebody in a picture is to be found: half visible, and tall enough."""
    return body.visible >= MIN_VISIBLE and body.height_px >= MIN_HEIGHT_PX


def matched(
    boxes: Mapping[str, Sequence[Boxes]], frames: Mapping[str, Sequence[TruthFrame]]
) -> Matched:
    """Return what the product found, frame by frame."""
    looked: list[Looked] = []
    offsets: list[float] = []
    for camera, found in boxes.items():
        for boxed, frame in paired(found, frames.get(camera, ())):
            looked.append(looked_at(boxed, frame))
            offsets.append(boxed.exposed_s - frame.at_s)
    records = sum(len(found) for found in boxes.values())
    return Matched(
        looked=tuple(sorted(looked, key=lambda frame: frame.at_s)),
        records=records,
        unmatched=records - len(looked),
        offset_s=float(np.median(offsets)) if offsets else None,
    )


def paired(boxes: Sequence[Boxes], frames: Sequence[TruthFrame]) -> list[tuple[Boxes, TruthFrame]]:
    """Return each record with its frame, both of one camera and in order of exposure."""
    times_s = [frame.at_s for frame in frames]
    best: dict[int, Boxes] = {}
    for boxed in boxes:
        index = _nearest(times_s, boxed.exposed_s)
        if index is None or abs(times_s[index] - boxed.exposed_s) > WITHIN_S:
            continue
        rival = best.get(index)
        if rival is None or _nearer(boxed, rival, times_s[index]):
            best[index] = boxed
    return [(best[index], frames[index]) for index in sorted(best)]


def looked_at(boxed: Boxes, frame: TruthFrame) -> Looked:
    """Return who of a frame was found, who was missed, and what was seen that is not there."""
    people = [body for body in frame.people if counts(body)]
    ignored = [body.box for body in frame.people if not counts(body)]
    boxes = [box for box in boxed.boxes if box.kind == "person"]
    pairs = _assigned([_corners(box) for box in boxes], [body.box for body in people])
    left = [box for index, box in enumerate(boxes) if index not in pairs]
    stray = [box for box in left if not _covered(_corners(box), ignored)]
    found = {people[person].id: boxes[box].target for box, person in pairs.items()}
    return Looked(
        camera=frame.camera,
        at_s=frame.at_s,
        found=found,
        missed=tuple(body.id for body in people if body.id not in found),
        stray=tuple(box.target for box in stray),
        neutral=len(left) - len(stray),
    )


def overlap(one: Floats, other: Floats) -> Floats:
    """Return the IoU of every box of (n, 4) with every box of (m, 4), as (n, m)."""
    shared = _shared(one, other)
    areas = _area(one)[:, None] + _area(other)[None, :] - shared
    return np.divide(shared, areas, out=np.zeros_like(shared), where=areas > 0)


def _assigned(found: Sequence[Box], true: Sequence[Box]) -> dict[int, int]:
    """Return found index -> true index, the pairs with the greatest sum of IoU."""
    if not found or not true:
        return {}
    iou = overlap(np.array(found), np.array(true))
    good: Bools = iou >= MIN_IOU
    rows, columns = linear_sum_assignment(np.where(good, iou, 0.0), maximize=True)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if good[row, column]
    }


def _covered(box: Box, neutral: Sequence[Box]) -> bool:
    """Return whether half of ``box`` lies in one of the neutral boxes."""
    if not neutral:
        return False
    alone = np.array([box])
    return bool((_shared(alone, np.array(neutral)) >= MIN_COVERED * _area(alone)).any())


def _shared(one: Floats, other: Floats) -> Floats:
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared: Floats = np.clip(high - low, 0, None).prod(axis=2)
    return shared


def _area(boxes: Floats) -> Floats:
    area: Floats = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    return area


def _corners(box: FoundBox) -> Box:
    return (box.x1, box.y1, box.x2, box.y2)


def _nearest(times_s: Sequence[float], moment_s: float) -> int | None:
    if not times_s:
        return None
    after = min(bisect_left(times_s, moment_s), len(times_s) - 1)
    before = max(after - 1, 0)
    nearer = abs(times_s[before] - moment_s) <= abs(times_s[after] - moment_s)
    return before if nearer else after


def _nearer(one: Boxes, other: Boxes, moment_s: float) -> bool:
    return abs(one.exposed_s - moment_s) < abs(other.exposed_s - moment_s)
