"""A camera is kept on board through outages, and a refused login is left alone; in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from orchestrator.domain.camera import Camera, Lens, LinkState, Mount, PtzPose
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Interviewed, LinkSeen, Observation
from orchestrator.onboard import keep_onboard
from orchestrator.onboard.keep import VERIFY_S
from orchestrator.ports import Approval, Credentials, Secret
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import START, VirtualClock
from tests.fakes.store import MemoryStore

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
class Kept:
    """A camera being kept on board, and all that was reported of it."""

    device: FakeCamera
    clock: VirtualClock
    serial: str | None = "SIM-1"
    store: MemoryStore = field(default_factory=MemoryStore)
    seen: list[Observation] = field(default_factory=list)
    draws: list[float] = field(default_factory=list)
    another_login: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> asyncio.Task[None]:
        approval = Approval(DOCK, "127.0.0.1", 80, "/", "dock", self.serial, "anna")
        cameras = FakeCameras({("127.0.0.1", 80): self.device}, self.clock)
        link = cameras.link(approval, Credentials("orchestrator", Secret("right")))
        return asyncio.create_task(
            keep_onboard(
                CAMERA,
                link,
                clock=self.clock,
                store=self.store,
                report=self.seen.append,
                renewed=self._renewed,
                draw=self._drawn,
            )
        )

    async def _renewed(self) -> None:
        await self.another_login.wait()

    def _drawn(self, low_s: float, high_s: float) -> float:
        self.draws.append(high_s)
        return (low_s + high_s) / 2

    @property
    def links(self) -> list[LinkSeen]:
        return [each for each in self.seen if isinstance(each, LinkSeen)]

    @property
    def state(self) -> LinkState | None:
        return self.links[-1].state if self.links else None


@pytest.fixture
def kept() -> Kept:
    return Kept(FakeCamera(), VirtualClock())


async def run(scene: Kept, *steps: float) -> asyncio.Task[None]:
    task = scene.start()
    for seconds in steps:
        await scene.clock.advance(seconds)
    return task


@pytest.fixture
async def tasks() -> AsyncIterator[list[asyncio.Task[None]]]:
    running: list[asyncio.Task[None]] = []
    yield running
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


Tasks = list[asyncio.Task[None]]


async def test_a_camera_that_answers_is_interviewed_once_and_online_once(
    kept: Kept, tasks: Tasks
) -> None:
    tasks.append(await run(kept, 600.0))

    assert [type(each) for each in kept.seen] == [Interviewed, LinkSeen]
    assert kept.state is LinkState.ONLINE
    assert kept.device.interviews == 1
    assert kept.device.calls.count("GetSystemDateAndTime") == pytest.approx(120, abs=1)


async def test_a_dead_camera_is_offline_within_one_heartbeat_and_says_what_to_do(
    kept: Kept, tasks: Tasks
) -> None:
    tasks.append(await run(kept, 60.0))
    died_s = kept.clock.now().mono_s
    kept.device.dead = True

    await kept.clock.advance_until(lambda: kept.state is LinkState.OFFLINE, within_s=5.0)

    assert kept.clock.now().mono_s - died_s <= 5.0
    assert kept.links[-1].reason == (
        "camera `dock` at 127.0.0.1:80 cannot be reached; check its power and network, it is tried"
        " again by itself"
    )


async def test_a_camera_that_comes_back_is_interviewed_anew(kept: Kept, tasks: Tasks) -> None:
    tasks.append(await run(kept, 60.0))
    kept.device.dead = True
    await kept.clock.advance(600.0)
    kept.device.dead = False
    kept.device.presets.append(("1", "new", kept.device.pose))

    await kept.clock.advance_until(lambda: kept.state is LinkState.ONLINE, within_s=30.0)

    passports = [each.passport for each in kept.seen if isinstance(each, Interviewed)]
    assert [len(passport.presets) for passport in passports] == [0, 1]
    assert [link.state for link in kept.links] == [
        LinkState.ONLINE,
        LinkState.OFFLINE,
        LinkState.ONLINE,
    ]


async def test_pauses_between_tries_double_up_to_half_a_minute(kept: Kept, tasks: Tasks) -> None:
    kept.device.dead = True

    tasks.append(await run(kept, 300.0))

    assert kept.draws[:8] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert max(kept.draws) == 30.0


async def test_a_camera_that_was_well_is_tried_again_at_once_after_the_next_outage(
    kept: Kept, tasks: Tasks
) -> None:
    kept.device.dead = True
    tasks.append(await run(kept, 300.0))
    kept.device.dead = False
    await kept.clock.advance_until(lambda: kept.state is LinkState.ONLINE, within_s=30.0)
    kept.draws.clear()

    kept.device.silent = True
    await kept.clock.advance_until(lambda: kept.state is LinkState.OFFLINE, within_s=6.0)

    assert kept.draws[0] == 0.5
    assert "does not answer in time" in kept.links[-1].reason


async def test_an_outage_is_reported_once_however_long_it_lasts(kept: Kept, tasks: Tasks) -> None:
    kept.device.dead = True

    tasks.append(await run(kept, 2 * 3600.0))

    assert len(kept.links) == 1


async def test_a_refused_login_is_sent_once_in_a_day_and_says_which_secret_is_wrong(
    kept: Kept, tasks: Tasks
) -> None:
    kept.device.password = "changed"

    tasks.append(await run(kept, 24 * 3600.0))

    assert kept.device.wrong_passwords == 1
    assert kept.state is LinkState.REFUSED
    assert len(kept.links) == 1
    assert "login `dock`" in kept.links[0].reason
    assert "correct that secret, it is then tried once by itself" in kept.links[0].reason
    assert kept.device.calls == ["GetDeviceInformation"]


async def test_who_keeps_a_refused_camera_is_done_once_there_is_another_login(kept: Kept) -> None:
    kept.device.password = "changed"
    task = await run(kept, 60.0)
    assert not task.done()

    kept.another_login.set()
    await asyncio.wait_for(task, 1.0)

    assert kept.device.wrong_passwords == 1


async def test_a_password_changed_while_online_is_found_at_the_next_interview(
    kept: Kept, tasks: Tasks
) -> None:
    tasks.append(await run(kept, 60.0))
    kept.device.password = "changed"
    kept.device.dead = True
    await kept.clock.advance(10.0)
    kept.device.dead = False

    await kept.clock.advance_until(lambda: kept.state is LinkState.REFUSED, within_s=30.0)

    assert kept.device.wrong_passwords == 1


async def test_a_stranger_is_quarantined_until_the_right_camera_is_back(
    kept: Kept, tasks: Tasks
) -> None:
    kept.device.serial = "SIM-9"
    tasks.append(await run(kept, 900.0))
    assert [link.state for link in kept.links] == [LinkState.QUARANTINED]
    assert "is not the approved one" in kept.links[-1].reason

    kept.device.serial = "SIM-1"

    await kept.clock.advance_until(lambda: kept.state is LinkState.ONLINE, within_s=301.0)


async def test_a_wrong_clock_is_refused_until_it_is_set_right(kept: Kept, tasks: Tasks) -> None:
    tasks.append(await run(kept, 60.0))
    kept.device.clock_ahead_s = 3600.0
    await kept.clock.advance_until(lambda: kept.state is LinkState.REFUSED, within_s=6.0)

    kept.device.clock_ahead_s = 0.0

    await kept.clock.advance_until(lambda: kept.state is LinkState.ONLINE, within_s=301.0)


async def test_a_refused_camera_that_loses_its_power_stays_refused(
    kept: Kept, tasks: Tasks
) -> None:
    kept.device.password = "changed"
    tasks.append(await run(kept, 60.0))

    kept.device.dead = True
    await kept.clock.advance(1200.0)

    assert [link.state for link in kept.links] == [LinkState.REFUSED]


async def test_what_a_camera_says_of_itself_is_kept_with_the_hour(kept: Kept, tasks: Tasks) -> None:
    tasks.append(await run(kept, 1.0))

    remembered = await kept.store.remembered(DOCK)

    assert remembered is not None
    assert remembered.passport.firmware == "1.0.0"
    assert remembered.at == START.isoformat()


async def test_other_firmware_after_a_lost_connection_is_told_and_kept(
    kept: Kept, tasks: Tasks
) -> None:
    tasks.append(await run(kept, 6.0))
    kept.device.dead = True
    await kept.clock.advance_until(lambda: kept.state is LinkState.OFFLINE, within_s=6.0)
    kept.device.firmware = "2.0.0"
    kept.device.presets.append(("7", "lawn", PtzPose(0.0, 0.0, 0.0)))
    kept.device.dead = False
    await kept.clock.advance_until(lambda: kept.state is LinkState.ONLINE, within_s=31.0)

    reason = "it has changed: firmware `2.0.0` instead of `1.0.0`; preset `lawn` new"
    assert kept.links[-1].reason == reason
    remembered = await kept.store.remembered(DOCK)
    assert remembered is not None
    assert remembered.passport.firmware == "2.0.0"
    await kept.clock.advance(60.0)
    assert kept.links[-1].reason == reason


async def test_what_changed_while_the_service_was_off_is_told(kept: Kept, tasks: Tasks) -> None:
    first = await run(kept, 1.0)
    first.cancel()
    kept.device.firmware = "2.0.0"

    tasks.append(await run(kept, 1.0))

    assert "firmware `2.0.0`" in kept.links[-1].reason


async def test_a_camera_is_interviewed_anew_every_hour(kept: Kept, tasks: Tasks) -> None:
    tasks.append(await run(kept, VERIFY_S - 10.0))
    assert kept.device.interviews == 1

    await kept.clock.advance(20.0)

    assert kept.device.interviews == 2


async def test_a_store_that_fails_costs_no_camera(kept: Kept, tasks: Tasks) -> None:
    kept.store.failing = True

    tasks.append(await run(kept, 6.0))

    assert kept.state is LinkState.ONLINE
