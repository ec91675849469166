"""What the PTZ service asks of a head; positions are in the generic ONVIF spaces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Axes:
    """Pan, tilt and zoom: a position (-1..1, -1..1, 0..1), a step or a velocity (-1..1 each)."""

    pan: float
    tilt: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Named:
    """A stored preset."""

    token: str
    name: str
    position: Axes


@dataclass(frozen=True, slots=True)
class Status:
    """Where the head says it is and whether it says it moves; None where it says nothing."""

    position: Axes | None
    moving: bool | None


class Steering(Protocol):
    """One head. A method returns when the head has accepted, not when it has arrived."""

    def status(self) -> Status:
        """Return where the head is now."""
        ...

    def presets(self) -> Sequence[Named]:
        """Return the stored presets."""
        ...

    def set_preset(self, token: str | None, name: str) -> str:
        """Store the present position, anew or under ``token``; return its token."""
        ...

    def remove_preset(self, token: str) -> None:
        """Forget a preset."""
        ...

    def goto_preset(self, token: str) -> None:
        """Go to a preset."""
        ...

    def absolute(self, position: Axes) -> None:
        """Go to a position."""
        ...

    def relative(self, step: Axes) -> None:
        """Go a step further."""
        ...

    def relative_to_view(self, step: Axes) -> None:
        """Go a step further, in halves of the picture."""
        ...

    def continuous(self, velocity: Axes, timeout_s: float) -> None:
        """Move at a velocity until stopped or ``timeout_s`` has passed."""
        ...

    def stop(self) -> None:
        """Stop every axis."""
        ...

    def home(self) -> None:
        """Go home."""
        ...

    def set_home(self) -> None:
        """Make the present position home."""
        ...
