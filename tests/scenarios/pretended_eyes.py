"""The eyes of the rehearsal: people projected into pictures that nobody draws, and a detector that errs.

Bodies hide nobody here, buildings do. What people wear is seen in a light that differs from
picture to picture.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import SIZE, colour_layout, unknown
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Detections, Kind
from simulators.scene import Look
from simulators.score.records import Body, TruthFrame
from simulators.score.sight import BODY_M, Layout, axes, in_frustum, in_sight, standing

WIDTH_M = 0.5
PARTS = np.linspace(0.05, 0.95, 7)


@dataclass(frozen=True, slots=True)
class Faults:
    """How the pretended detector errs: shares of misses and inventions, tremble by body height,
    and of the light on clothes."""

    misses: float = 0.08
    inventions: float = 0.01
    tremble: float = 0.03
    light: float = 0.15


class Eye:
    """Projects people into pictures, and errs as a detector does."""

    def __init__(self, layout: Layout, faults: Faults, random: Random) -> None:
        self._layout = layout
        self._faults = faults
        self._random = random

    def frame(
        self,
        camera: str,
        aim: tuple[float, float, float],
        people: Mapping[str, tuple[float, float]],
        at_s: float,
    ) -> TruthFrame:
        """Return who is in a picture; bodies hide nobody here, buildings do."""
        station = self._layout.stations[camera]
        bodies = [
            body
            for person, place in people.items()
            if (body := self._body(camera, aim, person, place)) is not None
        ]
        return TruthFrame(at_s, camera, station.size_px, tuple(bodies), (), aim)

    def _body(
        self, camera: str, aim: tuple[float, float, float], person: str, place: tuple[float, float]
    ) -> Body | None:
        station = self._layout.stations[camera]
        points = np.column_stack([np.tile(place, (len(PARTS), 1)), PARTS * BODY_M])
        inside = in_frustum(station, aim, points)
        if not inside.any():
            return None
        clear = inside & in_sight(station, points, self._layout.obstacles)
        width, height = station.size_px
        focal = width / 2 / math.tan(math.radians(aim[2] / 2))
        away = float(np.linalg.norm(standing(np.array([place]))[0] - np.array(station.at_m)))
        left, top, right, bottom = _box(station.at_m, aim, place, focal, (width, height))
        clipped = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
        return Body(person, clipped, focal * BODY_M / away, float(clear.mean()))

    def detections(
        self, frame: TruthFrame, aim: Aim | None, looks: Mapping[str, Look]
    ) -> Detections:
        """Return what a fallible detector finds; ``looks`` is what everybody wears."""
        boxes: list[list[float]] = []
        scores: list[float] = []
        worn: list[NDArray[np.float32]] = []
        for body in frame.people:
            if body.visible < 0.4 or self._random.random() < self._faults.misses:
                continue
            tall = body.box[3] - body.box[1]
            boxes.append(
                [edge + self._random.gauss(0, self._faults.tremble * tall) for edge in body.box]
            )
            scores.append(self._random.uniform(0.6, 0.98))
            worn.append(self._worn(looks[body.id]))
        if self._random.random() < self._faults.inventions:
            x, y = self._random.uniform(0, 600), self._random.uniform(100, 260)
            boxes.append([x, y, x + 24, y + 60])
            scores.append(self._random.uniform(0.4, 0.6))
            worn.append(unknown(1)[0])
        return Detections(
            camera=CameraId(frame.camera),
            exposed_s=frame.at_s,
            aim=aim,
            width_px=frame.size[0],
            height_px=frame.size[1],
            boxes_px=np.array(boxes, dtype=np.float32).reshape(-1, 4),
            scores=np.array(scores, dtype=np.float32),
            kinds=np.full(len(boxes), Kind.PERSON.value, dtype=np.int8),
            appearances=np.array(worn, dtype=np.float32).reshape(-1, SIZE),
        )

    def _worn(self, look: Look) -> NDArray[np.float32]:
        """Return somebody's colours as a camera in some light sees them."""
        light = self._random.gauss(1.0, self._faults.light)
        bgr = np.array([look.upper, look.lower]) * light
        return np.asarray(colour_layout(bgr), dtype=np.float32)


def _box(
    eye: tuple[float, float, float],
    aim: tuple[float, float, float],
    place: tuple[float, float],
    focal: float,
    size: tuple[int, int],
) -> tuple[float, float, float, float]:
    """Return the box around a body: its foot and its head, half a metre wide, unclipped."""
    forward, right, up = axes(aim)
    ends = np.array([[*place, 0.0], [*place, BODY_M]]) - np.array(eye)
    depth = np.maximum(ends @ forward, 0.3)
    columns = size[0] / 2 + focal * (ends @ right) / depth
    rows = size[1] / 2 - focal * (ends @ up) / depth
    half = focal * WIDTH_M / 2 / float(depth.mean())
    return (
        float(columns.min() - half),
        float(rows.min()),
        float(columns.max() + half),
        float(rows.max()),
    )
