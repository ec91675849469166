"""`picture` and `snapshot`: how a camera's picture is set, and a still of it in a file."""

import asyncio
import math
from dataclasses import dataclass, fields
from pathlib import Path

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.cli.paths import writing
from orchestrator.domain.imaging import Imaging, Mode
from orchestrator.domain.optics import Control, Optics
from orchestrator.ports import CameraLink

Value = float | Mode | Control
_LEVEL_OFF, _GAIN_OFF_DB, _EXPOSURE_OFF = 0.02, 0.5, 0.1
"""How far a camera may round a share, a gain, and (relatively) a time that it was told."""
_MOMENT_S = 0.5
"""How long a move of the focus lasts."""


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """What a person wants of a picture: its settings, exposure and focus, and a move of the focus."""

    picture: Imaging
    optics: Optics
    focus_speed: float | None = None


def picture_deed(asked: PictureAsked) -> Deed:
    """Return the setting of what is wanted, or the showing of all there is where nothing is."""
    return lambda link: _pictured(link, asked)


async def _pictured(link: CameraLink, asked: PictureAsked) -> Told:
    if asked.picture.names:
        await link.set_imaging(asked.picture)
    if asked.optics != Optics():
        await link.eye.set(asked.optics)
    if asked.focus_speed is not None:
        await _move_focus(link, asked.focus_speed)
    wanted = {**dict(asked.picture.settings()), **_settings(asked.optics)}
    now = {**dict((await link.imaging()).settings()), **_settings(await link.eye.now())}
    off = [name for name, value in wanted.items() if not _same(name, value, now.get(name))]
    words = [f"{name:<20} {_value(value)}" for name, value in now.items()]
    words += [f"the camera accepted `{name}` and did not change it" for name in off]
    plain = {name: _plain(value) for name, value in now.items()}
    return Told(plain, "\n".join(words) or "this camera's picture cannot be set", not off)


async def _move_focus(link: CameraLink, speed: float) -> None:
    """Move the focus for a moment; it is stopped whatever happens."""
    try:
        await link.eye.move_focus(speed)
        await asyncio.sleep(_MOMENT_S)
    finally:
        await link.eye.move_focus(0.0)


def _settings(optics: Optics) -> dict[str, Value]:
    """Return what is said of exposure and focus, by name."""
    said = {field.name: getattr(optics, field.name) for field in fields(optics)}
    return {name: value for name, value in said.items() if value is not None}


def snapshot_deed(path: Path) -> Deed:
    """Return the fetching of a still into a file."""

    async def deed(link: CameraLink) -> Told:
        still = await link.still()
        with writing(path, "FILE"):
            await asyncio.to_thread(path.write_bytes, still.jpeg)
        plain = {
            "file": str(path),
            "bytes": len(still.jpeg),
            "width_px": still.width_px,
            "height_px": still.height_px,
        }
        size = f"{still.width_px}x{still.height_px} pixels, {len(still.jpeg)} bytes"
        return Told(plain, f"{path}: {size}")

    return deed


def _same(name: str, wanted: Value, told: Value | None) -> bool:
    if not (isinstance(wanted, float) and isinstance(told, float)):
        return told is wanted
    if name == "exposure_s":
        return math.isclose(wanted, told, rel_tol=_EXPOSURE_OFF)
    return abs(wanted - told) <= (_GAIN_OFF_DB if name == "gain_db" else _LEVEL_OFF)


def _plain(value: Value) -> float | str:
    return round(value, 6) if isinstance(value, float) else value.value


def _value(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else value.value
