"""The loop of one head, in virtual time, over a camera in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from orchestrator.domain.camera import Camera, Lens, Mount, PtzPose, PtzRange
from orchestrator.domain.ids import CameraId, IntentId, PolicyName, PresetName
from orchestrator.domain.intent import Band, Intent, Reason
from orchestrator.domain.moving import StopWay
from orchestrator.domain.sighting import HeadSeen, MoveEnd, MoveSeen, Observation
from orchestrator.geometry.ptz import aim_of
from orchestrator.ports import Approval, Credentials, Secret
from orchestrator.runtime.channels import Latest
from orchestrator.steer import Granted, HeadTimeline, Witnesses, steered
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock

DOCK = Camera(
    CameraId("dock-ptz"),
    "192.0.2.5",
    8000,
    "dock",
    Mount(0.0, 0.0, 6.0, 90.0, 0.0),
    Lens(60.0, 12.0, 640, 360),
    PtzRange(-170.0, 170.0, -80.0, 10.0),
)
WIDE = PtzPose(0.5, -0.2, 0.0)
LOGIN = Credentials("orchestrator", Secret("right"))


def intent(preset: str, name: str = "r-i1") -> Intent:
    reason = Reason(PolicyName("intrusion"), None, "nobody works at night")
    return Intent(IntentId(name), DOCK.id, PresetName(preset), Band.ALARM, (), reason, 0.0, 60.0)


class Stand:
    """One head, the channel its grants come through, and what it reported."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.device = FakeCamera(presets=[("1", "wide", WIDE)])
        self.grants: Latest[Granted] = Latest()
        self.timeline = HeadTimeline()
        self.witnesses = Witnesses()
        self.reports: list[Observation] = []
        approval = Approval(DOCK.id, DOCK.host, DOCK.port, "/", "dock", None, "test")
        devices = {(DOCK.host, DOCK.port): self.device}
        self.link = FakeCameras(devices, self.clock).link(approval, LOGIN)

    def ends(self) -> list[MoveEnd]:
        return [report.end for report in self.reports if isinstance(report, MoveSeen)]

    def sent(self, operation: str) -> int:
        return self.device.calls.count(operation)


@asynccontextmanager
async def steering() -> AsyncIterator[Stand]:
    stand = Stand()
    passport = await stand.link.interview()
    stand.device.calls.clear()
    task = asyncio.create_task(
        steered(
            DOCK,
            stand.link,
            grants=stand.grants,
            passport=lambda: passport,
            timeline=stand.timeline,
            witnesses=stand.witnesses,
            report=stand.reports.append,
            clock=stand.clock,
        )
    )
    await stand.clock.advance(0.0)
    yield stand
    task.cancel()
    await stand.clock.advance(10.0)
    with suppress(asyncio.CancelledError):
        await task


async def test_without_a_grant_the_head_is_only_asked_where_it_is() -> None:
    async with steering() as stand:
        await stand.clock.advance(10.0)

        assert set(stand.device.calls) == {"GetStatus"}
        assert all(isinstance(report, HeadSeen) for report in stand.reports)


async def test_a_grant_is_sent_at_once_and_ends_when_the_head_has_arrived() -> None:
    async with steering() as stand:
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        assert stand.sent("GotoPreset") == 1

        await stand.clock.advance(5.0)
        assert stand.ends() == [MoveEnd.STARTED, MoveEnd.ARRIVED_UNCONFIRMED]
        assert stand.sent("GotoPreset") == 1


async def test_while_a_move_is_under_way_nobody_knows_where_a_frame_was_exposed() -> None:
    async with steering() as stand:
        began_s = stand.clock.now().mono_s
        assert stand.timeline.aim_at(began_s + 0.1) is not None
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)

        assert stand.timeline.aim_at(began_s + 0.1) is None
        await stand.clock.advance(5.0)
        assert stand.timeline.aim_at(stand.clock.now().mono_s) == aim_of(DOCK, WIDE)


async def test_a_preset_the_camera_does_not_have_fails_with_its_reason() -> None:
    async with steering() as stand:
        stand.grants.put(Granted(intent("wdie")))
        await stand.clock.advance(1.0)

        assert stand.ends() == [MoveEnd.STARTED, MoveEnd.FAILED]
        [failed] = [r for r in stand.reports if isinstance(r, MoveSeen) and r.reason]
        assert "`wdie`" in failed.reason


async def test_a_head_that_does_not_answer_is_asked_again_and_its_aim_forgotten() -> None:
    async with steering() as stand:
        stand.device.dead = True
        await stand.clock.advance(3.0)
        assert stand.timeline.aim_at(stand.clock.now().mono_s) is None

        stand.device.dead = False
        await stand.clock.advance(3.0)
        assert stand.timeline.aim_at(stand.clock.now().mono_s) is not None


async def test_a_head_whose_grant_is_withdrawn_on_the_way_is_stopped_once() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        stand.grants.put(Granted(None))
        await stand.clock.advance(0.0)

        now_s = stand.clock.now().mono_s
        assert stand.sent("Stop") == 1
        assert stand.timeline.aim_at(now_s + 0.01) is None
        await stand.clock.advance(0.5)
        assert stand.ends() == [MoveEnd.STARTED, MoveEnd.PREEMPTED]

        await stand.clock.advance(10.0)
        assert stand.sent("Stop") == 1


async def test_a_head_that_is_given_another_grant_on_the_way_is_not_stopped() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        stand.grants.put(Granted(intent("wide", "r-i2")))
        await stand.clock.advance(0.0)

        assert (stand.sent("Stop"), stand.sent("GotoPreset")) == (0, 2)
        stand.device.moving = False
        await stand.clock.advance(5.0)


async def test_a_head_that_could_not_be_stopped_says_so() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        stand.device.deaf = True
        stand.grants.put(Granted(None))
        await stand.clock.advance(0.0)

        assert stand.ends() == [MoveEnd.STARTED, MoveEnd.FAILED]
        failed = [each for each in stand.reports if isinstance(each, MoveSeen)][-1]
        assert "was not stopped" in failed.reason


async def test_a_head_that_is_under_way_is_stopped_when_the_service_ends() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)

    assert stand.sent("Stop") == 1


async def test_a_head_at_rest_is_left_alone_when_the_service_ends() -> None:
    async with steering() as stand:
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(5.0)

    assert stand.sent("Stop") == 0


async def test_a_head_that_obeys_no_stop_but_zero_velocity_is_stopped_by_that() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.device.stopped_by = frozenset({StopWay.ZERO})
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        stand.grants.put(Granted(None))
        await stand.clock.advance(4.0)

        assert not stand.device.moving
        assert (stand.sent("Stop"), stand.sent("ContinuousMove")) == (2, 1)
        assert stand.ends() == [MoveEnd.STARTED, MoveEnd.PREEMPTED]


async def test_a_grant_that_comes_while_a_head_is_being_stopped_is_obeyed_at_once() -> None:
    async with steering() as stand:
        stand.device.moving = True
        stand.device.stopped_by = frozenset()
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(0.0)
        stand.grants.put(Granted(None))
        await stand.clock.advance(0.3)
        stand.grants.put(Granted(intent("wide", "r-i2")))
        await stand.clock.advance(0.2)

        assert stand.sent("GotoPreset") == 2
        stand.device.moving = False


async def test_a_preset_that_the_camera_refuses_is_reached_by_its_stored_position() -> None:
    async with steering() as stand:
        stand.device.refuses_presets = True
        stand.grants.put(Granted(intent("wide")))
        await stand.clock.advance(5.0)

        assert stand.sent("AbsoluteMove") == 1
        [end] = [
            r for r in stand.reports if isinstance(r, MoveSeen) and r.end is not MoveEnd.STARTED
        ]
        assert end.way == "absolute"
