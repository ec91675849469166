"""A fleet: any number of cameras in one process, each at its own address, all behind one ear.

Every camera is a whole ONVIF device with a head that truly turns; what it lacks is a picture. So a
thousand of them cost a client what a thousand cameras cost it, and this process little. What is
otherwise with a camera are its quirks, any number on each; groups of them take turns along the
fleet.
"""

import asyncio
import ipaddress
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication, Login
from simulators.device.quirks import Quirk
from simulators.device.steering import Axes
from simulators.device.unit import Unit
from simulators.discovery import Responder
from simulators.heads import Aim, Motors, PtzSpec
from simulators.single import SingleHead

_OPENED_AT_ONCE = 64
_HFOV_DEG = (60.0, 12.0)


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """How many cameras, from which address on, and what is otherwise with them."""

    count: int
    first: str = "127.80.0.1"
    port: int = 8000
    authentication: Authentication = Authentication.DIGEST
    latency_s: float = 0.0
    """How long each answer takes, beside what the camera has to think about."""
    presets: int = 3
    worn: Sequence[Sequence[type[Quirk]]] = ((),)
    """What the first camera wears, what the second one, and so on, over and over."""
    jitter_s: float = 0.5
    """Within so long each camera answers a probe; WS-Discovery has half a second."""
    seed: int = 1

    def worn_by(self, number: int) -> Sequence[type[Quirk]]:
        """Return the quirks of a camera, counted from 0."""
        return self.worn[number % len(self.worn)]


@dataclass(frozen=True, slots=True)
class FleetCounts:
    """What became of a fleet so far, all cameras together."""

    calls: int
    wrong_passwords: int
    locked: int
    """How many cameras have locked their user out."""
    subscriptions: int
    """How many are open now, and how many there ever were."""
    subscribed: int


class FleetCamera:
    """One camera of a fleet."""

    def __init__(self, plan: FleetPlan, number: int, login: Login) -> None:
        """Put it together and put its quirks on; nothing listens yet."""
        worn = plan.worn_by(number)
        kinds = [each.authentication for each in worn if "authentication" in vars(each)]
        clock = CameraClock()
        self.unit = Unit(
            id=f"fleet-{number + 1:04}",
            host=str(ipaddress.IPv4Address(plan.first) + number),
            onvif_port=plan.port,
            rtsp_port=8554,
            serial=f"FLEET-{number + 1:04}",
            model="Fleet 640",
            width_px=640,
            height_px=360,
            fps=10.0,
            bitrate_bps=1_000_000,
            has_ptz=True,
        )
        self.access = Access(
            login, next(iter(kinds), plan.authentication), realm="fleet", wall_s=clock.wall_s
        )
        self.head = _head(random.Random(f"{plan.seed} {number}"), plan.presets)
        self.device = OnvifDevice(
            self.unit, self.access, clock, steering=self.head, snapshot=_no_picture
        )
        self.device.soap.delay_s = plan.latency_s
        for each in worn:
            each().put_on(self.device)


class Fleet:
    """Cameras on the network; made by ``sailing``."""

    def __init__(self, plan: FleetPlan, login: Login) -> None:
        """Put every camera together."""
        self.cameras = [FleetCamera(plan, number, login) for number in range(plan.count)]
        self._responder = Responder(
            [each.unit for each in self.cameras],
            random.Random(plan.seed),
            max_jitter_s=plan.jitter_s,
        )

    async def open(self) -> None:
        """Listen at every address, then say Hello."""
        await self._each("open")
        await self._responder.open()

    async def close(self) -> None:
        """Say Bye and stop listening."""
        self._responder.close()
        await self._each("close")

    def counts(self) -> FleetCounts:
        """Return what became of it so far."""
        devices = [each.device for each in self.cameras]
        return FleetCounts(
            calls=sum(sum(each.soap.calls.values()) for each in devices),
            wrong_passwords=sum(each.access.wrong_passwords for each in devices),
            locked=sum(each.access.locked for each in devices),
            subscriptions=sum(each.events.subscriptions for each in devices),
            subscribed=sum(each.events.created for each in devices),
        )

    async def _each(self, verb: str) -> None:
        for begin in range(0, len(self.cameras), _OPENED_AT_ONCE):
            some = self.cameras[begin : begin + _OPENED_AT_ONCE]
            await asyncio.gather(*(getattr(each.device, verb)() for each in some))


@asynccontextmanager
async def sailing(plan: FleetPlan, login: Login) -> AsyncIterator[Fleet]:
    """Have a fleet on the network until the block ends."""
    fleet = Fleet(plan, login)
    try:
        await fleet.open()
        yield fleet
    finally:
        await fleet.close()


def _head(rng: random.Random, presets: int) -> SingleHead:
    wide_deg, tele_deg = _HFOV_DEG
    motors = Motors(PtzSpec(), Aim(0.0, 0.0, wide_deg), wide_deg, tele_deg, rng)
    head = SingleHead(motors, time.monotonic)
    for number in range(presets):
        name = "home" if number == 0 else f"preset {number}"
        share = number / max(1, presets)
        head.store(str(number + 1), name, Axes(share, -share / 2.0, share / 2.0))
    return head


async def _no_picture() -> bytes:
    return b""
