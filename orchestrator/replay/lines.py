"""The lines of an event log: values <-> JSON, strict; ``docs/design/formats.md`` describes them.

Numbers survive to the last bit: JSON numbers are written so that they read back the same, and the
arrays of detections are written as the bytes they are (little-endian, base64). A line is hostile
until it is parsed: unknown kinds, missing fields, wrong types and sizes that do not fit are refused.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import SIZE
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, CommandId, PersonName, PresetName
from orchestrator.domain.sighting import Command, Detections, Kind, Observation, Order
from orchestrator.domain.site import Written

FORMAT = 1
"""Raised when a line changes its meaning; a reader refuses what is newer than itself."""

LONGEST_S = 1e10
"""No clock of a machine shows more seconds than this."""

LARGEST_PX = 100_000

Line = Mapping[str, object]


class Misread(ValueError):
    """A line is not what an event log holds; the sentence says what is wrong with it."""


class Begin(msgspec.Struct, frozen=True, tag_field="kind", tag="begin", forbid_unknown_fields=True):
    """A run of the service begins: with an empty world, and ids made from ``run``."""

    format: int
    run: str
    version: str


class InForce(
    msgspec.Struct, frozen=True, tag_field="kind", tag="site", forbid_unknown_fields=True
):
    """From here on this site is in force.

    ``files`` are what its author wrote, None where that is as it was before; ``presets`` is where
    the presets look that the map was drawn with, None before it was drawn.
    """

    files: Written | None
    presets: dict[CameraId, tuple[tuple[PresetName, Aim], ...]] | None


class Tick(msgspec.Struct, frozen=True, tag_field="kind", tag="tick", forbid_unknown_fields=True):
    """One tick: the moment, what was seen since the last one, and a digest of what was decided."""

    mono_s: float
    wall: datetime
    seen: tuple[tuple[str, msgspec.Raw], ...]
    decided: str


Entry = Begin | InForce | Tick


class _Boxes(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """``Detections`` on a line."""

    camera: CameraId
    exposed_s: float
    aim: Aim | None
    width_px: int
    height_px: int
    boxes_px: bytes
    scores: bytes
    kinds: bytes
    appearances: bytes
    vectors: bytes | None = None
    aim_sigma_deg: float = 0.0


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """A ``Command`` on a line."""

    id: CommandId
    actor: PersonName
    at_s: float
    order: tuple[str, msgspec.Raw]


def _word(kind: type) -> str:
    """Return how a class is called on a line.

    >>> _word(Detections), _word(Command)
    ('detections', 'command')
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


_ENTRY: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)
_BOXES = msgspec.json.Decoder(_Boxes)
_ASKED = msgspec.json.Decoder(_Asked)
_SEEN: dict[str, msgspec.json.Decoder[Observation]] = {
    _word(kind): msgspec.json.Decoder(kind)
    for kind in get_args(Observation)
    if kind not in (Detections, Command)
}
_ORDERS: dict[str, msgspec.json.Decoder[Order]] = {
    _word(kind): msgspec.json.Decoder(kind) for kind in get_args(Order)
}


def parsed(raw: bytes) -> Entry:
    """Return the entry on a line; what was seen in a tick stays raw until ``observation`` is asked."""
    try:
        entry = _ENTRY.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Misread(f"not a line of an event log: {wrong}") from None
    if isinstance(entry, Begin) and entry.format > FORMAT:
        raise Misread(f"format {entry.format} is newer than this program's, which is {FORMAT}")
    if isinstance(entry, Tick):
        _check_moment(entry)
    return entry


def _check_moment(tick: Tick) -> None:
    """Refuse a moment that arithmetic with times would not survive."""
    if tick.wall.tzinfo is None:
        raise Misread("`wall` needs its offset from UTC")
    if not 1970 < tick.wall.year < 2200 or abs(tick.mono_s) > LONGEST_S:
        raise Misread("the moment is out of all bounds")


def plain(seen: Observation) -> tuple[str, object]:
    """Return an observation as it is written on a line."""
    word = _word(type(seen))
    match seen:
        case Detections():
            return word, _Boxes(
                seen.camera,
                seen.exposed_s,
                seen.aim,
                seen.width_px,
                seen.height_px,
                seen.boxes_px.astype("<f4").tobytes(),
                seen.scores.astype("<f4").tobytes(),
                seen.kinds.astype("i1").tobytes(),
                seen.appearances.astype("<f4").tobytes(),
                None if seen.vectors is None else seen.vectors.astype("<f4").tobytes(),
                seen.aim_sigma_deg,
            )
        case Command(id=id_, actor=actor, at_s=at_s, order=order):
            return word, {
                "id": id_,
                "actor": actor,
                "at_s": at_s,
                "order": (_word(type(order)), order),
            }
        case _:
            return word, seen


def observation(word: str, raw: msgspec.Raw) -> Observation:
    """Return what was seen, as it was when it was written; ``Misread`` when it is not that."""
    try:
        if word == "detections":
            return _detections(_BOXES.decode(raw))
        if word == "command":
            return _command(_ASKED.decode(raw))
        if word not in _SEEN:
            raise Misread(f"unknown observation `{word}`")
        seen = _SEEN[word].decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Misread(f"`{word}` is not what was seen: {wrong}") from None
    if abs(getattr(seen, "at_s", 0.0)) > LONGEST_S:
        raise Misread(f"the moment of `{word}` is out of all bounds")
    return seen


def _detections(boxes: _Boxes) -> Detections:
    count = len(boxes.kinds)
    sizes = (len(boxes.boxes_px), len(boxes.scores), len(boxes.appearances))
    if sizes != (16 * count, 4 * count, 4 * SIZE * count):
        raise Misread(f"`detections` of {count} boxes has arrays of other sizes")
    if not _sane(boxes):
        raise Misread("`detections` has a moment, a size or a kind that cannot be")
    return Detections(
        boxes.camera,
        boxes.exposed_s,
        boxes.aim,
        boxes.width_px,
        boxes.height_px,
        np.frombuffer(boxes.boxes_px, "<f4").astype(np.float32).reshape(count, 4),
        np.frombuffer(boxes.scores, "<f4").astype(np.float32),
        np.frombuffer(boxes.kinds, "i1").astype(np.int8),
        np.frombuffer(boxes.appearances, "<f4").astype(np.float32).reshape(count, SIZE),
        _vectors(boxes.vectors, count),
        boxes.aim_sigma_deg,
    )


def _vectors(raw: bytes | None, count: int) -> NDArray[np.float32] | None:
    """Return (count, d) vectors of a model, where there are some."""
    if raw is None or not count:
        return None
    if len(raw) % (4 * count):
        raise Misread(f"`detections` of {count} boxes has vectors of another number")
    return np.frombuffer(raw, "<f4").astype(np.float32).reshape(count, -1)


def _sane(boxes: _Boxes) -> bool:
    """Say whether the numbers of a picture can be."""
    sizes_px = (boxes.width_px, boxes.height_px)
    kinds = np.frombuffer(boxes.kinds, "i1")
    return (
        abs(boxes.exposed_s) <= LONGEST_S
        and all(0 < size_px <= LARGEST_PX for size_px in sizes_px)
        and 0.0 <= boxes.aim_sigma_deg <= 180.0
        and bool(np.isin(kinds, [kind.value for kind in Kind]).all())
    )


def _command(asked: _Asked) -> Command:
    word, raw = asked.order
    if word not in _ORDERS:
        raise Misread(f"unknown order `{word}`")
    return Command(asked.id, asked.actor, asked.at_s, _ORDERS[word].decode(raw))
