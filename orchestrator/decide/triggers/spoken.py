"""A trigger in the words of its author."""

from collections.abc import Sequence

from orchestrator.decide.triggers.match import word
from orchestrator.domain.policy import Enters, Leaves, Trigger
from orchestrator.domain.sighting import Kind


def spoken(on: Trigger) -> str:
    """Return a trigger in the words of its file.

    >>> spoken(Leaves((Kind.PERSON, Kind.BIKE), 5.0))
    'person or bike leaves any view within 5 s'
    """
    match on:
        case Enters(zones=zones, kinds=kinds):
            return f"{_kinds(kinds)} enters {' or '.join(zones)}"
        case Leaves(kinds=kinds, within_s=within_s):
            return f"{_kinds(kinds)} leaves any view within {within_s:g} s"


def _kinds(kinds: Sequence[Kind]) -> str:
    return " or ".join(word(kind) for kind in kinds)
