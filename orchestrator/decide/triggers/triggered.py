"""Which causes trigger a policy now, whatever its condition says."""

from collections.abc import Iterator, Sequence

from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.by_target import entered, leaving
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match
from orchestrator.domain.policy import Enters, Leaves, Policy


def triggered(policy: Policy, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield, for each cause that triggers a policy now, in how many ways it does: at least one."""
    match policy.on:
        case Enters() as on:
            yield from entered(on, tick, happening)
        case Leaves() as on:
            yield from leaving(policy, on, tick, happening)
