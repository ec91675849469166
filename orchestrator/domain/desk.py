"""The arbiter's desk: claims, leases and what each policy remembers; ``decide`` alone writes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything ``decide`` carries from tick to tick."""
