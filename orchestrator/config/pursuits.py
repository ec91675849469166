"""`follow`, `hand over`, `park` and `patrol` of a policy's `do`: where heads go without an `at`."""

from orchestrator.config import units
from orchestrator.config.fields import Fields
from orchestrator.config.known import Names
from orchestrator.config.shape import Choice, Key, Known, Measure, Several, Shape
from orchestrator.config.triggers import About
from orchestrator.domain.ids import CameraId, PolicyName
from orchestrator.domain.policy import AtNextView, AtPark, AtTarget, Look, RunPatrol, Source

HOME = "home"
"""The preset that a camera without another word rests at."""
SEARCH = "search last seen"
WITH = Key(
    "with",
    Several(Known("camera")),
    "The cameras that may be used; `best`, which is the default, leaves the choice open.",
)
OTHERWISE = Key(
    "otherwise", Choice("word", (SEARCH,)), "What to do when nobody arrives in the next view."
)
FOLLOW = Shape(
    (
        WITH,
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long after the target was last seen; until then it is sought where that was.",
            required=True,
        ),
    )
)
HAND_OVER = Shape(
    (
        Key(
            "to",
            Choice("word", ("next view",)),
            "Where to: the `next view` of who leaves one.",
            required=True,
        ),
        WITH,
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long after the target was last about to leave.",
            required=True,
        ),
        Key(
            "confirm_within",
            Measure(units.DURATION, zero=False),
            "How soon after it left it must be seen there; if not, the camera is given up.",
            required=True,
        ),
        OTHERWISE,
    )
)
PARK = Shape(
    (
        Key("cameras", Several(Known("camera")), "The cameras that are parked.", required=True),
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long after the cause was last there.",
            required=True,
        ),
    )
)


TOUR = Shape(
    (
        Key("run", Known("patrol"), "The patrol whose tour is made once.", required=True),
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "How long it may take after the cause was last there.",
            required=True,
        ),
    )
)


def follow_of(fields: Fields, names: Names, on: About, source: Source) -> Look:
    """Return what a `follow` step says."""
    _check_aim(fields, on, "follow", "target")
    cameras = cameras_of(fields, names)
    return Look(AtTarget(onwards=True), cameras, fields.quantity("for"), source)


def hand_over_of(fields: Fields, names: Names, on: About, source: Source) -> Look:
    """Return what a `hand over` step says."""
    _check_aim(fields, on, "hand over", "next view")
    fields.choice("to")
    at = AtNextView(bool(fields.choice("otherwise")), fields.quantity("confirm_within"))
    return Look(at, cameras_of(fields, names), fields.quantity("for"), source)


def park_of(fields: Fields, names: Names, _on: About, source: Source) -> Look:
    """Return what a `park` step says."""
    cameras: list[CameraId] = []
    for written in fields.several("cameras"):
        head = names.head(written, fields.notes)
        if head is None:
            continue
        cameras.append(head.id)
        known = names.presets(head)
        if head.park is None and head.home is None and known is not None and HOME not in known:
            hint = "write `park: PRESET` at this camera in the site file"
            fields.notes.wrong(written, f"camera `{head.id}` has no preset to park at", hint)
    return Look(AtPark(), tuple(dict.fromkeys(cameras)), fields.quantity("for"), source)


def tour_of(fields: Fields, names: Names, _on: About, source: Source) -> RunPatrol:
    """Return what a `patrol` step says."""
    found = fields.named("run", names.patrols)
    return RunPatrol(PolicyName(found[0] if found else ""), fields.quantity("for"), source)


def cameras_of(fields: Fields, names: Names) -> tuple[CameraId, ...] | None:
    """Return the cameras that may be used; None for `best`, which is every one that turns."""
    if "with" not in fields:
        return None
    written = fields.several("with")
    if [item.text for item in written] == ["best"]:
        return None
    heads = [names.head(item, fields.notes) for item in written]
    return tuple(camera.id for camera in heads if camera is not None)


def _check_aim(fields: Fields, on: About, step: str, aim: str) -> None:
    """Record a step whose trigger is about nobody that it could be about."""
    if aim not in on.aims:
        fields.notes.wrong(fields.place, f"`{step}` makes no sense here: {on.says}")
