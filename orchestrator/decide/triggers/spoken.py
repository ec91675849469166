"""A trigger in the words of its author."""

from collections.abc import Sequence

from orchestrator.decide.triggers.match import word
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Flagged,
    Leaves,
    Occupied,
    Reports,
    Stays,
    Trigger,
)
from orchestrator.domain.sighting import Kind


def spoken(on: Trigger) -> str:
    """Return a trigger in the words of its file.

    >>> spoken(Leaves((Kind.PERSON, Kind.BIKE), 5.0))
    'person or bike leaves any view within 5 s'
    """
    match on:
        case Enters(zones=zones, kinds=kinds):
            said = f"{_kinds(kinds)} enters {' or '.join(zones)}"
        case Leaves(kinds=kinds, within_s=within_s):
            said = f"{_kinds(kinds)} leaves any view within {within_s:g} s"
        case Stays(zones=zones, kinds=kinds, for_s=for_s):
            said = f"{_kinds(kinds)} stays {' or '.join(zones)} for {for_s:g} s"
        case Crosses(lines=lines, kinds=kinds, towards=towards):
            said = f"{_kinds(kinds)} crosses {' or '.join(lines)} {towards.value}"
        case Occupied(zones=zones, kinds=kinds):
            said = f"{' or '.join(zones)} occupied by {_kinds(kinds)}"
        case Reports(reports=reports, cameras=cameras):
            of = "any camera" if cameras is None else " or ".join(cameras)
            said = f"{of} reports {' or '.join(report.value for report in reports)}"
        case Flagged(flag=flag):
            said = f"site {flag}"
    return said


def _kinds(kinds: Sequence[Kind]) -> str:
    return " or ".join(word(kind) for kind in kinds)
