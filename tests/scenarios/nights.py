"""A night at the simulated depot, with the real service on real protocols, told in use-case verbs."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from shutil import copytree

import aiomqtt
import msgspec

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.store import opened
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.config import read_site
from orchestrator.discover import discovered
from orchestrator.onboard import ApprovalReport, approved
from simulators.facility import Facility, load
from simulators.faults import Fault
from simulators.operator import Desk, OperatorClient, at_desk
from simulators.serve import Site as SimulatedSite
from simulators.serve import running
from tests.fakes.onvif_site import own_address

ROOT = Path(__file__).parents[2]
NIGHT = datetime.fromisoformat("2026-11-20T22:30:00+01:00")
BROKER_PORT = 18830
OPERATOR = "anna"


class Night:
    """One run: a folder with the site, its secrets, state and journal; and who plays in it."""

    def __init__(self, folder: Path, site: SimulatedSite) -> None:
        self.folder = folder
        self.simulated = site
        self._service: asyncio.subprocess.Process | None = None
        self._broker: asyncio.subprocess.Process | None = None

    @property
    def site_folder(self) -> Path:
        return self.folder / "config" / "demo"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def store_file(self) -> Path:
        return self.folder / "state.db"

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    async def cameras_are_approved(self) -> ApprovalReport:
        site = read_site(self.site_folder, strict=False)
        found = await discovered(WsDiscovery(), interface="127.0.0.1", duration_s=1.0)
        store = await opened(self.store_file)
        try:
            async with OnvifCameras(SystemClock()) as cameras:
                return await approved(
                    site, found, cameras, FileSecrets(self.secrets), store, approved_by="test"
                )
        finally:
            await store.aclose()

    async def broker_starts(self) -> None:
        self._broker = await self._orchestrator("broker", "--secrets", self.secrets)
        site = read_site(self.site_folder, strict=False)
        assert site.broker is not None
        await _listening(site.broker.host, site.broker.port)

    async def broker_stops(self) -> None:
        await _ended(self._broker)

    async def service_starts(self) -> None:
        self._service = await self._orchestrator(
            "run",
            *("--secrets", self.secrets, "--state", self.folder, "--journal", self.journal),
            *("--at", NIGHT.isoformat()),
        )

    async def service_stops(self) -> None:
        await _ended(self._service)

    async def service_is_killed(self) -> None:
        assert self._service is not None
        self._service.kill()
        await self._service.wait()

    @asynccontextmanager
    async def listener(self, topic: str) -> AsyncIterator[list[aiomqtt.Message]]:
        """Yield a list that grows by every message the wall display hears on a topic."""
        site = read_site(self.site_folder, strict=False)
        assert site.broker is not None
        user, password = (self.secrets / "operator-wall").read_text("utf-8").splitlines()
        heard: list[aiomqtt.Message] = []
        async with aiomqtt.Client(
            site.broker.host, site.broker.port, username=user, password=password
        ) as client:
            await client.subscribe(f"orchestrator/{site.name}/{topic}", qos=1)
            listening = asyncio.create_task(_collected(client, heard))
            yield heard
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def command_line(self, *words: str) -> tuple[int, str]:
        """Run a command on this site; return its exit status and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "orchestrator", *words),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    async def _orchestrator(self, verb: str, *options: str | Path) -> asyncio.subprocess.Process:
        with (self.folder / f"{verb}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "orchestrator", verb, str(self.site_folder)),
                *map(str, options),
                stdout=log,
                stderr=log,
            )

    def log(self, verb: str) -> str:
        """Return what a process of ours has said so far."""
        return (self.folder / f"{verb}.log").read_text("utf-8")

    async def fails(self, camera: str, fault: Fault) -> None:
        await self.simulated.fault(camera, fault)

    async def is_mended(self, camera: str) -> None:
        await self.simulated.mend(camera)

    @asynccontextmanager
    async def operator(self) -> AsyncIterator[OperatorClient]:
        site = read_site(self.site_folder, strict=False)
        assert site.broker is not None
        user, password = (self.secrets / f"operator-{OPERATOR}").read_text("utf-8").splitlines()
        desk = Desk(site.name, site.broker.host, site.broker.port, user, password)
        async with at_desk(desk, lambda _: None) as client:
            await client.online.wait()
            yield client

    def lines(self, kind: str) -> list[Mapping[str, object]]:
        """Return the journal's lines of one kind so far."""
        if not self.journal.exists():
            return []
        text = self.journal.read_text("utf-8")
        whole = text[: text.rfind("\n") + 1].splitlines()
        return [line for line in map(json.loads, whole) if line["kind"] == kind]

    async def until(self, happened: Callable[[], bool], *, within_s: float, what: str) -> None:
        """Return as soon as something has happened; fail with its name when it does not."""
        end_s = time.monotonic() + within_s
        while not happened():
            assert time.monotonic() < end_s, (
                f"not within {within_s:.0f} s: {what}\n{self.log('run')}"
            )
            await asyncio.sleep(0.1)

    def link(self, camera: str) -> tuple[str, str]:
        """Return a camera's newest link state and its reason, as the journal says."""
        states = [line for line in self.lines("camera") if line["camera"] == camera]
        return (str(states[-1]["link"]), str(states[-1]["reason"])) if states else ("", "")

    def frames(self, camera: str, *, since_s: float) -> int:
        """Return how many frames of a camera were thought about since a moment."""
        return sum(
            line["camera"] == camera and float(str(line["at_s"])) >= since_s
            for line in self.lines("boxes")
        )


@asynccontextmanager
async def night_at_the_depot(folder: Path, *, seed: int = 1) -> AsyncIterator[Night]:
    """Serve the demo's depot on addresses of its own, with secrets; nothing of ours runs yet."""
    net = own_address().rpartition(".")[0]
    _site_files(folder, net)
    plan = load(ROOT / "config" / "demo" / "facility.yaml")
    cameras = {
        name: msgspec.structs.replace(spec, host=f"{net}.{spec.host.rpartition('.')[2]}")
        for name, spec in plan.cameras.items()
    }
    facility = Facility(msgspec.structs.replace(plan, cameras=cameras))
    facility.reset(seed)
    _secrets(folder / "secrets", {spec.credentials for spec in cameras.values()})
    async with running(facility, secrets=folder / "secrets", seed=seed) as simulated:
        night = Night(folder, simulated)
        try:
            yield night
        finally:
            await night.service_stops()
            await night.broker_stops()


def _site_files(folder: Path, net: str) -> None:
    copytree(ROOT / "policies", folder / "policies")
    site = (ROOT / "config" / "demo" / "site.yaml").read_text("utf-8")
    (folder / "config" / "demo").mkdir(parents=True)
    (folder / "config" / "demo" / "site.yaml").write_text(site.replace("127.0.41", net), "utf-8")


def _secrets(folder: Path, cameras: set[str]) -> None:
    folder.mkdir(mode=0o700)
    users = dict.fromkeys(cameras, "orchestrator")
    users |= {"mqtt-service": "service", "operator-anna": OPERATOR, "operator-wall": "wall"}
    for name, user in users.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(f"{user}\ncanary of {name} 0123456789\n", "utf-8")


async def _ended(process: asyncio.subprocess.Process | None) -> None:
    if process is not None and process.returncode is None:
        process.terminate()
        await process.wait()


async def _collected(client: aiomqtt.Client, heard: list[aiomqtt.Message]) -> None:
    async for message in client.messages:
        heard += [message]


async def _listening(host: str, port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
