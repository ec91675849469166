"""A camera in memory behind the ``CameraLink`` port; the contract suite holds it to the real one's promises.

``FakeCamera`` is the device and has the verbs that go wrong with one; ``FakeCameras`` opens links.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from orchestrator.domain.camera import Passport, Preset, PtzPose, Stream
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import Imaging, Mode
from orchestrator.domain.moving import MOST_DRIVE_S, Moves, StopWay, Turn, Way
from orchestrator.domain.sighting import CameraReported, Report
from orchestrator.domain.still import Still
from orchestrator.errors import (
    CameraError,
    CameraFault,
    CameraTimeout,
    CertificateChanged,
    ClockSkewed,
    NotAuthorised,
    NotSupported,
    Stranger,
    TlsFailed,
    Unreachable,
)
from orchestrator.ports import Approval, Clock, Credentials, HeadReport, Shown
from tests.fakes.camera_functions import (
    Caller,
    FakeEye,
    FakeMasks,
    FakePlaces,
    FakeRelays,
    FakeTours,
    Functions,
)

REST = PtzPose(0.0, 0.0, 0.0)
EVERY_WAY = Moves(
    frozenset({Way.ABSOLUTE, Way.VIEW, Way.RELATIVE, Way.CONTINUOUS}),
    frozenset({Way.ABSOLUTE, Way.RELATIVE, Way.CONTINUOUS}),
    timeout_s=(0.0, 10.0),
    home=True,
    presets=32,
)
AS_BOUGHT = Imaging(0.5, 0.5, 0.5, 0.5, Mode.AUTO, Mode.OFF)


@dataclass
class FakeCamera:
    """One device: what it is, what it was told, and how it fails."""

    serial: str = "SIM-1"
    firmware: str = "1.0.0"
    username: str = "orchestrator"
    password: str = "right"
    has_ptz: bool = True
    presets: list[tuple[str, str, PtzPose]] = field(default_factory=list)
    """Token, name, pose."""
    pose: PtzPose = REST
    moving: bool = False
    clock_ahead_s: float = 0.0
    dead: bool = False
    silent: bool = False
    deaf: bool = False
    """It answers, but does not take a Stop in time."""
    moves: Moves = EVERY_WAY
    refuses_presets: bool = False
    stopped_by: frozenset[StopWay] = frozenset(StopWay)
    told_to_end_after_s: float | None = None
    imaging: Imaging = AS_BOUGHT
    auxiliary: tuple[str, ...] = ("tt:Wiper|On", "tt:Wiper|Off")
    """The commands it takes; those of its head only where it has one."""
    auxiliary_sent: list[str] = field(default_factory=list)
    has_events: bool = True
    states: dict[tuple[Report, str], bool] = field(default_factory=dict)
    """What it tells of itself now."""
    functions: Functions = field(default_factory=Functions)
    """What else it does: tours, masks, relays, its place."""
    listeners: list["Listener"] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    wrong_passwords: int = 0
    interviews: int = 0
    certificate: Shown | None = None
    """What it shows over TLS; None: it speaks plain HTTP."""

    def tell(self, report: Report, *, active: bool, part: str = "") -> None:
        """Tell every listener that something begins or ends."""
        self.states[report, part] = active
        for listener in self.listeners:
            listener.put_nowait((report, active, part))

    def restart(self) -> None:
        """Forget every listener and every state, as a camera does that loses power."""
        for listener in self.listeners:
            listener.put_nowait(None)
        self.listeners.clear()
        self.states.clear()


Listener = asyncio.Queue[tuple[Report, bool, str] | None]
"""One subscription's messages; None once the camera has forgotten it."""


class FakeLink:
    """The ``CameraLink`` port over a ``FakeCamera``."""

    def __init__(
        self, device: FakeCamera, approval: Approval, credentials: Credentials, clock: Clock
    ) -> None:
        """Keep both ends."""
        self._device = device
        self._approval = approval
        self._credentials = credentials
        self._clock = clock
        self._refused = False
        self.closed = False
        asked = Caller(device.functions, approval.camera, self._logged_in, self._head)
        self.tours = FakeTours(asked, lambda: [PresetName(name) for _, name, _ in device.presets])
        self.masks = FakeMasks(asked)
        self.eye = FakeEye(asked)
        self.relays = FakeRelays(asked)
        self.places = FakePlaces(asked)

    @property
    def camera(self) -> CameraId:
        """Return whose link this is."""
        return self._approval.camera

    async def interview(self) -> Passport:
        """Return who the device is."""
        self._logged_in("GetDeviceInformation")
        self._device.interviews += 1
        device = self._device
        uri = f"rtsp://{self._approval.host}:8554/main"
        return Passport(
            camera=self.camera,
            manufacturer="Simulated",
            model="Fake",
            serial=device.serial,
            firmware=device.firmware,
            services=frozenset(
                {"device", "media2"}
                | ({"ptz"} if device.has_ptz else set())
                | ({"events"} if device.has_events else set())
            ),
            streams=(Stream("main", uri, 640, 360, 10.0, "H264"),),
            presets=self._presets() if device.has_ptz else (),
            has_ptz=device.has_ptz,
            reports_move_status=device.has_ptz,
            authentication="http-digest",
            clock_offset_s=device.clock_ahead_s,
            events="pull point" if device.has_events else "",
            imaging=device.imaging.names,
            auxiliary=device.auxiliary,
            moves=device.moves if device.has_ptz else None,
        )

    async def presets(self) -> Sequence[Preset]:
        """Return the device's presets."""
        self._head("GetPresets")
        return self._presets()

    async def head(self) -> HeadReport:
        """Return the device's pose."""
        self._head("GetStatus")
        return HeadReport(self._device.pose, self._device.moving, self._clock.now().mono_s)

    async def goto_preset(self, preset: PresetName) -> None:
        """Put the device where the preset is."""
        self._head("GotoPreset")
        if self._device.refuses_presets:
            raise self._error(NotSupported, "GotoPreset")
        poses = [pose for _, name, pose in self._device.presets if name == preset]
        if len(poses) != 1:
            raise CameraFault(
                f"it has {len(poses)} presets called `{preset}`",
                camera=self.camera,
                operation="GotoPreset",
                code="PresetAmbiguous" if poses else "PresetMissing",
            )
        self._device.pose = poses[0]

    async def move_to(self, pose: PtzPose, *, speed: float | None = None) -> None:
        """Put the device there."""
        self._moved("AbsoluteMove", Way.ABSOLUTE)
        self._device.pose = pose

    async def move_by(
        self, turn: Turn, *, in_view: bool = False, speed: float | None = None
    ) -> None:
        """Put the device a step further; a step in the picture is one in its units here."""
        self._moved("RelativeMove", Way.VIEW if in_view else Way.RELATIVE)
        at = self._device.pose
        self._device.pose = PtzPose(at.pan + turn.pan, at.tilt + turn.tilt, at.zoom + turn.zoom)

    async def drive(self, velocity: Turn, *, for_s: float) -> None:
        """Note that it moves; it does not get anywhere."""
        if not 0.0 < for_s <= MOST_DRIVE_S:
            raise ValueError(f"{for_s:g} s")
        self._moved("ContinuousMove", Way.CONTINUOUS)
        self._device.moving = velocity != Turn()
        self._device.told_to_end_after_s = for_s

    async def go_home(self, *, speed: float | None = None) -> None:
        """Put the device at rest."""
        self._head("GotoHomePosition")
        if not self._device.moves.home:
            raise self._error(NotSupported, "GotoHomePosition")
        self._device.pose = REST

    async def stop(self, way: StopWay = StopWay.STOP) -> None:
        """Stop the device."""
        operation = "ContinuousMove" if way is StopWay.ZERO else "Stop"
        if self._device.deaf:
            raise self._error(CameraTimeout, operation)
        self._head(operation)
        if way in self._device.stopped_by:
            self._device.moving = False

    async def imaging(self) -> Imaging:
        """Return the device's settings."""
        self._logged_in("GetImagingSettings")
        return self._device.imaging

    async def set_imaging(self, imaging: Imaging) -> None:
        """Set what the device has; a dynamic range has no `auto`."""
        self._logged_in("SetImagingSettings")
        if imaging.names - self._device.imaging.names or imaging.wide_dynamic_range is Mode.AUTO:
            raise self._error(NotSupported, "SetImagingSettings")
        self._device.imaging = imaging.over(self._device.imaging)

    async def send_auxiliary(self, command: str) -> None:
        """Note the command, if it is one of the device's."""
        self._logged_in("SendAuxiliaryCommand")
        if command not in self._device.auxiliary:
            raise CameraFault(
                f"no auxiliary command {command}",
                camera=self.camera,
                operation="SendAuxiliaryCommand",
                code="InvalidArgs",
            )
        self._device.auxiliary_sent.append(command)

    async def still(self) -> Still:
        """Return the device's picture."""
        self._logged_in("GetSnapshotUri")
        return self._device.functions.still

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Sequence[CameraReported]]]:
        """Listen to the device."""
        self._logged_in("CreatePullPointSubscription")
        if not self._device.has_events:
            raise self._error(NotSupported, "CreatePullPointSubscription")
        listener: Listener = asyncio.Queue()
        for (report, part), active in self._device.states.items():
            listener.put_nowait((report, active, part))
        self._device.listeners.append(listener)
        try:
            async with aclosing(self._heard(listener)) as batches:
                yield batches
        finally:
            if listener in self._device.listeners:
                self._device.listeners.remove(listener)

    async def _heard(self, listener: "Listener") -> AsyncGenerator[Sequence[CameraReported]]:
        while (told := await listener.get()) is not None:
            self._reached("PullMessages")
            report, active, part = told
            at_s = self._clock.now().mono_s
            yield (CameraReported(self.camera, report, active, at_s, part),)

    async def alive(self) -> None:
        """Return when the device is there and its clock right."""
        self._reached("GetSystemDateAndTime")

    async def aclose(self) -> None:
        """Note that it was closed."""
        self.closed = True

    def _presets(self) -> tuple[Preset, ...]:
        return tuple(Preset(PresetName(name), pose) for _, name, pose in self._device.presets)

    def _moved(self, operation: str, way: Way) -> None:
        self._head(operation)
        if way not in self._device.moves.pan_tilt:
            raise self._error(NotSupported, operation)

    def _head(self, operation: str) -> None:
        self._logged_in(operation)
        if not self._device.has_ptz:
            raise self._error(NotSupported, operation)

    def _logged_in(self, operation: str) -> None:
        if self._refused:
            raise self._error(NotAuthorised, operation)
        self._reached(operation)
        known = (self._credentials.username, self._credentials.password.reveal())
        if known != (self._device.username, self._device.password):
            self._refused = True
            self._device.wrong_passwords += 1
            raise self._error(NotAuthorised, operation)
        if self._approval.serial not in (None, self._device.serial):
            raise self._error(Stranger, operation)

    def _reached(self, operation: str) -> None:
        if self._device.dead:
            raise self._error(Unreachable, operation)
        self._trusted(operation)
        if self._device.silent:
            raise self._error(CameraTimeout, operation)
        self._device.calls.append(operation)
        if abs(self._device.clock_ahead_s) > 300.0:
            raise self._error(ClockSkewed, operation)

    def _trusted(self, operation: str) -> None:
        wanted, shown = self._approval.tls, self._device.certificate
        if wanted is not None and shown is None:
            raise self._error(TlsFailed, operation)
        if wanted is not None and shown is not None:
            good = shown.vouched if wanted.pin is None else shown.sha256 == wanted.pin
            if not good:
                raise self._error(CertificateChanged, operation)

    def _error(self, kind: type[CameraError], operation: str) -> CameraError:
        return kind("as the test wanted it", camera=self.camera, operation=operation)


class FakeCameras:
    """The ``Cameras`` port over devices by host and port."""

    def __init__(self, devices: dict[tuple[str, int], FakeCamera], clock: Clock) -> None:
        """Keep the devices."""
        self._devices = devices
        self._clock = clock
        self.links: list[FakeLink] = []

    def link(self, approval: Approval, credentials: Credentials) -> FakeLink:
        """Return a link to the device at the approved address; nothing there is a dead one."""
        device = self._devices.get((approval.host, approval.port), FakeCamera(dead=True))
        link = FakeLink(device, approval, credentials, self._clock)
        self.links.append(link)
        return link

    async def certificate(self, host: str, port: int) -> Shown:
        """Return which certificate the device shows."""
        device = self._devices.get((host, port), FakeCamera(dead=True))
        asked = "TLS handshake"
        if device.dead:
            raise Unreachable("as the test wanted it", camera=host, operation=asked)
        if device.certificate is None:
            raise TlsFailed("as the test wanted it", camera=host, operation=asked)
        return device.certificate
