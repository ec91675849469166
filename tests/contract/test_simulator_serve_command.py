"""``python -m simulators serve`` as another program meets it: lines, a signal, a file, no rest."""

import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from tests.fakes.simulated_site import NET
from tests.fakes.soap_caller import CLOCK, call

SITE = Path(__file__).parents[2] / "config" / "demo"


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "simulators",
        "serve",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_site_is_served_until_a_signal_and_leaves_the_truth_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    truth, secrets = tmp_path / "truth.jsonl", tmp_path / "secrets"
    net = f"{NET.rpartition('.')[0]}.251"
    command = f"{SITE} --seed 3 --secrets {secrets} --make-secrets --truth {truth} --net {net}"
    server = await started(*command.split())
    assert server.stdout is not None
    lines: list[str] = []
    while not lines or lines[-1] != "ready":
        lines.append((await server.stdout.readline()).decode().strip())
        assert lines[-1], (await server.communicate())[1].decode()
    url = next(word for word in lines[0].split() if word.startswith("http://"))
    assert (await call(url, CLOCK)).status == 200
    server.send_signal(number)
    output, errors = await server.communicate()

    assert (server.returncode, output, errors) == (0, b"", b"")
    assert len(lines) == 8
    assert all(net in line for line in lines[:-2])
    assert lines[-2] == f"secrets in {secrets}"
    for secret in secrets.iterdir():
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
        assert len(secret.read_text().splitlines()[1]) == 24
    records = [json.loads(line) for line in truth.read_text().splitlines()]
    assert records[0]["kind"] == "start"
    assert (records[0]["seed"], len(records[0]["cameras"])) == (3, 6)
    assert {"head", "world"} <= {record["kind"] for record in records}


@pytest.mark.slow
async def test_a_site_without_its_secrets_does_not_begin(tmp_path: Path) -> None:
    server = await started(str(SITE), "--secrets", str(tmp_path), "--for", "1")
    output, errors = await server.communicate()

    assert (server.returncode, output) == (2, b"")
    assert str(tmp_path) in errors.decode()
    assert os.linesep not in errors.decode().strip()
