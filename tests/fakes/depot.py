"""A running service with one approved camera, in virtual time, and what it says of that camera."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from orchestrator.app import Doors, Service
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.camera_link import FakeCamera, FakeCameras
from tests.fakes.clock import VirtualClock
from tests.fakes.desk import desk_site
from tests.fakes.detector import FakeDetector
from tests.fakes.discovery import FakeDiscovery
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

    def __init__(
        self, *, serial: str | None = None, watches: bool = False, **logins: tuple[str, str]
    ) -> None:
        """Put it together; ``serial`` is that of the approval, ``watches`` has it search pictures."""
        self.clock = VirtualClock()
        self.logins = dict(logins)
        self.device = FakeCamera(presets=[("1", "gate", PtzPose(0.1, 0.0, 0.0))])
        self.journal = Pages()
        self.store = MemoryStore()
        self.discovery = FakeDiscovery()
        self.broker = MemoryBroker()
        self.frames = FakeFrames()
        [yard] = [camera for camera in desk_site().cameras if camera.id == YARD]
        approval = Approval(
            *(YARD, yard.host, yard.port, "/", "yard", serial, "test"),
            endpoint_reference="urn:yard",
        )
        self.cameras = FakeCameras({(yard.host, yard.port): self.device}, self.clock)
        doors = Doors(
            cameras=self.cameras,
            frames=self.frames,
            detector=FakeDetector() if watches else None,
            bus=MemoryBus(self.broker),
            store=self.store,
            secrets=MemorySecrets(self.logins),
            clock=self.clock,
            fresh=self.clock,
            wakeups=QuietWakeups(),
            files=MemoryFiles(desk_site()),
            discovery=self.discovery,
            journal=self.journal,
        )
        site = replace(desk_site(), cameras=(yard,))
        self.service = Service(site, doors, approvals=[approval], run="r")

    def reason(self) -> str:
        """Return what was last said of the camera's link."""
        return [str(line["reason"]) for line in self.journal.lines if line["kind"] == "camera"][-1]

    def links(self) -> list[str]:
        """Return the states of its link, in their order."""
        return [str(line["link"]) for line in self.journal.lines if line["kind"] == "camera"]

    def failures(self) -> list[str]:
        """Return what was lost or could not be kept."""
        return [str(line["what"]) for line in self.journal.lines if line["kind"] == "failure"]


@asynccontextmanager
async def serving(depot: Depot) -> AsyncIterator[Depot]:
    """Run it for as long as the test goes on."""
    task = asyncio.create_task(depot.service.run())
    await depot.clock.advance(2.0)
    yield depot
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
