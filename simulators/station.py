"""One simulated camera on the network: device, stream and discovery, and how it is made to fail."""

import asyncio
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Executor

import cv2

from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication, Login
from simulators.device.place import USUAL_REACH, Reach
from simulators.device.unit import PROFILE, Unit
from simulators.discovery import Responder
from simulators.facility import CameraSpec, Facility
from simulators.faults import (
    ClockWrong,
    Covered,
    Dead,
    Fault,
    SilentSoap,
    Slow,
    StreamGarbage,
    StreamStall,
    WrongPassword,
)
from simulators.headwatch import HeadWatch, aim_line
from simulators.live import Developed, Exposure, LivePicture
from simulators.render import shoot
from simulators.rtsp.server import RtspServer
from simulators.rtsp.tunnels import Tunnels
from simulators.scene import FrameTruth
from simulators.truth import TruthFile, frame_line
from simulators.video import Footage, Format
from simulators.wiring import FacilityHead

BITRATE_BPS = 1_000_000
_ALARM_PERIOD_S = 0.5
_ALARM_SHARE = 0.3
"""A body shows when this share of it does."""
_SOMEBODY_ELSES = "changed-by-somebody-else"


class Station:
    """Everything one camera shows to its network. ``world_s`` is the monotonic time of the world."""

    def __init__(
        self,
        facility: Facility,
        spec: CameraSpec,
        login: Login,
        *,
        authentication: Authentication,
        truth_file: TruthFile,
        world_s: Callable[[], float],
        pool: Executor,
        seed: int,
        phase: float,
    ) -> None:
        """Put the parts together; nothing listens yet."""
        self.spec = spec
        self.alive = False
        self._facility = facility
        self._login = login
        self._truth = truth_file
        self._world_s = world_s
        self._pool = pool
        self._footage: Footage | None = None
        self._covered = False
        self._shown: tuple[float, FrameTruth] | None = None
        unit = unit_of(spec)
        size = (spec.width_px, spec.height_px)
        form = Format(*size, spec.fps, unit.bitrate_bps, unit.gop, spec.encoding)
        if spec.source is not None:
            if not spec.source.is_file():
                raise FileNotFoundError(f"camera `{spec.id}` has no film {spec.source}")
            self._footage = Footage(spec.source, form)
        self.clock = CameraClock()
        self.access = Access(
            login, authentication, realm=f"{spec.model} {spec.serial}", wall_s=self.clock.wall_s
        )
        self.watch = HeadWatch(spec.id, truth_file, self._tell_preset)
        head = None
        if spec.ptz is not None:
            head = FacilityHead(
                facility, spec.id, self.watch, now_s=world_s, accepted=self._accepted
            )
        reach = USUAL_REACH if spec.ptz is None else Reach(spec.ptz.pan_deg, spec.ptz.tilt_deg)
        self.device = OnvifDevice(
            unit,
            self.access,
            self.clock,
            steering=head,
            reach=reach,
            snapshot=self._snapshot,
        )
        self.live = LivePicture(form, self._expose, pool=pool, now_s=self.clock.now_s, phase=phase)
        self.rtsp = RtspServer(PROFILE, self.live, self.access, self.clock)
        self.device.soap.tunnels = Tunnels(self.rtsp.served)
        self.responder = Responder([unit], random.Random(f"{seed} {spec.serial}"))

    async def open(self) -> None:
        """Switch the power on."""
        if not self.alive:
            self.alive = True
            await self.device.open()
            await self.rtsp.open(self.spec.host, self.spec.rtsp_port)
            await self.responder.open()

    async def close(self, *, bye: bool = True) -> None:
        """Switch the power off, or shut down in order (with a Bye)."""
        if self.alive:
            self.alive = False
            self.responder.close(bye=bye)
            await self.rtsp.close()
            await self.device.close()

    async def fail(self, fault: Fault) -> None:
        """Bring a fault about."""
        match fault:
            case WrongPassword():
                self.access.login = Login(self._login.username, _SOMEBODY_ELSES)
            case Dead():
                await self.close(bye=False)
            case StreamStall():
                self.rtsp.stalled = True
            case StreamGarbage():
                self.rtsp.garbled = True
            case SilentSoap():
                self.device.soap.silent = True
            case Slow(seconds):
                self.device.soap.delay_s = seconds
            case ClockWrong(seconds):
                self.clock.ahead_s = seconds
            case Covered():
                self._covered = True
                self.device.tampered(covered=True)

    async def mend(self) -> None:
        """Undo every fault."""
        self.access.login = self._login
        self.rtsp.stalled = False
        self.rtsp.garbled = False
        self.device.soap.silent = False
        self.device.soap.delay_s = 0.0
        self.clock.ahead_s = 0.0
        if self._covered:
            self._covered = False
            self.device.tampered(covered=False)
        await self.open()

    async def raise_alarms(self) -> None:
        """Tell whoever subscribed whether something moves in the picture, until cancelled."""
        told: bool | None = None
        while True:
            await asyncio.sleep(_ALARM_PERIOD_S)
            if self._footage is not None or not self.device.events.subscriptions:
                continue
            seen = await self._seen()
            moving = any(body.visible > _ALARM_SHARE for body in (*seen.people, *seen.vehicles))
            if moving is not told:
                told = moving
                self.device.motion_alarm(moving=moving)

    async def _seen(self) -> FrameTruth:
        """Return what the camera sees: off the picture it streams, else off one made for that."""
        if self._shown is not None and self._world_s() - self._shown[0] < _ALARM_PERIOD_S:
            return self._shown[1]
        seen = (await self._developed()).truth
        assert seen is not None, "a rendered picture knows who is in it"
        return seen

    def _accepted(self, what: str) -> None:
        self._truth.write("goto", self.clock.now_s(), camera=self.spec.id, what=what)

    def _tell_preset(self, what: str, token: str, name: str) -> None:
        self.device.preset_event(what, token, name)

    def _expose(self) -> Exposure:
        at_s = self._world_s()
        if self._footage is not None:
            footage = self._footage
            return Exposure(at_s, lambda: Developed(footage.picture(at_s), None), _unknown)
        scene = self._facility.scene(self.spec.id)
        aim = aim_line(self._facility.head(self.spec.id).aim)

        def develop() -> Developed:
            shot = shoot(scene)
            return Developed(shot.picture, shot.truth)

        def sent(developed: Developed) -> None:
            if developed.truth is not None:
                self._shown = (at_s, developed.truth)
                self._write_frame(at_s, aim, frame_line(developed.truth))

        return Exposure(at_s, develop, sent)

    def _write_frame(self, at_s: float, aim: list[float], seen: Mapping[str, object]) -> None:
        size = [self.spec.width_px, self.spec.height_px]
        self._truth.write("frame", at_s, camera=self.spec.id, aim=aim, size=size, **seen)

    async def _developed(self) -> Developed:
        develop = self._expose().develop
        return await asyncio.get_running_loop().run_in_executor(self._pool, develop)

    async def _snapshot(self) -> bytes:
        picture = (await self._developed()).picture
        good, data = cv2.imencode(".jpg", picture)
        assert good, "JPEG encoding of a picture in memory does not fail"
        return data.tobytes()


def unit_of(spec: CameraSpec) -> Unit:
    """Return what a camera of the facility says of itself."""
    return Unit(
        id=spec.id,
        host=spec.host,
        onvif_port=spec.onvif_port,
        rtsp_port=spec.rtsp_port,
        serial=spec.serial,
        model=spec.model,
        width_px=spec.width_px,
        height_px=spec.height_px,
        fps=spec.fps,
        bitrate_bps=BITRATE_BPS,
        has_ptz=spec.ptz is not None,
    )


def _unknown(_developed: Developed) -> None:
    """Tell nothing: nobody knows who is in a recorded film."""
