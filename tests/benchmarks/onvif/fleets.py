"""Fleets of simulated cameras in processes of their own, so that only ours is measured."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.fleet import FleetCounts

SECRET = "fleet"
PORT = 8000
_PID = os.getpid()
NET = f"127.{_PID >> 8 & 63 | 128}"
"""Addresses of this run: two runs on one machine do not meet."""


@dataclass(frozen=True, slots=True)
class FleetProcess:
    """A fleet that is ready; ``secrets`` is the folder with its login."""

    process: "subprocess.Popen[str]"
    first: str
    count: int
    secrets: Path

    def counts(self) -> FleetCounts:
        """Return what became of it so far."""
        self.process.send_signal(signal.SIGUSR1)
        assert self.process.stdout is not None
        return FleetCounts(**json.loads(self.process.stdout.readline()))


@contextmanager
def fleet(count: int, first: str, secrets: Path, *options: str) -> Iterator[FleetProcess]:
    """Have a fleet on the network until the block ends."""
    said = ["--count", str(count), "--first", first, "--port", str(PORT), "--secrets", str(secrets)]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators", "fleet", *said, *options],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        while (line := process.stdout.readline().strip()) != "ready":
            assert line, f"the fleet ended with {process.wait()}"
        yield FleetProcess(process, first, count, secrets)
    finally:
        process.terminate()
        process.communicate()
