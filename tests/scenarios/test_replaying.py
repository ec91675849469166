"""A run that was recorded is thought again, in another process, to the last bit."""

import os
import re
import shutil
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


def test_the_policies_of_the_run_change_nothing(log: Path) -> None:
    found = replayed(log, "--with", "policies")

    assert (found.returncode, found.stdout) == (0, "")
    assert found.stderr.startswith("80 ticks: nothing differs; heads are modelled on both sides;")


def test_what_other_policies_change_is_told_with_its_reason_and_its_place(
    log: Path, tmp_path: Path
) -> None:
    shutil.copytree("policies", tmp_path / "policies")
    policy = tmp_path / "policies" / "after-hours-intrusion" / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("during: closed-hours\n", ""), "utf-8")
    text = policy.read_text("utf-8").replace("target.confidence >= 0.5", "target.confidence > 1.5")
    policy.write_text(text, "utf-8")

    found = replayed(log, "--with", str(tmp_path / "policies"))

    assert found.returncode == 1
    assert re.search(
        r'^- 2026-11-20 22:30:01\.\d  alarm high "Person in yard: T\d"', found.stdout, re.MULTILINE
    )
    assert "`target.confidence > 1.5` is false (confidence = " in found.stdout
    assert f"{policy}:8: when: was `target.confidence >= 0.5 &&" in found.stdout
    assert "whom nobody looked at then is in no log" in found.stderr


def test_a_file_that_is_no_log_is_trouble_and_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text("{}\n{}\n", "utf-8")

    found = replayed(path)

    assert found.returncode == 2
    assert f"{path}:1:1: not a line of an event log" in found.stderr
