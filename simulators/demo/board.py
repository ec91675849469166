"""What is known of a run while it goes on, from the journal's newest lines: pure bookkeeping.

The journal tells what the product believes, so hand-offs here are *seen* ones, identities that
turn up in another camera; the true ones are counted by the score afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from simulators.score.records import (
    AlarmRecord,
    Boxes,
    Failure,
    IntentRecord,
    JournalRecord,
    JournalStart,
    LinkChange,
    Released,
    Targets,
)

AWAY_S = 2.0
NAMED = 4


@dataclass(slots=True)
class Board:
    """The state of a run, and lines worth telling."""

    cameras: tuple[str, ...]
    started_s: float | None = None
    now_s: float = 0.0
    links: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    targets: int = 0
    intents: dict[str, IntentRecord] = field(default_factory=dict)
    handoffs: int = 0
    moves: int = 0
    looked: int = 0
    alarms: int = 0
    _seen: dict[str, dict[str, float]] = field(default_factory=dict)

    @property
    def elapsed_s(self) -> float:
        """Return how long the service has run."""
        return 0.0 if self.started_s is None else max(0.0, self.now_s - self.started_s)

    @property
    def online(self) -> int:
        """Return how many cameras are online."""
        return sum(link == "online" for link in self.links.values())

    def add(self, record: JournalRecord) -> Iterator[str]:
        """Take in a record; yield what is worth a line."""
        self.now_s = max(self.now_s, record.at_s)
        match record:
            case JournalStart():
                self.started_s = record.at_s
            case LinkChange():
                yield from self._link(record)
            case Boxes():
                yield from self._boxes(record)
            case Targets():
                self.targets = sum(target.kind == "person" for target in record.targets)
            case IntentRecord():
                yield from self._intent(record)
            case Released():
                self.intents.pop(record.camera, None)
            case AlarmRecord():
                self.alarms += 1
                yield f"alarm ({record.severity}): {record.say}"
            case Failure():
                yield f"FAILURE: {record.what}"
            case _:
                return

    def _link(self, record: LinkChange) -> Iterator[str]:
        known = self.links.get(record.camera)
        self.links[record.camera] = record.link
        if known != record.link:
            why = f" ({record.reason})" if record.reason else ""
            yield f"{record.camera} is {record.link}{why}"

    def _intent(self, record: IntentRecord) -> Iterator[str]:
        before = self.intents.get(record.camera)
        self.intents[record.camera] = record
        if before is None or before.id != record.id:
            self.moves += 1
            yield f"{record.camera} -> {record.preset}: {why(record)}"

    def _boxes(self, record: Boxes) -> Iterator[str]:
        self.looked += 1
        people = [box for box in record.boxes if box.kind == "person"]
        self.people[record.camera] = len(people)
        for target in {box.target for box in people if box.target}:
            yield from self._turned_up(target, record)

    def _turned_up(self, target: str, record: Boxes) -> Iterator[str]:
        seen = self._seen.setdefault(target, {})
        last_s = seen.get(record.camera)
        others = {camera: at_s for camera, at_s in seen.items() if camera != record.camera}
        seen[record.camera] = record.exposed_s
        if others and (last_s is None or record.exposed_s - last_s > AWAY_S):
            self.handoffs += 1
            origin = max(others, key=others.__getitem__)
            yield f"{target} handed from {origin} to {record.camera}"


def why(intent: IntentRecord) -> str:
    """Return in a few words why a camera was granted something."""
    who = intent.policy or intent.actor or intent.band
    named = ", ".join(intent.targets[:NAMED])
    more = f" and {len(intent.targets) - NAMED} more" if len(intent.targets) > NAMED else ""
    whom = f" for {named}{more}" if intent.targets else ""
    because = f": {intent.because}" if intent.because else ""
    return f"[{intent.band}] {who}{whom}{because}"
