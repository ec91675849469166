"""The map that recorded boxes teach.

    python -m tests.benchmarks.topology INPUT.csv META.json GRAPH.json [--uncalibrated]

People are followed as ``tests.benchmarks.handoff`` does it; their visits go into the product's
``topology.learn``. Writes ``{"overlap": [[A, B]], "blind_links": [{"A", "B", "median_s", "p10_s",
"p90_s", "n"}]}``.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestrator.domain.ids import CameraId
from orchestrator.topology import Visit, blind_links, overlapping
from orchestrator.topology.visits import Sight, visits_of
from tests.benchmarks.handoff import FOOT_SIGMA, Boxes, frames_of, identities, plane_of


def all_visits(
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
                sights.setdefault((boxes.camera, gids[row]), []).append(Sight(boxes.at_s, place))
    return [
        visit
        for (camera, person), seen in sights.items()
        for visit in visits_of(CameraId(camera), person, seen)
    ]


def learned(frames: Sequence[Boxes], cameras: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return the graph that these frames teach, as the score tool reads it."""
    known = all(camera.get("H_img2ground") for camera in cameras)
    visits = all_visits(frames, cameras, identities(frames, cameras))
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
