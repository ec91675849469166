"""The lines of the three recordings, as strict types, read one at a time.

Each file is JSON Lines with a ``kind`` in every object (docs/design/formats.md). A kind this
module does not know is skipped, so that recordings may grow; a line of a known kind that does
not fit its type is an error with file and line, except the last one, which a process that was
ended may have cut. ``session.jsonl`` is the demo harness's own: what was discovered, which
commands an operator sent and what came back, and how every process ended.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

PersonId = str
Box = tuple[float, float, float, float]
Aim = tuple[float, float, float]
"""Azimuth clockwise from plan north, tilt above the horizon, horizontal field of view; degrees."""


class BadRecordError(Exception):
    """A line of a recording is not what docs/design/formats.md says."""


class Line(msgspec.Struct, frozen=True):
    """What every line has."""

    kind: str


class TruthCamera(msgspec.Struct, frozen=True):
    """A camera of the simulated site."""

    id: str
    host: str
    ptz: bool
    at: tuple[float, float, float]


class TruthStart(msgspec.Struct, frozen=True):
    """The simulator began."""

    at_s: float
    seed: int | None
    cameras: tuple[TruthCamera, ...]


class Walker(msgspec.Struct, frozen=True):
    """Where somebody, or a vehicle, is on the plan."""

    id: PersonId
    x_m: float
    y_m: float


class WorldSample(msgspec.Struct, frozen=True):
    """Everybody's place at one moment."""

    at_s: float
    people: tuple[Walker, ...]
    vehicles: tuple[Walker, ...] = ()


class HeadSample(msgspec.Struct, frozen=True):
    """Where a head really looks."""

    at_s: float
    camera: str
    aim: Aim
    moving: bool


class Motion(msgspec.Struct, frozen=True):
    """A head at rest has moved its first 0.1 degree."""

    at_s: float
    camera: str


class Goto(msgspec.Struct, frozen=True):
    """A camera accepted a motion command."""

    at_s: float
    camera: str
    what: str


class Body(msgspec.Struct, frozen=True):
    """Somebody in a picture: box and height of the whole body in px, share of it to be seen."""

    id: PersonId
    box: Box
    height_px: float
    visible: float


class TruthFrame(msgspec.Struct, frozen=True):
    """A picture that was sent, and who is on it."""

    at_s: float
    camera: str
    size: tuple[int, int]
    people: tuple[Body, ...]
    vehicles: tuple[Body, ...] = ()
    aim: Aim | None = None


class JournalStart(msgspec.Struct, frozen=True):
    """The service began."""

    at_s: float


class LinkChange(msgspec.Struct, frozen=True):
    """A camera became online, degraded, offline or refused."""

    at_s: float
    camera: str
    link: str
    reason: str = ""


class Onboarded(msgspec.Struct, frozen=True):
    """A camera's interview succeeded."""

    at_s: float
    camera: str


class FoundBox(msgspec.Struct, frozen=True, array_like=True):
    """One detection, in pixels of the stream; ``target`` is the identity it was given."""

    x1: float
    y1: float
    x2: float
    y2: float
    score: float
    kind: str
    target: str | None = None


class Boxes(msgspec.Struct, frozen=True):
    """What the product found on one picture."""

    at_s: float
    camera: str
    exposed_s: float
    boxes: tuple[FoundBox, ...]
    size: tuple[int, int] | None = None
    aim: Aim | None = None


class Estimate(msgspec.Struct, frozen=True):
    """Where the product believes a target to be."""

    id: str
    kind: str
    x_m: float
    y_m: float


class Targets(msgspec.Struct, frozen=True):
    """Every target at one moment."""

    at_s: float
    targets: tuple[Estimate, ...]


class IntentRecord(msgspec.Struct, frozen=True):
    """A camera was granted to show a preset."""

    at_s: float
    id: str
    camera: str
    preset: str
    band: str
    targets: tuple[str, ...]
    policy: str | None = None
    actor: str | None = None
    because: str = ""


class Released(msgspec.Struct, frozen=True):
    """A camera has nothing to do any more."""

    at_s: float
    camera: str


class Asked(msgspec.Struct, frozen=True):
    """A policy asks for a target to be looked at or followed."""

    at_s: float
    policy: str
    target: str


class MoveRecord(msgspec.Struct, frozen=True):
    """How a move that the product commanded went."""

    at_s: float
    camera: str
    intent: str
    end: str
    error_deg: float | None = None
    reason: str | None = None


class AlarmRecord(msgspec.Struct, frozen=True):
    """The product raised an alarm."""

    at_s: float
    say: str
    severity: str = ""


class Failure(msgspec.Struct, frozen=True):
    """Something of the product broke."""

    at_s: float
    what: str


class Discovered(msgspec.Struct, frozen=True):
    """The addresses that answered a discovery probe."""

    hosts: tuple[str, ...]


class Command(msgspec.Struct, frozen=True):
    """An operator sent a command over MQTT."""

    at_s: float
    id: str
    verb: str
    repeat: bool = False


class Reply(msgspec.Struct, frozen=True):
    """The service answered one."""

    at_s: float
    id: str
    step: str
    code: str = ""
    say: str = ""


class Exit(msgspec.Struct, frozen=True):
    """A process ended; ``expected`` is the status it should end with."""

    process: str
    code: int
    expected: int = 0


class Left(msgspec.Struct, frozen=True):
    """A process outlived the run and had to be killed."""

    process: str


TruthRecord = TruthStart | WorldSample | HeadSample | Motion | Goto | TruthFrame
JournalRecord = (
    JournalStart
    | LinkChange
    | Onboarded
    | Boxes
    | Targets
    | IntentRecord
    | Released
    | Asked
    | MoveRecord
    | AlarmRecord
    | Failure
)
SessionRecord = Discovered | Command | Reply | Exit | Left

TRUTH: Mapping[str, type[TruthRecord]] = {
    "start": TruthStart,
    "world": WorldSample,
    "head": HeadSample,
    "motion": Motion,
    "goto": Goto,
    "frame": TruthFrame,
}
JOURNAL: Mapping[str, type[JournalRecord]] = {
    "start": JournalStart,
    "camera": LinkChange,
    "onboarded": Onboarded,
    "boxes": Boxes,
    "targets": Targets,
    "intent": IntentRecord,
    "released": Released,
    "asked": Asked,
    "move": MoveRecord,
    "alarm": AlarmRecord,
    "failure": Failure,
}
SESSION: Mapping[str, type[SessionRecord]] = {
    "discovered": Discovered,
    "command": Command,
    "reply": Reply,
    "exit": Exit,
    "left": Left,
}

_KIND = msgspec.json.Decoder(Line)


def truth_records(path: Path) -> Iterator[TruthRecord]:
    """Return what the simulator wrote, line by line."""
    return _records(path, _decoders(TRUTH))


def journal_records(path: Path) -> Iterator[JournalRecord]:
    """Return what the product wrote, line by line."""
    return _records(path, _decoders(JOURNAL))


def session_records(path: Path) -> Iterator[SessionRecord]:
    """Return what the demo harness wrote, line by line."""
    return _records(path, _decoders(SESSION))


def record(line: bytes, kinds: Mapping[str, type[Any]]) -> Any:
    """Return one line as the type its kind names, None for a kind that is not known.

    ``msgspec.DecodeError`` when the line is not JSON or does not fit.
    """
    found = kinds.get(_KIND.decode(line).kind)
    return None if found is None else msgspec.json.decode(line, type=found)


def _decoders(kinds: Mapping[str, type[Any]]) -> dict[str, msgspec.json.Decoder[Any]]:
    return {kind: msgspec.json.Decoder(shape) for kind, shape in kinds.items()}


def _records(path: Path, decoders: Mapping[str, msgspec.json.Decoder[Any]]) -> Iterator[Any]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                decoder = decoders.get(_KIND.decode(line).kind)
                found = None if decoder is None else decoder.decode(line)
            except msgspec.DecodeError as wrong:
                if not line.endswith(b"\n"):
                    return  # the writer was ended in the middle of this line
                raise BadRecordError(f"{path}:{number}: {wrong}") from wrong
            if found is not None:
                yield found
