"""The real service, whose files an engineer edits while it runs: good, bad, mended, more private."""

import asyncio
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.written_site import GOOD

POLICY = """\
policy: night
version: 1
because: Nobody works at night.
band: alarm
on: {enters: yard, who: person}
do:
  - look: {at: target, with: best, for: 45s}
"""
PRIVATE = """\
privacy: yard-is-private
version: 1
because: Works agreement.
zones: [yard]
never: [look]
"""
PATIENCE_S = 30.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Running:
    """A service on a site of its own, and what it has logged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.process: asyncio.subprocess.Process | None = None

    def write(self, name: str, text: str) -> None:
        path = self.folder / "policies" / name / "policy.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")

    async def hear(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.said.append(line.decode())

    async def until(self, pattern: str, since: int) -> float:
        """Return how long it took until a line after ``since`` matched."""
        began_s = time.monotonic()
        while not any(re.search(pattern, line) for line in self.said[since:]):
            assert time.monotonic() - began_s < PATIENCE_S, "".join(self.said)
            await asyncio.sleep(0.02)
        return time.monotonic() - began_s


@asynccontextmanager
async def service(folder: Path) -> AsyncIterator[Running]:
    site = folder / "config" / "depot"
    (site / "secrets").mkdir(parents=True)
    (folder / "policies").mkdir()
    (site / "site.yaml").write_text(GOOD, "utf-8")
    secret = site / "secrets" / "service"
    secret.touch(mode=0o600)
    secret.write_text("service\ncanary of service\n", "utf-8")
    running = Running(folder)
    running.process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "orchestrator", "run", str(site)),
        *("--state", str(folder / "state"), "--for", "240"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    hearing = asyncio.create_task(running.hear())
    try:
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        await running.process.wait()
        await hearing


async def test_edited_files_go_live_or_leave_everything_as_it_was(tmp_path: Path) -> None:
    async with service(tmp_path) as running:
        await running.until(r'"policies": 0, .*"privacy": 0, .*"rules in force"', 0)

        heard = len(running.said)
        running.write("night", POLICY)
        await running.until(r'"policies": 1, .*"rules in force"', heard)

        heard = len(running.said)
        running.write("night", POLICY.replace("yard", "yrad"))
        await running.until(r"refused, the rules in force stay", heard)
        await running.until(r"policies/night/policy.yaml:5:14: unknown zone `yrad`", heard)
        assert not any('"rules in force"' in line for line in running.said[heard:])

        heard = len(running.said)
        running.write("night", POLICY.replace("45s", "50s"))
        running.write("private", PRIVATE)
        await running.until(r'"policies": 1, .*"privacy": 1, .*"rules in force"', heard)

        heard = len(running.said)
        running.write("private", PRIVATE.replace("yard]", "yrad]"))
        await running.until(r"unknown zone `yrad`", heard)
        assert running.process is not None
        running.process.send_signal(signal.SIGHUP)
        await asyncio.sleep(0.5)
        assert running.process.returncode is None
