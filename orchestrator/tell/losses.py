"""What was lost is said: when it begins, then how much, at most every ten seconds."""

from collections.abc import Callable

import structlog

log = structlog.get_logger()

Report = Callable[[str], None]

EVERY_S = 10.0


class Losses:
    """Counts one kind of loss, and reports it without becoming a flood of its own."""

    def __init__(self, what: str, report: Report) -> None:
        """Start having lost nothing; ``what`` is the sentence a report begins with."""
        self.count = 0
        self._what = what
        self._report = report
        self._why = ""
        self._told = 0
        self._told_s = -EVERY_S

    def add(self, now_s: float, count: int = 1, why: str = "") -> None:
        """Count a loss; the first one is reported at once.

        >>> losses = Losses("letters are lost", print)
        >>> losses.add(100.0)
        letters are lost (1 so far)
        >>> losses.add(101.0, 20, "the dog")
        >>> losses.look(110.0)
        letters are lost: the dog (21 so far)
        """
        self.count += count
        self._why = why
        self.look(now_s)

    def look(self, now_s: float) -> None:
        """Report what was lost since the last report, unless that was a moment ago."""
        if self.count == self._told or now_s - self._told_s < EVERY_S:
            return
        self._told, self._told_s = self.count, now_s
        why = f": {self._why}" if self._why else ""
        self._report(f"{self._what}{why} ({self.count} so far)")


def logged(what: str) -> None:
    """Report a failure to the log only."""
    log.error("failure", what=what)
