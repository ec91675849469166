"""How closely cameras are watched while nothing happens: `watching` in the site file."""

from orchestrator.config.fields import Fields
from orchestrator.config.shape import Choice, Key, Shape, Truth
from orchestrator.domain.site import Watching

KEY_PICTURES_FPS = 1.0
"""So few pictures are wanted that those suffice which a decoder needs no others for."""
STILL_FPS = 1.0
_EVERY, _KEY = "every picture", "key pictures"

WATCHING = Shape(
    (
        Key(
            "idle",
            Choice("way to watch", (_EVERY, _KEY)),
            "What is looked at while nobody is about: `every picture` [default], or `key pictures`"
            " only, which cost a tenth and come every second or two.",
        ),
        Key(
            "motion_gate",
            Truth(),
            "Whether a picture in which nothing moves is searched only once a second while nobody is"
            " about [false].",
        ),
    )
)


def watching_of(top: Fields) -> Watching:
    """Return how closely the site wants its cameras watched."""
    fields, usual = top.inner("watching"), Watching()
    if fields is None:
        return usual
    idle_fps = KEY_PICTURES_FPS if fields.choice("idle") == _KEY else usual.idle_fps
    gated = fields.truth("motion_gate", default=False)
    return Watching(idle_fps, STILL_FPS if gated else idle_fps)
