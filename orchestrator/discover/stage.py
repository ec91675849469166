"""The stage: ask the network, and list who answered."""

from orchestrator.discover.merge import merged
from orchestrator.ports import Candidate, Discovery


async def discovered(
    door: Discovery, *, interface: str, duration_s: float
) -> tuple[Candidate, ...]:
    """Return who answered probes sent from address ``interface``, each once, by address."""
    return merged(await door.candidates(interface=interface, duration_s=duration_s))
