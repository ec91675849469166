"""Cold onboarding of many cameras at once, by the service's own ``keep_onboard``.

``python -m tests.benchmarks.onvif.onboarding FIRST COUNT SECRETS`` is the process that is measured:
it has imported the product and asked nobody yet. The last line is JSON.
"""

import asyncio
import ipaddress
import json
import resource
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog
import zeep.wsdl

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.domain.camera import Camera, Lens, LinkState, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import LinkSeen, Observation
from orchestrator.onboard import keep_onboard
from orchestrator.ports import DEVICE_SERVICE, Approval
from tests.benchmarks.onvif.fleets import PORT, SECRET, FleetProcess
from tests.fakes.store import MemoryStore

_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Onboarded:
    """What it cost; a camera's share where it says so."""

    cameras: int
    wall_s: float
    cpu_ms: float
    rss_kb: float
    fds: float
    wsdl_parses: int
    trouble: str


def onboarding(fleet: FleetProcess) -> Onboarded:
    """Onboard a fleet in a process of its own."""
    module = "tests.benchmarks.onvif.onboarding"
    told = [fleet.first, str(fleet.count), str(fleet.secrets)]
    done = subprocess.run(
        [sys.executable, "-m", module, *told], check=True, stdout=subprocess.PIPE, text=True
    )
    return Onboarded(**json.loads(done.stdout.splitlines()[-1]))


def camera_at(first: str, number: int) -> Camera:
    """Return a camera of the site file at the address of a fleet's."""
    host = str(ipaddress.ip_address(first) + number)
    mount, lens = Mount(0.0, 0.0, 4.0, 0.0, -20.0), Lens(60.0, 12.0, 640, 360)
    return Camera(CameraId(f"camera-{number:04}"), host, PORT, SECRET, mount, lens)


def approval_of(camera: Camera) -> Approval:
    """Return a person's word for it."""
    return Approval(camera.id, camera.host, camera.port, DEVICE_SERVICE, SECRET, None, "anna")


class Roll:
    """Who is on board, and what was the matter with others."""

    def __init__(self, count: int) -> None:
        self.online: set[str] = set()
        self.trouble: list[str] = []
        self.complete = asyncio.Event()
        self._count = count

    def report(self, seen: Observation) -> None:
        if isinstance(seen, LinkSeen) and seen.state is LinkState.ONLINE:
            self.online.add(seen.camera)
            if len(self.online) == self._count:
                self.complete.set()
        elif isinstance(seen, LinkSeen):
            self.trouble.append(seen.reason)


async def measured(first: str, count: int, secrets: Path) -> Onboarded:
    """Bring every camera of a fleet aboard, all at once."""
    login = FileSecrets(secrets).credentials(SECRET)
    cameras = [camera_at(first, number) for number in range(count)]
    store = MemoryStore()
    roll, parses = Roll(count), _counted_parses()
    before_kb, cpu_s, began_s = memory_kb(), time.process_time(), time.perf_counter()
    async with OnvifCameras(SystemClock()) as door:
        keepers = [
            asyncio.create_task(
                keep_onboard(
                    camera,
                    door.link(approval_of(camera), login),
                    clock=SystemClock(),
                    store=store,
                    report=roll.report,
                    renewed=asyncio.Event().wait,
                )
            )
            for camera in cameras
        ]
        with suppress(TimeoutError):
            await asyncio.wait_for(roll.complete.wait(), _PATIENCE_S)
        wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - cpu_s
        grown_kb, files = memory_kb() - before_kb, _open_files()
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)
    aboard = max(1, len(roll.online))  # who is not aboard in time makes the others dearer
    return Onboarded(
        cameras=len(roll.online),
        wall_s=wall_s,
        cpu_ms=cpu_s * 1000.0 / aboard,
        rss_kb=grown_kb / aboard,
        fds=files / aboard,
        wsdl_parses=len(parses),
        trouble="; ".join(roll.trouble[:3]),
    )


def _counted_parses() -> list[None]:
    """Return a list that grows with every set of WSDL files that zeep parses from now on."""
    parses: list[None] = []
    parse = zeep.wsdl.Document.__init__

    def counted(*arguments: Any, **named: Any) -> None:
        parses.append(None)
        parse(*arguments, **named)

    zeep.wsdl.Document.__init__ = counted  # type: ignore[method-assign]
    return parses


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def memory_kb() -> float:
    """Return the memory that this process has now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1024.0


def allow_files() -> None:
    """Let this process open as many files as it may."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(first: str, count: str, secrets: str) -> None:
    allow_files()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    done = asyncio.run(measured(first, int(count), Path(secrets)))
    sys.stdout.write(json.dumps(asdict(done)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
