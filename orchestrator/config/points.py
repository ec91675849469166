"""`POINTS.csv`: places in a camera's picture and on the plan -> pairs, for `calibrate`.

The heading names the columns: `u,v` in pixels from the upper left corner, `x,y` in plan metres, and
maybe `z` above the floor and a `name`. For a head, each pair also tells how the head stood: a
`preset` whose aim the inventory knows, or `pan,tilt` (and `zoom`) in ONVIF's normalised spaces.
"""

import csv
import io
import re
from collections.abc import Mapping

from orchestrator.config.fields import Notes, did_you_mean
from orchestrator.config.tree import MAX_CHARACTERS, Page, Place
from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, PtzPose
from orchestrator.domain.inventory import KnownCamera
from orchestrator.errors import AuthorError

NEEDED = ("u", "v", "x", "y")
COLUMNS = (*NEEDED, "z", "name", "preset", "pan", "tilt", "zoom")
_NUMBER = r"[-+]?[0-9]{1,9}(?:\.[0-9]{1,30})?"
"""Spreadsheets write as many decimals as a number has."""
_EXAMPLE = "such as `u,v,x,y` and below it `412,377,12.5,8.0`"


def parsed_points(
    text: str, path: str, camera: Camera, known: KnownCamera | None
) -> tuple[Pair, ...]:
    """Return the pairs of a file; ``AuthorError`` with everything wrong in it."""
    notes = Notes(Page(text[:MAX_CHARACTERS], path))
    if len(text) > MAX_CHARACTERS:
        notes.wrong(Place(1, 1), f"file is longer than {MAX_CHARACTERS // 1024} KiB")
        raise AuthorError(notes.findings)
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), dialect=_dialect(text))
    pairs: list[Pair] = []
    try:
        heading = [cell.strip().lower() for cell in next(table, [])]
        if _fits(heading, notes, camera):
            for cells in table:
                if any(cell.strip() for cell in cells):
                    place = Place(table.line_num, 1, len(notes.page.line(table.line_num)))
                    row = _Row(heading, cells, place, notes)
                    pairs += row.pairs(camera, known)
    except csv.Error as wrong:
        notes.wrong(Place(max(1, table.line_num), 1), f"not valid CSV: {wrong}")
    if notes.findings:
        raise AuthorError(notes.findings)
    return tuple(pairs)


def _fits(heading: list[str], notes: Notes, camera: Camera) -> bool:
    """Record a heading without what is needed, or with what nobody reads; say whether it is fine."""
    place, before = Place(1, 1, len(notes.page.line(1))), len(notes.findings)
    for name in heading:
        if name not in COLUMNS:
            notes.wrong(place, f"unknown column `{name}`", did_you_mean(name, COLUMNS, "column"))
        elif heading.count(name) > 1:
            notes.wrong(place, f"column `{name}` stands there twice")
    missing = [name for name in NEEDED if name not in heading]
    if missing:
        notes.wrong(place, f"the heading needs `{'`, `'.join(missing)}`", _EXAMPLE)
    posed = "preset" in heading or {"pan", "tilt"} <= set(heading)
    if camera.ptz is not None and not posed:
        notes.wrong(
            place,
            f"`{camera.id}` has a head, so each pair needs where it stood",
            "add a column `preset`, or `pan,tilt,zoom` as the camera reports them",
        )
    return len(notes.findings) == before


class _Row:
    """One line of the file."""

    def __init__(self, heading: list[str], cells: list[str], place: Place, notes: Notes) -> None:
        self._place, self._notes = place, notes
        written = [cell.strip() for cell in cells]
        self._cells: Mapping[str, str] = dict(zip(heading, written, strict=False))
        if len(written) > len(heading):
            notes.wrong(place, f"{len(written)} values under {len(heading)} columns")

    def pairs(self, camera: Camera, known: KnownCamera | None) -> list[Pair]:
        """Return the pair of this line; none where something is wrong with it."""
        before = len(self._notes.findings)
        u_px, v_px, x_m, y_m = (self._number(name) for name in NEEDED)
        z_m = self._number("z", default=0.0)
        lens = camera.lens
        if not (0 <= u_px <= lens.width_px and 0 <= v_px <= lens.height_px):
            message = (
                f"({u_px:g}, {v_px:g}) is not in a picture of {lens.width_px} x {lens.height_px}"
            )
            hint = "pixels count in the picture that site.yaml names, `lens.picture`"
            self._notes.wrong(self._place, message, hint)
        stood = self._stood(camera, known)
        name = self._cells.get("name") or f"line {self._place.line}"
        if len(self._notes.findings) > before:
            return []
        return [Pair(name, u_px, v_px, x_m, y_m, z_m, stood)]

    def _stood(self, camera: Camera, known: KnownCamera | None) -> PtzPose | Aim | None:
        """Return how the head stood; None for a fixed camera."""
        if camera.ptz is None:
            return None
        preset = self._cells.get("preset")
        if not preset:
            pan, tilt = (
                self._number("pan", least=-1, most=1),
                self._number("tilt", least=-1, most=1),
            )
            return PtzPose(pan, tilt, self._number("zoom", default=0.0, least=0, most=1))
        presets = () if known is None else known.presets
        aim = next((one.aim for one in presets if one.name == preset), None)
        if aim is None:
            names = [one.name for one in presets if one.aim is not None]
            message = f"the inventory does not know where preset `{preset}` looks"
            self._notes.wrong(self._place, message, did_you_mean(preset, names, "preset"))
        return aim

    def _number(
        self, name: str, *, default: float | None = None, least: float = -1e5, most: float = 1e5
    ) -> float:
        """Return a number of this line, within bounds."""
        written = self._cells.get(name, "")
        if not written and default is not None:
            return default
        read = float(written) if re.fullmatch(_NUMBER, written) else None
        if read is None or not least <= read <= most:
            said = f"found `{written}`" if written else "found nothing"
            bounds = f" between {least:g} and {most:g}" if most <= 1 else ""
            self._notes.wrong(self._place, f"`{name}` must be a number{bounds}, {said}")
            return 0.0
        return read


def _dialect(text: str) -> type[csv.Dialect]:
    """Return how the columns are parted: spreadsheets write `,` or `;` or tabs."""
    heading = text.partition("\n")[0]
    parting = max((",", ";", "\t"), key=heading.count)

    class Found(csv.excel):
        delimiter = parting
        strict = True

    return Found
