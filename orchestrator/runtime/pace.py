"""Thinning a stream of moments to an even rate."""


class Pace:
    """Lets through at most so many moments a second, evenly, and never in a burst."""

    def __init__(self) -> None:
        """Let the first moment through."""
        self._due_s = float("-inf")

    def lets_through(self, at_s: float, per_s: float) -> bool:
        """Return whether the moment ``at_s`` is due when ``per_s`` a second are wanted.

        A quarter of an interval of jitter is forgiven, so that a stream of just that rate passes
        whole; the rate may change from call to call.
        """
        interval_s = 1.0 / per_s
        if at_s < self._due_s - interval_s / 4:
            return False
        late = at_s - self._due_s > interval_s
        self._due_s = (at_s if late else self._due_s) + interval_s
        return True
