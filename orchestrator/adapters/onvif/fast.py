"""The calls that steering makes often, written and read by hand: no schema is walked.

Each function is proven equal to zeep's (``tests/properties``): a payload has the same canonical
form, an answer the same values. What zeep would let pass is refused here: a number that is not
finite or out of its range, a date that does not exist, a space other than the generic one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import (
    PAN_TILT_GENERIC,
    SCHEMA,
    ZOOM_GENERIC,
    Operation,
    Service,
)
from orchestrator.adapters.onvif.spaces import GENERIC, Range, Spaces
from orchestrator.domain.camera import PtzPose

_TPTZ: Final = Service.PTZ.value
_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*", re.ASCII)
_SLACK: Final = 1e-3
"""How far a camera's rounding may carry a position beyond the end of its space."""
_MAX_PRESETS: Final = 512
_kept = lru_cache(maxsize=4096)
"""What cameras are asked again and again is written once."""
_POSITION: Final = f"{{{SCHEMA}}}Position"
_PAN_TILT: Final = f"{{{SCHEMA}}}PanTilt"
_ZOOM: Final = f"{{{SCHEMA}}}Zoom"
_AXES: Final = (_PAN_TILT, _ZOOM)
_STATUS: Final = f"{{{_TPTZ}}}PTZStatus"
_STATUS_RESPONSE: Final = f"{{{_TPTZ}}}GetStatusResponse"
_MOVE_STATUS: Final = f"{{{SCHEMA}}}MoveStatus"
_NAME: Final = f"{{{SCHEMA}}}Name"
_PTZ_POSITION: Final = f"{{{SCHEMA}}}PTZPosition"


Ranges = tuple[Range, Range, Range]
"""Of pan, tilt and zoom positions."""


@dataclass(frozen=True, slots=True)
class Status:
    """A head's own report: ``pose`` is None when it says none, ``moving`` likewise."""

    pose: PtzPose | None
    moving: bool | None


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A preset with the token that only this adapter knows."""

    token: str
    name: str
    pose: PtzPose | None


@_kept
def get_system_date_and_time() -> bytes:
    """Return the payload of GetSystemDateAndTime."""
    return f'<tds:GetSystemDateAndTime xmlns:tds="{Service.DEVICE.value}"/>'.encode()


@_kept
def get_status(profile: str) -> bytes:
    """Return the payload of GetStatus."""
    return ptz_call("GetStatus", f"<tptz:ProfileToken>{escaped(profile)}</tptz:ProfileToken>")


@_kept
def get_presets(profile: str) -> bytes:
    """Return the payload of GetPresets."""
    return ptz_call("GetPresets", f"<tptz:ProfileToken>{escaped(profile)}</tptz:ProfileToken>")


@_kept
def goto_preset(profile: str, preset: str) -> bytes:
    """Return the payload of GotoPreset, at the camera's default speed."""
    return ptz_call(
        "GotoPreset",
        f"<tptz:ProfileToken>{escaped(profile)}</tptz:ProfileToken>"
        f"<tptz:PresetToken>{escaped(preset)}</tptz:PresetToken>",
    )


def stop(profile: str) -> bytes:
    """Return the payload of Stop for every axis."""
    return ptz_call(
        "Stop",
        f"<tptz:ProfileToken>{escaped(profile)}</tptz:ProfileToken>"
        "<tptz:PanTilt>true</tptz:PanTilt><tptz:Zoom>true</tptz:Zoom>",
    )


def system_time(answer: etree._Element) -> datetime | None:
    """Return the camera's UTC time from GetSystemDateAndTimeResponse; None when it says none.

    Nor does it when parts are missing, or a month is the thirteenth: such cameras work otherwise.
    """
    _named(answer, f"{{{Service.DEVICE.value}}}GetSystemDateAndTimeResponse")
    utc = answer.find(f"{{{Service.DEVICE.value}}}SystemDateAndTime/{{{SCHEMA}}}UTCDateTime")
    if utc is None:
        return None
    fields = [
        _whole(utc.findtext(f"{{{SCHEMA}}}{part}/{{{SCHEMA}}}{name}"))
        for part, name in (
            ("Date", "Year"),
            ("Date", "Month"),
            ("Date", "Day"),
            ("Time", "Hour"),
            ("Time", "Minute"),
            ("Time", "Second"),
        )
    ]
    year, month, day, hour, minute, second = fields
    try:
        # A leap second is a second 60; the one before it is near enough.
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        return None


def status(answer: etree._Element, spaces: Spaces = GENERIC) -> Status:
    """Return what GetStatusResponse says, read by the ranges that the head lists."""
    _named(answer, _STATUS_RESPONSE)
    found = _child(answer, _STATUS)
    if found is None:
        raise Unusable("the answer holds no PTZ status")
    parts = _parts(found)
    return Status(
        pose=_pose(parts.get(_POSITION), spaces.position), moving=_moving(parts.get(_MOVE_STATUS))
    )


def presets(answer: etree._Element, spaces: Spaces = GENERIC) -> tuple[PresetEntry, ...]:
    """Return the named presets of GetPresetsResponse, in the camera's order.

    Presets without a name are the placeholders some cameras fill their table with.
    """
    _named(answer, f"{{{_TPTZ}}}GetPresetsResponse")
    found = answer.findall(f"{{{_TPTZ}}}Preset")
    if len(found) > _MAX_PRESETS:
        raise Unusable(f"the camera reports more than {_MAX_PRESETS} presets")
    ranges = spaces.position
    return tuple(
        PresetEntry(token, name, _pose_or_none(_child(each, _PTZ_POSITION), ranges))
        for each in found
        if (token := each.get("token") or "") and (name := _name(each))
    )


@_kept
def accepted(operation: str) -> Callable[[etree._Element], None]:
    """Return a check that an answer is the empty response of a PTZ ``operation``."""
    tag = f"{{{_TPTZ}}}{operation}Response"
    return lambda answer: _named(answer, tag)


def empty(operation: Operation) -> Callable[[etree._Element], None]:
    """Return a check that an envelope holds the response of an operation, whatever is in it."""
    tag = f"{{{operation.service.value}}}{operation.name}Response"

    def read(root: etree._Element) -> None:
        if root.find(f".//{tag}") is None:
            raise Unusable(f"the answer is no {operation.name}Response")

    return read


def legible(name: str) -> str:
    """Return a name as its author wrote it: UTF-8 that a camera read as Latin-1 is put right.

    >>> legible("K\u00c3\u00bcche")
    'Küche'
    >>> legible("Küche")
    'Küche'
    """
    if name.isascii():
        return name.strip()
    try:
        return name.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return name.strip()


def ptz_call(name: str, inside: str) -> bytes:
    """Return the payload of a PTZ operation."""
    schema = f' xmlns:tt="{SCHEMA}"' if "<tt:" in inside else ""
    return f'<tptz:{name} xmlns:tptz="{_TPTZ}"{schema}>{inside}</tptz:{name}>'.encode()


def escaped(value: str) -> str:
    """Return a text as XML writes it."""
    return escape(value, {"\r": "&#13;"})


def _named(answer: etree._Element, tag: str) -> None:
    if answer.tag != tag:
        raise Unusable(f"the answer is no {tag.rpartition('}')[2]}")


def _child(element: etree._Element, tag: str) -> etree._Element | None:
    """Return the first child of this tag, quicker than a search by path."""
    return next(element.iterchildren(tag), None)


def _parts(element: etree._Element) -> dict[str, etree._Element]:
    """Return the first child of each tag."""
    return {each.tag: each for each in element.iterchildren(reversed=True)}


def _name(preset: etree._Element) -> str:
    found = _child(preset, _NAME)
    text = legible((None if found is None else found.text) or "")
    return text if text.isprintable() and len(text) <= 256 else ""


def _whole(text: str | None) -> int:
    """Return a part of a date; one that is no number becomes -1, which no date has."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1


def _pose_or_none(position: etree._Element | None, ranges: Ranges) -> PtzPose | None:
    """Return a stored position; a preset whose position makes no sense can still be called."""
    try:
        return _pose(position, ranges)
    except Unusable:
        return None


def _pose(position: etree._Element | None, ranges: Ranges) -> PtzPose | None:
    """Return a PTZVector as a pose, or None when it has no pan and tilt."""
    parts = {} if position is None else _parts(position)
    pan_tilt, zoom = parts.get(_PAN_TILT), parts.get(_ZOOM)
    if pan_tilt is None:
        return None
    _generic(pan_tilt, PAN_TILT_GENERIC)
    if zoom is not None:
        _generic(zoom, ZOOM_GENERIC)
    along, up, closer = ranges
    return PtzPose(
        pan=_within(pan_tilt.get("x"), along, -1.0),
        tilt=_within(pan_tilt.get("y"), up, -1.0),
        zoom=0.0 if zoom is None else _within(zoom.get("x"), closer, 0.0),
    )


def _generic(vector: etree._Element, space: str) -> None:
    if (vector.get("space") or space) != space:
        raise Unusable("the camera reports a position in a space that is not the generic one")


def _within(text: str | None, axis: Range, least: float) -> float:
    """Return a number of the camera's as a position of ``least``..1."""
    if text is None or len(text) > 32 or not _NUMBER.fullmatch(text):
        raise Unusable("the camera reports a position that is no number")
    value = axis.read(float(text), least)
    if least <= value <= 1.0:
        return value
    if not least - _SLACK <= value <= 1.0 + _SLACK:
        raise Unusable(f"the camera reports a position outside {axis.low:g}..{axis.high:g}")
    return min(max(value, least), 1.0)


def _moving(move_status: etree._Element | None) -> bool | None:
    if move_status is None:
        return None
    parts = _parts(move_status)
    states = {(parts[axis].text or "").strip() for axis in _AXES if axis in parts} - {""}
    if "MOVING" in states:
        return True
    return False if states == {"IDLE"} else None
