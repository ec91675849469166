"""`picture` and `snapshot`: how a camera's picture is set, and a still of it in a file."""

import asyncio
from pathlib import Path

import typer

from orchestrator.cli.at_camera import Deed, Told
from orchestrator.cli.paths import writing
from orchestrator.domain.imaging import Imaging, Mode
from orchestrator.ports import CameraLink


def picture_deed(wanted: Imaging) -> Deed:
    """Return the setting of what is wanted, or the showing of all there is where nothing is."""
    if any(isinstance(value, float) and not 0.0 <= value <= 1.0 for _, value in wanted.settings()):
        raise typer.BadParameter("a level is a share of the camera's own range, from 0 to 1")

    async def deed(link: CameraLink) -> Told:
        if wanted.names:
            await link.set_imaging(wanted)
        now = await link.imaging()
        off = [name for name, value in wanted.settings() if not _same(value, now, name)]
        words = [f"{name:<20} {_value(value)}" for name, value in now.settings()]
        words += [f"the camera accepted `{name}` and did not change it" for name in off]
        plain = {name: _plain(value) for name, value in now.settings()}
        return Told(plain, "\n".join(words) or "this camera's picture cannot be set", not off)

    return deed


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


def _same(wanted: float | Mode, now: Imaging, name: str) -> bool:
    told = dict(now.settings()).get(name)
    if isinstance(wanted, float) and isinstance(told, float):
        return abs(wanted - told) <= 0.02
    return told is wanted


def _plain(value: float | Mode) -> float | str:
    return value.value if isinstance(value, Mode) else round(value, 4)


def _value(value: float | Mode) -> str:
    return value.value if isinstance(value, Mode) else f"{value:.2f}"
