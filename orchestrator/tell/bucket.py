"""A token bucket: so many at once, so many a second, and no clock of its own; pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """``burst`` tokens at most, ``rate_hz`` new ones a second."""

    rate_hz: float
    burst: float
    tokens: float
    at_s: float

    @classmethod
    def full(cls, rate_hz: float, burst: float, now_s: float) -> "Bucket":
        """Return a bucket with all its tokens."""
        return cls(rate_hz, burst, burst, now_s)

    def take(self, now_s: float) -> bool:
        """Take a token; False when there is none yet.

        >>> bucket = Bucket.full(rate_hz=5, burst=2, now_s=0.0)
        >>> [bucket.take(at_s) for at_s in (0.0, 0.0, 0.1, 0.2)]
        [True, True, False, True]
        """
        self.tokens = min(self.burst, self.tokens + max(0.0, now_s - self.at_s) * self.rate_hz)
        self.at_s = max(self.at_s, now_s)
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True
