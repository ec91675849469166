"""Did a head ever look where nobody may look: every true aim against every private zone.

A private zone is the space over its floor up to ``Zone.height_m``, filled with points
``SPACING_M`` apart. A violation is a stretch of a head's samples whose true picture contains a
point that no wall hides from the lens, with no margin granted. Fixed cameras cannot look away;
what they show of a zone has to be masked, which no recording of aims can prove.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from simulators.score.evidence import Truth
from simulators.score.sight import Floats, Layout, Station, Zone, in_frustum, in_sight

SPACING_M = 0.25


@dataclass(frozen=True, slots=True)
class Violation:
    """A head saw a private zone from the first to the last of some samples."""

    camera: str
    zone: str
    start_s: float
    end_s: float


def violations(truth: Truth, layout: Layout) -> tuple[Violation, ...] | None:
    """Return every look into a private zone; None when no head was recorded."""
    if not truth.heads:
        return None
    return tuple(
        violation
        for station in layout.heads
        for zone in layout.private
        for violation in _of(truth, station, zone, layout)
    )


def points_of(zone: Zone) -> Floats:
    """Return (n, 3) points that fill the zone's prism, corners and edges included."""
    ring = shapely.Polygon(zone.ring_m)
    west, south, east, north = ring.bounds
    columns, rows = np.meshgrid(_steps(west, east), _steps(south, north))
    floor = np.column_stack([columns.ravel(), rows.ravel()])
    floor = floor[shapely.intersects_xy(ring, floor[:, 0], floor[:, 1])]
    edge = shapely.segmentize(ring.exterior, SPACING_M)
    floor = np.vstack([floor, shapely.get_coordinates(edge)])
    levels = _steps(0.0, zone.height_m)
    return np.column_stack([np.tile(floor, (len(levels), 1)), np.repeat(levels, len(floor))])


def _steps(low: float, high: float) -> Floats:
    return np.linspace(low, high, max(2, int(np.ceil((high - low) / SPACING_M)) + 1))


def _of(truth: Truth, station: Station, zone: Zone, layout: Layout) -> Iterable[Violation]:
    """Return one camera's violations of one zone: runs of samples that see a point of it."""
    head = truth.heads.get(station.id)
    if head is None:
        return
    points = points_of(zone)
    points = points[in_sight(station, points, layout.obstacles)]
    since_s: float | None = None
    for sample in head.samples:
        sees = bool(in_frustum(station, sample.aim, points).any())
        if sees and since_s is None:
            since_s = sample.at_s
        if not sees and since_s is not None:
            yield Violation(station.id, zone.name, since_s, sample.at_s)
            since_s = None
    if since_s is not None:
        yield Violation(station.id, zone.name, since_s, head.samples[-1].at_s)
