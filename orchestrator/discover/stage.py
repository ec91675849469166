"""The stage: ask the network, and list who answered."""

from collections.abc import Sequence

from orchestrator.discover.merge import merged
from orchestrator.ports import Candidate, Discovery


async def discovered(
    door: Discovery, *, interfaces: Sequence[str] = (), duration_s: float
) -> tuple[Candidate, ...]:
    """Return who answered probes sent from these interfaces, each once, by address.

    None at all means every interface but loopback.
    """
    return merged(await door.heard(interfaces=interfaces, duration_s=duration_s))


async def swept(
    door: Discovery, places: Sequence[tuple[str, int]], *, rate_per_s: float
) -> tuple[Candidate, ...]:
    """Return who answers at these hosts and ports, each once, by address."""
    return merged(await door.answering(places, rate_per_s=rate_per_s))
