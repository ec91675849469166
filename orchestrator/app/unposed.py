"""Frames of a moving head wait for its next answer, which says where it came past."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.sighting import Detections
from orchestrator.ports import Clock
from orchestrator.steer import HeadTimeline

WAIT_S, MOST = 0.6, 16
"""So long, and so many, frames wait; the tracker takes what is not older than one and a half."""


class Unposed:
    """The waiting frames of one head, in the order they came; each is reported once."""

    def __init__(
        self, timeline: HeadTimeline, report: Callable[[Detections], object], clock: Clock
    ) -> None:
        """Start with none; ``report`` hears of each when it is placed, or has waited for long."""
        self._timeline = timeline
        self._report = report
        self._clock = clock
        self._frames: deque[Detections] = deque()

    def take(self, frame: Detections) -> None:
        """Take in a frame of which nobody knows yet where the head looked."""
        self._frames.append(frame)
        self.look()

    def look(self) -> None:
        """Report those that can be placed by now, and those that waited long enough."""
        now_s = self._clock.now().mono_s
        while self._frames:
            frame = self._frames[0]
            posed = self._timeline.passing(frame.exposed_s)
            waits = now_s - frame.exposed_s < WAIT_S and len(self._frames) <= MOST
            if posed is None and waits:
                return
            self._frames.popleft()
            if posed is not None:
                frame = replace(frame, aim=posed.aim, aim_sigma_deg=posed.sigma_deg)
            self._report(frame)
