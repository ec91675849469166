"""Heads that somebody turns at the camera itself: at its web page, or with a joystick.

We did not move it, and nobody has told us; so a person wants it there. That person is respected as
an operator who has taken control, for a minute after the last turn, and gives way to any operator
of the site who is known. Afterwards the head goes back to what it is granted.
"""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.decide.steps import Tick
from orchestrator.domain.desk import Desk, Hold, Post
from orchestrator.domain.ids import CommandId, PersonName
from orchestrator.domain.sighting import Displaced

AT_THE_CAMERA = PersonName("somebody at the camera")
HAND_S = 60.0
"""For so long after somebody has turned a head by hand it is theirs."""


def with_hands(tick: Tick, displaced: Sequence[Displaced]) -> Desk:
    """Return the desk after heads were found turned by hand; one that only drifted is nobody's."""
    desk = tick.desk
    by_hand = [one for one in displaced if one.by_hand]
    if not by_hand:
        return desk
    holds, posts = dict(desk.holds), dict(desk.posts)
    for one in by_hand:
        posts[one.camera] = replace(posts.get(one.camera, Post()), displaced=True)
        hold = holds.get(one.camera)
        if hold is not None and hold.actor != AT_THE_CAMERA:
            continue
        since_s = tick.now_s if hold is None else hold.since_s
        command = CommandId(f"by hand/{one.camera}/{since_s:.1f}")
        until_s = tick.now_s + HAND_S
        holds[one.camera] = Hold(AT_THE_CAMERA, command, None, since_s, until_s)
    return replace(desk, holds=holds, posts=posts)
