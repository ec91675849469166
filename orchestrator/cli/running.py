"""`run`, `broker` and `simulate`: processes that last until they are told to stop."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import structlog

from orchestrator.adapters.inference import default_detector
from orchestrator.adapters.journal import JsonlJournal
from orchestrator.adapters.mqtt import AiomqttBus, serve_broker
from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.schedule import ApschedulerWakeups
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.adapters.video import RtspFrames
from orchestrator.app import Doors, Service
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder, store_file
from orchestrator.config import read_site
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding, ModelError
from orchestrator.ports import Bus, Detector, Secrets
from orchestrator.tell import farewell

log = structlog.get_logger()


async def run_service(
    folder: Path,
    *,
    state: Path | None,
    secrets: Path | None,
    journal: Path | None,
    at: datetime | None,
    for_s: float | None,
) -> None:
    """Run one site until SIGTERM, SIGINT or ``for_s``."""
    configure_logs()
    site = read_site(folder, strict=False)
    for finding in site.findings:
        log.error("left out", finding=str(finding))
    safe = FileSecrets(secrets_folder(folder, secrets))
    clock = SystemClock(wall_start=at, timezone=site.timezone)
    wakeups = ApschedulerWakeups(clock)
    async with AsyncExitStack() as doors_open:
        store = await opened(store_file(folder, state))
        doors_open.push_async_callback(store.aclose)
        await doors_open.enter_async_context(wakeups.running())
        approvals = await store.approvals()
        hosts = {approval.camera: approval.host for approval in approvals}
        doors = Doors(
            cameras=await doors_open.enter_async_context(OnvifCameras(clock)),
            frames=RtspFrames(hosts.get),
            detector=await _detector(doors_open),
            bus=_bus(site, safe),
            store=store,
            secrets=safe,
            clock=clock,
            fresh=SystemClock(timezone=site.timezone),
            wakeups=wakeups,
            journal=None if journal is None else JsonlJournal(journal),
        )
        service = Service(site, doors, approvals=approvals, run=uuid4().hex[:8])
        await until_stopped(service.run(), for_s=for_s)


async def run_broker(folder: Path, *, secrets: Path | None) -> None:
    """Serve the small broker until SIGTERM or SIGINT."""
    configure_logs()
    site = read_site(folder, strict=False)
    safe = FileSecrets(secrets_folder(folder, secrets))
    await until_stopped(serve_broker(site, safe))


def run_simulator(folder: Path, arguments: Sequence[str]) -> int:
    """Run the simulator as its own program: the product never imports it."""
    command = [sys.executable, "-m", "simulators", "serve", str(folder), *arguments]
    with subprocess.Popen(command) as simulator:  # noqa: S603 - our own module, no shell
        forward = {s: signal.signal(s, lambda *_: None) for s in (signal.SIGINT, signal.SIGTERM)}
        signal.signal(signal.SIGTERM, lambda *_: simulator.terminate())
        try:
            return simulator.wait()
        finally:
            for number, handler in forward.items():
                signal.signal(number, handler)


async def until_stopped(
    work: Coroutine[object, object, None], *, for_s: float | None = None
) -> None:
    """Run ``work`` until it ends, a signal comes, or ``for_s`` seconds are over."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    timer = None if for_s is None else loop.call_later(for_s, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        if timer is not None:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _detector(doors_open: AsyncExitStack) -> Detector | None:
    """Load the model; a site without one still steers by hand, patrol and privacy."""
    try:
        detector = await default_detector()
    except ModelError as error:
        log.warning("no detection: cameras are steered without seeing", reason=str(error))
        return None
    doors_open.push_async_callback(detector.aclose)
    return detector


def _bus(site: Site, secrets: Secrets) -> Bus:
    """Return the site's broker as a bus; a site without one is told so, since nobody would hear."""
    if site.broker is None:
        message = f"site `{site.name}` names no broker"
        hint = "add `mqtt: {broker: HOST:PORT, credentials: NAME}` to site.yaml"
        raise AuthorError([Finding("site.yaml", 1, 1, message, hint)])
    return AiomqttBus(
        host=site.broker.host,
        port=site.broker.port,
        credentials=secrets.credentials(site.broker.credentials),
        tls=site.broker.tls,
        will=farewell(site),
    )
