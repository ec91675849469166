"""A trigger that holds now: for which cause, and with what its condition may ask."""

from dataclasses import dataclass

from orchestrator.decide.facts import Facts
from orchestrator.domain.cause import Cause
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.intent import Clause
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Arrival, Target


@dataclass(frozen=True, slots=True)
class Match:
    """A trigger that holds now.

    ``target`` is whom it is about, ``zone`` where, ``arrival`` where that one is expected next, as
    far as the trigger knows of any.
    """

    cause: Cause
    facts: Facts
    clause: Clause
    target: Target | None = None
    zone: ZoneId | None = None
    arrival: Arrival | None = None


def word(kind: Kind) -> str:
    """Return what authors call a kind."""
    return kind.name.lower()
