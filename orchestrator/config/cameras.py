"""One camera of the `cameras` section: its address, its place, its lens and its head."""

from orchestrator.config import units
from orchestrator.config.fields import Fields, named, words
from orchestrator.config.names import CREDENTIALS, address_of, secret_name
from orchestrator.config.shape import (
    AnyOf,
    Choice,
    Key,
    Known,
    Measure,
    Number,
    Point,
    Several,
    Shape,
    Span,
    Text,
    Truth,
)
from orchestrator.config.tree import Scalar
from orchestrator.domain.camera import Camera, Lens, Mount, PtzRange, Transport
from orchestrator.domain.ids import CameraId, PresetName

FROM_CAMERA = "from camera"
UNKNOWN = "unknown"
USUAL_PICTURE_PX = (1280.0, 720.0)


STANDS = Shape(
    (
        Key("at", Point(), "Where on the plan, in metres: `[x, y]`.", required=True),
        Key("height", Measure(units.LENGTH, zero=False), "How high it hangs.", required=True),
    )
)
LOOKS = Shape(
    (
        Key(
            "azimuth",
            Measure(units.ANGLE, -360, 360),
            "Clockwise from north; of a head, at pan 0.",
            required=True,
        ),
        Key(
            "tilt",
            Measure(units.ANGLE, -90, 90),
            "Above the horizon; of a head, at tilt 0.",
            required=True,
        ),
        Key("roll", Measure(units.ANGLE, -180, 180), "How far the picture leans [0 deg]."),
    )
)
LENS = Shape(
    (
        Key(
            "fov",
            AnyOf((Measure(units.ANGLE, 0.5, 150), Span(units.ANGLE))),
            "The horizontal field of view, or wide to tele: `62 deg to 5 deg`.",
            required=True,
        ),
        Key("picture", Point(), "Width and height of its picture in pixels [1280, 720]."),
        Key(
            "bend",
            Number(-0.5, 0.5),
            "How it bends straight lines, as `calibrate` finds it: below 0 is a barrel [0]. Of fixed"
            " cameras only.",
        ),
    )
)
SPEED = Shape(
    (
        Key("pan", Measure(units.RATE, zero=False), "How fast it pans.", required=True),
        Key("tilt", Measure(units.RATE, zero=False), "How fast it tilts.", required=True),
    )
)
PTZ = Shape(
    (
        Key("pan", Span(units.ANGLE), "How far it pans, from where it `looks`.", required=True),
        Key("tilt", Span(units.ANGLE), "How far it tilts, from where it `looks`.", required=True),
        Key("speed", SPEED, "How fast the head turns."),
    )
)
CAMERA = Shape(
    (
        Key(
            "at",
            Text(),
            "Its address, `HOST` or `HOST:PORT` [80, 443 with TLS]: the only origin its password"
            " goes to.",
            required=True,
        ),
        Key(
            "tls",
            Truth(),
            "Whether it is spoken to over TLS; its certificate is bound when it is approved [false].",
        ),
        Key(
            "password_text",
            Truth(),
            "Whether it may be sent its password as it is, over `tls`: for old cameras that take"
            " it in no other way [false].",
        ),
        Key(
            "transport",
            Choice("transport", tuple(each.value for each in Transport)),
            "How its video comes: `tcp`, `udp` in datagrams, or `http`, through its web port [tcp].",
        ),
        Key("serial", Text(), "Its serial number; a stranger at its address is refused."),
        CREDENTIALS,
        Key(
            "stands",
            AnyOf((Choice("word", (UNKNOWN,)), STANDS)),
            "Where it stands, or `unknown`: then its people are followed in its picture alone.",
            required=True,
        ),
        Key(
            "looks",
            AnyOf((Choice("word", (UNKNOWN,)), LOOKS)),
            "Where it looks, or `unknown`.",
            required=True,
        ),
        Key("lens", LENS, "What its lens shows.", required=True),
        Key("ptz", PTZ, "How far its head turns; without, the camera is fixed."),
        Key(
            "presets",
            AnyOf((Choice("word", (FROM_CAMERA,)), Several(Text()))),
            "Its presets by name, or `from camera`, which is the default.",
        ),
        Key("home", Known("preset"), "The preset it returns to when nobody needs it."),
        Key("park", Known("preset"), "The preset it is sent to where it may not look around."),
    )
)


def camera_of(key: Scalar, fields: Fields) -> Camera:
    """Return one camera, as far as it could be read."""
    tls = fields.truth("tls", default=False)
    host, port = address_of(fields, 443 if tls else 80)
    presets = _presets(fields)
    ptz = _ptz(fields)
    _check_head(fields, ptz)
    _check_password(fields, tls=tls)
    surveyed = _surveyed(fields)
    return Camera(
        id=CameraId(key.text),
        host=host,
        port=port,
        credentials=secret_name(fields),
        mount=_mount(fields) if surveyed else Mount(0.0, 0.0, 1.0, 0.0, 0.0),
        lens=_lens(fields, head=ptz is not None),
        ptz=ptz,
        serial=fields.text("serial") or None,
        presets=presets,
        home=_preset(fields, "home", presets),
        park=_preset(fields, "park", presets),
        tls=tls,
        password_text=fields.truth("password_text", default=False),
        surveyed=surveyed,
        transport=_transport(fields, tls=tls),
    )


def _check_password(fields: Fields, *, tls: bool) -> None:
    """Record a password that would go readable over the network."""
    if fields.truth("password_text", default=False) and not tls:
        message = f"{fields.what} has `password_text` but no `tls: true`"
        hint = (
            "a readable password is sent over TLS only; most cameras take it hashed: leave it out"
        )
        fields.notes.wrong(fields.place_of("password_text"), message, hint)


def _transport(fields: Fields, *, tls: bool) -> Transport:
    """Return how video is to come; through HTTP it would not be covered by TLS."""
    transport = Transport(fields.choice("transport") or Transport.TCP.value)
    if transport is Transport.HTTP and tls:
        message = f"{fields.what} has `transport: http`, which its `tls: true` does not cover"
        hint = "leave it out: its video comes over `tcp`"
        fields.notes.wrong(fields.place_of("transport"), message, hint)
    return transport


def _surveyed(fields: Fields) -> bool:
    """Return whether somebody knows where the camera stands and looks: both, or neither."""
    stands, looks = _unknown(fields, "stands"), _unknown(fields, "looks")
    if stands != looks and "stands" in fields and "looks" in fields:
        known, other = ("looks", "stands") if stands else ("stands", "looks")
        message = f"{fields.what} has `{other}: {UNKNOWN}`, so `{known}` says nothing"
        fields.notes.wrong(fields.place_of(known), message, f"write `{known}: {UNKNOWN}` as well")
    if (stands or looks) and "ptz" in fields:
        message = f"{fields.what} turns its head, so where it stands and looks must be known"
        fields.notes.wrong(fields.place_of("ptz"), message, "`orchestrator calibrate` finds it")
    return not (stands or looks)


def _unknown(fields: Fields, key: str) -> bool:
    node = fields.node(key)
    return isinstance(node, Scalar) and node.text == UNKNOWN


def _check_head(fields: Fields, ptz: PtzRange | None) -> None:
    """Record presets of a camera that has no head to go there."""
    for key in ("presets", "home", "park"):
        if ptz is None and key in fields and "ptz" not in fields:
            message = f"{fields.what} has `{key}` but no `ptz`"
            hint = "such as `ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg}`"
            fields.notes.wrong(fields.place_of(key), message, hint)


def _mount(fields: Fields) -> Mount:
    """Return where the camera stands and looks."""
    stands, looks = fields.inner("stands"), fields.inner("looks")
    at, height_m = None, 1.0
    if stands is not None:
        at = stands.point("at")
        height_m = stands.quantity("height", default=1.0)
    if looks is None:
        return Mount(*(at or (0.0, 0.0)), height_m, 0.0, 0.0)
    return Mount(
        *(at or (0.0, 0.0)),
        height_m,
        azimuth_deg=looks.quantity("azimuth"),
        tilt_deg=looks.quantity("tilt"),
        roll_deg=looks.quantity("roll"),
    )


def _lens(fields: Fields, *, head: bool) -> Lens:
    """Return the fields of view, the picture they were measured on, and how the lens bends lines."""
    lens = fields.inner("lens")
    usual = (int(USUAL_PICTURE_PX[0]), int(USUAL_PICTURE_PX[1]))
    if lens is None:
        return Lens(60.0, 60.0, *usual)
    wide, tele = _fov(lens)
    size = lens.point("picture") or USUAL_PICTURE_PX
    if not all(units.whole(side) and 16 <= side <= 16_384 for side in size):
        message = "`picture` must be width and height in pixels"
        fields.notes.wrong(lens.place_of("picture"), message, "such as `[1280, 720]`")
    bend = lens.number("bend", default=0.0)
    if bend and head:
        message = f"{fields.what} is a head, whose lens bends otherwise at each zoom"
        hint = "leave `bend` out; turn on the camera's own correction of distortion, if it has one"
        fields.notes.wrong(lens.place_of("bend"), message, hint)
    return Lens(wide, tele, int(size[0]), int(size[1]), bend)


def _fov(lens: Fields) -> tuple[float, float]:
    """Return the horizontal field of view, wide and tele."""
    value = lens.scalar("fov")
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
    ptz = fields.inner("ptz")
    if ptz is None:
        return None
    pan = _turn(ptz, "pan", -360, 360)
    tilt = _turn(ptz, "tilt", -180, 180)
    speed = ptz.inner("speed")
    if speed is None:
        return PtzRange(*pan, *tilt)
    return PtzRange(
        *pan,
        *tilt,
        pan_dps=speed.quantity("pan", default=90.0),
        tilt_dps=speed.quantity("tilt", default=60.0),
    )


def _turn(ptz: Fields, key: str, least: float, most: float) -> tuple[float, float]:
    """Return how far an axis turns, relative to where the camera `looks`."""
    value = ptz.scalar(key)
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
