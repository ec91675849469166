"""`calibrate --people`: how a camera hangs, from those who walked by, and where, by two places."""

from collections.abc import Sequence
from pathlib import Path

import typer

from orchestrator.cli.calibrating import camera_named, finish, pairs_of
from orchestrator.cli.replaying import cleaned, moments_of, note_torn, opened_log
from orchestrator.config import read_site_for_export
from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Camera, Mount
from orchestrator.geometry.heights import Level, levelled
from orchestrator.geometry.standing import LEAST_PAIRS, Standing, standing
from orchestrator.replay.passing import Passing


def level_camera(
    folder: Path, name: str, events: Sequence[Path], points: Path | None, *, write: bool
) -> bool:
    """Print what people tell of a camera, and write it if asked; say whether it can be trusted.

    What cannot be trusted is never written.
    """
    site = read_site_for_export(folder)
    camera = camera_named(site, name)
    if camera.ptz is not None:
        message = f"`{name}` is a head; people tell of fixed cameras only, a head needs --points"
        raise typer.BadParameter(message, param_hint="CAMERA")
    pairs = () if points is None else pairs_of(points, camera, site, least=LEAST_PAIRS)
    level = _level(camera, folder, events)
    print(_said(level))
    warnings, mount = list(level.warnings), level.mount
    if pairs:
        stands = _standing(camera, level, pairs)
        mount = stands.mount
        if not stands.plausible:
            warnings.append(
                f"people here would be {stands.stretch:.2f} times as tall as people are: a place"
                " is wrong, or `lens` is"
            )
    elif not camera.surveyed:
        warnings.append(
            f"nobody knows where it stands: give {LEAST_PAIRS} places on the floor with --points"
        )
    return finish(folder, camera, mount, None, warnings, write=write)


def _level(camera: Camera, folder: Path, events: Sequence[Path]) -> Level:
    """Return what the people in some logs tell; a sentence when they were too few."""
    passing = Passing(camera)
    for file in events:
        log = opened_log(file, folder)
        passing.attend(moments_of(file, log))
        note_torn(log)
    try:
        return levelled(camera, passing.passers())
    except ValueError as few:
        message = f"{few} of whole people in the picture of `{camera.id}`; record for longer"
        raise typer.BadParameter(message, param_hint="--people") from None


def _standing(camera: Camera, level: Level, pairs: Sequence[Pair]) -> Standing:
    """Return where the camera stands by some places, having printed how far each is off."""
    try:
        found = standing(level.mount, camera.lens, pairs)
    except ValueError as few:
        message = f"{few}, and not all at one spot or above the horizon"
        raise typer.BadParameter(message, param_hint="--points") from None
    for pair, off_m in zip(pairs, found.off_m, strict=True):
        off = "shows no floor" if off_m is None else f"off by {off_m:.2f} m"
        print(f"place {cleaned(pair.name)}: {off}")
    print(f"by the plan people are {found.stretch:.2f} times as tall here as people usually are")
    return found


def _said(level: Level) -> str:
    mount: Mount = level.mount
    return (
        f"{level.people} people, {level.boxes} boxes: hangs {mount.height_m:.2f} m high, known to"
        f" {level.height_sigma_m:.2f} m; tilt {mount.tilt_deg:.1f} deg, known to"
        f" {level.tilt_sigma_deg:.1f}; roll {mount.roll_deg:.1f} deg, known to"
        f" {level.roll_sigma_deg:.1f}"
    )
