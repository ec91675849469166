"""Where did the head look at the instant a frame was exposed?

The head is asked a few times a second; frames fall in between. A frame between two equal
answers was exposed at that aim. A frame after the newest answer was too, unless a move is
under way. Everything else is unknown: better no place on the floor than a wrong one.
"""

from collections import deque

from orchestrator.domain.camera import Aim

STILL_DEG = 0.3
"""Two answers closer than this are one pose: encoders and rounding differ by about 0.1 degree."""
STALE_S = 3.0
"""After this long without an answer nobody knows where the head looks."""


class HeadTimeline:
    """The newest answers of one head, and whether it was told to move."""

    def __init__(self, *, keep: int = 256) -> None:
        """Start knowing nothing; ``keep`` answers are remembered."""
        self._heard: deque[tuple[float, Aim]] = deque(maxlen=keep)
        self._under_way = False

    def heard(self, at_s: float, aim: Aim) -> None:
        """Note an answer: at ``at_s`` the head looked there."""
        if not self._heard or at_s > self._heard[-1][0]:
            self._heard.append((at_s, aim))

    def moving(self, under_way: bool) -> None:
        """Note whether a move is under way: meanwhile the newest answer proves nothing."""
        self._under_way = under_way

    def forget(self) -> None:
        """Forget everything: the camera was away and may have been moved."""
        self._heard.clear()

    def aim_at(self, exposed_s: float) -> Aim | None:
        """Return where the head looked at ``exposed_s`` (site clock), or None when unknown."""
        before: tuple[float, Aim] | None = None
        for at_s, aim in reversed(self._heard):
            if at_s <= exposed_s:
                return self._between((at_s, aim), before, exposed_s)
            before = (at_s, aim)
        return None

    def _between(
        self, earlier: tuple[float, Aim], later: tuple[float, Aim] | None, exposed_s: float
    ) -> Aim | None:
        at_s, aim = earlier
        if later is not None:
            return aim if _still(aim, later[1]) and later[0] - at_s <= STALE_S else None
        return None if self._under_way or exposed_s - at_s > STALE_S else aim


def _still(a: Aim, b: Aim) -> bool:
    turn_deg = abs((a.azimuth_deg - b.azimuth_deg + 180.0) % 360.0 - 180.0)
    return (
        turn_deg <= STILL_DEG
        and abs(a.tilt_deg - b.tilt_deg) <= STILL_DEG
        and abs(a.hfov_deg - b.hfov_deg) <= STILL_DEG
    )
