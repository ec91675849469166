"""`run`, `broker` and `simulate`: processes that last until they are told to stop."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path

import structlog

from orchestrator.adapters.system import FileSecrets
from orchestrator.cli.logs import configure_logs
from orchestrator.cli.paths import secrets_folder, store_file
from orchestrator.config import read_site

log = structlog.get_logger()


async def run_service(
    folder: Path,
    *,
    state: Path | None,
    secrets: Path | None,
    journal: Path | None,
    events: Path | None = None,
    at: datetime | None,
    for_s: float | None,
    model: str | None = None,
    metrics: str | None = None,
) -> None:
    """Run one site until SIGTERM, SIGINT or ``for_s``."""
    from orchestrator.app.wiring import wired

    configure_logs()
    async with wired(
        folder,
        store_file=store_file(folder, state),
        secrets=secrets_folder(folder, secrets),
        journal=journal,
        events=events,
        at=at,
        model=model,
        metrics=metrics,
    ) as service:
        await until_stopped(service.run(), for_s=for_s, hung_up=service.reload)


async def run_broker(folder: Path, *, secrets: Path | None) -> None:
    """Serve the small broker until SIGTERM or SIGINT."""
    from orchestrator.adapters.mqtt import serve_broker

    configure_logs()
    site = read_site(folder, strict=False)
    safe = FileSecrets(secrets_folder(folder, secrets))
    await until_stopped(serve_broker(site, safe))


def run_simulator(folder: Path, arguments: Sequence[str]) -> int:
    """Run the simulator as its own program, which the product never imports.

    Ctrl-C reaches it by itself; SIGTERM is passed on.
    """
    command = [sys.executable, "-m", "simulators", "serve", str(folder), *arguments]
    with subprocess.Popen(command) as simulator:  # noqa: S603 - our own module, no shell
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: simulator.terminate())
        return simulator.wait()


async def until_stopped(
    work: Coroutine[object, object, None],
    *,
    for_s: float | None = None,
    hung_up: Callable[[], None] | None = None,
) -> None:
    """Run ``work`` until it ends, a signal comes, or ``for_s`` seconds are over.

    ``hung_up`` is called at each SIGHUP, which ends whatever has no use for it.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    if hung_up is not None:
        loop.add_signal_handler(signal.SIGHUP, hung_up)
    timer = None if for_s is None else loop.call_later(for_s, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        log.info("stopped")
    finally:
        if timer is not None:
            timer.cancel()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)
