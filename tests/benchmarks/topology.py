"""The map that recorded boxes teach.

    python -m tests.benchmarks.topology INPUT.csv META.json GRAPH.json [--uncalibrated]

People are followed as ``tests.benchmarks.handoff`` does it; their visits go into the product's
``topology.learn``. Writes ``{"overlap": [[A, B]], "blind_links": [{"A", "B", "median_s", "p10_s",
"p90_s", "n"}]}``.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from orchestrator.domain.ids import CameraId
from orchestrator.topology import Visit, blind_links, overlapping
from tests.benchmarks.handoff import FOOT_SIGMA, Boxes, frames_of, identities, plane_of

AWAY_S = 2.0
"""Whoever is away from a camera for longer begins a new visit."""
PACE_OVER_S = 1.5
Sight = tuple[float, tuple[float, float] | None]


def visits_of(
    frames: Sequence[Boxes], cameras: Sequence[Mapping[str, Any]], gids: Mapping[int, int]
) -> list[Visit]:
    """Return who was in which camera from when until when."""
    planes = {str(c["id"]): plane_of(c) for c in cameras if c.get("H_img2ground")}
    sights: dict[tuple[str, int], list[Sight]] = {}
    for boxes in frames:
        plane = planes.get(boxes.camera)
        points = None if plane is None else plane.grounded(boxes.boxes_px, FOOT_SIGMA)[0]
        for index, row in enumerate(boxes.rows.tolist()):
            if row in gids:
                place = (
                    None if points is None else (float(points[index, 0]), float(points[index, 1]))
                )
                sights.setdefault((boxes.camera, gids[row]), []).append((boxes.at_s, place))
    return [
        _visit(camera, person, part)
        for (camera, person), seen in sights.items()
        for part in _parts(seen)
        if len(part) > 1
    ]


def learned(frames: Sequence[Boxes], cameras: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the graph that these frames teach, as the score tool reads it."""
    known = all(camera.get("H_img2ground") for camera in cameras)
    visits = visits_of(frames, cameras, identities(frames, cameras))
    overlaps = overlapping(visits, known=known)
    links = blind_links(visits, overlaps, known=known)
    return {
        "overlap": [list(pair) for pair in overlaps],
        "blind_links": [
            {
                "A": link.a,
                "B": link.b,
                "median_s": round(link.median_s, 2),
                "p10_s": round(link.p10_s, 2),
                "p90_s": round(link.p90_s, 2),
                "n": link.n,
            }
            for link in links
        ],
    }


def _parts(seen: Sequence[Sight]) -> list[list[Sight]]:
    """Return the stays in a camera, without the absences between."""
    parts = [[seen[0]]]
    for before, after in pairwise(seen):
        if after[0] - before[0] > AWAY_S:
            parts.append([])
        parts[-1].append(after)
    return parts


def _visit(camera: str, person: int, part: Sequence[Sight]) -> Visit:
    (begin_s, entered), (end_s, left) = part[0], part[-1]
    pace = None
    if left is not None:
        late = [(at_s, place) for at_s, place in part if at_s >= end_s - PACE_OVER_S and place]
        (from_s, begin), (to_s, end) = late[0], late[-1]
        step = (np.array(end) - np.array(begin)) / max(to_s - from_s, 0.4)
        pace = (float(step[0]), float(step[1]))
    return Visit(CameraId(camera), person, begin_s, end_s, entered, left, pace)


def main() -> None:
    """Write the graph of a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", type=Path)
    parser.add_argument("meta", type=Path)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--uncalibrated", action="store_true")
    options = parser.parse_args()
    cameras = json.loads(options.meta.read_text("utf-8"))["cameras"]
    if options.uncalibrated:
        cameras = [camera | {"H_img2ground": None} for camera in cameras]
    graph = learned(list(frames_of(options.input)), cameras)
    options.graph.write_text(json.dumps(graph, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
