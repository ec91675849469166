"""`site.yaml` -> Site: what stands where, what it is called, who may do what.

Parsing goes section by section and records every mistake; a site with any mistake is not built,
since a camera that stands elsewhere than written would be steered wrongly.
"""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orchestrator.config import units
from orchestrator.config.calendars import calendars_of
from orchestrator.config.cameras import camera_of
from orchestrator.config.fields import Fields, Notes, named, point, ring, scalar, truth
from orchestrator.config.names import address_of, checked_version, entries, name_of, secret_name
from orchestrator.config.tree import Items, Page, tree_of
from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import PersonName, ZoneId
from orchestrator.domain.intent import Band
from orchestrator.domain.site import Arbitration, Broker, Operator, Person, Plan, Ring, Site, Zone
from orchestrator.errors import AuthorError

KEYS = (
    "site",
    "version",
    "timezone",
    "plan",
    "policies",
    "mqtt",
    "cameras",
    "walls",
    "zones",
    "calendars",
    "people",
    "operators",
    "flags",
    "arbitration",
)
ROLES = ("viewer", "operator", "engineer")


def parsed_site(text: str, path: str) -> Site:
    """Return the site that a file describes, without its policies; ``AuthorError`` with all."""
    notes = Notes(Page(text, path))
    site = _site(Fields(tree_of(text, path), notes, "the site", KEYS))
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda found: (found.line, found.column)))
    return site


def _site(top: Fields) -> Site:
    """Return the site, as far as it could be read."""
    notes = top.notes
    version = checked_version(top)
    cameras = _cameras(top)
    return Site(
        name=name_of(top, "site"),
        timezone=_timezone(top),
        plan=_plan(top),
        cameras=cameras,
        zones=_zones(top),
        walls=_walls(top),
        operators=_operators(top),
        broker=_broker(top),
        arbitration=_arbitration(top),
        version=version,
        calendars=calendars_of(top.node("calendars"), notes),
        people=_people(top),
        flags=_flags(top),
        policies_folder=top.text("policies") or None,
    )


def _timezone(top: Fields) -> str:
    """Return an IANA time zone that this machine knows."""
    value = top.scalar("timezone", required=True)
    if value is None:
        return "UTC"
    try:
        ZoneInfo(value.text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"unknown time zone `{value.text}`"
        top.notes.wrong(value, message, "an IANA name, such as `Europe/Berlin`")
        return "UTC"
    return value.text


def _plan(top: Fields) -> Plan:
    """Return the floor plan's size, and its picture if it has one."""
    node = top.node("plan", required=True)
    if node is None:
        return Plan(1.0, 1.0)
    fields = Fields(node, top.notes, "the plan", ("size", "image"))
    size_node = fields.node("size", required=True)
    size = point(size_node, top.notes, "`size`") if size_node is not None else None
    if size is not None and min(size) <= 0:
        top.notes.wrong(fields.place_of("size"), "`size` must be more than zero")
    width_m, height_m = size or (1.0, 1.0)
    return Plan(width_m, height_m, fields.text("image") or None)


def _cameras(top: Fields) -> tuple[Camera, ...]:
    """Return every camera; two may not share an address."""
    cameras: list[Camera] = []
    met: dict[tuple[str, int], str] = {}
    for key, node in entries(top, "cameras", required=True):
        camera = camera_of(key, node, top.notes)
        address = (camera.host, camera.port)
        if address in met and camera.host:
            message = f"camera `{key.text}` has the address of `{met[address]}`"
            top.notes.wrong(key, message)
        met[address] = key.text
        cameras.append(camera)
    return tuple(cameras)


def _zones(top: Fields) -> tuple[Zone, ...]:
    """Return the polygons on the floor that have names."""
    rings = [
        (ZoneId(key.text), ring(node, top.notes, f"zone `{key.text}`"))
        for key, node in entries(top, "zones")
    ]
    return tuple(Zone(name, corners) for name, corners in rings)


def _walls(top: Fields) -> tuple[Ring, ...]:
    """Return what cameras cannot see through: polygons, or lines of two points and more."""
    node = top.node("walls")
    if node is None:
        return ()
    if not isinstance(node, Items):
        top.notes.wrong(node, "`walls` must be a list of polygons")
        return ()
    return tuple(ring(item, top.notes, "a wall", corners=2) for item in node.items)


def _people(top: Fields) -> tuple[Person, ...]:
    """Return whom alarms can be addressed to."""
    found = []
    for key, node in entries(top, "people"):
        fields = Fields(node, top.notes, f"person `{key.text}`", ("mail",))
        found.append(Person(PersonName(key.text), fields.text("mail")))
    return tuple(found)


def _operators(top: Fields) -> tuple[Operator, ...]:
    """Return who may command."""
    found = []
    for key, node in entries(top, "operators"):
        fields = Fields(node, top.notes, f"operator `{key.text}`", ("role", "credentials"))
        role = fields.choice("role", ROLES, "role", required=True)
        found.append(Operator(PersonName(key.text), role, secret_name(fields)))
    return tuple(found)


def _broker(top: Fields) -> Broker | None:
    """Return where the MQTT broker is."""
    node = top.node("mqtt")
    if node is None:
        return None
    fields = Fields(node, top.notes, "`mqtt`", ("at", "credentials", "tls"))
    tls = fields.truth("tls", default=False)
    host, port = address_of(fields, 8883 if tls else 1883)
    return Broker(host, port, secret_name(fields), tls)


def _flags(top: Fields) -> tuple[tuple[str, bool], ...]:
    """Return the site's switches; `maintenance` is always there."""
    read = {"maintenance": False}
    for key, node in entries(top, "flags"):
        value = scalar(node, top.notes, f"flag `{key.text}`")
        if value is not None:
            read[key.text] = truth(value, top.notes, key.text, default=False)
    return tuple(read.items())


def _arbitration(top: Fields) -> Arbitration:
    """Return who may take a camera from whom; what is not written keeps its default."""
    node = top.node("arbitration")
    usual = Arbitration()
    if node is None:
        return usual
    known = (
        "bands",
        "operator_hold",
        "moves_per_minute",
        "min_dwell",
        "home_after",
        "linger",
        "privacy_margin",
    )
    fields = Fields(node, top.notes, "`arbitration`", known)
    return Arbitration(
        operator_hold_s=fields.positive(
            "operator_hold", units.DURATION, default=usual.operator_hold_s
        ),
        moves_per_minute=_moves(fields, usual.moves_per_minute),
        min_dwell_s=fields.positive("min_dwell", units.DURATION, default=usual.min_dwell_s),
        home_after_s=fields.positive("home_after", units.DURATION, default=usual.home_after_s),
        linger_s=fields.positive("linger", units.DURATION, default=usual.linger_s),
        privacy_margin_deg=fields.positive(
            "privacy_margin", units.ANGLE, default=usual.privacy_margin_deg
        ),
        bands=_bands(fields, usual.bands),
    )


def _moves(fields: Fields, default: float) -> float:
    """Return how many automatic moves a head may make in a minute."""
    moves = fields.number("moves_per_minute", default=default)
    if not 1 <= moves <= 60:
        message = f"`moves_per_minute` must be between 1 and 60, found {moves:g}"
        fields.notes.wrong(fields.place_of("moves_per_minute"), message)
    return moves


def _bands(fields: Fields, default: tuple[Band, ...]) -> tuple[Band, ...]:
    """Return the order of precedence: every band once, `home` last."""
    if "bands" not in fields:
        return default
    names = [band.name.lower() for band in default]
    written = named(fields.several("bands"), fields.notes, "band", names)
    if sorted(written) != sorted(names) or written[-1] != "home":
        message = "`bands` must name every band once, `home` last"
        fields.notes.wrong(fields.place_of("bands"), message, f"bands: {', '.join(names)}")
        return default
    return tuple(Band[name.upper()] for name in written)
