"""How closely cameras are watched, and whether a model tells people apart: `watching` in the site file."""

from collections.abc import Iterable

from orchestrator.config.fields import Fields
from orchestrator.config.shape import Choice, Key, Known, Several, Shape, Text, Truth
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Haste, Inference, Reidentify, Watching

KEY_PICTURES_FPS = 1.0
"""So few pictures are wanted that those suffice which a decoder needs no others for."""
STILL_FPS = 1.0
_EVERY, _KEY = "every picture", "key pictures"

REIDENTIFY = Shape(
    (
        Key("model", Text(), "A model in models.yaml that tells people apart.", required=True),
        Key("because", Text(), "Why people are told apart, in one sentence.", required=True),
        Key("basis", Text(), "The agreement, law or assessment that allows it."),
        Key(
            "cameras",
            Several(Known("camera")),
            "In whose pictures people are described [every camera's].",
        ),
    )
)
DEVICES = ("CPU", "GPU", "NPU", "AUTO")
DETECTOR = Shape(
    (
        Key(
            "device",
            Choice("device", DEVICES),
            "What searches pictures, as OpenVINO calls it; `AUTO` is whatever is there [CPU].",
        ),
        Key(
            "otherwise",
            Choice("device", DEVICES),
            "What does so where that device is missing [nothing: cameras are degraded, and say why].",
        ),
        Key(
            "mode",
            Choice("mode", tuple(each.value for each in Haste)),
            "What it is tuned for: `throughput` for many cameras, `latency` for each picture, `auto`"
            " for latency where there is one camera [auto].",
        ),
    )
)
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
        Key("detector", DETECTOR, "What searches pictures, and what it is tuned for."),
        Key(
            "reidentify",
            REIDENTIFY,
            "A model describes people, so that they are known again where no camera saw the way"
            " [nobody is described].",
        ),
    )
)


def watching_of(top: Fields, cameras: Iterable[CameraId]) -> Watching:
    """Return how closely the site wants its cameras watched."""
    fields, usual = top.inner("watching"), Watching()
    if fields is None:
        return usual
    idle_fps = KEY_PICTURES_FPS if fields.choice("idle") == _KEY else usual.idle_fps
    gated = fields.truth("motion_gate", default=False)
    told_apart = _reidentify(fields, cameras)
    inference = _inference(fields)
    return Watching(idle_fps, STILL_FPS if gated else idle_fps, told_apart, inference)


def _inference(fields: Fields) -> Inference:
    """Return where pictures are searched; on the processor where nothing is written."""
    inner, usual = fields.inner("detector"), Inference()
    if inner is None:
        return usual
    return Inference(
        inner.choice("device") or usual.device,
        Haste(inner.choice("mode") or usual.haste),
        inner.choice("otherwise") or None,
    )


def _reidentify(fields: Fields, cameras: Iterable[CameraId]) -> Reidentify | None:
    """Return who is told apart by a model; nobody where nothing is written."""
    inner = fields.inner("reidentify")
    if inner is None:
        return None
    named = tuple(CameraId(name) for name in inner.named("cameras", cameras))
    return Reidentify(
        model=inner.text("model"),
        because=inner.text("because"),
        basis=inner.text("basis"),
        cameras=named if "cameras" in inner else None,
    )
