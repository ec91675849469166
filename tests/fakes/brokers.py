"""Real brokers in processes of their own, on loopback addresses of their own, for tests.

The built-in broker runs in a child so that what amqtt leaves behind (threads, half-closed
sockets, its own warnings) ends with it; mosquitto is Debian's, configured by the very texts the
guide hands to engineers.
"""

import asyncio
import contextlib
import getpass
import itertools
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from orchestrator.adapters.mqtt.mosquitto import mosquitto_config, written
from orchestrator.domain.site import Site
from tests.fakes.desk import desk_secrets, desk_site

PORT = 1883
START_S = 60.0
_numbers = itertools.count(1)

_CHILD = """
import asyncio, signal, sys
from orchestrator.adapters.mqtt import serve_broker
from tests.fakes.desk import desk_secrets, desk_site

async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await serve_broker(desk_site(sys.argv[1], int(sys.argv[2])), desk_secrets(), until=stop.wait())

asyncio.run(main())
"""


class BrokerProcess(Protocol):
    """A broker that can be started, stopped and started again, with its site."""

    site: Site

    async def start(self) -> None: ...

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None: ...


class _Child:
    """One process that listens on its address while it runs."""

    def __init__(self) -> None:
        self.site = desk_site(_own_address(), PORT)
        self._process: asyncio.subprocess.Process | None = None

    async def command(self) -> list[str]:
        raise NotImplementedError

    async def start(self) -> None:
        assert self.site.broker is not None
        self._process = await asyncio.create_subprocess_exec(
            *await self.command(),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await listening(self._process, self.site.broker.host, self.site.broker.port)

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            await process.wait()


class BuiltIn(_Child):
    """The embedded broker."""

    async def command(self) -> list[str]:
        assert self.site.broker is not None
        return [sys.executable, "-c", _CHILD, self.site.broker.host, str(self.site.broker.port)]


class Mosquitto(_Child):
    """Debian's mosquitto; it keeps its sessions over a restart."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    async def command(self) -> list[str]:
        main = self._folder / "mosquitto.conf"
        if not main.exists():
            config = mosquitto_config(self.site, desk_secrets(), folder=self._folder)
            await written(config, self._folder)
            # Started by root, mosquitto would become a user who may not read the test's files.
            with main.open("a") as file:
                file.write(f"user {getpass.getuser()}\n")
        return ["/usr/sbin/mosquitto", "-c", str(main)]


def has_mosquitto() -> bool:
    return Path("/usr/sbin/mosquitto").exists()


@contextlib.asynccontextmanager
async def running(broker: BrokerProcess) -> AsyncIterator[BrokerProcess]:
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


def _own_address() -> str:
    """Return a loopback address nobody else uses: from the process and a counter."""
    pid = os.getpid()
    return f"127.{64 + pid // 256 % 128}.{pid % 256}.{next(_numbers)}"


async def listening(broker: asyncio.subprocess.Process, host: str, port: int) -> None:
    """Return when a broker accepts connections; say why when it never will."""
    end_s = time.monotonic() + START_S
    while not await accepts(host, port):
        assert broker.returncode is None, (
            f"the broker for {host}:{port} ended with {broker.returncode} before it listened"
        )
        assert time.monotonic() < end_s, f"no broker on {host}:{port} within {START_S:.0f} s"
        await asyncio.sleep(0.02)


async def accepts(host: str, port: int) -> bool:
    """Say whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return True
