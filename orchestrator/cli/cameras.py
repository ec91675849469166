"""Cameras as people name them on the command line: known ones, or an error with the nearest."""

from collections.abc import Iterable
from pathlib import Path

import typer

from orchestrator.config.fields import did_you_mean
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Site


def known_cameras(site: Site, folder: Path, written: Iterable[str]) -> frozenset[CameraId]:
    """Return the cameras called so; ``typer.BadParameter`` lists every name the site lacks."""
    known = sorted(camera.id for camera in site.cameras)
    wanted = frozenset(CameraId(name) for name in written)
    unknown = [
        f"unknown camera `{name}` of {folder / 'site.yaml'}: {did_you_mean(name, known, 'camera')}"
        for name in sorted(wanted.difference(known))
    ]
    if unknown:
        raise typer.BadParameter("\n".join(unknown))
    return wanted
