"""Files -> the set of rules in force, while the service runs: all of it or nothing.

Files that change are read and checked as a whole, off the loop, as strictly as `policy check` does.
Without a mistake they are swapped in between two ticks; with one, what is in force stays, every
finding is said, and mended files go live by themselves.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from orchestrator.config import turned
from orchestrator.domain.camera import Passport
from orchestrator.domain.ids import CameraId, CommandId
from orchestrator.domain.intent import Answer, SetMoved, Step
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from orchestrator.ports import Clock, SiteFiles
from orchestrator.runtime.channels import Latest
from orchestrator.topology import built

log = structlog.get_logger()

SURE_S = 2.0
"""A privacy rule that is gone is looked for once more after this time: tools replace files in two
steps, and a rule is never let go by accident."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reload came to: the site to adopt (None: refused), and what is told of it."""

    site: Site | None
    moved: SetMoved


class Reloading:
    """Waits for changed files, or for somebody who asks, and hands each outcome to ``turn``."""

    def __init__(
        self,
        files: SiteFiles,
        *,
        running: Callable[[], Site],
        passports: Mapping[CameraId, Passport],
        turn: Callable[[Turn], None],
        answer: Callable[[Answer], None],
        clock: Clock,
    ) -> None:
        """Keep the doors; nothing is read yet. ``passports`` is looked at when a map is redrawn."""
        self._files = files
        self._running = running
        self._passports = passports
        self._turn = turn
        self._answer = answer
        self._clock = clock
        self._asked: Latest[bool] = Latest()
        self._commands: list[CommandId] = []

    def ask(self, command: CommandId | None = None) -> None:
        """Read the files soon, changed or not; whoever commands it hears what came of it."""
        if command is not None:
            self._commands.append(command)
            self._answer(Answer(command, Step.ACCEPTED))
        self._asked.put(True)

    async def run(self) -> None:
        """Reload whenever there is reason to, until cancelled."""
        while True:
            await self._asked.take_within(self._files.changed())
            commands, self._commands = self._commands, []
            turn = await self._read()
            self._turn(turn)
            for command in commands:
                self._answer(_answered(command, turn.moved))

    async def _read(self) -> Turn:
        running = self._running()
        try:
            written = await self._files.read(running)
            if _gone_private(running, written):
                await self._clock.sleep(SURE_S)
                written = await self._files.read(running)
        except AuthorError as wrong:
            findings = wrong.findings
            return Turn(None, SetMoved("refused", running.fingerprint, findings=findings))
        if (written.plan, written.walls) != (running.plan, running.walls):
            topology = await asyncio.to_thread(built, written, dict(self._passports))
        else:
            topology = self._running().topology
        moved = SetMoved(
            "in force", written.fingerprint, turned(running, written), written.awaiting
        )
        return Turn(replace(written, topology=topology), moved)


def _gone_private(running: Site, written: Site) -> bool:
    """Say whether a privacy rule that is in force is written no more."""
    names = {rule.name for rule in written.policies.privacy}
    return any(rule.name not in names for rule in running.policies.privacy)


def _answered(command: CommandId, moved: SetMoved) -> Answer:
    if moved.what == "refused":
        first = moved.findings[0]
        place = f"{first.path}:{first.line}:{first.column}: {first.message}"
        more = len(moved.findings) - 1
        say = f"{place}{f' (and {more} more)' if more else ''}: nothing has changed"
        return Answer(command, Step.FAILED, say=say)
    said = "; ".join((*moved.changes, *moved.awaiting)) or "nothing has changed"
    return Answer(command, Step.DONE, say=f"{moved.fingerprint[:12]} is in force: {said}")
