"""Simulated ONVIF devices on this test's own loopback addresses, without pictures or motors."""

import os
import socket
import ssl
from collections.abc import Sequence
from functools import cache
from itertools import count

import cv2
import numpy as np

from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication, Login
from simulators.device.steering import Axes, Named, Status
from simulators.device.unit import Unit

USERNAME = "orchestrator"
PASSWORD = "a-canary-password-of-24-c"

_addresses = count(1)


def own_address() -> str:
    """Return a loopback address that no other test of any run uses."""
    pid = os.getpid()
    return f"127.{pid >> 8 & 127 | 64}.{pid & 255}.{next(_addresses) % 250 + 1}"


def free_port(host: str) -> int:
    """Return a port nobody listens on there."""
    family, *_, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    with socket.socket(family) as probe:
        probe.bind(address)
        return int(probe.getsockname()[1])


class StillHead:
    """A head that is wherever it was sent, at once; it moves only while a test says so."""

    def __init__(self) -> None:
        """Start at rest with three presets."""
        self.position = Axes(0.0, 0.0, 0.0)
        self.moving = False
        self.told_to_end_after_s: float | None = None
        self.stored: dict[str, Named] = {}
        self.store("1", "home", Axes(0.0, 0.0, 0.0))
        self.store("2", "wide", Axes(-0.25, 0.1, 0.0))
        self.store("3", "gate", Axes(0.5, -0.25, 0.75))

    def store(self, token: str, name: str, position: Axes) -> None:
        """Keep a preset."""
        self.stored[token] = Named(token, name, position)

    def status(self) -> Status:
        """Return where the head is."""
        return Status(self.position, self.moving)

    def presets(self) -> Sequence[Named]:
        """Return the presets."""
        return list(self.stored.values())

    def set_preset(self, token: str | None, name: str) -> str:
        """Keep the position."""
        token = token or str(len(self.stored) + 1)
        self.store(token, name, self.position)
        return token

    def remove_preset(self, token: str) -> None:
        """Forget a preset."""
        del self.stored[token]

    def goto_preset(self, token: str) -> None:
        """Be at a preset."""
        self.position = self.stored[token].position

    def absolute(self, position: Axes) -> None:
        """Be at a position."""
        self.position = position

    def relative(self, step: Axes) -> None:
        """Be a step further."""
        at = self.position
        self.position = Axes(at.pan + step.pan, at.tilt + step.tilt, at.zoom + step.zoom)

    def relative_to_view(self, step: Axes) -> None:
        """Be a step further; half the picture is one unit here."""
        self.relative(step)

    def continuous(self, velocity: Axes, timeout_s: float) -> None:
        """Begin to move, or rest when it is to go nowhere."""
        self.moving = velocity != Axes(0.0, 0.0, 0.0)
        self.told_to_end_after_s = timeout_s

    def stop(self) -> None:
        """Rest."""
        self.moving = False

    def home(self) -> None:
        """Be home."""
        self.position = Axes(0.0, 0.0, 0.0)

    def set_home(self) -> None:
        """Keep home where it is."""


class SimulatedDevice:
    """One ONVIF device of the simulator, by itself."""

    def __init__(
        self,
        authentication: Authentication = Authentication.DIGEST,
        *,
        serial: str = "SIM-1",
        has_ptz: bool = True,
        host: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Put it together; nothing listens yet."""
        host = host or own_address()
        self.head = StillHead()
        self.picture = grey_jpeg()
        self.clock = CameraClock()
        self.unit = Unit(
            id="dock",
            host=host,
            onvif_port=free_port(host),
            rtsp_port=8554,
            serial=serial,
            model="Test 640",
            width_px=640,
            height_px=360,
            fps=10.0,
            bitrate_bps=1_000_000,
            has_ptz=has_ptz,
            tls=tls is not None,
        )
        self.access = Access(
            Login(USERNAME, PASSWORD), authentication, realm="test", wall_s=self.clock.wall_s
        )
        self.device = OnvifDevice(
            self.unit,
            self.access,
            self.clock,
            steering=self.head if has_ptz else None,
            snapshot=self._shown,
            tls=tls,
        )

    async def _shown(self) -> bytes:
        return self.picture


@cache
def grey_jpeg(width_px: int = 640, height_px: int = 360) -> bytes:
    """Return a picture of nothing."""
    good, data = cv2.imencode(".jpg", np.full((height_px, width_px, 3), 96, dtype=np.uint8))
    assert good
    return data.tobytes()
