"""Where did the head look at the instant a frame was exposed?

The head is asked a few times a second; frames fall in between. A frame between two equal
answers was exposed at that aim. A frame after the newest answer was too, unless a move is
under way. A frame between two answers of a head that moved is known with a doubt, once the later
answer is there. Everything else is unknown: better no place on the floor than a wrong one.
"""

from bisect import bisect_left
from collections import deque

import numpy as np

from orchestrator.domain.camera import Aim
from orchestrator.domain.poses import Nearby, Posed

STILL_DEG = 0.3
"""Two answers closer than this are one pose: encoders and rounding differ by about 0.1 degree."""
STALE_S = 3.0
"""After this long without an answer nobody knows where the head looks."""
BETWEEN_S = 0.8
"""Two answers further apart say nothing of how the head moved between them."""
RESTING_S = 2.0
"""Unless they are the same: nobody turns a head and puts it back so exactly within so long."""
BOW = 0.2
"""How far a head that speeds up or slows down strays from an even move, as a share of it: a
standard deviation, in the middle between two answers."""
TIMING_S = 0.04
"""How well it is known when an answer was true: a standard deviation."""
STILL_SIGMA_DEG = 0.1


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

    def passing(self, exposed_s: float) -> Posed | None:
        """Return where the head came past at ``exposed_s``; None before the answer after it is there.

        An even move between two answers is taken, with a doubt that grows with its speed.
        """
        heard = list(self._heard)
        later = bisect_left(heard, exposed_s, key=lambda one: one[0])
        if later in (0, len(heard)):
            return None
        (from_s, from_aim), (to_s, to_aim) = heard[later - 1], heard[later]
        gap_s = to_s - from_s
        if gap_s > (RESTING_S if _still(from_aim, to_aim) else BETWEEN_S):
            return None
        part = (exposed_s - from_s) / gap_s
        turn_deg = (to_aim.azimuth_deg - from_aim.azimuth_deg + 180.0) % 360.0 - 180.0
        tilt_deg = to_aim.tilt_deg - from_aim.tilt_deg
        zoom_deg = to_aim.hfov_deg - from_aim.hfov_deg
        aim = Aim(
            (from_aim.azimuth_deg + part * turn_deg) % 360.0,
            from_aim.tilt_deg + part * tilt_deg,
            from_aim.hfov_deg + part * zoom_deg,
        )
        step_deg = float(np.hypot(np.hypot(turn_deg, tilt_deg), zoom_deg / 2.0))
        bow_deg = BOW * step_deg * 4.0 * part * (1.0 - part)
        late_deg = TIMING_S * step_deg / gap_s
        return Posed(aim, float(np.hypot(np.hypot(bow_deg, late_deg), STILL_SIGMA_DEG)))

    def nearest(self, exposed_s: float) -> Nearby | None:
        """Return the answer nearest to a moment; None where there is none at all.

        The head rested there where the answer before or after is the same and no move of ours is
        under way; others may move it too, and then how far it came in between has a bound.
        """
        if not self._heard:
            return None
        heard = self._heard
        index = min(range(len(heard)), key=lambda at: abs(heard[at][0] - exposed_s))
        at_s, aim = heard[index]
        beside = [heard[at][1] for at in (index - 1, index + 1) if 0 <= at < len(heard)]
        rested = not self._under_way and any(_still(aim, other) for other in beside)
        return Nearby(aim, abs(at_s - exposed_s), rested)

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
