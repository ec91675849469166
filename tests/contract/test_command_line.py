"""The commands as people run them, each in a process of its own, on a small site of simulated cameras."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import cv2
import pytest
from msgspec.structs import replace

from orchestrator.adapters.store import opened
from orchestrator.cli.mapping import show_topology
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Explanation
from simulators.serve import Site as SimulatedSite
from simulators.serve import running
from tests.fakes.hostile_camera import HostileCamera, http
from tests.fakes.onvif_site import own_address
from tests.fakes.simulated_site import DOME, FIXED, PASSWORD, SECRETS, USERNAME, facility
from tests.fakes.soap_caller import CLOCK, call

pytestmark = pytest.mark.slow

DEADLINE_S = 60.0
"""How long a command may take; a machine with other work to do is slow."""
LISTENING = ("--interface", "127.0.0.1", "--seconds", "0.6")
TOKYO = ZoneInfo("Asia/Tokyo")
"""The site's time zone: far from UTC, and without changes of the clock."""

SITE = f"""\
site: yard
version: 1
timezone: {TOKYO.key}
plan: {{size: [20, 20]}}
cameras:
  fixed:
    at: {FIXED.host}:{FIXED.onvif_port}
    serial: {FIXED.serial}
    credentials: all
    stands: {{at: [1, 1], height: 4 m}}
    looks: {{azimuth: 45 deg, tilt: -20 deg}}
    lens: {{fov: 70 deg}}
  dome:
    at: {DOME.host}:{DOME.onvif_port}
    credentials: all
    stands: {{at: [1, 1], height: 4 m}}
    looks: {{azimuth: 45 deg, tilt: 0 deg}}
    lens: {{fov: 62 deg to 12 deg}}
    ptz: {{pan: -170 deg to 170 deg, tilt: -80 deg to 10 deg}}
    presets: from camera
"""
PICTURE = "[brightness, contrast, saturation, sharpness, ir_cut, wide_dynamic_range]"
LAMP = '"tt:IRLamp|On", "tt:IRLamp|Off", "tt:IRLamp|Auto"'
WIPER = '"tt:Wiper|On", "tt:Wiper|Off", "tt:Washer|On", "tt:Washer|Off"'
EXPORTED = f"""\
  fixed:
    serial: {FIXED.serial}
    model: Fixed 640
    imaging: {PICTURE}
    auxiliary: [{LAMP}]
  dome:
    serial: {DOME.serial}
    model: Dome 360
    presets:
      home: {{azimuth: 45 deg, tilt: -20 deg, fov: 60 deg}}
      gate: {{azimuth: 55 deg, tilt: -15 deg, fov: 50 deg}}
      "[/dock]": {{azimuth: 80 deg, tilt: -25 deg, fov: 40 deg}}
    imaging: {PICTURE}
    auxiliary: [{WIPER}, {LAMP}]
"""


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it printed where."""

    status: int
    out: str
    err: str


class Yard:
    """A site's files in a folder of the test, and the commands run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "site.yaml").write_text(SITE, "utf-8")
        self.keep_secret("all", USERNAME, PASSWORD)

    @property
    def store_file(self) -> Path:
        return self.folder / "state" / "state.db"

    def keep_secret(self, name: str, *lines: str) -> None:
        path = self.folder / "secrets" / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def rewrite(self, old: str, new: str) -> None:
        """Change the site file, as its author does."""
        path = self.folder / "site.yaml"
        assert old in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    async def approve(self, *words: str) -> Said:
        state = ("--state", self.folder / "state")
        return await said("approve", self.folder, *words, *LISTENING, *state)

    async def show_topology(self, *options: str | Path) -> Said:
        state = ("--state", self.folder / "state")
        return await said("topology", "show", self.folder, *state, *options)

    async def export(self, *options: str | Path) -> Said:
        return await said(
            "topology", "export", self.folder, "--state", self.folder / "state", *options
        )

    async def explain(self, *words: str) -> Said:
        return await said("explain", self.folder, *words, "--state", self.folder / "state")

    async def is_approved(self, camera: str, host: str, *, secret: str = "all") -> None:
        """Keep an approval, as an earlier `approve` did."""
        store = await opened(self.store_file)
        path = "/onvif/device_service"
        await store.approve(Approval(CameraId(camera), host, 8000, path, secret, None, "anna"))
        await store.aclose()

    async def approvals(self) -> Sequence[Approval]:
        store = await opened(self.store_file)
        try:
            return await store.approvals()
        finally:
            await store.aclose()

    async def decided(self, moments: Iterable[datetime]) -> None:
        """Keep a decision for the dome at each moment, as the service does."""
        store = await opened(self.store_file)
        ats = [moment.isoformat() for moment in moments]
        documents = [{"camera": "dome", "at": at, "won": None} for at in ats]
        kept = zip(ats, documents, strict=True)
        await store.explain([Explanation(at, CameraId("dome"), text) for at, text in kept])
        await store.aclose()


async def started(*words: str | Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "orchestrator", *map(str, words)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200"},
    )


async def said(*words: str | Path) -> Said:
    """Run a command to its end; a crash of ours fails the test at once."""
    process = await started(*words)
    try:
        async with asyncio.timeout(DEADLINE_S):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert b"Traceback" not in err, err.decode()
    assert PASSWORD.encode() not in out + err
    return Said(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def yard(tmp_path: Path) -> Yard:
    return Yard(tmp_path)


@pytest.fixture
async def simulated() -> AsyncIterator[SimulatedSite]:
    """Yield the yard's cameras; somebody calls a preset what looks like markup."""
    home, gate, dock = DOME.presets
    presets = (home, gate, replace(dock, name="[/dock]"))
    cameras = facility(FIXED, replace(DOME, presets=presets))
    async with running(cameras, secrets=SECRETS, realtime=False) as site:
        yield site


def asked(simulated: SimulatedSite, camera: str) -> dict[str, int]:
    """Return what a camera was asked so far, and how often."""
    return dict(simulated.stations[camera].device.soap.calls)


async def test_discover_lists_who_answers_for_people_and_for_programs(
    simulated: SimulatedSite,
) -> None:
    listed = await said("discover", *LISTENING, "--json")
    table = (await said("discover", *LISTENING)).out

    assert (listed.status, listed.err) == (0, "")
    assert "No password was sent" in table
    found = {each["host"]: each for each in json.loads(listed.out)}
    for camera in (FIXED, DOME):
        assert f"{camera.host}:{camera.onvif_port}" in table
        assert found[camera.host]["port"] == camera.onvif_port
        assert found[camera.host]["path"] == "/onvif/device_service"
    assert asked(simulated, "fixed") == asked(simulated, "dome") == {}


async def test_discover_asks_a_subnet_and_a_list_where_multicast_does_not_reach(
    simulated: SimulatedSite, tmp_path: Path
) -> None:
    listed = tmp_path / "cameras.csv"
    listed.write_text(f"name,at\ndome,{DOME.host}:{DOME.onvif_port}\n", "utf-8")
    subnet = ("--subnet", f"{FIXED.host}/32", "--port", str(FIXED.onvif_port))

    found = await said("discover", *subnet, "--from", listed, "--json")

    assert (found.status, found.err) == (0, "")
    places = {(each["host"], each["port"]) for each in json.loads(found.out)}
    assert places == {(camera.host, camera.onvif_port) for camera in (FIXED, DOME)}
    for camera in ("fixed", "dome"):
        assert set(asked(simulated, camera)) <= {"tds:GetSystemDateAndTime"}


async def test_approve_binds_listed_cameras_and_asks_those_that_discovery_does_not_hear(
    simulated: SimulatedSite, yard: Yard
) -> None:
    simulated.stations["dome"].responder.close()

    approved = await yard.approve("--listed")

    assert approved.status == 0
    for camera in (DOME, FIXED):
        line = f"{camera.id}: approved at {camera.host}:{camera.onvif_port}, serial {camera.serial}"
        assert line in approved.out.splitlines()
    assert [(each.camera, each.host, each.serial) for each in await yard.approvals()] == [
        ("dome", DOME.host, DOME.serial),
        ("fixed", FIXED.host, FIXED.serial),
    ]


async def test_approve_says_where_nothing_answers_and_where_no_camera_does(yard: Yard) -> None:
    async with HostileCamera(lambda *_: http(b"no such page", 404)) as website:
        yard.rewrite(f"{DOME.host}:{DOME.onvif_port}", f"{website.host}:{website.port}")

        approved = await yard.approve("dome", "fixed")

    assert approved.status == 1
    dome, fixed = sorted(line for line in approved.out.splitlines() if ": not in the" not in line)
    assert dome.startswith(
        f"dome: not approved: what answers at {website.host}:{website.port} does not answer as a"
        " camera does"
    )
    assert fixed.startswith(f"fixed: nothing answers at {FIXED.host}:{FIXED.onvif_port}")
    assert await yard.approvals() == []
    assert website.requests
    for request in website.requests:
        assert b"GetSystemDateAndTime" in request
        assert b"Security" not in request
        assert b"Authorization" not in request


async def test_topology_shows_the_views_of_approved_cameras_and_draws_them(
    simulated: SimulatedSite,
    yard: Yard,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await yard.is_approved("dome", DOME.host)
    png = yard.folder / "map.png"

    drawn = await yard.show_topology("--json", "--png", png)

    assert (drawn.status, drawn.err) == (0, f"drawn to {png}\n")
    document = json.loads(drawn.out)
    assert [view["id"] for view in document["views"]] == [
        "fixed",
        "dome/home",
        "dome/gate",
        "dome/[/dock]",
    ]
    assert document["overlaps"]
    await show_topology(
        yard.folder,
        png=None,
        state=yard.store_file.parent,
        secrets=None,
        offline=False,
        as_json=False,
    )
    table = capsys.readouterr().out
    assert "yard: 4 views" in table
    assert "dome/[/dock]" in table
    assert png.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    picture = cv2.imread(str(png))
    assert picture is not None
    assert min(picture.shape[:2]) > 300


async def test_topology_asks_only_where_approval_and_site_file_agree_and_the_secret_is_there(
    simulated: SimulatedSite, yard: Yard
) -> None:
    elsewhere = own_address()
    yard.rewrite(DOME.host, elsewhere)
    await yard.is_approved("dome", DOME.host)
    await yard.is_approved("fixed", FIXED.host, secret="lost")
    await yard.is_approved("gone", FIXED.host)

    shown = await yard.show_topology()

    assert shown.status == 0
    assert "yard: 1 views" in shown.out
    fixed, dome = shown.err.splitlines()
    assert fixed.startswith("fixed: shown as the site file has it, without having been asked")
    assert "secrets/lost:1:1: this secret does not exist" in fixed
    assert dome == (
        "dome: presets unknown, so its views are not shown:"
        f" the approval is for {DOME.host}:8000, but the site file says {elsewhere}:8000;"
        " check it and run `orchestrator approve`"
    )
    assert asked(simulated, "dome") == asked(simulated, "fixed") == {}


async def test_export_writes_what_the_cameras_say_and_offline_that_is_shown(
    simulated: SimulatedSite, yard: Yard
) -> None:
    await yard.is_approved("dome", DOME.host)
    await yard.is_approved("fixed", FIXED.host)
    file = yard.folder / "inventory.yaml"

    exported = await yard.export()

    assert exported == Said(0, f"{file}: 2 cameras, 3 presets\n", "")
    assert file.read_text("utf-8").split("cameras:\n")[1] == EXPORTED
    other = yard.folder / "other.yaml"
    assert (await yard.export("--out", other)).status == 0
    assert other.read_text("utf-8") == file.read_text("utf-8"), "asked again, it is the same"
    shown = await yard.show_topology("--json", "--offline")
    assert [view["id"] for view in json.loads(shown.out)["views"]] == [
        "fixed",
        "dome/home",
        "dome/gate",
        "dome/[/dock]",
    ]


async def test_export_keeps_aloud_what_it_knew_of_cameras_that_cannot_be_asked(
    simulated: SimulatedSite, yard: Yard
) -> None:
    await yard.is_approved("fixed", FIXED.host)
    file = yard.folder / "inventory.yaml"
    old = "  dome:\n    serial: OLD-1\n    presets:\n      home: unknown\n"
    file.write_text(f"inventory: yard\nversion: 1\ncameras:\n  gone: {{}}\n{old}", "utf-8")

    exported = await yard.export()

    assert (exported.status, exported.out) == (1, f"{file}: 2 cameras, 1 preset\n")
    assert "inventory.yaml:4:3: unknown camera `gone` of the site file" in exported.err
    assert (
        "dome: not asked, so it is kept as the old file has it: it is not approved;"
        " run `orchestrator approve`\n"
    ) in exported.err
    text = file.read_text("utf-8")
    assert text.endswith(old)
    assert "gone" not in text
    assert [path.name for path in yard.folder.glob("*inventory*")] == ["inventory.yaml"]


async def test_export_writes_nothing_where_nothing_is_known(yard: Yard) -> None:
    exported = await yard.export()

    assert (exported.status, exported.out) == (1, "")
    assert exported.err.splitlines() == [
        "fixed: not asked, so it is left out: it is not approved; run `orchestrator approve`",
        "dome: not asked, so it is left out: it is not approved; run `orchestrator approve`",
        "nothing is known of any camera, so nothing was written",
    ]
    assert not (yard.folder / "inventory.yaml").exists()


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("nowhere/it.yaml", "cannot be written: no such file or directory"),
        ("README.md/it.yaml", "cannot be written: not a directory"),
        ("docs", "is a directory"),
    ],
)
async def test_an_inventory_that_cannot_be_written_is_told(
    simulated: SimulatedSite, yard: Yard, out: str, why: str
) -> None:
    await yard.is_approved("fixed", FIXED.host)

    exported = await yard.export("--out", out)

    assert (exported.status, exported.out) == (2, "")
    assert why in exported.err


async def test_explain_finds_the_decision_of_a_moment_in_the_time_of_the_site(yard: Yard) -> None:
    older = datetime.now(tz=UTC).replace(microsecond=412_000) - timedelta(hours=2)
    newer = older + timedelta(hours=1)
    await yard.decided([older, newer])
    shown = f"{older.astimezone(TOKYO):%H:%M:%S}"

    text, document = await asyncio.gather(
        yard.explain("dome", "--at", shown), yard.explain("dome", "--last", "5", "--json")
    )

    assert text == Said(0, f"dome  released {shown}.412\n  won   nobody: it stays as it is\n", "")
    assert document.status == 0
    assert [each["at"] for each in json.loads(document.out)] == [
        older.isoformat(),
        newer.isoformat(),
    ]


FACILITY = """\
facility: yard
depot: {width_m: 20, height_m: 20}
cameras:
  fixed:
    host: %s
    serial: SIM-1
    model: Fixed 640
    credentials: fixed
    at: [1, 1, 4]
    azimuth_deg: 45
    tilt_deg: -20
    hfov_deg: [70, 70]
walks:
  places: {west: [2, 10], east: [18, 10]}
  ways: [[west, east]]
  trips: [{stops: [west, east]}, {stops: [east, west]}]
  doors: [west, east]
"""


async def test_simulate_serves_a_site_until_it_is_told_to_stop(tmp_path: Path) -> None:
    host = own_address()
    (tmp_path / "facility.yaml").write_text(FACILITY % host, "utf-8")

    server = await started("simulate", tmp_path, "--seed", "3")
    try:
        async with asyncio.timeout(DEADLINE_S):
            assert server.stdout is not None
            assert (await server.stdout.readline()).startswith(b"fixed ")
            assert await server.stdout.readline() == f"secrets in {tmp_path}/secrets\n".encode()
            assert await server.stdout.readline() == b"ready\n"
            url = f"http://{host}:8000/onvif/device_service"
            assert (await call(url, CLOCK)).status == 200
            server.send_signal(signal.SIGTERM)
            out, err = await server.communicate()
    finally:
        if server.returncode is None:
            server.kill()

    assert (server.returncode, out, err) == (0, b"", b"")
    assert (tmp_path / "secrets" / "fixed").stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection(host, 8000)


async def test_simulate_says_in_one_line_why_it_cannot_begin(tmp_path: Path) -> None:
    simulated = await said("simulate", tmp_path)

    assert (simulated.status, simulated.out) == (2, "")
    assert len(simulated.err.splitlines()) == 1
    assert str(tmp_path / "facility.yaml") in simulated.err
