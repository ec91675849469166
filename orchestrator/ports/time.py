"""Time: the two clocks of the site, and being woken up by the calendar."""

from collections.abc import Callable
from typing import Protocol

from orchestrator.domain.instant import Instant


class Clock(Protocol):
    """The only source of now."""

    def now(self) -> Instant:
        """Return the current moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return ``seconds`` later."""
        ...


class Wakeups(Protocol):
    """Calendars and patrols wake the loop; a missed wake-up can delay, not corrupt."""

    def follow(self, coming: Callable[[Instant], Instant]) -> None:
        """Want to be woken at each moment that comes; replaces what was followed before.

        ``coming`` is asked anew after each wake-up, and names a moment later than the one given.
        """
        ...

    async def next(self) -> None:
        """Return at the next wanted moment."""
        ...
