"""`cameras` lists what the store knows, and asks nobody."""

import asyncio
import json
from pathlib import Path

import pytest

from orchestrator.adapters.store import opened
from orchestrator.cli.paths import store_file
from orchestrator.cli.roll import show_cameras
from orchestrator.domain.camera import Passport
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval, Remembered, Tls
from tests.fakes.written_site import GOOD

PIN = "5c" * 32


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "depot"
    folder.mkdir()
    text = GOOD.replace("policies: ../../policies\n", "")
    (folder / "site.yaml").write_text(text, "utf-8")
    asyncio.run(_known(folder))
    return folder


async def _known(folder: Path) -> None:
    passport = Passport(
        *(CameraId("yard-ptz"), "Maker", "Model", "SIM-1", "1.2.3", frozenset({"device"})),
        *((), (), True, False, "http-digest", 0.0),
    )
    approval = Approval(
        *(CameraId("yard-ptz"), "192.0.2.1", 443, "/onvif/device_service", "all", "SIM-1", "anna"),
        tls=Tls(PIN),
    )
    store = await opened(store_file(folder, None))
    await store.approve(approval)
    await store.remember(Remembered(passport, "2026-03-02T12:00:00+01:00"))
    await store.aclose()


def test_each_camera_has_a_line(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(show_cameras(site, state=None, as_json=False))

    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines.pop("yard-ptz") == (
        f"approved at 192.0.2.1:443 by anna, serial SIM-1, certificate SHA-256 {PIN};"
        " Maker Model, firmware 1.2.3, since 2026-03-02T12:00:00+01:00"
    )
    assert lines == {"gate-fixed": "not approved"}


def test_programs_read_the_same(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(show_cameras(site, state=None, as_json=True))

    said = {each["camera"]: each for each in json.loads(capsys.readouterr().out)}
    assert said["yard-ptz"]["approval"]["certificate_sha256"] == PIN
    assert said["yard-ptz"]["passport"]["firmware"] == "1.2.3"
    assert said["gate-fixed"]["approval"] is said["gate-fixed"]["passport"] is None
