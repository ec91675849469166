"""A night at the simulated depot, with the real service on real protocols, told in use-case verbs."""

import asyncio
import json
import math
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
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
from tests.fakes.brokers import accepts
from tests.fakes.onvif_site import own_address

ROOT = Path(__file__).parents[2]
NIGHT = datetime.fromisoformat("2026-11-20T22:30:00+01:00")
OPERATOR = "anna"
START_S = 60.0
"""A program of ours loads its libraries first: long, where two cores serve a depot besides."""
END_S = 30.0


class Night:
    """One run: a folder with the site, its secrets, state and journal; and who plays in it."""

    def __init__(self, folder: Path, site: SimulatedSite) -> None:
        self.folder = folder
        self.simulated = site
        self._service: asyncio.subprocess.Process | None = None
        self._broker: asyncio.subprocess.Process | None = None
        self._lines: list[Mapping[str, object]] = []
        self._read_bytes = 0

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
        found = await discovered(WsDiscovery(), interfaces=["127.0.0.1"], duration_s=2.0)
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
        await self._listening(self._broker, site.broker.host, site.broker.port)

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
        service, self._service = self._service, None
        service.kill()
        await service.wait()

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
            await self.until(client.online.is_set, within_s=START_S, what="the service is online")
            yield client

    def lines(self, kind: str) -> list[Mapping[str, object]]:
        """Return the journal's lines of one kind so far."""
        self._read_on()
        return [line for line in self._lines if line["kind"] == kind]

    def _read_on(self) -> None:
        """Read what is new, each line once: this process has a depot to serve as well."""
        if not self.journal.exists():
            return
        with self.journal.open("rb") as file:
            file.seek(self._read_bytes)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        self._lines += map(json.loads, whole.splitlines())

    def alarms(self, *, since_s: float) -> set[str]:
        """Return the alarms that were raised since a moment, whenever they were written down."""
        raised = [line for line in self.lines("alarm") if float(str(line["at_s"])) >= since_s]
        return {str(line["id"]) for line in raised}

    def kept(self) -> set[str]:
        """Return the facts that are on disk: what may not be lost, said or not."""
        file = f"file:{self.store_file}?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=30.0)) as store:
            return {id_ for (id_,) in store.execute("SELECT id FROM outbox")}

    async def until(self, happened: Callable[[], bool], *, within_s: float, what: str) -> None:
        """Return as soon as something has happened; fail with its name when it does not."""
        end_s = time.monotonic() + within_s
        while not happened():
            assert time.monotonic() < end_s, (
                f"not within {within_s:.0f} s: {what}\n{self.log('run')}"
            )
            assert self._service is None or self._service.returncode is None, (
                f"the service ended with {self._service.returncode} before: {what}\n"
                f"{self.log('run')}"
            )
            await asyncio.sleep(0.1)

    async def _listening(self, process: asyncio.subprocess.Process, host: str, port: int) -> None:
        """Return when a process of ours accepts connections there."""
        end_s = time.monotonic() + START_S
        while not await accepts(host, port):
            said = f"{host}:{port}\n{self.log('broker')}"
            assert process.returncode is None, f"it ended with {process.returncode}: {said}"
            assert time.monotonic() < end_s, f"nobody listened within {START_S:.0f} s at {said}"
            await asyncio.sleep(0.05)

    def link(self, camera: str) -> tuple[str, str]:
        """Return a camera's newest link state and its reason, as the journal says."""
        states = [line for line in self.lines("camera") if line["camera"] == camera]
        return (str(states[-1]["link"]), str(states[-1]["reason"])) if states else ("", "")

    def steps(self, camera: str) -> int:
        """Return how often a camera was sent to a place that is no preset of it."""
        return self.simulated.stations[camera].device.soap.calls.get("tptz:AbsoluteMove", 0)

    def has_somebody_in_the_middle(self, camera: str) -> bool:
        """Say whether somebody truly stands in the middle third of what a head looks at."""
        facility, aim = self.simulated.facility, self.simulated.facility.head(camera).aim
        x_m, y_m, _ = facility.cameras[camera].at
        bearings_deg = [
            math.degrees(math.atan2(one.x_m - x_m, one.y_m - y_m)) for one in facility.people
        ]
        off_deg = [abs((each - aim.azimuth_deg + 180.0) % 360.0 - 180.0) for each in bearings_deg]
        return min(off_deg, default=180.0) <= aim.hfov_deg / 6.0

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
        try:
            await asyncio.wait_for(process.wait(), END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"a program did not end within {END_S:.0f} s of SIGTERM") from None


async def _collected(client: aiomqtt.Client, heard: list[aiomqtt.Message]) -> None:
    async for message in client.messages:
        heard += [message]
