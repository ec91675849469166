"""Whom one head follows, if anybody: what that asks of it, and what is told of it."""

from collections.abc import Callable
from dataclasses import replace

from orchestrator.domain.camera import Aim, Camera, Passport
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import MoveEnd, MoveSeen, PursuitSeen
from orchestrator.steer.follow import (
    Chase,
    Kinematics,
    Pursuer,
    Quarry,
    aimed,
    chased,
    gripped,
)


class Following:
    """The chase of one head, by what its passport says now of its motors."""

    def __init__(self, camera: Camera, passport: Callable[[], Passport | None]) -> None:
        """Follow nobody yet."""
        self._camera = camera
        self._passport = passport
        self._chase: Chase | None = None

    def follow(
        self, intent: Intent | None, quarry: Quarry | None, *, head: Aim | None, now_s: float
    ) -> None:
        """Find out where following has the head look next; ``intent`` is the newest grant."""
        if intent is None or intent.pursues is None:
            self._chase = None
            return
        self._chase = chased(self._pursuer(), self._chase, intent, quarry, head=head, now_s=now_s)

    def aimed(self, intent: Intent) -> Intent:
        """Return a grant with the aim that following asks for now."""
        return aimed(self._chase, intent)

    def repeats(self, end: MoveSeen) -> bool:
        """Note an end; a head that follows somebody arrives once, and goes on."""
        chase = self._chase
        arrived = end.end in {MoveEnd.ARRIVED, MoveEnd.ARRIVED_UNCONFIRMED}
        if chase is None or end.intent != chase.intent or not arrived:
            return False
        self._chase = replace(chase, arrived=True)
        return chase.arrived

    def news(self, aim: Aim, at_s: float) -> PursuitSeen | None:
        """Return how the head has whom it follows, where that is to be told."""
        if self._chase is None:
            return None
        self._chase, news = gripped(self._pursuer(), self._chase, aim, at_s)
        return news

    def _pursuer(self) -> Pursuer:
        passport = self._passport()
        measured = None if passport is None else passport.motors
        return Pursuer(self._camera, Kinematics.of(self._camera, measured))
