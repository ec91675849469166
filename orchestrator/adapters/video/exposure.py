"""When was a picture taken? RTCP sender reports say it in the camera's clock; is that ours?

A sender report ties the stream's time stamps to the camera's wall clock, so the library gives
each packet the wall-clock time of its exposure. That is used as it stands when it is plausible:
a picture arrives after it was taken, and soon. A camera whose clock is off by more than a
picture can be late is not believed, and its pictures are timed by their arrival.
"""

from collections import deque

EARLIEST_S = -0.005
"""Clocks kept by NTP on one network differ by a few milliseconds: so much 'before' is believed."""
LATEST_S = 0.6
"""Longest plausible time from exposure to arrival on a local network."""


class Exposures:
    """Times of exposure in CLOCK_MONOTONIC, from the camera's wall-clock times."""

    def __init__(self, remembered: int = 25) -> None:
        """Start with no opinion of the camera's clock."""
        self._delays: deque[float] = deque(maxlen=remembered)
        self._last_s = 0.0

    def exposed_s(
        self, camera_wall_s: float | None, *, arrived_s: float, arrived_wall_s: float
    ) -> tuple[float, bool]:
        """Return the time of exposure, and whether it is the camera's own word.

        The camera is judged by its quickest of the last pictures: one that was held up on the
        way proves nothing against its clock. Times never run backwards.
        """
        believed = False
        exposed_s = arrived_s
        if camera_wall_s is not None:
            delay_s = arrived_wall_s - camera_wall_s
            self._delays.append(delay_s)
            believed = EARLIEST_S <= min(self._delays) <= LATEST_S
            if believed:
                exposed_s = arrived_s - max(0.0, delay_s)
        self._last_s = max(self._last_s, exposed_s)
        return self._last_s, believed
