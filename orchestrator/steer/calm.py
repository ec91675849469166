"""How often heads are asked where they are, when the machine is busy: less, so that commands leave in time.

A command is worth more than a look. When sleeps end late, the loop has more to do than it can; every
head then waits longer between two looks, until they end in time again. No head knows of another.
"""

WEIGHT = 0.3
"""How much of the newest delay counts."""
TIMES = 20.0
"""So many times as long as it was late a head waits more."""
MOST_S = 2.0


class Calm:
    """How late the loop is, as one head sees it."""

    def __init__(self) -> None:
        """Start in time."""
        self._late_s = 0.0

    def slept(self, wanted_s: float, took_s: float) -> None:
        """Note how long a pause was to be, and was; one that was cut short says nothing."""
        if took_s >= wanted_s:
            self._late_s += WEIGHT * (took_s - wanted_s - self._late_s)

    def pause_s(self, wanted_s: float) -> float:
        """Return how long to wait before the next look.

        >>> calm = Calm()
        >>> calm.slept(0.08, 0.08); calm.pause_s(0.08)
        0.08
        >>> calm.slept(0.08, 0.18); round(calm.pause_s(0.08), 3)
        0.68
        """
        return wanted_s + min(TIMES * self._late_s, MOST_S)
