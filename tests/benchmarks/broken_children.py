"""Every broken file read in a process of its own, so that a crash, a hang and memory are seen.

The children are forked from a process that has read the good site once and has done nothing else:
what one takes beyond that is what its file cost. Only where there is ``fork``.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestrator.config import read_site
from orchestrator.errors import AuthorError
from tests.fakes.broken_files import BrokenFile, corpus, spoiled_site

HANGS_S = 10.0
ACCEPTED, NOWHERE, PLACED = "accepted", "nowhere", "placed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the reading of one file."""

    name: str
    crashed: bool
    hung: bool
    placed: bool
    """Whether it was refused, and every finding says where: file, line and column."""
    took_s: float
    grew_mb: float


def outcomes() -> list[Outcome]:
    """Return what became of every file of the corpus, from a process begun for nothing else."""
    command = [sys.executable, "-m", "tests.benchmarks.broken_children"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [Outcome(**one) for one in json.loads(done.stdout)]


def _outcomes(files: Sequence[BrokenFile]) -> list[Outcome]:
    """Read every file, one after the other, each in a child."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        site = spoiled_site(root)
        read_site(site)
        return [_one(file, root, site) for file in files]


def _one(file: BrokenFile, root: Path, site: Path) -> Outcome:
    place = root / file.where
    before = place.read_bytes() if place.exists() else None
    place.write_bytes(file.raw)
    outcome = _watched(file, site)
    if before is None:
        place.unlink()
    else:
        place.write_bytes(before)
    return outcome


def _watched(file: BrokenFile, site: Path) -> Outcome:
    """Let a child read the site, and wait for what it says."""
    answers, says = os.pipe()
    began_s = time.perf_counter()
    child = os.fork()
    if child == 0:
        _read_and_say(file, site, says)
    os.close(says)
    answered, _, _ = select.select([answers], [], [], HANGS_S)
    took_s = time.perf_counter() - began_s
    if not answered:
        os.kill(child, signal.SIGKILL)
    said = os.read(answers, 64).decode("ascii")
    os.close(answers)
    _, status = os.waitpid(child, 0)
    word, _, grew_mb = said.partition(" ")
    return Outcome(
        name=file.name,
        crashed=bool(answered) and status != 0,
        hung=not answered,
        placed=word == PLACED,
        took_s=took_s,
        grew_mb=float(grew_mb or "nan"),
    )


def _read_and_say(file: BrokenFile, site: Path, says: int) -> None:
    """Read the site, say how it went and what it took, and end; an exception ends it badly."""
    code = 1
    try:
        rested_mb = _memory_mb("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
        word = verdict(file, site)
        grew_mb = _memory_mb("VmHWM") - rested_mb
        os.write(says, f"{word} {grew_mb:.2f}".encode("ascii"))
        code = 0
    finally:
        os._exit(code)


def _memory_mb(key: str) -> float:
    """Return a figure of this process's memory, as Linux tells it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(key)) / 1024


def verdict(file: BrokenFile, site: Path) -> str:
    """Say whether a site with this file is refused with a place for every finding."""
    try:
        read_site(site)
    except AuthorError as refused:
        sure = all(
            found.path.endswith(file.where) and found.line >= 1 and found.column >= 1
            for found in refused.findings
        )
        return PLACED if refused.findings and sure else NOWHERE
    return ACCEPTED


if __name__ == "__main__":
    sys.stdout.write(json.dumps([asdict(one) for one in _outcomes(corpus())]))
