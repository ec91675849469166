"""A camera that refuses its login is tried once with each version of its secret; in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from orchestrator.app import Doors, Service
from orchestrator.app.login import LOOK_S
from orchestrator.domain.camera import LinkState, PtzPose
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock
from tests.fakes.desk import desk_site
from tests.fakes.files import MemoryFiles
from tests.fakes.frames import FakeFrames
from tests.fakes.quiet import QuietWakeups
from tests.fakes.secrets import MemorySecrets
from tests.fakes.store import MemoryStore

YARD = CameraId("yard-ptz")


class Pages:
    """The ``Journal`` port in memory."""

    def __init__(self) -> None:
        self.lines: list[Mapping[str, object]] = []

    def write(self, line: Mapping[str, object]) -> None:
        self.lines.append(line)

    async def run(self) -> None:
        await asyncio.Event().wait()


class Depot:
    """A running service with one approved camera, and what it says of it."""

    def __init__(self, **logins: tuple[str, str]) -> None:
        self.clock = VirtualClock()
        self.logins = dict(logins)
        self.device = FakeCamera(presets=[("1", "gate", PtzPose(0.1, 0.0, 0.0))])
        self.journal = Pages()
        self.store = MemoryStore()
        [yard] = [camera for camera in desk_site().cameras if camera.id == YARD]
        approval = Approval(YARD, yard.host, yard.port, "/", "yard", None, "test")
        self.cameras = FakeCameras({(yard.host, yard.port): self.device}, self.clock)
        doors = Doors(
            cameras=self.cameras,
            frames=FakeFrames(),
            detector=None,
            bus=MemoryBus(MemoryBroker()),
            store=self.store,
            secrets=MemorySecrets(self.logins),
            clock=self.clock,
            fresh=self.clock,
            wakeups=QuietWakeups(),
            files=MemoryFiles(desk_site()),
            journal=self.journal,
        )
        site = replace(desk_site(), cameras=(yard,))
        self.service = Service(site, doors, approvals=[approval], run="r")

    def links(self) -> list[str]:
        return [str(line["link"]) for line in self.journal.lines if line["kind"] == "camera"]

    def failures(self) -> list[str]:
        return [str(line["what"]) for line in self.journal.lines if line["kind"] == "failure"]


@asynccontextmanager
async def serving(depot: Depot) -> AsyncIterator[Depot]:
    task = asyncio.create_task(depot.service.run())
    await depot.clock.advance(2.0)
    yield depot
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_corrected_secret_is_tried_by_itself_and_the_camera_comes_on_board() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        await depot.clock.advance(200.0)
        assert depot.links() == [LinkState.REFUSED.value]

        depot.logins["yard"] = ("orchestrator", "right")
        await depot.clock.advance(3 * LOOK_S)

        assert depot.links() == [LinkState.REFUSED.value, LinkState.ONLINE.value]
        assert depot.device.wrong_passwords == 1
        assert [link.closed for link in depot.cameras.links] == [True, False]
        assert "GetStatus" in depot.device.calls


async def test_each_version_of_a_wrong_secret_is_refused_once() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        for guess in ("wrong again", "still wrong"):
            depot.logins["yard"] = ("orchestrator", guess)
            await depot.clock.advance(200.0)

        assert depot.device.wrong_passwords == 3


async def test_a_secret_that_is_being_written_is_not_sent() -> None:
    async with serving(Depot(yard=("orchestrator", "wrong"))) as depot:
        for letters in range(1, 6):
            depot.logins["yard"] = ("orchestrator", "right"[:letters])
            await depot.clock.advance(LOOK_S)
        await depot.clock.advance(LOOK_S)

        assert depot.device.wrong_passwords == 1
        assert depot.links()[-1] == LinkState.ONLINE.value


async def test_a_secret_that_was_missing_is_used_once_it_is_there() -> None:
    async with serving(Depot()) as depot:
        assert depot.links() == [LinkState.REFUSED.value]

        depot.logins["yard"] = ("orchestrator", "right")
        await depot.clock.advance(3 * LOOK_S)

        assert depot.links()[-1] == LinkState.ONLINE.value


async def test_what_could_not_be_kept_is_a_failure_in_the_journal() -> None:
    depot = Depot(yard=("orchestrator", "right"))
    depot.store.failing = True
    async with serving(depot):
        await depot.clock.advance(20.0)

        whats = depot.failures()
        assert any("judgements could not be kept" in what for what in whats)
        assert all("the disk is full" in what for what in whats)
