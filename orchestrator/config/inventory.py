"""`inventory.yaml`: what the cameras of a site said of themselves, as text and back.

People read it and git compares it, so angles are rounded to a tenth of a degree and everything
stands in the order of the site file and of the cameras. Cameras and people name presets as they
like: a name that YAML could take for something else is quoted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.config import units
from orchestrator.config.fields import Fields, Notes
from orchestrator.config.names import LANGUAGE_VERSION, NAMED, VERSION, checked_version
from orchestrator.config.quoting import quoted
from orchestrator.config.shape import AnyOf, Choice, Key, MapOf, Measure, Several, Shape, Text
from orchestrator.config.tree import Node, Page, Scalar, tree_of
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import SETTINGS
from orchestrator.domain.inventory import KnownCamera, KnownPreset
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError, Finding

UNKNOWN = "unknown"
AIM = Shape(
    (
        Key("azimuth", Measure(units.ANGLE, -360, 360), "Clockwise from north.", required=True),
        # A head may tip over: its own range is added to the tilt of its mount.
        Key("tilt", Measure(units.ANGLE, -270, 270), "Above the horizon.", required=True),
        Key("fov", Measure(units.ANGLE, 0.5, 150), "Horizontal field of view.", required=True),
    )
)
CAMERA = Shape(
    (
        Key("serial", Text(empty=True), "The serial number it told."),
        Key("model", Text(empty=True), "The model it told."),
        Key(
            "presets",
            MapOf(AnyOf((Choice("word", (UNKNOWN,)), AIM)), free=True),
            "Its presets, in its own order, and where each looks.",
        ),
        Key(
            "imaging",
            Several(Choice("setting", SETTINGS)),
            "The picture settings that it lets be changed.",
        ),
        Key("auxiliary", Several(Text()), "The auxiliary commands that it lists."),
    )
)
INVENTORY = Shape(
    (
        Key("inventory", NAMED, "The name of the site.", required=True),
        VERSION,
        Key("cameras", MapOf(CAMERA), "What each camera said of itself.", required=True),
    )
)
_HEADER = """\
# yaml-language-server: $schema=../schema/inventory.schema.json
# What the cameras of this site said of themselves. Written by `orchestrator topology export`:
# policies are checked and tested against it where no camera can be asked. Write it anew, do not edit it.
"""
_AGAIN = "write it anew with `orchestrator topology export`"


@dataclass(frozen=True, slots=True)
class InventoryRead:
    """Every camera that an inventory describes without a mistake, and what is wrong with it."""

    cameras: tuple[KnownCamera, ...]
    findings: tuple[Finding, ...]


def parsed_inventory(text: str, path: str, site: Site) -> tuple[KnownCamera, ...]:
    """Return what a file says of a site's cameras; ``AuthorError`` with every mistake."""
    read = read_inventory(text, path, site)
    if read.findings:
        raise AuthorError(read.findings)
    return read.cameras


def read_inventory(text: str, path: str, site: Site) -> InventoryRead:
    """Return every camera described without a mistake, and what is wrong with the others.

    Nothing is kept of a file that is another site's, or in another version of the language.
    """
    notes = Notes(Page(text, path))
    try:
        top = Fields(tree_of(text, path), notes, "the inventory", INVENTORY)
    except AuthorError as wrong:
        return InventoryRead((), wrong.findings)
    checked_version(top)
    _check_name(top, site)
    ours = not notes.findings
    good = tuple(_cameras(top, site))
    findings = sorted(notes.findings, key=lambda found: (found.line, found.column))
    return InventoryRead(good if ours else (), tuple(findings))


def _check_name(top: Fields, site: Site) -> None:
    """Record an inventory that is another site's."""
    name = top.scalar("inventory")
    if name is not None and name.text != site.name:
        message = f"this is the inventory of `{name.text}`, but the site is `{site.name}`"
        top.notes.wrong(name, message, _AGAIN)


def _cameras(top: Fields, site: Site) -> Iterator[KnownCamera]:
    """Yield the cameras without a mistake."""
    notes = top.notes
    names = frozenset(camera.id for camera in site.cameras)
    sections = top.sections("cameras", "camera")
    before = len(notes.findings)
    for key, fields in sections:
        if key.text not in names:
            notes.unknown(key, "camera", names, of=" of the site file")
        serial, model = _said(fields, "serial"), _said(fields, "model")
        known = KnownCamera(
            CameraId(key.text),
            serial,
            model,
            _presets(fields),
            imaging=fields.choices("imaging"),
            auxiliary=tuple(command.text for command in fields.several("auxiliary")),
        )
        if len(notes.findings) == before:
            yield known
        before = len(notes.findings)


def _said(fields: Fields, key: str) -> str:
    """Return what a camera said: any text, or none."""
    node = fields.node(key)
    if node is None or isinstance(node, Scalar):
        return "" if node is None else node.text
    fields.notes.wrong(node, f"`{key}` must be a single value")
    return ""


def _presets(fields: Fields) -> tuple[KnownPreset, ...]:
    """Return the presets of a camera, by whatever names they have."""
    return tuple(
        KnownPreset(PresetName(key.text), _aim(key, value, fields))
        for key, value in fields.entries("presets")
    )


def _aim(key: Scalar, node: Node, camera: Fields) -> Aim | None:
    """Return where a preset looks; None where the camera did not say."""
    if isinstance(node, Scalar):
        if node.text != UNKNOWN:
            hint = "such as `{azimuth: 160 deg, tilt: -20 deg, fov: 52 deg}`"
            camera.notes.wrong(node, f"preset `{key.text}` must be a map, or `{UNKNOWN}`", hint)
        return None
    fields = camera.within("presets", node, f"preset `{key.text}`")
    return Aim(
        azimuth_deg=fields.quantity("azimuth"),
        tilt_deg=fields.quantity("tilt"),
        hfov_deg=fields.quantity("fov", default=60.0),
    )


def written_inventory(site: str, cameras: Sequence[KnownCamera]) -> str:
    """Return the text of a site's inventory."""
    head = [f"inventory: {quoted(site)}", f"version: {LANGUAGE_VERSION}"]
    body = [line for camera in cameras for line in _camera_lines(camera)]
    lines = [*head, "cameras:" if body else "cameras: {}", *body]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _camera_lines(known: KnownCamera) -> Iterator[str]:
    """Yield the lines of one camera; what it did not say has none."""
    silent = known == KnownCamera(known.camera, "", "")
    yield f"  {quoted(known.camera)}:{' {}' if silent else ''}"
    if known.serial:
        yield f"    serial: {quoted(known.serial)}"
    if known.model:
        yield f"    model: {quoted(known.model)}"
    if known.presets:
        yield "    presets:"
    for preset in known.presets:
        yield f"      {quoted(preset.name)}: {_aim_text(preset.aim)}"
    for key, words in (("imaging", known.imaging), ("auxiliary", known.auxiliary)):
        if words:
            yield f"    {key}: [{', '.join(quoted(word) for word in words)}]"


def _aim_text(aim: Aim | None) -> str:
    """Return an aim as people write it."""
    if aim is None:
        return UNKNOWN
    azimuth_deg = round(aim.azimuth_deg, 1) % 360.0
    angles = {"azimuth": azimuth_deg, "tilt": aim.tilt_deg, "fov": aim.hfov_deg}
    # Zero is added because what rounds to it from below would be written as -0.
    inside = ", ".join(f"{key}: {round(angle, 1) + 0.0:g} deg" for key, angle in angles.items())
    return f"{{{inside}}}"
