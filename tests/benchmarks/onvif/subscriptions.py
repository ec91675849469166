"""Subscriptions left at cameras: after an orderly end, and after a crash and the start that follows.

``python -m tests.benchmarks.onvif.subscriptions FIRST COUNT SECRETS STORE`` is the process that
listens, with the parts of the service that do; it says ``listening`` once every camera is.
"""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path

import structlog

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.ports import CameraLink, Subscriptions
from orchestrator.watch import listened
from tests.benchmarks.measures import Measure
from tests.benchmarks.onvif.fleets import SECRET, FleetProcess
from tests.benchmarks.onvif.onboarding import allow_files, approval_of, camera_at


def measured(fleet: FleetProcess, store: Path) -> list[Measure]:
    """End one process in order and kill another, and count what is left each time."""
    with _listening(fleet, store) as process:
        process.terminate()
        process.wait()
    after_shutdown = fleet.counts().subscriptions
    with _listening(fleet, store) as process:
        process.kill()
        process.wait()
    crashed = fleet.counts().subscriptions
    with _listening(fleet, store) as process:
        after_restart = fleet.counts().subscriptions - fleet.count
        process.terminate()
        process.wait()
    left = after_shutdown + after_restart + fleet.counts().subscriptions
    return [
        Measure("subscriptions_left", left, "subscriptions", crashed, must=0),
    ]


@contextmanager
def _listening(fleet: FleetProcess, store: Path) -> Iterator["subprocess.Popen[str]"]:
    told = [fleet.first, str(fleet.count), str(fleet.secrets), str(store)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.onvif.subscriptions", *told],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "listening\n"
        yield process
    finally:
        process.kill()
        process.communicate()


async def listening(first: str, count: int, secrets: Path, store: Path) -> None:
    """Listen to every camera until SIGTERM."""
    login = FileSecrets(secrets).credentials(SECRET)
    cameras = [camera_at(first, number) for number in range(count)]
    async with (
        aclosing(await opened(store)) as kept,
        OnvifCameras(SystemClock(), subscriptions=kept) as door,
    ):
        links = [door.link(approval_of(camera), login) for camera in cameras]
        await asyncio.gather(*(link.interview() for link in links))
        before = [await kept.subscription(link.camera) for link in links]
        tasks = [
            asyncio.create_task(
                listened(camera, link, report=lambda _seen: None, clock=SystemClock())
            )
            for camera, link in zip(cameras, links, strict=True)
        ]
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        await _noted_anew(kept, links, before)
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        await ended.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _noted_anew(
    kept: Subscriptions, links: Sequence[CameraLink], before: Sequence[str]
) -> None:
    """Return when every camera has a subscription that is not of a run before."""
    for _ in range(1200):
        noted = [await kept.subscription(link.camera) for link in links]
        if all(new and new != old for new, old in zip(noted, before, strict=True)):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("a camera is not listened to")


def main(first: str, count: str, secrets: str, store: str) -> None:
    allow_files()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    asyncio.run(listening(first, int(count), Path(secrets), Path(store)))


if __name__ == "__main__":
    main(*sys.argv[1:])
