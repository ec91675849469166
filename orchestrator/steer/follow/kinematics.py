"""How a head turns: how late it obeys, how fast its axes are, and how soon.

Every number is a guess until it was measured; the loop works with guesses and works better with
measurements.
"""

import math
from dataclasses import dataclass
from typing import Final

from orchestrator.domain.camera import AxisSpeed, Camera, Motors
from orchestrator.geometry.ptz import SPIN_UP_S

USUAL_LATENCY_S: Final = 0.15


@dataclass(frozen=True, slots=True)
class Axis:
    """One motor: its top speed in degrees per second, and its acceleration per second squared."""

    dps: float
    dps2: float

    def takes_s(self, way_deg: float) -> float:
        """Return how long it takes from rest to rest: a trapezoid of speed, or a triangle.

        >>> Axis(200.0, 400.0).takes_s(100.0), Axis(200.0, 400.0).takes_s(-300.0)
        (1.0, 2.0)
        """
        way = abs(way_deg)
        if way <= self.dps * self.dps / self.dps2:
            return 2.0 * math.sqrt(way / self.dps2)
        return way / self.dps + self.dps / self.dps2

    def gone_deg(self, way_deg: float, after_s: float) -> float:
        """Return how much of a way is behind it a while after it set out.

        >>> Axis(200.0, 400.0).gone_deg(-300.0, 1.0), Axis(200.0, 400.0).gone_deg(300.0, 9.0)
        (-150.0, 300.0)
        """
        whole_s = self.takes_s(way_deg)
        after_s = min(max(after_s, 0.0), whole_s)
        if after_s > whole_s / 2.0:
            return way_deg - self.gone_deg(way_deg, whole_s - after_s)
        up_s = min(self.dps / self.dps2, after_s)
        gone = self.dps2 * up_s * up_s / 2.0 + self.dps * (after_s - up_s)
        return math.copysign(gone, way_deg)


@dataclass(frozen=True, slots=True)
class Kinematics:
    """How one head turns.

    ``latency_s`` is from sending a command to the first motion. ``endless`` says that it turns on
    past the ends of its range, the short way round.
    """

    latency_s: float
    pan: Axis
    tilt: Axis
    endless: bool = False

    @classmethod
    def of(cls, camera: Camera, measured: Motors | None) -> "Kinematics":
        """Return how a head turns: as it was measured, or as its site file and usual heads let expect."""
        head = camera.ptz
        assert head is not None, "a fixed camera has no motors"
        latency_s = None if measured is None else measured.latency_s
        return cls(
            USUAL_LATENCY_S if latency_s is None else latency_s,
            _axis(None if measured is None else measured.pan, head.pan_dps),
            _axis(None if measured is None else measured.tilt, head.tilt_dps),
        )

    def turn_deg(self, camera: Camera, start_deg: float, end_deg: float) -> float:
        """Return how far the pan axis turns between azimuths: the short way, or off its stop.

        >>> from orchestrator.domain.camera import Lens, Mount, PtzRange
        >>> from orchestrator.domain.ids import CameraId
        >>> dome = Camera(CameraId("yard"), "192.0.2.1", 80, "yard", Mount(0, 0, 6, 0.0, 0.0),
        ...               Lens(60.0, 6.0, 1280, 720), PtzRange(-170.0, 170.0, -90.0, 10.0))
        >>> Kinematics.of(dome, None).turn_deg(dome, 150.0, 210.0)
        -300.0
        """
        short = (end_deg - start_deg + 180.0) % 360.0 - 180.0
        if self.endless or camera.ptz is None:
            return short
        middle = camera.mount.azimuth_deg + (camera.ptz.pan_min_deg + camera.ptz.pan_max_deg) / 2.0
        return _from(middle, end_deg) - _from(middle, start_deg)


def _axis(measured: AxisSpeed | None, written_dps: float) -> Axis:
    dps = written_dps if measured is None else measured.top_dps
    spin_up = None if measured is None else measured.spin_up_dps2
    return Axis(dps, dps / SPIN_UP_S if spin_up is None else spin_up)


def _from(middle_deg: float, azimuth_deg: float) -> float:
    """Return an azimuth as the pan axis counts it, -180..180 around the middle of its range."""
    return (azimuth_deg - middle_deg + 180.0) % 360.0 - 180.0
