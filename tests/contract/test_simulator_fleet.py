"""A fleet as other programs meet it: one process, one ear, each camera with quirks of its own."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from orchestrator.adapters.onvif import OnvifCameras, WsDiscovery
from orchestrator.adapters.system import FileSecrets, SystemClock
from orchestrator.discover import discovered
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Approval
from simulators.device.login import Authentication, Login
from simulators.device.quirks import HangsUp, NoMoveStatus, TokenOnly
from simulators.fleet import Fleet, FleetPlan, sailing
from simulators.fleet_command import worn_in
from tests.fakes.onvif_site import PASSWORD, USERNAME

pytestmark = pytest.mark.slow

NET = f"127.{os.getpid() >> 8 & 127 | 64}.{os.getpid() & 255}"
COUNT = 40


async def test_each_of_a_fleet_is_found_once_through_one_ear() -> None:
    plan = FleetPlan(COUNT, first=f"{NET}.120", jitter_s=0.2)
    async with sailing(plan, Login(USERNAME, PASSWORD)) as fleet:
        found = await discovered(WsDiscovery(), interfaces=["127.0.0.1"], duration_s=0.9)

    hosts = [each.unit.host for each in fleet.cameras]
    ours = [each for each in found if each.host in hosts]
    assert sorted(each.host for each in ours) == sorted(hosts)
    assert len({each.endpoint_reference for each in ours}) == COUNT


def test_quirks_take_turns_and_compose() -> None:
    plan = FleetPlan(4, worn=worn_in(["-", "TokenOnly+HangsUp", "NoMoveStatus"]))

    assert [tuple(plan.worn_by(number)) for number in range(4)] == [
        (),
        (TokenOnly, HangsUp),
        (NoMoveStatus,),
        (),
    ]
    _, odd, *_ = Fleet(plan, Login(USERNAME, PASSWORD)).cameras
    assert odd.access.authentication is Authentication.WSSE
    assert odd.device.soap.hangs_up


def test_an_unknown_quirk_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="no quirk `HangUp`: did you mean `HangsUp`"):
        worn_in(["HangUp"])


async def test_the_command_says_when_it_is_ready_and_what_became_of_its_cameras(
    tmp_path: Path,
) -> None:
    first = f"{NET}.200"
    told = f"--count 2 --first {first} --secrets {tmp_path} --latency 0.01 --wear LocksOut"
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulators", "fleet", *told.split()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert server.stdout is not None
    lines = [(await server.stdout.readline()).decode().strip() for _ in range(3)]
    async with OnvifCameras(SystemClock()) as cameras:
        approval = Approval(
            CameraId("a"), first, 8000, "/onvif/device_service", "fleet", None, "anna"
        )
        link = cameras.link(approval, FileSecrets(tmp_path).credentials("fleet"))
        passport = await link.interview()
        async with link.events():
            server.send_signal(signal.SIGUSR1)
            during = json.loads(await server.stdout.readline())
    server.send_signal(signal.SIGTERM)
    output, errors = await server.communicate()

    after = json.loads(output)
    assert lines[2] == "ready"
    assert (server.returncode, errors) == (0, b"")
    assert passport.serial == "FLEET-0001"
    assert [each.name for each in passport.presets] == ["home", "preset 1", "preset 2"]
    assert (during["subscriptions"], after["subscriptions"], after["subscribed"]) == (1, 0, 1)
    assert (after["wrong_passwords"], after["locked"]) == (0, 0)
    assert after["calls"] > during["calls"] > 9
