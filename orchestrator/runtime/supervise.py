"""One supervised task: started again after a crash, with a growing pause, and said aloud.

This is the one place of the product that catches every exception. What a task expects to go
wrong it handles itself; what arrives here is a bug or a broken world, so it is reported with
its name, and only this task pays for it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crash:
    """A task ended with an exception; it starts again in ``again_in_s``."""

    task: str
    error: Exception
    again_in_s: float


@dataclass(frozen=True, slots=True)
class Restarts:
    """How long to wait before starting again: doubling from ``first_s`` up to ``cap_s``.

    A run that lasted ``settled_s`` proves the task healthy, and the pause starts anew.
    """

    first_s: float = 0.5
    cap_s: float = 30.0
    settled_s: float = 60.0

    def pause_s(self, crashes: int) -> float:
        """Return the pause after the n-th crash in a row.

        >>> [Restarts().pause_s(n) for n in (1, 2, 3, 20)]
        [0.5, 1.0, 2.0, 30.0]
        """
        return float(min(self.cap_s, self.first_s * 2.0 ** min(crashes - 1, 30)))


async def supervised(
    name: str,
    start: Callable[[], Awaitable[None]],
    *,
    now_s: Callable[[], float],
    sleep: Callable[[float], Awaitable[None]],
    report: Callable[[Crash], None],
    restarts: Restarts = Restarts(),
) -> None:
    """Run ``start()`` until it returns by itself, starting it again whenever it crashes."""
    crashes = 0
    while True:
        began_s = now_s()
        try:
            await start()
        except Exception as error:  # noqa: BLE001 - the supervisor's, and the only one
            crashes = 1 if now_s() - began_s >= restarts.settled_s else crashes + 1
            pause_s = restarts.pause_s(crashes)
            report(Crash(name, error, pause_s))
            await sleep(pause_s)
        else:
            return
