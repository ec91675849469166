"""Cameras that a test can mistreat, in memory and simulated, for the ``CameraLink`` suite."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import CameraId, PresetName, RelayId
from orchestrator.domain.sighting import Report
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device import quirks
from simulators.device.events import SCENE_CHANGE
from simulators.device.steering import Axes
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

DOCK = CameraId("dock")
SCENE = "ImagingService/video_source_0"
HOME, WIDE, GATE = PresetName("home"), PresetName("wide"), PresetName("gate")


class Bench(Protocol):
    """A camera that a test can mistreat, and links to it."""

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink: ...
    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None: ...
    def pose(self) -> PtzPose: ...
    def starts_moving(self) -> None: ...
    def is_moving(self) -> bool: ...
    def told_to_end_after_s(self) -> float | None: ...
    def clock_is_ahead(self, seconds: float) -> None: ...
    def wrong_passwords(self) -> int: ...
    async def dies(self) -> None: ...
    async def comes_back(self) -> None: ...
    def falls_silent(self) -> None: ...
    def commands(self) -> list[str]: ...
    def is_covered(self, covered: bool) -> None: ...
    def subscriptions(self) -> int: ...
    def forgets_subscriptions(self) -> None: ...
    def walks_no_tours(self) -> None: ...
    def forgets_masks(self) -> None: ...
    def takes_rectangles_only(self) -> None: ...
    def keeps_no_place(self) -> None: ...
    def is_active(self, relay: RelayId) -> bool: ...
    def focusing(self) -> float: ...


PRESETS = {
    "1": ("home", PtzPose(0.0, 0.0, 0.0)),
    "2": ("wide", PtzPose(-0.25, 0.125, 0.0)),
    "3": ("gate", PtzPose(0.5, -0.25, 0.75)),
}


@dataclass
class FakeBench:
    device: FakeCamera
    cameras: FakeCameras = field(init=False)

    def __post_init__(self) -> None:
        self.device.username, self.device.password = USERNAME, PASSWORD
        self.cameras = FakeCameras({("127.0.0.1", 80): self.device}, SystemClock())
        self.presets_are(PRESETS)

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink:
        approval = Approval(DOCK, "127.0.0.1", 80, "/onvif/device_service", "dock", serial, "anna")
        return self.cameras.link(approval, Credentials(USERNAME, Secret(password)))

    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None:
        self.device.presets = [(token, name, pose) for token, (name, pose) in presets.items()]

    def pose(self) -> PtzPose:
        return self.device.pose

    def starts_moving(self) -> None:
        self.device.moving = True

    def is_moving(self) -> bool:
        return self.device.moving

    def told_to_end_after_s(self) -> float | None:
        return self.device.told_to_end_after_s

    def clock_is_ahead(self, seconds: float) -> None:
        self.device.clock_ahead_s = seconds

    def wrong_passwords(self) -> int:
        return self.device.wrong_passwords

    async def dies(self) -> None:
        self.device.dead = True

    async def comes_back(self) -> None:
        self.device.dead = False

    def falls_silent(self) -> None:
        self.device.silent = True

    def commands(self) -> list[str]:
        return self.device.auxiliary_sent

    def is_covered(self, covered: bool) -> None:
        self.device.tell(Report.TAMPER, active=covered, part=SCENE)

    def subscriptions(self) -> int:
        return len(self.device.listeners)

    def forgets_subscriptions(self) -> None:
        self.device.restart()

    def walks_no_tours(self) -> None:
        self.device.functions.walks = False

    def forgets_masks(self) -> None:
        self.device.functions.keeps_masks = False

    def takes_rectangles_only(self) -> None:
        room = self.device.functions.room
        self.device.functions.room = replace(room, rectangles_only=True)

    def keeps_no_place(self) -> None:
        self.device.functions.keeps_place = False

    def is_active(self, relay: RelayId) -> bool:
        return relay in self.device.functions.active

    def focusing(self) -> float:
        return self.device.functions.focusing


@dataclass
class SimulatedBench:
    simulated: SimulatedDevice
    cameras: OnvifCameras

    def __post_init__(self) -> None:
        self.presets_are(PRESETS)

    def link(self, *, serial: str | None = None, password: str = PASSWORD) -> CameraLink:
        unit = self.simulated.unit
        path = "/onvif/device_service"
        approval = Approval(DOCK, unit.host, unit.onvif_port, path, "dock", serial, "anna")
        return self.cameras.link(approval, Credentials(USERNAME, Secret(password)))

    def presets_are(self, presets: dict[str, tuple[str, PtzPose]]) -> None:
        self.simulated.head.stored.clear()
        for token, (name, pose) in presets.items():
            self.simulated.head.store(token, name, Axes(pose.pan, pose.tilt, pose.zoom))

    def pose(self) -> PtzPose:
        axes = self.simulated.head.position
        return PtzPose(axes.pan, axes.tilt, axes.zoom)

    def starts_moving(self) -> None:
        self.simulated.head.moving = True

    def is_moving(self) -> bool:
        return self.simulated.head.moving

    def told_to_end_after_s(self) -> float | None:
        return self.simulated.head.told_to_end_after_s

    def clock_is_ahead(self, seconds: float) -> None:
        self.simulated.clock.ahead_s = seconds

    def wrong_passwords(self) -> int:
        return self.simulated.access.wrong_passwords

    async def dies(self) -> None:
        await self.simulated.device.close()

    async def comes_back(self) -> None:
        await self.simulated.device.open()

    def falls_silent(self) -> None:
        self.simulated.device.soap.silent = True

    def commands(self) -> list[str]:
        return self.simulated.device.auxiliaries.sent

    def is_covered(self, covered: bool) -> None:
        state = "true" if covered else "false"
        source = {"Source": "video_source_0"}
        self.simulated.device.events.publish(SCENE_CHANGE, source, {"State": state}, lasting=True)

    def subscriptions(self) -> int:
        return self.simulated.device.events.subscriptions

    def forgets_subscriptions(self) -> None:
        self.simulated.device.events.forget()

    def walks_no_tours(self) -> None:
        quirks.ToursNeverWalked().put_on(self.simulated.device)

    def forgets_masks(self) -> None:
        quirks.MasksForgotten().put_on(self.simulated.device)

    def takes_rectangles_only(self) -> None:
        quirks.MasksAreRectangles().put_on(self.simulated.device)

    def keeps_no_place(self) -> None:
        quirks.PlaceNotTold().put_on(self.simulated.device)

    def is_active(self, relay: RelayId) -> bool:
        return self.simulated.device.relays.active(relay)

    def focusing(self) -> float:
        return self.simulated.device.imaging.focusing


@asynccontextmanager
async def a_bench(kind: str, *, has_ptz: bool) -> AsyncIterator[Bench]:
    """Hold a camera of this kind, ``fake`` or ``onvif``, and open links to it."""
    if kind == "fake":
        yield FakeBench(FakeCamera(has_ptz=has_ptz))
        return
    simulated = SimulatedDevice(has_ptz=has_ptz)
    await simulated.device.open()
    async with OnvifCameras(SystemClock()) as cameras:
        yield SimulatedBench(simulated, cameras)
    await simulated.device.close()
