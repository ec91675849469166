"""`calibrate`: where a camera stands and looks, from places in its picture and on the plan."""

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from orchestrator.cli.paths import replace_text
from orchestrator.cli.replaying import cleaned, note
from orchestrator.config import parsed_points, parsed_site, read_site_for_export
from orchestrator.config.fields import did_you_mean
from orchestrator.config.reading import SITE_FILE, file_text
from orchestrator.config.restated import camera_block, restated
from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding
from orchestrator.geometry.calibrate import Calibration, Residual, calibrated
from orchestrator.geometry.solved import LEAST_PAIRS


def calibrate_camera(folder: Path, name: str, points: Path, *, write: bool) -> bool:
    """Print what the pairs say of a camera, and write it if asked; say whether it can be trusted.

    What cannot be trusted is never written.
    """
    site = read_site_for_export(folder)
    camera = camera_named(site, name)
    found = calibrated(camera, pairs_of(points, camera, site, least=LEAST_PAIRS))
    _print(camera, found)
    for one in found.residuals:
        if one.wrong:
            note(f"pair `{one.pair.name}` does not fit the others and was left out")
    lens = None if found.lens == camera.lens else found.lens
    return finish(folder, camera, found.mount, lens, found.warnings, write=write)


def camera_named(site: Site, name: str) -> Camera:
    """Return the camera of a name; a sentence with the nearest name when there is none."""
    cameras = {camera.id: camera for camera in site.cameras}
    if name not in cameras:
        hint = did_you_mean(name, sorted(cameras), "camera")
        raise typer.BadParameter(f"unknown camera `{name}`: {hint}", param_hint="CAMERA")
    return cameras[CameraId(name)]


def pairs_of(points: Path, camera: Camera, site: Site, *, least: int) -> tuple[Pair, ...]:
    """Return the pairs of a file, of which there have to be some."""
    pairs = parsed_points(file_text(points), str(points), camera, site.known(camera.id))
    if len(pairs) < least:
        message = f"{len(pairs)} pairs, but at least {least} are needed"
        raise AuthorError(
            [Finding(str(points), 1, 1, message, "two more than that can be checked")]
        )
    return pairs


def finish(
    folder: Path,
    camera: Camera,
    mount: Mount,
    lens: Lens | None,
    warnings: Sequence[str],
    *,
    write: bool,
) -> bool:
    """Print the lines for the site file, and write them if asked; say whether there was no warning."""
    for warning in warnings:
        note(f"warning: {warning}")
    print(camera_block(camera.id, mount, lens))
    if not write:
        return not warnings
    if warnings:
        note("nothing was written, because of the warnings")
        return False
    path = folder / SITE_FILE
    text = restated(file_text(path), str(path), camera.id, mount, lens)
    parsed_site(text, str(path))
    replace_text(path, text, "--write")
    print(f"written to {path}")
    return True


def _print(camera: Camera, found: Calibration) -> None:
    """Print every pair with what it is off, and how sure the result is."""
    console = Console(markup=False, emoji=False)
    used = sum(not one.wrong for one in found.residuals)
    table = Table(title=f"{camera.id}: {used} pairs used", title_justify="left")
    for heading in ("pair", "picture", "plan", "off", "on floor", ""):
        table.add_column(heading, no_wrap=True)
    for one in found.residuals:
        table.add_row(*_cells(one))
    console.print(table)
    doubt = found.doubt
    console.print(
        f"off by {found.rms_px:.1f} px on average; known to {doubt.place_m:.2f} m in place,"
        f" {doubt.height_m:.2f} m in height, {doubt.azimuth_deg:.1f} deg in azimuth,"
        f" {doubt.tilt_deg:.1f} deg in tilt"
        + (f", {doubt.hfov_deg:.1f} deg in field of view" if found.focal_free else ""),
        soft_wrap=True,
    )


def _cells(one: Residual) -> tuple[str, ...]:
    pair = one.pair
    return (
        cleaned(pair.name),
        f"{pair.u_px:.0f}, {pair.v_px:.0f}",
        f"{pair.x_m:.2f}, {pair.y_m:.2f}",
        f"{one.off_px:.1f} px",
        "beyond" if one.off_m is None else f"{one.off_m:.2f} m",
        "wrong" if one.wrong else "",
    )
