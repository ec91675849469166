"""Identity over cameras and the map that learns itself, measured against known truth.

    python -m tests.benchmarks.bench_handoff [--seeds 1,2,3,4,5] [--page docs/reference/handoff-figures.md]

Recorded boxes without identities go through ``tests.benchmarks.handoff``, the same way the command
line takes; the score tool compares what comes back. The last line is JSON, ``{"bench": "handoff",
"measures": [...]}``; the same table is written as a page. The sets and the score tool are looked
for in ``../shared``, the tool needs a Python with pandas (``SCORE_PYTHON``); where one of them is
not there it is said so, and only simulated walks are measured.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from tests.benchmarks.figures import measures, page
from tests.benchmarks.handoff import cut_changes, frames_of, identities
from tests.benchmarks.live_figures import CAMERAS, cores_50x20_10hz, reported_share
from tests.benchmarks.panning import ptz_values
from tests.benchmarks.topology import learned
from tests.benchmarks.walks import idf1, metas, only, recorded, ring, strolls, thinned

SHARED = Path(__file__).resolve().parents[3] / "shared"
TOOL = SHARED / "tools" / "handoff_score.py"
SETS = SHARED / "data" / "handoff"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "handoff-figures.md"
CALIBRATED = {"wildtrack": "wildtrack", "pets2009": "pets2009_s2l1", "gc_virtual": "gc_virtual"}
OTHERS = {"nlpr": "nlpr_mct_c12", "campus": "campus_auditorium"}
INVARIANCE = (
    ("pets2009_s2l1", ("--every", "2"), False),
    ("campus_auditorium", ("--every", "2"), True),
    ("wildtrack", ("--cameras", "C1,C2,C3,C4,C5"), False),
)
Values = dict[str, float | None]


@dataclass(frozen=True)
class Scorer:
    """The score tool under a Python that can run it, and a folder for what passes between."""

    python: str
    folder: Path

    def scored(
        self,
        name: str,
        *options: str,
        uncalibrated: bool = False,
        score_from_s: float | None = None,
        checked: bool = False,
    ) -> tuple[dict[str, Any], float]:
        """Return the score of one set with the tool's options, and the seconds tracking took."""
        source, given, result = SETS / name, self.folder / "in.csv", self.folder / "out.csv"
        self._run("input", str(source), str(given), *options)
        cameras = json.loads((source / "meta.json").read_text("utf-8"))["cameras"]
        if uncalibrated:
            cameras = [camera | {"H_img2ground": None} for camera in cameras]
        looks = given.with_suffix(".npy")
        vectors = np.load(looks) if "--appearance" in options else None
        frames = list(frames_of(given, vectors))
        begin = time.process_time()
        gids = identities(frames, cameras)
        spent_s = time.process_time() - begin
        if checked and (changed := cut_changes(frames, cameras, gids)):
            sys.exit(f"{name}: {changed} old rows changed when the input was cut")
        result.write_text(
            "row,gid\n" + "".join(f"{row},{gid}\n" for row, gid in gids.items()), "utf-8"
        )
        since = [] if score_from_s is None else ["--score-from", str(score_from_s)]
        return json.loads(self._run("score", str(source), str(given), str(result), *since)), spent_s

    def mapped(self, name: str, *, uncalibrated: bool) -> dict[str, Any]:
        """Return the score of the map that one set's clean boxes teach."""
        source, given, graph = SETS / name, self.folder / "in.csv", self.folder / "graph.json"
        self._run("input", str(source), str(given))
        cameras = json.loads((source / "meta.json").read_text("utf-8"))["cameras"]
        if uncalibrated:
            cameras = [camera | {"H_img2ground": None} for camera in cameras]
        graph.write_text(json.dumps(learned(list(frames_of(given)), cameras)), "utf-8")
        said: dict[str, Any] = json.loads(self._run("topology", str(source), str(graph)))
        return said

    def _run(self, *arguments: str) -> str:
        command = [self.python, str(TOOL), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr or done.stdout)
        return done.stdout


def score_python() -> str | None:
    """Return a Python that has pandas and scipy, or None."""
    own = "out/scoring/bin/python"  # make bench-handoff puts one there
    for name in (os.environ.get("SCORE_PYTHON"), sys.executable, own, "python3"):
        python = shutil.which(name or "")
        if python is None:
            continue
        tried = subprocess.run(
            [python, "-c", "import pandas, scipy"], check=False, capture_output=True
        )
        if tried.returncode == 0:
            return python
    return None


def told(scores: list[dict[str, Any]], prefix: str) -> Values:
    """Return the means of what the score tool said, under our names."""
    values: Values = {
        f"{prefix}_{key}": fmean(score[key] for score in scores) for key in ("idf1", "mcta")
    }
    for kind in ("overlap", "blind"):
        for key in ("success", "wrong"):
            found = [value for s in scores if (value := s["handoff"][kind].get(key)) is not None]
            values[f"{prefix}_{kind}_{key}"] = fmean(found) if found else None
    return values


def recorded_values(scorer: Scorer, seeds: list[str]) -> Values:
    """Return the figures of the recorded sets."""
    values: Values = {}
    for short, name in CALIBRATED.items():
        clean, spent_s = scorer.scored(name, checked=True)
        values |= told([clean], f"{short}_clean")
        noisy = [scorer.scored(name, "--noise", "noisy", "--seed", seed) for seed in seeds]
        values |= told([score for score, _ in noisy], f"{short}_noisy")
        if short == "wildtrack":
            values["seconds_per_100s_7_cameras"] = fmean([spent_s, *(s for _, s in noisy)])
    nlpr = [
        scorer.scored(
            OTHERS["nlpr"],
            *("--appearance", "reid77", "--seed", seed),
            uncalibrated=True,
            score_from_s=300.0,
        )[0]
        for seed in seeds
    ]
    values |= told(nlpr, "nlpr_clean")
    campus, _ = scorer.scored(OTHERS["campus"], uncalibrated=True, checked=True)
    values |= told([campus], "campus_clean")
    whole = {
        "pets2009_s2l1": values["pets2009_clean_idf1"],
        "campus_auditorium": values["campus_clean_idf1"],
        "wildtrack": values["wildtrack_clean_idf1"],
    }
    drops = [
        (whole[name] or 0.0) - scorer.scored(name, *options, uncalibrated=free)[0]["idf1"]
        for name, options, free in INVARIANCE
    ]
    return values | {"invariance_worst_idf1_drop": max(drops)}


def map_values(scorer: Scorer) -> Values:
    """Return the figures of the maps that clean boxes teach."""
    values: Values = {}
    for short, free in (("campus", True), ("gc_virtual", False), ("nlpr", True)):
        said = scorer.mapped((CALIBRATED | OTHERS)[short], uncalibrated=free)
        edges, links = said["overlap_edges"], said["blind_links"]
        values |= {f"{short}_overlap_edges_{key}": edges[key] for key in ("precision", "recall")}
        values |= {
            f"{short}_blind_links_{key}": links[key]
            for key in ("precision", "recall", "median_error_s")
        }
    return values


def simulated_values(seeds: list[str]) -> Values:
    """Return the figures that need no recorded set."""
    eyes = ring(7)
    cameras = list(metas(eyes))
    noisy = []
    for seed in map(int, seeds):
        walks = recorded(eyes, strolls(12, seed), until_s=20.0, fps=5.0, seed=seed)
        noisy.append(idf1(walks, identities(walks.frames, cameras)))
    clean = recorded(
        eyes, strolls(12, 1), until_s=20.0, fps=5.0, seed=1, detection=1.0, noise=0, false_share=0
    )
    part = [thinned(clean, 2), only(clean, [eye.id for eye in eyes[:5]])]
    best = idf1(clean, identities(clean.frames, cameras))
    drops = [best - idf1(one, identities(one.frames, cameras)) for one in part]
    return {
        "simulated_noisy_idf1": fmean(noisy),
        "invariance_worst_idf1_drop": max(drops),
        "one_of_n_reported_share_min": min(reported_share(count) for count in CAMERAS),
        "cores_50x20_10hz": cores_50x20_10hz(),
        **ptz_values([int(seed) for seed in seeds]),
    }


def report(values: Mapping[str, float | None], how: str, where: Path) -> None:
    """Print the figures and write their page."""
    where.write_text(page(values, how), "utf-8")
    sys.stdout.write(json.dumps({"bench": "handoff", "measures": measures(values)}) + "\n")


def main() -> None:
    """Measure what can be measured here and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args()
    seeds = options.seeds.split(",")
    values = simulated_values(seeds)
    python = score_python()
    if not TOOL.exists() or python is None:
        missing = "a Python with pandas and scipy (SCORE_PYTHON)" if TOOL.exists() else str(TOOL)
        sys.stdout.write(f"only simulated walks are measured: {missing} is not here\n")
        report(values, f"Measured on simulated walks alone, seeds {options.seeds}.", options.page)
        return
    with tempfile.TemporaryDirectory() as folder:
        scorer = Scorer(python, Path(folder))
        values |= recorded_values(scorer, seeds) | map_values(scorer)
    how = f"Means over noise seeds {options.seeds}; the product's defaults, the same for every set."
    report(values, how, options.page)


if __name__ == "__main__":
    main()
