"""`imaging` and `auxiliary` of a policy's `do`: what is set beside where a camera looks."""

import re

from orchestrator.config import units
from orchestrator.config.fields import Fields
from orchestrator.config.known import Names
from orchestrator.config.shape import Choice, Key, Known, Measure, Several, Shape, Share, Text
from orchestrator.config.triggers import About
from orchestrator.domain.ids import CameraId
from orchestrator.domain.imaging import (
    LEVELS,
    MODES,
    Auxiliary,
    Imaging,
    Mode,
    Value,
    function_of,
    imaging_of,
)
from orchestrator.domain.policy import RunAuxiliary, SetImaging, Source

COMMAND = r"[A-Za-z][\w.:-]*(?:\|[\w.:-]+)*"
"""An auxiliary command: ONVIF writes `prefix:Name|Parameter`, makers anything like it."""

_CAMERAS = Key("cameras", Several(Known("camera")), "The cameras that are meant.", required=True)
_FOR = Key(
    "for",
    Measure(units.DURATION, zero=False),
    "How long after the cause was last there; then it is put back.",
    required=True,
)
SETTINGS = Shape(
    (
        Key("brightness", Share(), "How bright, in percent of the camera's own range."),
        Key("contrast", Share(), "How much contrast."),
        Key("saturation", Share(), "How strong the colours are."),
        Key("sharpness", Share(), "How sharp."),
        Key(
            "ir_cut",
            Choice("mode", ("on", "off", "auto")),
            "The filter that keeps infrared light out: `off` is night mode.",
        ),
        Key("wide_dynamic_range", Choice("mode", ("on", "off")), "For strong light and shadow."),
    )
)
IMAGING = Shape(
    (
        _CAMERAS,
        Key("set", SETTINGS, "The settings of the picture that are changed.", required=True),
        _FOR,
    )
)
AUXILIARY = Shape(
    (
        _CAMERAS,
        Key(
            "run",
            Text(COMMAND),
            "The command as the camera lists it, such as `tt:Wiper|On`.",
            required=True,
        ),
        Key(
            "afterwards",
            Text(COMMAND),
            "The command that ends the same function, such as `tt:Wiper|Off`.",
        ),
        _FOR,
    )
)


def set_imaging(fields: Fields, names: Names, _on: About, source: Source) -> SetImaging:
    """Return what an `imaging` step says."""
    cameras = _cameras(fields, names)
    inner = fields.inner("set")
    imaging = Imaging() if inner is None else imaging_from(inner)
    if inner is not None:
        for name, camera in names.lacks(cameras, imaging):
            fields.notes.wrong(inner.place_of(name), f"camera `{camera}` has no `{name}`")
    return SetImaging(cameras, imaging, fields.quantity("for"), source)


def imaging_from(fields: Fields) -> Imaging:
    """Return the settings of a map by `SETTINGS`."""
    said: list[tuple[str, Value]] = []
    for name in LEVELS:
        if name in fields:
            level = fields.share(name, default=0.5)
            if not 0.0 <= level <= 1.0:
                fields.notes.wrong(fields.place_of(name), f"`{name}` must be between 0 % and 100 %")
            said.append((name, level))
    said += [(name, Mode(word)) for name in MODES if (word := fields.choice(name))]
    if not any(name in fields for name in SETTINGS.names) and not fields.broken:
        fields.notes.wrong(fields.place, "`set` is empty", f"keys: {', '.join(SETTINGS.names)}")
    return imaging_of(said)


def run_auxiliary(fields: Fields, names: Names, _on: About, source: Source) -> RunAuxiliary:
    """Return what an `auxiliary` step says."""
    cameras = _cameras(fields, names)
    run, afterwards = fields.text("run"), fields.text("afterwards")
    for key, command in (("run", run), ("afterwards", afterwards)):
        if command and not re.fullmatch(COMMAND, command):
            message = f"`{key}` must be a command such as `tt:Wiper|On`, found `{command}`"
            fields.notes.wrong(fields.place_of(key), message)
        elif command:
            names.check_command(fields.scalar(key), cameras, fields.notes)
    if afterwards and function_of(afterwards) != function_of(run):
        message = f"`afterwards` must end `{function_of(run)}`, found `{afterwards}`"
        fields.notes.wrong(fields.place_of("afterwards"), message)
    return RunAuxiliary(cameras, Auxiliary(run, afterwards), fields.quantity("for"), source)


def put_back_of(fields: Fields) -> tuple[str, ...]:
    """Return the settings and functions that a case expects to be put back."""
    written = fields.several("put_back")
    for item in written:
        if ":" not in item.text and item.text not in SETTINGS.names:
            fields.notes.unknown(item, "setting", SETTINGS.names)
    return tuple(item.text for item in written)


def _cameras(fields: Fields, names: Names) -> tuple[CameraId, ...]:
    """Return the cameras that are named, fixed ones as well."""
    found = fields.named("cameras", names.cameras)
    return tuple(CameraId(name) for name in dict.fromkeys(found))
