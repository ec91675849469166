"""The tracker's memory, as arrays: what ``track`` carries from tick to tick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Every live track; ``track`` alone writes it, ``Target`` is the view readers get."""
