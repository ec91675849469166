"""The truth file: what really was, as JSON Lines on the machine's monotonic clock.

Lines are gathered in memory and written in one piece about once a second, because fifty small
writes a second for every moving head would cost more than the motors.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from simulators.scene import FrameTruth, PersonState, Seen, VehicleState

_FLUSH_LINES = 200


class TruthFile:
    """Writes the lines of ``docs/design/formats.md``; nothing at all when it has no path."""

    def __init__(self, path: Path | None) -> None:
        """Keep the path; ``open`` makes the file."""
        self._path = path
        self._file: TextIO | None = None
        self._lines: list[str] = []

    def open(self) -> None:
        """Start the file anew."""
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8")

    def close(self) -> None:
        """Write what is left."""
        self.flush()
        if self._file is not None:
            self._file.close()
            self._file = None

    def write(self, kind: str, at_s: float, **fields: object) -> None:
        """Append a line."""
        if self._file is None:
            return
        line = {"kind": kind, "at_s": round(at_s, 4), **fields}
        self._lines.append(json.dumps(line, separators=(",", ":")))
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()

    def flush(self) -> None:
        """Hand the gathered lines to the file."""
        if self._file is not None and self._lines:
            self._file.write("\n".join(self._lines) + "\n")
            self._file.flush()
        self._lines.clear()


def people_line(people: Sequence[PersonState]) -> list[Mapping[str, object]]:
    """Return people as a ``world`` line tells them."""
    return [_moving(person) for person in people]


def vehicles_line(vehicles: Sequence[VehicleState]) -> list[Mapping[str, object]]:
    """Return vehicles as a ``world`` line tells them."""
    return [
        {**_moving(vehicle), "heading_deg": round(vehicle.heading_deg, 1)} for vehicle in vehicles
    ]


def frame_line(seen: FrameTruth) -> Mapping[str, object]:
    """Return who is in a picture as a ``frame`` line tells it."""
    return {
        "people": [_seen(person) for person in seen.people],
        "vehicles": [_seen(vehicle) for vehicle in seen.vehicles],
    }


def _moving(thing: PersonState | VehicleState) -> Mapping[str, object]:
    return {
        "id": thing.id,
        "x_m": round(thing.x_m, 3),
        "y_m": round(thing.y_m, 3),
        "vx_mps": round(thing.vx_mps, 3),
        "vy_mps": round(thing.vy_mps, 3),
    }


def _seen(thing: Seen) -> Mapping[str, object]:
    return {
        "id": thing.id,
        "box": [round(edge, 1) for edge in thing.box_px],
        "height_px": round(thing.height_px, 1),
        "visible": round(thing.visible, 3),
    }
