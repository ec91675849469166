"""What a choice says: which camera shows what, for whom, and why others did not get it."""

from dataclasses import dataclass, field

from orchestrator.decide.claims import Claim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import Band, Refused


@dataclass(slots=True)
class Award:
    """A camera's preset for now (None: it stays as it is) and the claims it serves."""

    camera: CameraId
    preset: PresetName | None
    claims: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """What was chosen, and why each claim did not get more."""

    awards: dict[CameraId, Award] = field(default_factory=dict)
    refused: list[tuple[CameraId | None, Refused]] = field(default_factory=list)
    _about: dict[CameraId | None, list[int]] = field(default_factory=dict)
    _told: set[tuple[CameraId | None, str, Band, str]] = field(default_factory=set)

    def refuse(self, claim: Claim, camera: CameraId | None, reason: str) -> None:
        """Note why a claim did not get a camera (None: any camera)."""
        entry = camera, claim.name, claim.band, reason
        if entry not in self._told:
            self._told.add(entry)
            self._about.setdefault(camera, []).append(len(self.refused))
            self.refused.append((camera, Refused(claim.name, claim.band, reason)))

    def lost(self, camera: CameraId) -> tuple[Refused, ...]:
        """Return why claims did not get a camera, or did not get any, in the order found out."""
        numbers = sorted((*self._about.get(camera, ()), *self._about.get(None, ())))
        return tuple(self.refused[number][1] for number in numbers)


def outranked(loser: Claim, winner: Claim) -> str:
    """Return why one claim lost a camera to another."""
    low, high = loser.band.name.lower(), winner.band.name.lower()
    if loser.band is not winner.band:
        return f"band {low} is below {high} ({winner.name})"
    if loser.priority != winner.priority:
        return f"priority {loser.priority} is below {winner.priority} ({winner.name})"
    return f"{winner.name} has it, and is worth more or older in band {high}"
