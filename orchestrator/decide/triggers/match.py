"""A trigger that holds now: for which cause, and with what its condition may ask."""

from collections.abc import Callable
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
    far as the trigger knows of any. Its words are only made when somebody wants to hear them.
    """

    cause: Cause
    facts: Facts
    words: Callable[[], tuple[str, str]]
    target: Target | None = None
    zone: ZoneId | None = None
    arrival: Arrival | None = None

    @property
    def clause(self) -> Clause:
        """Return the trigger in words, and what was found."""
        text, found = self.words()
        return Clause(text, found, True)


def word(kind: Kind) -> str:
    """Return what authors call a kind."""
    return kind.name.lower()
