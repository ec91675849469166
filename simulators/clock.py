"""The clocks of a simulated site: the machine's monotonic one, and each camera's idea of the time."""

import time


class CameraClock:
    """What one camera takes for now; ``ahead_s`` is how wrong its calendar is."""

    def __init__(self) -> None:
        """Start right."""
        self.ahead_s = 0.0

    def now_s(self) -> float:
        """Return the machine's monotonic clock."""
        return time.monotonic()

    def wall_s(self) -> float:
        """Return the seconds since 1970 as this camera sees them."""
        return time.time() + self.ahead_s
