"""Heads with quirks behind real ONVIF, in virtual time and without a network.

The simulator's device answers the real adapter's bytes; only the wire between them is left out. So
every quirk of the simulator meets the product as it is, in milliseconds, and always the same.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.link import OnvifLink
from orchestrator.adapters.onvif.transport import Reply, Request, Transport
from orchestrator.domain.camera import Camera, Lens, Mount, PtzPose, PtzRange
from orchestrator.domain.ids import CameraId
from orchestrator.errors import CameraTimeout
from orchestrator.ports import Approval, Clock, Credentials, Secret
from simulators import quirks
from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.camera import OnvifDevice
from simulators.device.login import Authentication, Login
from simulators.device.spaces import Manner
from simulators.device.steering import Axes, Steering
from simulators.device.unit import Unit
from simulators.heads import Aim, Motors, Pose, PtzSpec
from simulators.single import SingleHead

DOME: Final = Camera(
    CameraId("dome"),
    "192.0.2.7",
    80,
    "dome",
    Mount(0.0, 0.0, 6.0, 90.0, 0.0),
    Lens(60.0, 12.0, 640, 360),
    PtzRange(-170.0, 170.0, -80.0, 10.0, 120.0, 90.0),
)
PRESETS: Final = {
    "home": PtzPose(0.0, 0.0, 0.0),
    "gate": PtzPose(0.5, -0.25, 0.5),
    "sky": PtzPose(-0.5, 0.9, 0.0),
}
Wrap = Callable[[Steering, Clock], Steering]


def _of(quirk: type[quirks.Quirk]) -> Wrap:
    return lambda head, _: quirk(head)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of head: what it does otherwise, in which numbers, how slow; and where it may go."""

    wrap: Wrap = lambda head, _: head
    manner: Manner = field(default_factory=Manner)
    latency_s: tuple[float, float] = (0.06, 0.15)
    movable: bool = True
    """Whether anything can make it go where it should."""


KINDS: Final = {
    "plain": Kind(),
    "status always idle": Kind(_of(quirks.AlwaysIdle)),
    "status stuck at moving": Kind(_of(quirks.StuckMoving)),
    "no status": Kind(_of(quirks.NoMoveStatus)),
    "no position": Kind(_of(quirks.NoPosition)),
    "says nothing": Kind(_of(quirks.Silent)),
    "position frozen": Kind(_of(quirks.FrozenPosition)),
    "position frozen and idle": Kind(
        lambda head, _: quirks.FrozenPosition(quirks.AlwaysIdle(head))
    ),
    "tells the goal at once": Kind(_of(quirks.TellsTheGoal)),
    "coarse position": Kind(_of(quirks.CoarsePosition)),
    "status a second late": Kind(
        lambda head, clock: quirks.LateStatus(head, lambda: clock.now().mono_s)
    ),
    "ignores timeouts": Kind(_of(quirks.IgnoresTimeout)),
    "stops by zero velocity only": Kind(_of(quirks.StopsByZeroOnly)),
    "stops by zero velocity only, status stuck": Kind(
        lambda head, _: quirks.StuckMoving(quirks.StopsByZeroOnly(head))
    ),
    "presets do nothing": Kind(_of(quirks.IgnoresPresets)),
    "loses the first command": Kind(_of(quirks.LosesFirstCommand)),
    "runs on": Kind(_of(quirks.RunsOn), movable=False),
    "runs on and stops by zero velocity only": Kind(
        lambda head, _: quirks.RunsOn(quirks.StopsByZeroOnly(head)), movable=False
    ),
    "pan limits": Kind(_of(quirks.PanLimits), movable=False),
    "backlash": Kind(_of(quirks.Backlash)),
    "flips at the zenith": Kind(_of(quirks.Flips), movable=False),
    "0 to 360": Kind(manner=Manner(pan=(0.0, 360.0), tilt=(-90.0, 0.0))),
    "zoom to 0.499": Kind(manner=Manner(zoom=(0.0, 0.499))),
    "view listed, not default": Kind(manner=Manner(view=True, view_is_listed_only=True)),
    "no options": Kind(manner=Manner(tells_options=False)),
    "presets only": Kind(
        manner=Manner(absolute=False, relative=False, view=False, continuous=False, home=False)
    ),
    "steps of the picture only": Kind(
        manner=Manner(absolute=False, relative=False, continuous=False, home=False)
    ),
    "steps of its own only": Kind(
        _of(quirks.OwnScale),
        manner=Manner(absolute=False, view=False, continuous=False, home=False),
    ),
    "velocities only": Kind(manner=Manner(absolute=False, relative=False, view=False, home=False)),
    "slow answers": Kind(manner=Manner(status_delay_s=3.0)),
    "latency 50 ms": Kind(latency_s=(0.05, 0.05)),
    "latency 600 ms": Kind(latency_s=(0.6, 0.6)),
}


class NoWire(Transport):
    """Hands requests to a device in the same process; a late answer is late in virtual time."""

    def __init__(self, device: OnvifDevice, clock: Clock) -> None:
        super().__init__()
        self._device = device
        self._clock = clock
        self.cut = False

    async def reply_to(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        if self.cut:
            await self._clock.sleep(deadline_s)
            raise asked.error(CameraTimeout, "cut off")
        call = asyncio.ensure_future(
            self._device.soap.answered(request.body, request.target, request.authorization)
        )
        late = asyncio.ensure_future(self._clock.sleep(deadline_s))
        try:
            await asyncio.wait({call, late}, return_when=asyncio.FIRST_COMPLETED)
            if not call.done():
                raise asked.error(CameraTimeout, f"no answer within {deadline_s:g} s")
            answered = call.result()
            return Reply(answered.status, answered.challenges, answered.body)
        finally:
            call.cancel()
            late.cancel()


C = TypeVar("C", bound=Clock)


class QuirkySite(Generic[C]):
    """One head of a kind, at home, and a link to it; by its clock."""

    def __init__(
        self,
        kind: Kind,
        clock: C,
        wire: type[NoWire] = NoWire,
        *,
        at: tuple[str, int] = (DOME.host, 80),
    ) -> None:
        self.kind = kind
        self.clock = clock
        rest = Aim(DOME.mount.azimuth_deg, DOME.mount.tilt_deg, 60.0)
        spec = PtzSpec(latency_s=kind.latency_s)
        motors = Motors(spec, rest, 60.0, 12.0, random.Random(7))
        motors.place(Pose(0.0, 0.0, 0.0))
        self.head = SingleHead(motors, lambda: self.clock.now().mono_s)
        for token, (name, pose) in enumerate(PRESETS.items(), 1):
            self.head.store(str(token), name, Axes(pose.pan, pose.tilt, pose.zoom))
        unit = Unit(
            *("dome", *at, 554, "SIM-7", "Quirky", 640, 360, 10.0, 1_000_000),
            has_ptz=True,
        )
        access = Access(Login("anna", "right"), Authentication.NONE, realm="quirky")
        self.device = OnvifDevice(
            unit,
            access,
            CameraClock(),
            steering=kind.wrap(self.head, self.clock),
            manner=kind.manner,
            pause=self.clock.sleep,
            snapshot=_no_picture,
        )
        self.wire = wire(self.device, self.clock)
        approval = Approval(DOME.id, *at, "/onvif/device_service", "", None, "test")
        self.link = OnvifLink(
            approval,
            Credentials("anna", Secret("right")),
            transport=self.wire,
            clock=self.clock,
            utc=lambda: datetime.now(UTC),
        )

    def is_moving(self) -> bool:
        """Say whether the head truly moves."""
        return self.head.now().moving

    def off_deg(self, preset: str) -> float:
        """Return how far the head truly is from a preset, by its worst axis."""
        pose, goal = self.head.now().pose, PRESETS[preset]
        return max(abs(pose.pan - goal.pan) * 170.0, abs(pose.tilt - goal.tilt) * 45.0)

    def sent(self, operation: str) -> int:
        """Return how often the device was asked for this."""
        return self.device.soap.calls.get(f"tptz:{operation}", 0)


async def _no_picture() -> bytes:
    return b""
