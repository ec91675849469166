"""How well and how often the product looked: recall, precision, frames per second."""

from collections.abc import Iterable, Sequence

from simulators.score.evidence import Evidence
from simulators.score.matching import Looked
from simulators.score.records import LinkChange, PersonId


def recall(looked: Iterable[Looked]) -> float | None:
    """Return the share of people to be found who were found; None when nobody was there."""
    found, missed = 0, 0
    for frame in looked:
        found += len(frame.found)
        missed += len(frame.missed)
    return found / (found + missed) if found + missed else None


def precision(looked: Iterable[Looked]) -> float | None:
    """Return the share of judged person boxes that show a person; None without a box."""
    right, wrong = 0, 0
    for frame in looked:
        right += len(frame.found)
        wrong += len(frame.stray)
    return right / (right + wrong) if right + wrong else None


def people(looked: Iterable[Looked]) -> frozenset[PersonId]:
    """Return everybody who was found at least once while half visible."""
    return frozenset(person for frame in looked for person in frame.found)


def fps_of(evidence: Evidence, camera: str) -> float | None:
    """Return pictures looked at per second of one camera's online time; None: never online."""
    journal = evidence.journal
    spells = online_spells(
        [change for change in journal.links if change.camera == camera], journal.ended_s
    )
    online_s = sum(end_s - start_s for start_s, end_s in spells)
    looks = journal.boxes.get(camera, ())
    inside = sum(any(start <= look.at_s <= end for start, end in spells) for look in looks)
    return inside / online_s if online_s > 0 else None


def slowest_fps(evidence: Evidence) -> float | None:
    """Return the least of all cameras' rates; 0 when one was never online, None without any."""
    rates = [fps_of(evidence, camera.id) or 0.0 for camera in evidence.truth.cameras]
    return min(rates, default=None)


def online_spells(links: Sequence[LinkChange], ended_s: float) -> list[tuple[float, float]]:
    """Return from when to when one camera's link was ``online``."""
    spells: list[tuple[float, float]] = []
    since_s: float | None = None
    for change in links:
        if change.link == "online":
            since_s = change.at_s if since_s is None else since_s
        elif since_s is not None:
            spells.append((since_s, change.at_s))
            since_s = None
    if since_s is not None:
        spells.append((since_s, ended_s))
    return spells
