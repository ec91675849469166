"""Which camera had to show what, for whom, from when to when: the journal's intents as spells."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simulators.score.evidence import Journal
from simulators.score.records import IntentRecord, PersonId, Released


@dataclass(frozen=True, slots=True)
class Grant:
    """A camera has to show ``preset`` for ``targets`` from ``start_s`` until ``end_s``."""

    id: str
    camera: str
    preset: str
    band: str
    policy: str | None
    targets: tuple[str, ...]
    start_s: float
    end_s: float


def spells(journal: Journal) -> tuple[Grant, ...]:
    """Return every record's spell: until the same camera's next record, or the run's end."""
    records: dict[str, list[IntentRecord | Released]] = defaultdict(list)
    for record in journal.grants:
        records[record.camera].append(record)
    found = [spell for own in records.values() for spell in _of_camera(own, journal.ended_s)]
    return tuple(sorted(found, key=lambda grant: grant.start_s))


def grants(journal: Journal) -> tuple[Grant, ...]:
    """Return one spell per grant: records that repeat an id only change the targets.

    The targets are those named when the grant was given.
    """
    whole: dict[tuple[str, str], Grant] = {}
    for spell in spells(journal):
        known = whole.get((spell.camera, spell.id))
        whole[spell.camera, spell.id] = (
            spell if known is None else replace(known, end_s=spell.end_s)
        )
    return tuple(whole.values())


def persons(targets: Sequence[str], owner: Mapping[str, PersonId]) -> frozenset[PersonId]:
    """Return whom identities belong to; one that no true box carries is nobody."""
    return frozenset(owner[target] for target in targets if target in owner)


def _of_camera(records: Sequence[IntentRecord | Released], ended_s: float) -> list[Grant]:
    ends_s = [record.at_s for record in records[1:]] + [ended_s]
    return [
        Grant(
            record.id,
            record.camera,
            record.preset,
            record.band,
            record.policy,
            record.targets,
            record.at_s,
            max(end_s, record.at_s),
        )
        for record, end_s in zip(records, ends_s, strict=True)
        if isinstance(record, IntentRecord)
    ]
