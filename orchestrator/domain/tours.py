"""Preset tours: rounds of presets that a camera walks by itself once it is told to."""

from dataclasses import dataclass
from enum import Enum

from orchestrator.domain.ids import PresetName, TourName


class TourState(Enum):
    """What a camera says a tour does; the value is the word people read."""

    IDLE = "idle"
    TOURING = "touring"
    PAUSED = "paused"
    UNKNOWN = "unknown"


class TourOrder(Enum):
    """What a tour can be told; the value is the word people write."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"

    @property
    def leads_to(self) -> TourState:
        """Return the state of a tour that obeyed."""
        return _LEADS_TO[self]


_LEADS_TO = {
    TourOrder.START: TourState.TOURING,
    TourOrder.STOP: TourState.IDLE,
    TourOrder.PAUSE: TourState.PAUSED,
}


@dataclass(frozen=True, slots=True)
class TourSpot:
    """One stop of a tour: a preset, or ``home``, and how long the head stays.

    Neither is a place that has no name here: a position, or a preset that is gone.
    """

    preset: PresetName | None = None
    home: bool = False
    stay_s: float | None = None
    """None where the camera keeps to a time of its own."""


@dataclass(frozen=True, slots=True)
class Tour:
    """A tour as the camera has it; one without a name is called by its token."""

    name: TourName
    spots: tuple[TourSpot, ...]
    state: TourState = TourState.IDLE
