"""Identities for recorded boxes, as the live product would publish them.

    python -m tests.benchmarks.handoff INPUT.csv META.json RESULT.csv [--uncalibrated]
           [--embeddings X.npy] [--links declared.json] [--no-cuts]

Reads ``row,frame,t,cam,x,y,w,h`` (pixels, top-left) in time order and writes ``row,gid``. The boxes
go through the product's own rooms: ``geometry.plane`` puts them on the floor, ``track.fuse``,
``track.life`` and ``track.across`` give them their identities. A row may be given another identity for one second, as a
live consumer that lags one second behind would see it; later it keeps what it has. That nothing
looks further ahead is checked by cutting the input at three random times: what is older than one
second before the cut must come out the same. Cameras without calibration share identities where
``track.sharing`` has learned that their pictures overlap, and all of them over blind gaps where
``track.reunion`` is certain, by ``--embeddings`` or over a passage that ``--links`` declares.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import unknown
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.domain.pictures import FLOOR, Pictures
from orchestrator.domain.sighting import Detections, Kind
from orchestrator.domain.tracks import Tracks
from orchestrator.geometry.plane import Plane
from orchestrator.topology.learn import USUAL_S
from orchestrator.track.across import across, known_of
from orchestrator.track.boxes import Boxes as Placed
from orchestrator.track.fuse import together
from orchestrator.track.life import settled
from orchestrator.track.pictures import Followed, Heirs, Known, followed, keys_of
from orchestrator.track.reunion import Looks

Array = NDArray[np.float64]
LAG_S = 1.0
CUTS = 3
TICK_S = 0.5
FOOT_SIGMA = 0.03 * np.array([1.0, np.sqrt(2.0)])
"""The noise of a foot in u and v, in box heights, that the recorded detector is said to have: the
lower edge gets that of place and of size. The product's own detector has ``lens.BOX_SIGMA``."""
_ROUNDING_S = 1e-6


@dataclass(frozen=True)
class Boxes:
    """The boxes of one camera's frame: their rows in the input, ``x1 y1 x2 y2`` in pixels, when."""

    rows: NDArray[np.int64]
    boxes_px: Array
    camera: CameraId
    at_s: float
    vectors: Array | None = None
    """How each box looks to a re-identification model, (n, d), where there is one."""


@dataclass
class Live:
    """The product's tracker over all cameras: the surveyed on one floor, others in their pictures."""

    planes: Mapping[CameraId, Plane]
    sizes_px: Mapping[CameraId, tuple[int, int]]
    known: Known = field(default_factory=Known)
    tracks: Tracks = field(default_factory=Tracks)
    pictures: Pictures = field(default_factory=Pictures)
    recent: list[tuple[float, int, CameraId, int]] = field(default_factory=list)
    """Rows that may still change their identity: when, which row, where, which serial took it."""
    settled_s: float = np.inf

    def tick(self, frames: Sequence[Boxes], at_s: float) -> dict[int, int]:
        """Take in the frames of one instant; return the identities of rows told or changed by it.

        Where the input has no frames for a while, time passes as it does in the live service.
        """
        while self._busy and at_s - self.settled_s > TICK_S + _ROUNDING_S:
            self.tick([], self.settled_s + TICK_S)
        self.settled_s = at_s
        on_floor = list(self._fused([one for one in frames if one.camera in self.planes]))
        after = [self._followed(boxes) for boxes in frames if boxes.camera not in self.planes]
        self.tracks, heirs = settled(self.tracks, at_s)
        looks = [
            _looks(boxes, good, points, keys_of(self.tracks, owners, heirs))
            for boxes, good, points, owners in on_floor
            if boxes.vectors is not None or self.known.ways
        ]
        told = across(self.pictures, self.tracks, after, looks, now_s=at_s, known=self.known)
        self.tracks, self.pictures = told.tracks, told.pictures
        return self._named({FLOOR: heirs, **told.heirs}, at_s)

    @property
    def _busy(self) -> bool:
        """Say whether anybody is followed, for whom time passes."""
        return len(self.tracks) > 0 or any(len(one) for one in self.pictures.tracks.values())

    def _named(self, heirs: Heirs, at_s: float) -> dict[int, int]:
        """Return the identities of all rows that are no older than what a consumer may lag."""
        tracks = {FLOOR: self.tracks, **self.pictures.tracks}
        numbers = {
            where: dict(zip(some.serials.tolist(), some.numbers.tolist(), strict=True))
            for where, some in tracks.items()
        }
        self.recent = [
            (when, row, where, heirs.get(where, {}).get(serial, serial))
            for when, row, where, serial in self.recent
            if at_s - when <= LAG_S + _ROUNDING_S
        ]
        name = self.pictures.sharing.name
        return {
            row: name(number)
            for _, row, where, serial in self.recent
            if (number := numbers.get(where, {}).get(serial, 0))
        }

    def _fused(
        self, frames: Sequence[Boxes]
    ) -> Iterator[tuple[Boxes, NDArray[np.bool_], Array, NDArray[np.int64]]]:
        """Put the frames of one instant on the floor; yield which boxes, where, and whose."""
        placed, whole = [], []
        for boxes in frames:
            points, covariances, good = self.planes[boxes.camera].grounded(
                boxes.boxes_px, FOOT_SIGMA
            )
            count = int(good.sum())
            one = Placed(
                points[good],
                covariances[good],
                np.full(count, Kind.PERSON.value, dtype=np.int8),
                np.full(count, 0.8),
                unknown(count),
                boxes.camera,
                boxes.at_s,
            )
            placed.append(one)
            whole.append((boxes, good))
        self.tracks, owners = together(self.tracks, placed)
        for (boxes, good), one, serials in zip(whole, placed, owners, strict=True):
            self._remember(boxes, boxes.rows[good], FLOOR, serials)
            yield boxes, good, one.points, serials

    def _followed(self, boxes: Boxes) -> Followed:
        """Follow one frame in the picture of a camera that nobody surveyed."""
        count, size_px = len(boxes.rows), self.sizes_px[boxes.camera]
        frame = Detections(
            camera=boxes.camera,
            exposed_s=boxes.at_s,
            aim=None,
            width_px=size_px[0],
            height_px=size_px[1],
            boxes_px=boxes.boxes_px.astype(np.float32),
            scores=np.full(count, 0.8, dtype=np.float32),
            kinds=np.full(count, Kind.PERSON.value, dtype=np.int8),
            appearances=unknown(count),
            vectors=None if boxes.vectors is None else boxes.vectors.astype(np.float32),
        )
        self.pictures, one = followed(self.pictures, frame, FOOT_SIGMA)
        taken = one.owners > 0
        self._remember(boxes, boxes.rows[taken], boxes.camera, one.owners[taken])
        return one

    def _remember(
        self, boxes: Boxes, rows: NDArray[np.int64], where: CameraId, serials: NDArray[np.int64]
    ) -> None:
        self.recent += [
            (boxes.at_s, row, where, serial)
            for row, serial in zip(rows.tolist(), serials.tolist(), strict=True)
        ]


def _looks(boxes: Boxes, good: NDArray[np.bool_], points: Array, keys: NDArray[np.int64]) -> Looks:
    """Return how those who were confirmed on the floor look in one frame."""
    told = keys > 0
    vectors = None if boxes.vectors is None else boxes.vectors[good][told]
    worn = unknown(int(told.sum()))
    return Looks(boxes.camera, boxes.at_s, keys[told], vectors, worn, points[told])


def plane_of(camera: Mapping[str, Any]) -> Plane:
    """Return a camera from its calibration ``K, R`` and ``H_img2ground``."""
    down = np.array(camera["K"]) @ np.array(camera["R"]) @ np.array([0.0, 0.0, -1.0])
    nadir_px = down[:2] / down[2] if abs(down[2]) > 1e-9 else None
    return Plane(np.array(camera["H_img2ground"]), nadir_px, camera["width"], camera["height"])


def identities(
    frames: Sequence[Boxes], cameras: Sequence[Mapping[str, Any]], known: Known | None = None
) -> dict[int, int]:
    """Return the identity of each row that has one; calibrated cameras share one floor.

    ``known`` is what a file declares of how the cameras hang together.
    """
    surveyed = {CameraId(str(c["id"])): plane_of(c) for c in cameras if c.get("H_img2ground")}
    sizes = {CameraId(str(c["id"])): (int(c["width"]), int(c["height"])) for c in cameras}
    live = Live(surveyed, sizes, known or Known())
    gids: dict[int, int] = {}
    for at_s, group in groupby(frames, key=lambda boxes: boxes.at_s):
        gids |= live.tick(list(group), at_s)
    return gids


def declared(path: Path) -> Known:
    """Return what a file declares: ``{"overlap": [[A, B]], "blind_links": [{"A", "B", ...}]}``.

    A link may say ``median_s``, ``p10_s`` and ``p90_s``; without, it may take any usual time.
    """
    said = json.loads(path.read_text("utf-8"))
    walks = [_walk(one) for one in said.get("blind_links", ())]
    overlaps = tuple(
        SharedFloor(CameraId(str(a)), CameraId(str(b)), 0.0, 0, None, declared=True)
        for a, b in said.get("overlap", ())
    )
    return known_of(LearnedMap(overlaps, tuple(walks)), date.min)


def _walk(one: Mapping[str, Any]) -> Walk:
    median_s = float(one.get("median_s", USUAL_S))
    p10_s = float(one.get("p10_s", median_s / 3.0))
    p90_s = float(one.get("p90_s", median_s * 3.0))
    a, b = CameraId(str(one["A"])), CameraId(str(one["B"]))
    return Walk(a, b, median_s, p10_s, p90_s, int(one.get("n", 0)), None, declared=True)


def frames_of(path: Path, vectors: Array | None = None) -> Iterator[Boxes]:
    """Yield the frames of an input file, in order of time and camera.

    ``vectors`` (rows, d) are how the rows look to a re-identification model.
    """
    with path.open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (float(row["t"]), row["cam"]))
    for (at, camera), group in groupby(rows, key=lambda row: (row["t"], row["cam"])):
        boxes = list(group)
        corner = np.array([[float(row[k]) for k in "xywh"] for row in boxes])
        corner[:, 2:] += corner[:, :2]
        numbers = np.array([int(row["row"]) for row in boxes])
        yield Boxes(
            rows=numbers,
            boxes_px=corner,
            camera=CameraId(camera),
            at_s=float(at),
            vectors=None if vectors is None else vectors[numbers],
        )


def cut_changes(
    frames: Sequence[Boxes],
    cameras: Sequence[Mapping[str, Any]],
    whole: Mapping[int, int],
    known: Known | None = None,
) -> int:
    """Return how many rows older than a second before a cut come out otherwise when cut there.

    Identities are compared as they are numbered: the same input must give the same numbers.
    """
    times = np.array([boxes.at_s for boxes in frames])
    rng = np.random.default_rng(len(frames))
    changed = 0
    for cut_s in rng.uniform(times[0], times[-1], CUTS) if len(times) else ():
        early = [boxes for boxes in frames if boxes.at_s <= cut_s]
        alone = identities(early, cameras, known)
        old = [row for boxes in early if boxes.at_s < cut_s - LAG_S for row in boxes.rows.tolist()]
        changed += sum(alone.get(row) != whole.get(row) for row in old)
    return changed


def main() -> None:
    """Write the identities of a file, after checking that nothing looked ahead."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("meta", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--uncalibrated", action="store_true")
    parser.add_argument("--embeddings", type=Path)
    parser.add_argument("--links", type=Path)
    parser.add_argument("--no-cuts", action="store_true", help="do not check for looking ahead")
    options = parser.parse_args()
    known = None if options.links is None else declared(options.links)
    cameras = json.loads(options.meta.read_text("utf-8"))["cameras"]
    if options.uncalibrated:
        cameras = [camera | {"H_img2ground": None} for camera in cameras]
    vectors = None if options.embeddings is None else np.load(options.embeddings)
    frames = list(frames_of(options.input, vectors))
    gids = identities(frames, cameras, known)
    if not options.no_cuts and (changed := cut_changes(frames, cameras, gids, known)):
        sys.exit(f"{changed} rows older than {LAG_S} s changed when the input was cut")
    with options.result.open("w", encoding="utf-8") as out:
        out.write("row,gid\n" + "".join(f"{row},{gid}\n" for row, gid in sorted(gids.items())))


if __name__ == "__main__":
    main()
