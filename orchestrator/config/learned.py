"""`topology.yaml`: the map that people's ways taught, as text and back; people may declare more.

`orchestrator topology learn` writes it. What a person declares (`declared: true`) stays as it is.
"""

from collections.abc import Iterator
from datetime import date

from orchestrator.config import units
from orchestrator.config.fields import Fields, Notes
from orchestrator.config.names import LANGUAGE_VERSION, NAMED, VERSION, checked_version
from orchestrator.config.quoting import quoted
from orchestrator.config.shape import Key, Known, ListOf, Measure, Number, Shape, Text, Truth
from orchestrator.config.tree import Page, tree_of
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError

_LAST = Key("last", Text(), "The day it was last seen, such as `2026-05-31`.")
_DECLARED = Key("declared", Truth(), "Whether a person says so; then it neither ages nor changes.")
_TIME = Measure(units.DURATION, least=0)
OVERLAP = Shape(
    (
        Key("a", Known("camera"), "One camera.", required=True),
        Key("b", Known("camera"), "The other one.", required=True),
        Key("shared", Measure(units.AREA, least=0), "The floor both show.", required=True),
        Key("people", Number(0), "How many were seen by both at once [0]."),
        _LAST,
        _DECLARED,
    )
)
PASSAGE = Shape(
    (
        Key("from", Known("camera"), "The camera that is left.", required=True),
        Key("to", Known("camera"), "The camera that is entered.", required=True),
        Key("median", _TIME, "How long half of all need at most.", required=True),
        Key("p10", _TIME, "How long the quickest tenth needs at most [the median]."),
        Key("p90", _TIME, "How long all but the slowest tenth need at most [the median]."),
        Key("gone", Number(0), "How often it was gone [0]."),
        _LAST,
        _DECLARED,
    )
)
TOPOLOGY = Shape(
    (
        Key("topology", NAMED, "The name of the site.", required=True),
        VERSION,
        Key("overlaps", ListOf(OVERLAP, 0), "Which cameras show the same floor."),
        Key("passages", ListOf(PASSAGE, 0), "The ways that no camera shows."),
    )
)
_HEADER = """\
# yaml-language-server: $schema=../schema/topology.schema.json
# How the cameras of this site hang together, learned from those who walked there.
# Written by `orchestrator topology learn`; an entry with `declared: true` is yours and stays.
"""


def parsed_map(text: str, path: str, site: Site | None = None) -> LearnedMap:
    """Return the map of a file; ``AuthorError`` with every mistake. None: cameras are not checked."""
    notes = Notes(Page(text, path))
    top = Fields(tree_of(text, path), notes, "the topology", TOPOLOGY)
    checked_version(top)
    name = top.scalar("topology")
    if name is not None and site is not None and name.text != site.name:
        message = f"this is the topology of `{name.text}`, but the site is `{site.name}`"
        notes.wrong(name, message)
    cameras = None if site is None else frozenset(camera.id for camera in site.cameras)
    found = LearnedMap(
        tuple(_overlap(fields, cameras) for fields in top.inners("overlaps", "an overlap")),
        tuple(_passage(fields, cameras) for fields in top.inners("passages", "a passage")),
    )
    if notes.findings:
        raise AuthorError(sorted(notes.findings, key=lambda one: (one.line, one.column)))
    return found


def _overlap(fields: Fields, cameras: frozenset[CameraId] | None) -> SharedFloor:
    return SharedFloor(
        _camera(fields, "a", cameras),
        _camera(fields, "b", cameras),
        fields.quantity("shared"),
        int(fields.number("people")),
        _last(fields),
        fields.truth("declared", default=False),
    )


def _passage(fields: Fields, cameras: frozenset[CameraId] | None) -> Walk:
    median_s = fields.quantity("median")
    p10_s, p90_s = (fields.quantity(key, default=median_s) for key in ("p10", "p90"))
    if not p10_s <= median_s <= p90_s:
        message = "`p10`, `median` and `p90` must grow in this order"
        fields.notes.wrong(fields.place_of("median"), message)
    return Walk(
        _camera(fields, "from", cameras),
        _camera(fields, "to", cameras),
        median_s,
        p10_s,
        p90_s,
        int(fields.number("gone")),
        _last(fields),
        fields.truth("declared", default=False),
    )


def _camera(fields: Fields, key: str, cameras: frozenset[CameraId] | None) -> CameraId:
    """Return the camera that a key names, which the site has if it is known."""
    value = fields.scalar(key)
    if value is not None and cameras is not None and value.text not in cameras:
        fields.notes.unknown(value, "camera", cameras, of=" of the site file")
    return CameraId("" if value is None else value.text)


def _last(fields: Fields) -> date | None:
    return fields.read("last", _day, "a day, such as `2026-05-31`")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def written_map(site: str, known: LearnedMap) -> str:
    """Return the text of a site's map."""
    lines = [f"topology: {quoted(site)}", f"version: {LANGUAGE_VERSION}"]
    for key, entries in (
        ("overlaps", [_text(_overlap_parts(one)) for one in known.overlaps]),
        ("passages", [_text(_passage_parts(one)) for one in known.passages]),
    ):
        lines += [f"{key}:", *(f"  - {entry}" for entry in entries)] if entries else []
    return _HEADER + "".join(f"{line}\n" for line in lines)


def _text(parts: Iterator[tuple[str, str]]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in parts)}}}"


def _overlap_parts(one: SharedFloor) -> Iterator[tuple[str, str]]:
    yield from (("a", quoted(one.a)), ("b", quoted(one.b)))
    yield from (("shared", f"{one.shared_m2:.1f} m2"), ("people", str(one.people)))
    yield from _end(one.last, declared=one.declared)


def _passage_parts(one: Walk) -> Iterator[tuple[str, str]]:
    yield from (("from", quoted(one.a)), ("to", quoted(one.b)))
    times = {"median": one.median_s, "p10": one.p10_s, "p90": one.p90_s}
    yield from ((key, f"{time_s:.1f}s") for key, time_s in times.items())
    yield "gone", str(one.gone)
    yield from _end(one.last, declared=one.declared)


def _end(last: date | None, *, declared: bool) -> Iterator[tuple[str, str]]:
    if last is not None:
        yield "last", last.isoformat()
    if declared:
        yield "declared", "true"
