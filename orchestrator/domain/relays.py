"""Relay outputs of a camera: the contacts that a gate, a lamp or a horn hangs on."""

from dataclasses import dataclass
from enum import Enum

from orchestrator.domain.ids import RelayId


class RelayMode(Enum):
    """Whether a relay stays as it is told, or falls back by itself; the value is ONVIF's word."""

    BISTABLE = "bistable"
    MONOSTABLE = "monostable"


class Contact(Enum):
    """A contact; the value is the word people read."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Relay:
    """One output: ``idle`` is its contact while it is inactive. No camera tells how it is now."""

    id: RelayId
    mode: RelayMode
    delay_s: float
    """After how long a monostable one falls back."""
    idle: Contact
