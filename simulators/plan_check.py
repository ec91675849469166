"""Is a facility laid out well? ``python -m simulators.plan_check config/demo/facility.yaml``.

Figures over the places where people really walked in a few seeds: how many fixed views and PTZ
presets see each of them, how large a person is there, and which views or sweeps see private floor.
"""

import argparse
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simulators.depot import Depot, Ring
from simulators.facility import Facility, load
from simulators.facility_plan import CameraSpec, FacilityPlan, preset_of
from simulators.heads import Aim, Pose, aim_at
from simulators.render.backdrop import backdrop
from simulators.render.lens import Lens, lens_of
from simulators.scene import Eye

Floats = NDArray[np.float64]
TALL_M = 1.7
LEAST_PX = 24.0
MARGIN_DEG = 2.0
PRIVATE_UP_M = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """``seen`` maps each view to (n,) bool over ``places`` (n, 2); the rest are sentences."""

    places: Floats
    seen: Mapping[str, NDArray[np.bool_]]
    least_px: Mapping[str, float]
    views_on_private: tuple[str, ...]
    sweeps_over_private: tuple[str, ...]

    def share(self, names: list[str], at_least: int) -> float:
        """Return the share of places that at least so many of these views see."""
        counts = np.sum([self.seen[name] for name in names], axis=0)
        return float(np.mean(counts >= at_least))


def check_site(plan: FacilityPlan, seeds: tuple[int, ...] = (1, 2, 3)) -> Report:
    """Return the figures of a plan."""
    places = _walked(plan, seeds)
    seen: dict[str, NDArray[np.bool_]] = {}
    least: dict[str, float] = {}
    private: list[str] = []
    for name, eye in views(plan):
        seen[name], height = sees(plan.depot, eye, places)
        least[name] = float(np.percentile(height[seen[name]], 2)) if seen[name].any() else 0.0
        if any(looks_at(lens_of(eye), ring) for ring in plan.private.values()):
            private.append(name)
    return Report(places, seen, least, tuple(private), tuple(_sweeps(plan)))


def views(plan: FacilityPlan) -> Iterator[tuple[str, Eye]]:
    """Yield every fixed view and every preset with the eye that sees it."""
    for name, spec in plan.cameras.items():
        if spec.ptz is None:
            yield name, _eye(spec, spec.rest)
        for preset in spec.presets:
            aim = Aim(preset.azimuth_deg, preset.tilt_deg, preset.hfov_deg)
            yield f"{name}/{preset.name}", _eye(spec, aim)


def sees(depot: Depot, eye: Eye, places: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Return for each place (n, 2) whether most of a person there shows, and how tall in pixels."""
    lens, still = lens_of(eye), backdrop(depot, eye)
    shown = np.zeros(len(places), np.int64)
    rows = []
    for up in (0.05, 0.6 * TALL_M, TALL_M):
        inside = lens.to_camera(np.column_stack([places, np.full(len(places), up)]))
        ahead = inside[:, 2] > 0.5
        pixels = lens.project(np.where(ahead[:, None], inside, (0.0, 0.0, 1.0)))
        rows.append(pixels[:, 1])
        at = np.floor(pixels).astype(np.int64)
        framed = ahead & (at >= 0).all(axis=1) & (at < (eye.width_px, eye.height_px)).all(axis=1)
        column, row = np.where(framed[:, None], at, 0).T
        shown += framed & (still.nearness[row, column] < 1.0 / np.maximum(inside[:, 2], 0.1))
    height = rows[0] - rows[2]
    return (shown >= 2) & (height >= LEAST_PX), height


def looks_at(lens: Lens, ring: Ring) -> bool:
    """Return whether floor up to 2 m over a ring is in the frame or within 2 degrees of it.

    Walls are not counted on to hide it.
    """
    a, b = np.array(ring), np.array(ring[1:] + ring[:1])
    edges = [a + (b - a) * t for t in np.linspace(0.0, 1.0, 9)]
    flat = np.vstack([*edges, a.mean(axis=0)[None]])
    for up in np.linspace(0.0, PRIVATE_UP_M, 5).tolist():
        inside = lens.to_camera(np.column_stack([flat, np.full(len(flat), up)]))
        across = np.degrees(np.arctan2(np.abs(inside[:, 0]), inside[:, 2]))
        upward = np.degrees(np.arctan2(np.abs(inside[:, 1]), inside[:, 2]))
        half = lens.eye.width_px / 2.0 / lens.focal_px, lens.eye.height_px / 2.0 / lens.focal_px
        wide, high = (math.degrees(math.atan(h)) + MARGIN_DEG for h in half)
        if bool(((across < wide) & (upward < high) & (inside[:, 2] > 0)).any()):
            return True
    return False


def _walked(plan: FacilityPlan, seeds: tuple[int, ...]) -> Floats:
    facility = Facility(plan)
    places: list[tuple[float, float]] = []
    wide, high = plan.depot.width_m, plan.depot.height_m
    for seed in seeds:
        facility.reset(seed)
        for _ in range(160):
            for _ in range(10):
                facility.step(0.05)
            places += [(p.x_m, p.y_m) for p in facility.people]
    return np.array([(x, y) for x, y in places if 0 < x < wide and 0 < y < high])


def _eye(spec: CameraSpec, aim: Aim) -> Eye:
    return Eye(*spec.at, aim.azimuth_deg, aim.tilt_deg, aim.hfov_deg, spec.width_px, spec.height_px)


def _sweeps(plan: FacilityPlan) -> Iterator[str]:
    """Yield the straight moves between two harmless presets that look at private floor midway."""
    for name, spec in plan.cameras.items():
        if spec.ptz is None:
            continue
        presets = [preset_of(spec, p) for p in spec.presets]
        harmless = [p for p in presets if not _private(plan, spec, p.pose)]
        for a, b in itertools.combinations(harmless, 2):
            shares = np.linspace(0.0, 1.0, 60).tolist()
            if any(_private(plan, spec, _between(a.pose, b.pose, t)) for t in shares):
                yield f"{name}: {a.name} - {b.name}"


def _between(a: Pose, b: Pose, t: float) -> Pose:
    return Pose(
        a.pan + (b.pan - a.pan) * t, a.tilt + (b.tilt - a.tilt) * t, a.zoom + (b.zoom - a.zoom) * t
    )


def _private(plan: FacilityPlan, spec: CameraSpec, pose: Pose) -> bool:
    assert spec.ptz is not None
    aim = aim_at(pose, spec.rest, spec.ptz, spec.hfov_deg[0], spec.hfov_deg[1])
    lens = lens_of(_eye(spec, aim))
    return any(looks_at(lens, ring) for ring in plan.private.values())


def _lines(report: Report) -> Iterator[str]:
    fixed = [name for name in report.seen if "/" not in name]
    moving = [name for name in report.seen if "/" in name]
    heads = {name.split("/")[0] for name in moving}
    by_head = [
        np.any([report.seen[v] for v in moving if v.startswith(f"{h}/")], axis=0) for h in heads
    ]
    yield f"places walked     {len(report.places)}"
    yield f"in a fixed view   {report.share(fixed, 1):.3f}"
    for count in (1, 2):
        yield f"reach of {count} PTZ    {float(np.mean(np.sum(by_head, axis=0) >= count)):.3f}"
    yield f"in any view       {report.share([*fixed, *moving], 1):.3f}"
    yield f"in 2 views        {report.share([*fixed, *moving], 2):.3f}"
    for name, where in report.seen.items():
        yield f"  {name:26} {float(where.mean()):.3f} of places, smallest {report.least_px[name]:.0f} px"
    nowhere = ~np.any([*report.seen.values()], axis=0)
    blind = np.unique(np.round(report.places[nowhere]), axis=0)
    yield f"blind around      {[(int(x), int(y)) for x, y in blind]}"
    yield f"private floor     {', '.join(report.views_on_private) or 'in no view'}"
    yield f"private in sweeps {'; '.join(report.sweeps_over_private) or 'none'}"


def main() -> None:
    """Print the figures of a facility file."""
    parser = argparse.ArgumentParser(description="Check how well a facility is laid out.")
    parser.add_argument("plan", type=Path)
    plan = load(parser.parse_args().plan)
    for line in _lines(check_site(plan)):
        print(line)  # noqa: T201 - a report is what this command is for


if __name__ == "__main__":
    main()
