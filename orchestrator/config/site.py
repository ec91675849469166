"""`site.yaml` -> Site: what stands where, what it is called, who may do what.

Parsing goes section by section and records every mistake; a site with any mistake is not built,
since a camera that stands elsewhere than written would be steered wrongly.
"""

from collections.abc import Sequence

import shapely

from orchestrator.config import units
from orchestrator.config.calendars import CALENDAR, LOCATION, calendars_of, location_of
from orchestrator.config.cameras import CAMERA, camera_of
from orchestrator.config.fields import Fields, Notes, ring, scalar, truth
from orchestrator.config.names import (
    CREDENTIALS,
    NAMED,
    VERSION,
    address_of,
    checked_version,
    name_of,
    secret_name,
    timezone_of,
)
from orchestrator.config.shape import (
    AnyOf,
    Choice,
    Key,
    Known,
    ListOf,
    MapOf,
    Measure,
    Number,
    Point,
    Several,
    Shape,
    Text,
    Truth,
)
from orchestrator.config.shape import Ring as Corners
from orchestrator.config.tree import Entries, Page, tree_of
from orchestrator.config.watching import WATCHING, watching_of
from orchestrator.domain.camera import Camera
from orchestrator.domain.glass import BreakGlass
from orchestrator.domain.ids import CameraId, LineId, PersonName, ZoneId
from orchestrator.domain.intent import Band
from orchestrator.domain.region import Patch, Ring
from orchestrator.domain.site import Arbitration, Broker, Line, Operator, Person, Plan, Site, Zone
from orchestrator.errors import AuthorError

COMMANDING = ("operator", "engineer")
ROLES = ("viewer", "operator", "engineer")
_BANDS = tuple(band.name.lower() for band in Arbitration().bands)

PLAN = Shape(
    (
        Key("size", Point(), "Width and height in metres: `[48, 32]`.", required=True),
        Key("image", Text(), "A picture of the plan, beside this file."),
    )
)
BROKER = Shape(
    (
        Key(
            "at", Text(), "Its address: `HOST` or `HOST:PORT` [1883, 8883 with TLS].", required=True
        ),
        CREDENTIALS,
        Key("tls", Truth(), "Whether the connection is encrypted [false]."),
    )
)
PERSON = Shape((Key("mail", Text(), "Where mail reaches them."),))
OPERATOR = Shape(
    (
        Key(
            "role",
            Choice("role", ROLES),
            "What they may do: a viewer looks on, an operator commands, an engineer configures.",
            required=True,
        ),
        CREDENTIALS,
    )
)
LINE = Shape(
    (
        Key("from", Point(), "Where it begins, in metres.", required=True),
        Key("to", Point(), "Where it ends; `in` is to the left on the way there.", required=True),
    )
)
LEASE = Shape(
    (Key("max", Measure(units.DURATION, zero=False), "The most that a `for` may say [1h]."),)
)
ARBITRATION = Shape(
    (
        Key(
            "bands",
            Several(Choice("band", _BANDS)),
            "The order of precedence, the strongest first, every band once, `home` last.",
        ),
        Key(
            "operator_hold",
            Measure(units.DURATION),
            "How long a camera stays with an operator after the last command [60s].",
        ),
        Key(
            "moves_per_minute",
            Number(1, 60),
            "How many automatic moves a head may make in a minute [12].",
        ),
        Key(
            "moves_per_hour",
            Number(1, 3600),
            "How many moves the motors of a head may make in an hour, those of following counted;"
            " alarms and operators may go on [no limit].",
        ),
        Key(
            "steal_margin",
            Number(1, 99),
            "By how much a priority must be higher to take a camera inside a band [1].",
        ),
        Key("lease", LEASE, "How long actions last."),
        Key(
            "settle",
            Measure(units.DURATION, most=30),
            "How long after its arrival a head has not arrived yet, for focus and exposure [0s].",
        ),
        Key(
            "min_dwell",
            Measure(units.DURATION),
            "How long a head stays at least before it moves again [3s].",
        ),
        Key(
            "home_after",
            Measure(units.DURATION),
            "How long after its last grant a head goes home [20s].",
        ),
        Key(
            "linger",
            Measure(units.DURATION),
            "How long a camera keeps a grant that serves nobody any more [6s].",
        ),
        Key(
            "privacy_margin",
            Measure(units.ANGLE),
            "What is kept between the edge of a view and a forbidden zone [2 deg].",
        ),
    )
)
BREAK_GLASS = Shape(
    (
        Key(
            "roles",
            Several(Choice("role", COMMANDING)),
            "Which operators may lift a privacy rule, with a reason.",
            required=True,
        ),
        Key(
            "for",
            Measure(units.DURATION, zero=False),
            "For how long at most.",
            required=True,
        ),
    )
)
PRIVACY = Shape((Key("break_glass", BREAK_GLASS, "Who may lift a rule, and for how long."),))
PATCH = Shape(
    (
        Key("of", Known("camera"), "The camera around which these directions lie.", required=True),
        Key(
            "directions",
            Corners(),
            "Corners as `[azimuth, tilt]` in degrees: clockwise from north, above the horizon.",
            required=True,
        ),
    )
)
SITE = Shape(
    (
        Key("site", NAMED, "The name of this site.", required=True),
        VERSION,
        Key("timezone", Text(), "Its IANA time zone, such as `Europe/Berlin`.", required=True),
        Key("location", LOCATION, "Where on earth it is: sunrise and sunset depend on it."),
        Key("plan", PLAN, "The floor plan.", required=True),
        Key("policies", Text(), "The folder of its policies, relative to this file."),
        Key("mqtt", BROKER, "The MQTT broker."),
        Key(
            "discovery",
            Several(Text()),
            "The interfaces, by name or address, on which a running service hears cameras come and"
            " go [every one but loopback]; `[]` for none.",
        ),
        Key(
            "authorities",
            Text(),
            "A PEM file, beside this one: who may vouch for cameras' certificates. Without, each"
            " certificate is pinned when its camera is approved.",
        ),
        Key("cameras", MapOf(CAMERA), "Its cameras, by name.", required=True),
        Key(
            "walls",
            ListOf(Corners(2), least=0),
            "What no camera sees through: polygons, or lines of two points and more.",
        ),
        Key(
            "zones",
            MapOf(AnyOf((Corners(), PATCH))),
            "Polygons on the floor, by name, in metres; or, where there is no floor, `directions` of"
            " one camera.",
        ),
        Key("lines", MapOf(LINE), "Lines on the floor that somebody may cross, by name."),
        Key("calendars", MapOf(CALENDAR), "When rules hold, by name."),
        Key("people", MapOf(PERSON), "People and desks that alarms are addressed to, by name."),
        Key("operators", MapOf(OPERATOR), "Who may command over MQTT, by name."),
        Key(
            "flags",
            MapOf(Truth()),
            "Switches that conditions read as `site.NAME`, and how they stand at the start.",
        ),
        Key("privacy", PRIVACY, "What holds for all privacy rules of the site."),
        Key("arbitration", ARBITRATION, "Who may take a camera from whom, and how often it moves."),
        Key(
            "watching",
            WATCHING,
            "How closely cameras are watched while nothing happens, and who tells people apart.",
        ),
    )
)


def parsed_site(text: str, path: str) -> Site:
    """Return the site that a file describes, without its policies; ``AuthorError`` with all."""
    notes = Notes(Page(text, path))
    site = _site(Fields(tree_of(text, path), notes, "the site", SITE))
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    return site


def _site(top: Fields) -> Site:
    """Return the site, as far as it could be read."""
    version = checked_version(top)
    cameras = _cameras(top)
    timezone = timezone_of(top, "UTC")
    return Site(
        name=name_of(top, "site"),
        timezone=timezone,
        plan=_plan(top),
        cameras=cameras,
        zones=_zones(top),
        patches=_patches(top, cameras),
        lines=_lines(top),
        walls=_walls(top),
        operators=_operators(top),
        broker=_broker(top),
        authorities=top.text("authorities") or None,
        discovery=tuple(each.text for each in top.several("discovery"))
        if "discovery" in top
        else None,
        arbitration=_arbitration(top),
        watching=watching_of(top, [camera.id for camera in cameras]),
        version=version,
        calendars=calendars_of(top, location_of(top, timezone)),
        people=_people(top),
        flags=_flags(top),
        break_glass=_break_glass(top),
        policies_folder=top.text("policies") or None,
    )


def _plan(top: Fields) -> Plan:
    """Return the floor plan's size, and its picture if it has one."""
    fields = top.inner("plan")
    if fields is None:
        return Plan(1.0, 1.0)
    size = fields.point("size")
    if size is not None and min(size) <= 0:
        top.notes.wrong(fields.place_of("size"), "`size` must be more than zero")
    width_m, height_m = size or (1.0, 1.0)
    return Plan(width_m, height_m, fields.text("image") or None)


def _cameras(top: Fields) -> tuple[Camera, ...]:
    """Return every camera; two may not share an address."""
    cameras: list[Camera] = []
    met: dict[tuple[str, int], str] = {}
    for key, fields in top.sections("cameras", "camera"):
        camera = camera_of(key, fields)
        address = (camera.host, camera.port)
        if address in met and camera.host:
            message = f"camera `{key.text}` has the address of `{met[address]}`"
            top.notes.wrong(key, message)
        met[address] = key.text
        cameras.append(camera)
    return tuple(cameras)


def _zones(top: Fields) -> tuple[Zone, ...]:
    """Return the polygons on the floor that have names."""
    zones = []
    for key, node in top.entries("zones"):
        if isinstance(node, Entries):
            continue
        corners = ring(node, top.notes, f"zone `{key.text}`")
        if corners and not shapely.Polygon(corners).is_valid:
            hint = "write the corners in the order in which one walks around the zone"
            top.notes.wrong(key, f"the edges of zone `{key.text}` cross or touch", hint)
        zones.append(Zone(ZoneId(key.text), corners))
    return tuple(zones)


def _patches(top: Fields, cameras: Sequence[Camera]) -> tuple[Patch, ...]:
    """Return the zones that lie in directions from one camera."""
    patches = []
    for key, node in top.entries("zones"):
        if not isinstance(node, Entries):
            continue
        what = f"zone `{key.text}`"
        fields = top.within("zones", node, what)
        names = fields.named("of", [camera.id for camera in cameras])
        corners = _directions(fields, what)
        if names and corners:
            patches.append(Patch(ZoneId(key.text), CameraId(names[0]), corners))
    return tuple(patches)


def _directions(fields: Fields, what: str) -> Ring:
    """Return the corners of a patch: azimuth from north, tilt above the horizon."""
    written = fields.node("directions")
    corners = () if written is None else ring(written, fields.notes, f"`directions` of {what}")
    if any(
        not -360.0 <= azimuth <= 360.0 or not -90.0 <= tilt <= 90.0 for azimuth, tilt in corners
    ):
        hint = "such as `[[10, 5], [40, 5], [40, 25]]`"
        said = "`directions` must be azimuths from -360 to 360 and tilts from -90 to 90, in degrees"
        fields.notes.wrong(fields.place_of("directions"), said, hint)
    return corners


def _lines(top: Fields) -> tuple[Line, ...]:
    """Return the lines on the floor that somebody may cross."""
    lines = []
    for key, fields in top.sections("lines", "line"):
        start, end = fields.point("from"), fields.point("to")
        if start is not None and start == end:
            message = f"line `{key.text}` ends where it begins, so that nobody can cross it"
            fields.notes.wrong(fields.place_of("to"), message)
        lines.append(Line(LineId(key.text), start or (0.0, 0.0), end or (1.0, 0.0)))
    return tuple(lines)


def _walls(top: Fields) -> tuple[Ring, ...]:
    """Return what cameras cannot see through: polygons, or lines of two points and more."""
    return tuple(ring(item, top.notes, "a wall", corners=2) for item in top.items("walls"))


def _people(top: Fields) -> tuple[Person, ...]:
    """Return whom alarms can be addressed to."""
    found = []
    for key, fields in top.sections("people", "person"):
        found.append(Person(PersonName(key.text), fields.text("mail")))
    return tuple(found)


def _operators(top: Fields) -> tuple[Operator, ...]:
    """Return who may command."""
    found = []
    for key, fields in top.sections("operators", "operator"):
        role = fields.choice("role")
        found.append(Operator(PersonName(key.text), role, secret_name(fields)))
    return tuple(found)


def _broker(top: Fields) -> Broker | None:
    """Return where the MQTT broker is."""
    fields = top.inner("mqtt")
    if fields is None:
        return None
    tls = fields.truth("tls", default=False)
    host, port = address_of(fields, 8883 if tls else 1883)
    return Broker(host, port, secret_name(fields), tls)


def _flags(top: Fields) -> tuple[tuple[str, bool], ...]:
    """Return the site's switches; `maintenance` is always there."""
    read = {"maintenance": False}
    for key, node in top.entries("flags"):
        value = scalar(node, top.notes, f"flag `{key.text}`")
        if value is not None:
            read[key.text] = truth(value, top.notes, key.text, default=False)
    return tuple(read.items())


def _break_glass(top: Fields) -> BreakGlass | None:
    """Return who may lift a privacy rule; nobody where nothing is written."""
    privacy = top.inner("privacy")
    fields = None if privacy is None else privacy.inner("break_glass")
    if fields is None:
        return None
    return BreakGlass(fields.choices("roles"), fields.quantity("for"))


def _arbitration(top: Fields) -> Arbitration:
    """Return who may take a camera from whom; what is not written keeps its default."""
    fields = top.inner("arbitration")
    usual = Arbitration()
    if fields is None:
        return usual
    return Arbitration(
        operator_hold_s=fields.quantity("operator_hold", default=usual.operator_hold_s),
        moves_per_minute=fields.number("moves_per_minute", default=usual.moves_per_minute),
        moves_per_hour=fields.number("moves_per_hour", default=usual.moves_per_hour),
        min_dwell_s=fields.quantity("min_dwell", default=usual.min_dwell_s),
        home_after_s=fields.quantity("home_after", default=usual.home_after_s),
        linger_s=fields.quantity("linger", default=usual.linger_s),
        privacy_margin_deg=fields.quantity("privacy_margin", default=usual.privacy_margin_deg),
        steal_margin=_margin(fields, usual.steal_margin),
        settle_s=fields.quantity("settle", default=usual.settle_s),
        lease_max_s=_lease_max_s(fields, usual.lease_max_s),
        bands=_bands(fields, usual.bands),
    )


def _margin(fields: Fields, default: int) -> int:
    """Return by how much a priority must be higher: a whole number."""
    margin = fields.number("steal_margin", default=default)
    if not units.whole(margin):
        message = f"`steal_margin` must be a whole number, found {margin:g}"
        fields.notes.wrong(fields.place_of("steal_margin"), message)
    return int(margin)


def _lease_max_s(fields: Fields, default: float) -> float:
    """Return the most that an action may last."""
    lease = fields.inner("lease")
    return default if lease is None else lease.quantity("max", default=default)


def _bands(fields: Fields, default: tuple[Band, ...]) -> tuple[Band, ...]:
    """Return the order of precedence: every band once, `home` last."""
    if "bands" not in fields:
        return default
    written = fields.choices("bands")
    if sorted(written) != sorted(_BANDS) or written[-1] != "home":
        message = "`bands` must name every band once, `home` last"
        fields.notes.wrong(fields.place_of("bands"), message, f"bands: {', '.join(_BANDS)}")
        return default
    return tuple(Band[name.upper()] for name in written)
