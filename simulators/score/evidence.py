"""Three recordings, sorted into what each figure asks of them: by camera, by person, by time."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from simulators.score.records import (
    Aim,
    AlarmRecord,
    Asked,
    Boxes,
    Command,
    Discovered,
    Exit,
    Failure,
    Goto,
    HeadSample,
    IntentRecord,
    JournalRecord,
    JournalStart,
    Left,
    LinkChange,
    Motion,
    MoveRecord,
    Onboarded,
    PersonId,
    Released,
    Reply,
    SessionRecord,
    Targets,
    TruthCamera,
    TruthFrame,
    TruthRecord,
    TruthStart,
    WorldSample,
    journal_records,
    session_records,
    truth_records,
)
from simulators.score.sight import Floats


class Dated(Protocol):
    """Whatever has a time."""

    @property
    def at_s(self) -> float:
        """Return when it was, in seconds of the machine's monotonic clock."""
        ...


Record = TypeVar("Record", bound=Dated)


@dataclass(frozen=True, slots=True)
class Head:
    """One head's samples in order of time: it keeps the last aim until the next sample."""

    samples: tuple[HeadSample, ...]
    times_s: tuple[float, ...]

    def at(self, moment_s: float) -> HeadSample | None:
        """Return the sample in force at ``moment_s``; None before the first."""
        index = bisect_right(self.times_s, moment_s) - 1
        return self.samples[index] if index >= 0 else None

    def last_stop(self, moment_s: float) -> HeadSample | None:
        """Return the sample with which the last movement before ``moment_s`` ended."""
        for index in range(bisect_right(self.times_s, moment_s) - 1, 0, -1):
            if self.samples[index - 1].moving and not self.samples[index].moving:
                return self.samples[index]
        return None

    def rest_before(self, moment_s: float) -> HeadSample | None:
        """Return the last sample at rest at or before ``moment_s``."""
        for index in range(bisect_right(self.times_s, moment_s) - 1, -1, -1):
            if not self.samples[index].moving:
                return self.samples[index]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Where everybody was: ``times_s`` (n,), and per person (n, 2) plan metres, nan when absent."""

    times_s: Floats
    people: Mapping[PersonId, Floats]

    def place(self, person: PersonId, moment_s: float) -> Floats | None:
        """Return where ``person`` was at the sample nearest to ``moment_s``, (2,), or None."""
        if person not in self.people or not len(self.times_s):
            return None
        place: Floats = self.people[person][int(np.abs(self.times_s - moment_s).argmin())]
        return None if np.isnan(place[0]) else place


@dataclass(frozen=True, slots=True)
class Truth:
    """What really was."""

    seed: int | None
    cameras: tuple[TruthCamera, ...]
    frames: Mapping[str, tuple[TruthFrame, ...]]
    heads: Mapping[str, Head]
    motions: tuple[Motion, ...]
    gotos: tuple[Goto, ...]
    paths: Paths


@dataclass(frozen=True, slots=True)
class Journal:
    """What the product saw, thought and did."""

    started_s: float | None
    ended_s: float
    links: tuple[LinkChange, ...]
    onboarded: tuple[Onboarded, ...]
    boxes: Mapping[str, tuple[Boxes, ...]]
    targets: tuple[Targets, ...]
    grants: tuple[IntentRecord | Released, ...]
    asked: tuple[Asked, ...]
    moves: tuple[MoveRecord, ...]
    alarms: tuple[AlarmRecord, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """What the demo harness did and found."""

    discovered: Discovered | None = None
    commands: tuple[Command, ...] = ()
    replies: tuple[Reply, ...] = ()
    exits: tuple[Exit, ...] = ()
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of a run."""

    truth: Truth
    journal: Journal
    session: Session


def read_evidence(truth: Path, journal: Path, session: Path) -> Evidence:
    """Return the three recordings; one that does not exist counts as empty."""
    return Evidence(
        truth_of(truth_records(truth) if truth.exists() else ()),
        journal_of(journal_records(journal) if journal.exists() else ()),
        session_of(session_records(session) if session.exists() else ()),
    )


def truth_of(records: Iterable[TruthRecord]) -> Truth:
    """Return the simulator's records, sorted."""
    start: TruthStart | None = None
    frames: dict[str, list[TruthFrame]] = defaultdict(list)
    heads: dict[str, list[HeadSample]] = defaultdict(list)
    motions: list[Motion] = []
    gotos: list[Goto] = []
    world: list[WorldSample] = []
    for record in records:
        match record:
            case TruthStart():
                start = record
            case TruthFrame():
                frames[record.camera].append(record)
            case HeadSample():
                heads[record.camera].append(record)
            case Motion():
                motions.append(record)
            case Goto():
                gotos.append(record)
            case WorldSample():
                world.append(record)
    return Truth(
        seed=None if start is None else start.seed,
        cameras=() if start is None else start.cameras,
        frames={camera: _by_time(found) for camera, found in frames.items()},
        heads={camera: head_of(found) for camera, found in heads.items()},
        motions=_by_time(motions),
        gotos=_by_time(gotos),
        paths=paths_of(_by_time(world)),
    )


def head_of(samples: Sequence[HeadSample]) -> Head:
    """Return one head's samples, sorted."""
    ordered = _by_time(samples)
    return Head(ordered, tuple(sample.at_s for sample in ordered))


def paths_of(world: Sequence[WorldSample]) -> Paths:
    """Return everybody's way over the plan."""
    people: dict[PersonId, Floats] = {}
    for index, sample in enumerate(world):
        for walker in sample.people:
            way = people.setdefault(walker.id, np.full((len(world), 2), np.nan))
            way[index] = walker.x_m, walker.y_m
    return Paths(np.array([sample.at_s for sample in world]), people)


def journal_of(records: Iterable[JournalRecord]) -> Journal:
    """Return the product's records, sorted."""
    kinds: dict[type[JournalRecord], list[JournalRecord]] = defaultdict(list)
    boxes: dict[str, list[Boxes]] = defaultdict(list)
    grants: list[IntentRecord | Released] = []
    ended_s = 0.0
    for record in records:
        ended_s = max(ended_s, record.at_s)
        match record:
            case Boxes():
                boxes[record.camera].append(record)
            case IntentRecord() | Released():
                grants.append(record)
            case _:
                kinds[type(record)].append(record)
    starts = [record.at_s for record in kinds[JournalStart]]
    return Journal(
        started_s=min(starts, default=None),
        ended_s=ended_s,
        links=_of(kinds, LinkChange),
        onboarded=_of(kinds, Onboarded),
        boxes={camera: _by_exposure(found) for camera, found in boxes.items()},
        targets=_of(kinds, Targets),
        grants=_by_time(grants),
        asked=_of(kinds, Asked),
        moves=_of(kinds, MoveRecord),
        alarms=_of(kinds, AlarmRecord),
        failures=_of(kinds, Failure),
    )


def session_of(records: Iterable[SessionRecord]) -> Session:
    """Return the harness's records, sorted by kind."""
    found = list(records)
    looks = [record for record in found if isinstance(record, Discovered)]
    return Session(
        discovered=looks[-1] if looks else None,
        commands=tuple(record for record in found if isinstance(record, Command)),
        replies=tuple(record for record in found if isinstance(record, Reply)),
        exits=tuple(record for record in found if isinstance(record, Exit)),
        left=tuple(record for record in found if isinstance(record, Left)),
    )


def _by_time(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records, key=lambda record: record.at_s))


def _of(
    kinds: Mapping[type[JournalRecord], Sequence[JournalRecord]], kind: type[Record]
) -> tuple[Record, ...]:
    return _by_time(
        record for records in kinds.values() for record in records if isinstance(record, kind)
    )


def _by_exposure(boxes: Sequence[Boxes]) -> tuple[Boxes, ...]:
    return tuple(sorted(boxes, key=lambda found: found.exposed_s))


def aim_at(truth: Truth, camera: str, moment_s: float) -> Aim | None:
    """Return where a head looked at ``moment_s``; None when the truth does not say."""
    head = truth.heads.get(camera)
    sample = None if head is None else head.at(moment_s)
    return None if sample is None else sample.aim
