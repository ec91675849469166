"""Does a head at rest stay where it is? Nobody here moved it, and still it looks elsewhere: pure.

A head that was turned by hand, at its own web page or a joystick, is somebody's; one that is off by
a little has drifted, and is sent back. Heads that do not tell where they are cannot be watched so.
"""

from dataclasses import dataclass, replace

from orchestrator.domain.camera import Aim
from orchestrator.geometry.ptz import angle_between

SAME_DEG = 0.05
"""Answers nearer than this are the same."""
REST_ANSWERS = 3
"""So many equal answers say that it rests."""
DRIFT_DEG = 0.7
"""What is off by less is within what presets repeat to."""
HAND_DEG = 2.0
"""What is off by more was turned by somebody."""
AGAIN_S = 1.0
"""Somebody who goes on turning is told of this often."""
DRIFT_AGAIN_S = 60.0
"""A head that drifts is sent back at most this often."""


@dataclass(frozen=True, slots=True)
class Posture:
    """Where a head rests, None while that is not known; and who turns it."""

    rest: Aim | None = None
    last: Aim | None = None
    same: int = 0
    by_hand: bool = False
    told_s: float = -1e9


@dataclass(frozen=True, slots=True)
class Off:
    """A head at rest is off by so much, and whether somebody turned it."""

    by_deg: float
    by_hand: bool


def commanded(posture: Posture) -> Posture:
    """Return the posture of a head that was just told to move or stop: unknown until it rests."""
    return Posture(told_s=posture.told_s)


def looked(posture: Posture, aim: Aim, now_s: float) -> tuple[Posture, Off | None]:
    """Return the posture after an answer of a head that nobody here moves, and what is wrong."""
    same = posture.same + 1 if _apart_deg(posture.last, aim) <= SAME_DEG else 0
    seen = replace(posture, last=aim, same=same)
    if posture.rest is None:
        if same + 1 >= REST_ANSWERS:
            return replace(seen, rest=aim, by_hand=False), None
        turning = posture.by_hand and same == 0 and now_s - posture.told_s >= AGAIN_S
        return (replace(seen, told_s=now_s), Off(0.0, by_hand=True)) if turning else (seen, None)
    off_deg = _apart_deg(posture.rest, aim)
    if off_deg > HAND_DEG:
        turned = replace(seen, rest=None, by_hand=True, told_s=now_s, same=0)
        return turned, Off(off_deg, by_hand=True)
    if off_deg > DRIFT_DEG and same + 1 >= REST_ANSWERS:
        if now_s - posture.told_s < DRIFT_AGAIN_S:
            return seen, None
        return replace(seen, rest=aim, told_s=now_s), Off(off_deg, by_hand=False)
    return seen, None


def _apart_deg(before: Aim | None, aim: Aim) -> float:
    if before is None:
        return 360.0
    return max(angle_between(before, aim), abs(before.hfov_deg - aim.hfov_deg))
