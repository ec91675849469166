"""A run that was recorded is thought again, in another process, to the last bit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scenarios.rehearsal import recorded

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "events.jsonl"
    path.write_bytes(b"\n".join(recorded(Path("config/demo"), 1, length_s=8.0)) + b"\n")
    return path


def replayed(log: Path, *options: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "orchestrator", "policy", "replay", str(log), *options]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_decides_the_same_to_the_last_bit(log: Path, seed: str) -> None:
    found = replayed(log, seed=seed)

    assert found.stderr == "80 ticks decide the same as in the run, bit for bit\n"
    assert found.returncode == 0
    assert " looks at " in found.stdout


def test_a_log_that_was_tampered_with_does_not_decide_the_same(log: Path, tmp_path: Path) -> None:
    lines = log.read_bytes().splitlines()
    other = tmp_path / "other.jsonl"
    other.write_bytes(b"\n".join(line for line in lines if b"move_seen" not in line) + b"\n")

    found = replayed(other)

    assert found.returncode == 1
    assert "ticks decide otherwise than in the run, first at 2026-11-20 22:30" in found.stderr
