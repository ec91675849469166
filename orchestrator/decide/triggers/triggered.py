"""Which causes trigger a policy now, whatever its condition says."""

from collections.abc import Iterator, Sequence

from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.by_place import flagged, occupied, reporting
from orchestrator.decide.triggers.by_target import by_target
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match
from orchestrator.domain.policy import (
    Crosses,
    Enters,
    Flagged,
    Leaves,
    Occupied,
    Policy,
    Reports,
    Stays,
)


def triggered(policy: Policy, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield, for each cause that triggers a policy now, in how many ways it does: at least one."""
    match policy.on:
        case (Enters() | Stays() | Crosses() | Leaves()) as on:
            yield from by_target(on, tick, happening)
        case Occupied() as on:
            yield from occupied(on, tick, happening)
        case Reports() as on:
            yield from reporting(on, tick, happening)
        case Flagged() as on:
            yield from flagged(on, happening)
