"""One camera of the `cameras` section: its address, its place, its lens and its head."""

from orchestrator.config import units
from orchestrator.config.fields import Fields, Notes, named, point, words
from orchestrator.config.names import address_of, secret_name
from orchestrator.config.tree import Node, Scalar
from orchestrator.domain.camera import Camera, Lens, Mount, PtzRange
from orchestrator.domain.ids import CameraId, PresetName

KEYS = (
    "at",
    "serial",
    "credentials",
    "stands",
    "looks",
    "lens",
    "ptz",
    "presets",
    "home",
    "park",
)
FROM_CAMERA = "from camera"
USUAL_PICTURE_PX = (1280.0, 720.0)


def camera_of(key: Scalar, node: Node, notes: Notes) -> Camera:
    """Return one camera, as far as it could be read."""
    fields = Fields(node, notes, f"camera `{key.text}`", KEYS)
    host, port = address_of(fields, 80)
    presets = _presets(fields)
    ptz = _ptz(fields)
    _check_head(fields, ptz)
    return Camera(
        id=CameraId(key.text),
        host=host,
        port=port,
        credentials=secret_name(fields),
        mount=_mount(fields),
        lens=_lens(fields),
        ptz=ptz,
        serial=fields.text("serial") or None,
        presets=presets,
        home=_preset(fields, "home", presets),
        park=_preset(fields, "park", presets),
    )


def _check_head(fields: Fields, ptz: PtzRange | None) -> None:
    """Record presets of a camera that has no head to go there."""
    for key in ("presets", "home", "park"):
        if ptz is None and key in fields and "ptz" not in fields:
            message = f"{fields.what} has `{key}` but no `ptz`"
            hint = "such as `ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg}`"
            fields.notes.wrong(fields.place_of(key), message, hint)


def _mount(fields: Fields) -> Mount:
    """Return where the camera stands and looks."""
    notes = fields.notes
    stands_node = fields.node("stands", required=True)
    looks_node = fields.node("looks", required=True)
    at, height_m = None, 1.0
    if stands_node is not None:
        stands = Fields(stands_node, notes, "`stands`", ("at", "height"))
        spot = stands.node("at", required=True)
        at = point(spot, notes, "`at`") if spot is not None else None
        height_m = stands.positive("height", units.LENGTH, required=True, default=1.0)
    if looks_node is None:
        return Mount(*(at or (0.0, 0.0)), height_m, 0.0, 0.0)
    looks = Fields(looks_node, notes, "`looks`", ("azimuth", "tilt", "roll"))
    return Mount(
        *(at or (0.0, 0.0)),
        height_m,
        azimuth_deg=bounded(looks, "azimuth", -360, 360, required=True),
        tilt_deg=bounded(looks, "tilt", -90, 90, required=True),
        roll_deg=bounded(looks, "roll", -180, 180),
    )


def bounded(
    fields: Fields,
    key: str,
    least: float,
    most: float,
    *,
    required: bool = False,
    default: float = 0.0,
) -> float:
    """Return an angle between two bounds."""
    value = fields.quantity(key, units.ANGLE, required=required, default=default)
    if not least <= value <= most:
        message = f"`{key}` must be between {least:g} and {most:g} deg, found {value:g}"
        fields.notes.wrong(fields.place_of(key), message)
    return value


def _lens(fields: Fields) -> Lens:
    """Return the fields of view and the picture they were measured on."""
    node = fields.node("lens", required=True)
    usual = (int(USUAL_PICTURE_PX[0]), int(USUAL_PICTURE_PX[1]))
    if node is None:
        return Lens(60.0, 60.0, *usual)
    lens = Fields(node, fields.notes, "`lens`", ("fov", "picture"))
    wide, tele = _fov(lens)
    picture = lens.node("picture")
    size = USUAL_PICTURE_PX
    if picture is not None:
        size = point(picture, fields.notes, "`picture`") or USUAL_PICTURE_PX
    if not all(units.whole(side) and 16 <= side <= 16_384 for side in size):
        message = "`picture` must be width and height in pixels"
        fields.notes.wrong(lens.place_of("picture"), message, "such as `[1280, 720]`")
    return Lens(wide, tele, int(size[0]), int(size[1]))


def _fov(lens: Fields) -> tuple[float, float]:
    """Return the horizontal field of view, wide and tele."""
    value = lens.scalar("fov", required=True)
    if value is None:
        return 60.0, 60.0
    one = units.quantity(value.text, units.ANGLE)
    both = (one, one) if one is not None else units.span(value.text, units.ANGLE)
    if both is None or not 0.5 <= both[1] <= both[0] <= 150:
        message = f"`fov` must be an angle or wide to tele, found `{value.text}`"
        lens.notes.wrong(value, message, "such as `62 deg` or `62 deg to 5 deg`")
        return 60.0, 60.0
    return both


def _ptz(fields: Fields) -> PtzRange | None:
    """Return the angles and speeds of the head; None for a fixed camera."""
    node = fields.node("ptz")
    if node is None:
        return None
    ptz = Fields(node, fields.notes, "`ptz`", ("pan", "tilt", "speed"))
    pan = _turn(ptz, "pan", -360, 360)
    tilt = _turn(ptz, "tilt", -180, 180)
    speed_node = ptz.node("speed")
    if speed_node is None:
        return PtzRange(*pan, *tilt)
    speed = Fields(speed_node, fields.notes, "`speed`", ("pan", "tilt"))
    return PtzRange(
        *pan,
        *tilt,
        pan_dps=speed.positive("pan", units.RATE, required=True, default=90.0),
        tilt_dps=speed.positive("tilt", units.RATE, required=True, default=60.0),
    )


def _turn(ptz: Fields, key: str, least: float, most: float) -> tuple[float, float]:
    """Return how far an axis turns, relative to where the camera `looks`."""
    value = ptz.scalar(key, required=True)
    if value is None:
        return -90.0, 90.0
    ends = units.span(value.text, units.ANGLE)
    if ends is None or not least <= ends[0] < ends[1] <= most:
        message = f"`{key}` must be a range of angles, found `{value.text}`"
        ptz.notes.wrong(value, message, "such as `-170 deg to 170 deg`")
        return -90.0, 90.0
    return ends


def _presets(fields: Fields) -> tuple[PresetName, ...] | None:
    """Return the presets an author listed; None when they are taken from the camera."""
    node = fields.node("presets")
    if node is None or (isinstance(node, Scalar) and node.text == FROM_CAMERA):
        return None
    return tuple(PresetName(item.text) for item in words(node, fields.notes, "`presets`"))


def _preset(fields: Fields, key: str, presets: tuple[PresetName, ...] | None) -> PresetName | None:
    """Return one preset, checked where the list is known."""
    value = fields.scalar(key)
    if value is None:
        return None
    if presets is not None:
        named((value,), fields.notes, "preset", presets, of=f" of {fields.what}")
    return PresetName(value.text)
