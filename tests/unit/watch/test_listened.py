"""A camera is listened to through everything that goes wrong with it; in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import CameraReported, Observation, Report
from orchestrator.ports import Approval, Credentials, Secret
from orchestrator.watch import listened
from orchestrator.watch.listening import LONGEST_PAUSE_S, SETTLED_S
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock

DOCK = CameraId("dock")
CAMERA = Camera(
    id=DOCK,
    host="127.0.0.1",
    port=80,
    credentials="dock",
    mount=Mount(0.0, 0.0, 4.0, 0.0, -20.0),
    lens=Lens(60.0, 60.0, 640, 360),
)


@dataclass
class Heard:
    """A camera being listened to, and all that was reported of it."""

    device: FakeCamera = field(default_factory=FakeCamera)
    clock: VirtualClock = field(default_factory=VirtualClock)
    seen: list[Observation] = field(default_factory=list)

    def start(self, password: str = "right") -> asyncio.Task[None]:
        approval = Approval(DOCK, "127.0.0.1", 80, "/", "dock", None, "anna")
        cameras = FakeCameras({("127.0.0.1", 80): self.device}, self.clock)
        link = cameras.link(approval, Credentials("orchestrator", Secret(password)))
        return asyncio.create_task(
            listened(CAMERA, link, report=self.seen.append, clock=self.clock)
        )

    def said(self) -> list[tuple[Report, str, bool]]:
        told = [each for each in self.seen if isinstance(each, CameraReported)]
        return [(each.report, each.part, each.active) for each in told]


@pytest.fixture
async def heard() -> AsyncIterator[Heard]:
    yield Heard()
    running = asyncio.all_tasks() - {asyncio.current_task()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_what_a_camera_says_is_reported(heard: Heard) -> None:
    heard.start()
    await heard.clock.advance(1.0)
    heard.device.tell(Report.TAMPER, active=True)
    heard.device.tell(Report.TAMPER, active=False)
    await heard.clock.advance(1.0)

    assert heard.said() == [(Report.TAMPER, "", True), (Report.TAMPER, "", False)]


async def test_a_state_that_a_restarted_camera_does_not_repeat_has_ended(heard: Heard) -> None:
    heard.start()
    await heard.clock.advance(1.0)
    heard.device.tell(Report.TAMPER, active=True)
    heard.device.tell(Report.INPUT, active=True, part="door")
    await heard.clock.advance(1.0)
    heard.seen.clear()

    heard.device.restart()
    await heard.clock.advance(2.0)
    heard.device.tell(Report.INPUT, active=True, part="door")
    await heard.clock.advance(SETTLED_S)
    heard.device.tell(Report.MOTION, active=True)
    await heard.clock.advance(1.0)

    assert (Report.TAMPER, "", False) in heard.said()
    assert (Report.INPUT, "door", False) not in heard.said()


async def test_a_camera_that_is_off_is_tried_again_ever_more_rarely_and_then_heard(
    heard: Heard,
) -> None:
    heard.device.dead = True
    heard.start()
    await heard.clock.advance(3600.0)
    heard.device.dead = False
    await heard.clock.advance(LONGEST_PAUSE_S)

    assert len(heard.device.listeners) == 1
    heard.device.tell(Report.MOTION, active=True)
    await heard.clock.advance(1.0)
    assert heard.said() == [(Report.MOTION, "", True)]


async def test_a_camera_without_events_is_left_alone(heard: Heard) -> None:
    heard.device.has_events = False

    listening = heard.start()
    await heard.clock.advance(1.0)

    assert listening.done()
    assert listening.exception() is None


async def test_a_login_that_is_refused_is_not_tried_again(heard: Heard) -> None:
    listening = heard.start("wrong")
    await heard.clock.advance(3600.0)

    assert listening.done()
    assert heard.device.wrong_passwords == 1


async def test_who_stops_listening_gives_the_subscription_back(heard: Heard) -> None:
    listening = heard.start()
    await heard.clock.advance(1.0)
    assert len(heard.device.listeners) == 1

    listening.cancel()
    await asyncio.wait([listening])

    assert heard.device.listeners == []
