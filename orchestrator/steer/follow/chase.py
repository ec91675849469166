"""One head after one target, from grant to grant: pure.

The law says where the head is sent; here is remembered what it was told, and said how it has the
target. Who has not been seen for a moment is awaited along their course; then the head stays, and
the picture widens as the doubt about them grows. Once the tracker has given them up it is
``decide`` that looks where their way led, by the views it knows.
"""

from dataclasses import dataclass, replace
from typing import Final

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import IntentId
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import Grip, PursuitSeen
from orchestrator.steer.follow.law import Leg, Pursuer
from orchestrator.steer.follow.quarry import COURSE_S, Quarry

UNSEEN_S: Final = 1.0
"""Who was not seen for so long is awaited: cameras miss people now and then."""
TOLD_S: Final = 0.5
"""How often it is told how a head has its target, where that stays the same."""


@dataclass(frozen=True, slots=True)
class Chase:
    """What a head that follows was last told, for which grant, and what was said of it."""

    intent: IntentId
    quarry: Quarry
    leg: Leg
    arrived: bool = False
    told: PursuitSeen | None = None


def chased(
    pursuer: Pursuer,
    chase: Chase | None,
    intent: Intent | None,
    quarry: Quarry | None,
    *,
    head: Aim | None,
    now_s: float,
) -> Chase | None:
    """Return the chase after what is granted now; None where nobody is followed.

    ``head`` is where it looks, as it last said. Whoever is granted to be followed and is known no
    better than before is followed as they were.
    """
    if intent is None or intent.pursues is None:
        return None
    if chase is None or (chase.intent, chase.quarry.target) != (intent.id, intent.pursues):
        if quarry is None or head is None:
            return None
        chase = Chase(intent.id, quarry, Leg.none(head))
    quarry = quarry or chase.quarry
    leg = pursuer.next(quarry, chase.leg, now_s)
    return replace(chase, quarry=quarry, leg=leg or chase.leg)


def aimed(chase: Chase | None, intent: Intent) -> Intent:
    """Return the grant with the aim that following asks for now."""
    if chase is None or intent.id != chase.intent:
        return intent
    return replace(intent, aim=chase.leg.goal)


def gripped(
    pursuer: Pursuer, chase: Chase, head: Aim, at_s: float
) -> tuple[Chase, PursuitSeen | None]:
    """Return what there is to be told of how a head has its target; None where that is no news."""
    off = pursuer.off(chase.quarry, head, at_s)
    seen = PursuitSeen(
        pursuer.camera.id,
        chase.intent,
        chase.quarry.target,
        at_s,
        off,
        _grip(chase.quarry, off, at_s),
    )
    told = chase.told
    if told is not None and told.grip is seen.grip and at_s - told.at_s < TOLD_S:
        return chase, None
    return replace(chase, told=seen), seen


def _grip(quarry: Quarry, off: float, at_s: float) -> Grip:
    unseen_s = at_s - quarry.seen_s
    if unseen_s > COURSE_S:
        return Grip.SEARCHING
    if unseen_s > UNSEEN_S:
        return Grip.WAITING
    return Grip.IN_VIEW if off <= 1.0 else Grip.ACQUIRING
