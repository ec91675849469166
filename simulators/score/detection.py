"""How well and how often the product looked: recall, precision, frames per second."""

from collections.abc import Iterable

from simulators.score.evidence import Evidence
from simulators.score.matching import Looked
from simulators.score.records import PersonId


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
    """Return pictures looked at per second since a camera was first online; None: it never was.

    Time in which it was not online any more counts: a camera that stalls looks at nothing.
    """
    journal = evidence.journal
    began_s = min(
        (one.at_s for one in journal.links if (one.camera, one.link) == (camera, "online")),
        default=None,
    )
    if began_s is None or journal.ended_s <= began_s:
        return None
    looks = sum(look.at_s >= began_s for look in journal.boxes.get(camera, ()))
    return looks / (journal.ended_s - began_s)


def slowest_fps(evidence: Evidence) -> float | None:
    """Return the least of all cameras' rates; 0 when one was never online, None without any."""
    rates = [fps_of(evidence, camera.id) or 0.0 for camera in evidence.truth.cameras]
    return min(rates, default=None)
