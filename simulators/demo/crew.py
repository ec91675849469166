"""The demo's processes: each in a session of its own, its words in a log file, all reaped.

A process is *ended* by SIGTERM to its whole session, then, ``GRACE_S`` later, by SIGKILL; whatever
of a session outlives its first process is counted as left running, and killed. What a process
that failed said last is what the demo shows.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from simulators.demo.session import SessionFile
from simulators.score.records import Exit, Left

SURROUNDINGS = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONFAULTHANDLER": "1",
    "COLUMNS": "110",
    "NO_COLOR": "1",
}
GRACE_S = 8.0
LINGER_S = 2.0
POLL_S = 0.05


class ProcessFailedError(Exception):
    """A process of the demo ended badly, or not in time; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Member:
    """A process that was started."""

    name: str
    process: asyncio.subprocess.Process
    log: Path
    output: Path

    def printed(self) -> str:
        """Return what it wrote on standard output; complaints go to ``log``."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    @property
    def running(self) -> bool:
        """Return whether it has not ended yet."""
        return self.process.returncode is None

    def last_words(self, lines: int = 6) -> str:
        """Return the end of what it said."""
        complaints = self.log.read_text(encoding="utf-8", errors="replace")
        text = (self.printed() + complaints).strip().splitlines()
        return "\n".join(f"    {line}" for line in text[-lines:]) or "    (nothing)"


class Crew:
    """Every process of one demo."""

    def __init__(self, logs: Path, session: SessionFile) -> None:
        """Keep where logs and exits are written."""
        self._logs = logs
        self._session = session
        self._members: list[Member] = []

    @property
    def members(self) -> tuple[Member, ...]:
        """Return the processes that were started and not yet reaped."""
        return tuple(self._members)

    async def start(self, name: str, *arguments: str) -> Member:
        """Start ``python`` with ``arguments``."""
        log, output = self._logs / f"{name}.log", self._logs / f"{name}.out"
        with log.open("wb") as words, output.open("wb") as printed:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=printed,
                stderr=words,
                start_new_session=True,
                env={**os.environ, **SURROUNDINGS},
            )
        member = Member(name, process, log, output)
        self._members.append(member)
        return member

    async def finish(self, member: Member, *, within_s: float) -> int:
        """Wait until a process ends by itself, and return its status, which should be 0."""
        try:
            code = await asyncio.wait_for(member.process.wait(), within_s)
        except TimeoutError:
            self._session.write(Left(member.name))
            _signal(member, signal.SIGABRT)  # its faulthandler writes down where it hangs
            await asyncio.wait_for(member.process.wait(), GRACE_S)
            raise ProcessFailedError(
                f"{member.name} did not end within {within_s:.0f} s; it said last:\n"
                f"{member.last_words()}\n    (all of it: {member.log})"
            ) from None
        await self._reap(member, expected=(0,))
        return code

    async def run(self, name: str, *arguments: str, within_s: float) -> Member:
        """Run a process to its end; ``ProcessFailedError`` when its status is not 0."""
        member = await self.start(name, *arguments)
        if await self.finish(member, within_s=within_s):
            raise failed(member)
        return member

    def check(self) -> None:
        """Raise ``ProcessFailedError`` when a process that should last has ended."""
        for member in self._members:
            if not member.running:
                raise failed(member)

    async def end(self) -> None:
        """End everything that still runs, the last started first."""
        for member in reversed(self._members.copy()):
            _signal(member, signal.SIGTERM)
            try:
                await asyncio.wait_for(member.process.wait(), GRACE_S)
            except TimeoutError:
                _signal(member, signal.SIGKILL)
                await member.process.wait()
            await self._reap(member, expected=(0, -signal.SIGTERM))

    async def _reap(self, member: Member, *, expected: tuple[int, ...]) -> None:
        """Note how a process ended, and that nothing of its session is left."""
        self._members.remove(member)
        code = member.process.returncode or 0
        self._session.write(Exit(member.name, code, code if code in expected else expected[0]))
        if await _lingers(member):
            self._session.write(Left(member.name))
            _signal(member, signal.SIGKILL)


def failed(member: Member) -> ProcessFailedError:
    """Return the error for a process that ended badly."""
    return ProcessFailedError(
        f"{member.name} ended with status {member.process.returncode}; it said last:\n"
        f"{member.last_words()}\n    (all of it: {member.log})"
    )


def _signal(member: Member, number: signal.Signals) -> None:
    try:
        os.killpg(member.process.pid, number)
    except ProcessLookupError:
        return


async def _lingers(member: Member) -> bool:
    """Return whether some of a process's session is alive ``LINGER_S`` after its end."""
    for _ in range(int(LINGER_S / POLL_S)):
        if not _alive(member.process.pid):
            return False
        await asyncio.sleep(POLL_S)
    return True


def _alive(group: int) -> bool:
    """Return whether a process group has a process that is not a zombie."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    states = [_state(stat) for stat in Path("/proc").glob("[0-9]*/stat")]
    return not states or any(own == group and state not in "ZX" for own, state in states)


def _state(stat: Path) -> tuple[int, str]:
    """Return process group and state of a process; group 0 when it is gone."""
    try:
        after_name = stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0, "X"
    return int(after_name[2]), after_name[0]
