"""Follow: keep one target in the middle of a head's picture, and tall enough in it.

In: where the target is on the floor and how it moves, where the head is, what it was last told.
Out: the aim to send the head to next, or nothing.
Law: pure; a head is a lens on two axes that obey late; nothing is sent that the target does not need.
"""

from orchestrator.steer.follow.chase import Chase, aimed, chased, gripped
from orchestrator.steer.follow.kinematics import Axis, Kinematics
from orchestrator.steer.follow.law import Leg, Pursuer
from orchestrator.steer.follow.quarry import Quarry

__all__ = [
    "Axis",
    "Chase",
    "Kinematics",
    "Leg",
    "Pursuer",
    "Quarry",
    "aimed",
    "chased",
    "gripped",
]
