"""`orchestrator ptz`, as an installer runs it: a process of its own, real ONVIF, simulated motors."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulators.serve import Site, running
from tests.fakes.simulated_site import DOME, PASSWORD, SECRETS, USERNAME, facility

pytestmark = pytest.mark.slow

DEADLINE_S = 60.0


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running(facility(DOME), secrets=SECRETS) as site:
        yield site


@pytest.fixture
def login(tmp_path: Path) -> tuple[str, ...]:
    path = tmp_path / "password"
    path.touch(mode=0o600)
    path.write_text(f"{PASSWORD}\n", "utf-8")
    return ("--username", USERNAME, "--password-file", str(path))


async def started(*words: str) -> asyncio.subprocess.Process:
    address = f"{DOME.host}:{DOME.onvif_port}"
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "orchestrator", "ptz", address, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200"},
    )


async def said(*words: str) -> tuple[int, str, str]:
    process = await started(*words)
    async with asyncio.timeout(DEADLINE_S):
        out, err = await process.communicate()
    assert b"Traceback" not in err, err.decode()
    assert PASSWORD.encode() not in out + err
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_head_is_measured_only_by_consent(site: Site, login: tuple[str, ...]) -> None:
    status, _, err = await said("characterise", *login)

    assert status == 1
    assert "will turn across its range" in err


async def test_a_preset_is_reached_and_that_is_verified(site: Site, login: tuple[str, ...]) -> None:
    status, out, err = await said("goto", "dock", *login, "--json")

    assert status == 0, err
    told = json.loads(out)
    assert (told["end"], told["way"], told["reason"]) == ("arrived", "preset", "")
    assert told["error"] <= 0.005
    assert not site.facility.head("dome").moving


async def test_a_preset_that_is_not_there_is_told_with_the_nearest(
    site: Site, login: tuple[str, ...]
) -> None:
    status, _, err = await said("goto", "gatte", *login)

    assert status == 2
    assert "did you mean `gate`? (presets: dock, gate, home)" in err


async def test_what_a_head_is_and_has_is_listed(site: Site, login: tuple[str, ...]) -> None:
    _, listed, _ = await said("presets", *login)
    _, told, _ = await said("status", *login)

    assert [line.split()[0] for line in listed.splitlines()] == ["home", "gate", "dock"]
    assert "at rest" in told
    assert "absolute, continuous, relative, relative to the view" in told


async def test_a_step_in_degrees_ends_where_it_should(site: Site, login: tuple[str, ...]) -> None:
    before = site.facility.head("dome").pose

    step = ("--by", "-17", "2.25", "0", "--degrees", "--span", "340", "90")
    status, out, err = await said("move", *step, *login)

    after = site.facility.head("dome").pose
    assert status == 0, err
    assert out.startswith("arrived: pan ")
    assert (after.pan, after.tilt) == pytest.approx(
        (before.pan - 0.1, before.tilt + 0.05), abs=0.01
    )


async def test_a_move_that_is_called_off_leaves_no_head_moving(
    site: Site, login: tuple[str, ...]
) -> None:
    process = await started("move", "--to", "1", "-1", "0", *login)
    async with asyncio.timeout(DEADLINE_S):
        while not site.facility.head("dome").moving:  # noqa: ASYNC110 it tells nobody
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        await process.communicate()

    assert process.returncode == 1
    assert not site.facility.head("dome").moving
    assert site.facility.head("dome").pose.pan < 0.99
    assert site.stations["dome"].device.soap.calls["tptz:Stop"] >= 1
