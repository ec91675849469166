"""Whose picture is searched next, while more are to be searched than there is room for.

Who waits has one place in the line, however many pictures come meanwhile: at its turn it shows the
newest. So a machine that has too much to do searches fewer pictures, and none that is old.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError

BY_AGE = 4
"""Every so many turns goes to whoever has waited longest: what matters less is not forgotten."""


def next_of(waiting: Sequence[Regard], turn: int) -> int:
    """Return the place in the line, longest waiting first, of who has the turn of that number.

    The highest regard comes first, and among equals who has waited longest; one turn in ``BY_AGE``
    asks for nothing but that. So of ``n`` who wait, each has its turn within ``BY_AGE * n``.

    >>> line = [Regard.IDLE, Regard.LIVE, Regard.LIVE, Regard.FOLLOWING]
    >>> [next_of(line, turn) for turn in (1, 2, 3, 4)], next_of(line[:3], 1)
    ([3, 3, 3, 0], 1)
    """
    if turn % BY_AGE == 0:
        return 0
    return max(range(len(waiting)), key=waiting.__getitem__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """Somebody in the line."""

    regard: Regard
    called: "asyncio.Future[None]"


class Turns:
    """Room for so many pictures at once, handed on in the order of ``next_of``."""

    def __init__(self, rooms: int) -> None:
        """Begin with all rooms free."""
        self._free = rooms
        self._line: list[_Waiting] = []
        self._turn = 0
        self._over: ModelError | None = None

    async def take(self, regard: Regard) -> None:
        """Return when there is room and it is the caller's turn; ``ModelError`` once it is over."""
        if self._over is not None:
            raise self._over
        if self._free > 0:
            self._free -= 1
            return
        waiting = _Waiting(regard, asyncio.get_running_loop().create_future())
        self._line.append(waiting)
        try:
            await waiting.called
        except asyncio.CancelledError:
            with suppress(ValueError):
                self._line.remove(waiting)
            if _was_called(waiting.called):
                self.give_back()  # called in the moment in which it went
            raise

    def give_back(self) -> None:
        """Hand the room of one picture to whoever is next."""
        while self._line:
            self._turn += 1
            called = self._line.pop(next_of([each.regard for each in self._line], self._turn))
            if not called.called.done():
                called.called.set_result(None)
                return
        self._free += 1

    def end(self, error: ModelError) -> None:
        """Let nobody in any more, and tell those who wait why."""
        self._over = error
        line, self._line = self._line, []
        for waiting in line:
            if not waiting.called.done():
                waiting.called.set_exception(error)


def _was_called(called: "asyncio.Future[None]") -> bool:
    return called.done() and not called.cancelled() and called.exception() is None
