"""What a choice says: which camera shows what, for whom, and why others did not get it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from orchestrator.decide.claims import Claim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.intent import Refused

Loss = tuple[CameraId | None, Refused]
"""Why somebody did not get a camera; None is any camera."""


@dataclass(slots=True)
class Award:
    """A camera's preset for now (None: it stays as it is) and the claims it serves."""

    camera: CameraId
    preset: PresetName | None
    claims: list[Claim] = field(default_factory=list)


@dataclass(slots=True)
class Choice:
    """What was chosen; and why each claim did not get more, which is put into words when asked."""

    awards: dict[CameraId, Award] = field(default_factory=dict)
    _untold: list[Callable[[], Iterable[Loss]]] = field(default_factory=list)
    _refused: dict[Loss, None] = field(default_factory=dict)

    def explain(self, losses: Callable[[], Iterable[Loss]]) -> None:
        """Keep how it is found out why some claims did not get a camera."""
        self._untold.append(losses)

    @property
    def refused(self) -> Collection[Loss]:
        """Return why claims did not get a camera, each reason once, in the order found out."""
        for losses in self._untold:
            self._refused.update(dict.fromkeys(losses()))
        self._untold.clear()
        return self._refused.keys()

    def lost(self, camera: CameraId) -> tuple[Refused, ...]:
        """Return why claims did not get a camera, or did not get any, in the order found out."""
        return tuple(one for about, one in self.refused if about is None or about == camera)


def loss(claim: Claim, camera: CameraId | None, reason: str) -> Loss:
    """Return why a claim did not get a camera."""
    return camera, Refused(claim.name, claim.band, reason)


def outranked(loser: Claim, winner: Claim) -> str:
    """Return why one claim lost a camera to another."""
    low, high = loser.band.name.lower(), winner.band.name.lower()
    if loser.band is not winner.band:
        return f"band {low} is below {high} ({winner.name})"
    if loser.priority != winner.priority:
        return f"priority {loser.priority} is below {winner.priority} ({winner.name})"
    return f"{winner.name} has it, and is worth more or older in band {high}"
