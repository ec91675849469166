"""Identity over cameras, measured on recorded sets with known truth.

    python tests/benchmarks/bench_handoff.py --sets wildtrack,gc_virtual --noise noisy --seeds 7

Boxes without identities go through the product's own tracker (``track.fuse``, ``track.life``), as
they would go through a tick of ``think``; the score tool compares the identities it gives back.
Sets come with a general calibration, so this driver computes the floor points and covariances
that ``geometry.lens`` would. Prints one line per set and seed, and one JSON object at the end. The
sets and the score tool are looked for in ``../shared``; the tool needs a Python with pandas
(``--score-python``).
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import unknown
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.tracks import Tracks
from orchestrator.geometry.lens import FLOOR_SIGMA_M, upright
from orchestrator.track.fuse import fused
from orchestrator.track.life import settled

SHARED = Path(__file__).resolve().parents[3] / "shared"
TOOL = SHARED / "tools" / "handoff_score.py"
SETS = SHARED / "data" / "handoff"
Array = NDArray[np.float64]
FOOT_SIGMA = 0.03 * np.array([1.0, np.sqrt(2.0)])
"""The sets' own noise of a foot in u and v, in box heights: the lower edge gets that of place and
of size. The product's ``BOX_SIGMA`` is that of its detector."""


@dataclass(frozen=True)
class Boxes:
    """The boxes of one camera's frame: their rows in the input, ``x y w h`` in pixels, when."""

    rows: NDArray[np.int64]
    boxes_px: Array
    camera: CameraId
    at_s: float


@dataclass(frozen=True)
class Eye:
    """A camera of a set: pixels to floor (3, 3), and the pixel all plumb lines run to."""

    homography: Array
    nadir_px: Array


def eye_of(camera: dict[str, Any]) -> Eye:
    """Return a camera from its calibration ``K, R`` and ``H_img2ground``."""
    down = np.array(camera["K"]) @ np.array(camera["R"]) @ np.array([0.0, 0.0, -1.0])
    return Eye(np.array(camera["H_img2ground"]), down[:2] / down[2])


def grounded(
    eye: Eye, boxes: Boxes, floor_sigma_m: float
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return the foot points on the floor, their covariances, and which are in front of us."""
    x, y, w, h = boxes.boxes_px.T
    feet, _ = upright(np.stack([x, y, x + w, y + h], axis=1), eye.nadir_px)
    foot = np.column_stack([feet, np.ones(len(x))]).T
    flat = eye.homography @ foot
    points = (flat[:2] / flat[2]).T
    slope = eye.homography[:2, :2] - points[:, :, None] * eye.homography[2, :2]
    noise = slope / flat[2][:, None, None] * (h[:, None, None] * FOOT_SIGMA)
    covariances = noise @ noise.transpose(0, 2, 1) + np.eye(2) * floor_sigma_m**2
    lower = eye.homography @ (foot + np.array([0.0, 3.0, 0.0])[:, None] * h)
    ahead = np.sign(flat[2]) == np.sign(lower[2])
    return points, covariances, ahead & (np.linalg.det(covariances) < 1e4)


def tracked_rows(
    eyes: dict[str, Eye], frames: list[Boxes], floor_sigma_m: float
) -> tuple[dict[int, int], list[float]]:
    """Return the target number of each reported row, and how long each tick took."""
    tracks = Tracks()
    numbers: dict[int, int] = {}
    spent: list[float] = []
    for at_s, group in groupby(frames, key=lambda frame: frame.at_s):
        begin = time.perf_counter()
        owners: dict[int, int] = {}
        for boxes in group:
            points, covariances, good = grounded(eyes[boxes.camera], boxes, floor_sigma_m)
            count = int(good.sum())
            tracks, serials = fused(
                tracks,
                points=points[good],
                covariances=covariances[good],
                kinds=np.full(count, Kind.PERSON.value, dtype=np.int8),
                scores=np.full(count, 0.8),
                appearances=unknown(count),
                camera=boxes.camera,
                at_s=boxes.at_s,
            )
            owners |= dict(zip(boxes.rows[good].tolist(), serials.tolist(), strict=True))
        tracks, heirs = settled(tracks, at_s)
        spent.append(time.perf_counter() - begin)
        known = dict(zip(tracks.serials.tolist(), tracks.numbers.tolist(), strict=True))
        numbers |= {
            row: number
            for row, serial in owners.items()
            if (number := known.get(heirs.get(serial, serial), 0))
        }
    return numbers, spent


def frames_of(path: Path) -> Iterator[Boxes]:
    """Yield the frames of an input file, in order of time and camera."""
    with path.open(encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: (float(row["t"]), row["cam"]))
    for (at, camera), group in groupby(rows, key=lambda row: (row["t"], row["cam"])):
        boxes = list(group)
        yield Boxes(
            rows=np.array([int(row["row"]) for row in boxes]),
            boxes_px=np.array([[float(row[k]) for k in "xywh"] for row in boxes]),
            camera=CameraId(camera),
            at_s=float(at),
        )


def measured(name: str, seed: int, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Return the score of one set with one seed of noise."""
    source, given, result = SETS / name, folder / "in.csv", folder / "out.csv"
    tool = [options.score_python, str(TOOL)]
    chosen = ["--noise", options.noise, "--seed", str(seed), "--every", str(options.every)]
    if options.cameras:
        chosen += ["--cameras", options.cameras]
    _run([*tool, "input", str(source), str(given), *chosen])
    meta = json.loads((source / "meta.json").read_text("utf-8"))
    eyes = {str(camera["id"]): eye_of(camera) for camera in meta["cameras"]}
    frames = list(frames_of(given))
    numbers, spent = tracked_rows(eyes, frames, options.floor_sigma)
    with result.open("w", encoding="utf-8") as out:
        out.write("row,gid\n" + "".join(f"{row},{gid}\n" for row, gid in numbers.items()))
    score: dict[str, Any] = json.loads(_run([*tool, "score", str(source), str(given), str(result)]))
    return score | {
        "seed": seed,
        "tick_ms": round(1e3 * fmean(spent), 2),
        "s": round(sum(spent), 2),
    }


def _run(command: list[str]) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    return done.stdout


def summary(scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the means over the seeds."""
    means: dict[str, Any] = {
        key: round(fmean(score[key] for score in scores), 4)
        for key in ("idf1", "hota", "mota", "gids", "people", "tick_ms", "s")
    }
    for kind in ("overlap", "blind"):
        for key in ("success", "wrong", "delay_p95_s"):
            values = [score["handoff"][kind].get(key) for score in scores]
            found = [value for value in values if value is not None]
            means[f"{kind}_{key}"] = round(fmean(found), 4) if found else None
    return means


def main() -> None:
    """Measure the sets and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", default="wildtrack,gc_virtual")
    parser.add_argument("--noise", choices=["clean", "noisy"], default="noisy")
    parser.add_argument("--seeds", default="7")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--cameras", default="")
    parser.add_argument("--floor-sigma", type=float, default=FLOOR_SIGMA_M)
    parser.add_argument("--score-python", default=sys.executable)
    options = parser.parse_args()
    if not TOOL.exists():
        sys.exit(f"the recorded sets are not here: {SETS}")
    results = {}
    for name in options.sets.split(","):
        scores = []
        for seed in map(int, options.seeds.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                scores.append(measured(name, seed, options, Path(folder)))
            sys.stdout.write(json.dumps(scores[-1]) + "\n")
        results[name] = summary(scores)
    sys.stdout.write(json.dumps({"noise": options.noise, "sets": results}) + "\n")


if __name__ == "__main__":
    main()
