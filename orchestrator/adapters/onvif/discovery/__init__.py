"""Who is out there: by multicast on the networks this machine is in, by asking address by address.

In: interfaces or addresses.
Out: candidates, none of them trusted.
Law: nothing is sent but probes and the one question that ONVIF lets anybody ask; no login is known.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

from orchestrator.adapters.onvif.discovery.multicast import heard_from
from orchestrator.adapters.onvif.discovery.overhearing import overheard
from orchestrator.adapters.onvif.discovery.sweep import answering
from orchestrator.ports import Candidate, Leaving

__all__ = ["WsDiscovery"]


class WsDiscovery:
    """The ``Discovery`` port over WS-Discovery and unicast questions, IPv4 and IPv6."""

    async def heard(self, *, interfaces: Sequence[str], duration_s: float) -> Sequence[Candidate]:
        """Return every distinct device that answered probes sent from these interfaces."""
        return await heard_from(interfaces, duration_s)

    def overheard(
        self, *, interfaces: Sequence[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[Candidate | Leaving]]:
        """Hear who says of their own accord that they come or go, until left."""
        return overheard(interfaces)

    async def answering(
        self, places: Sequence[tuple[str, int]], *, rate_per_s: float
    ) -> Sequence[Candidate]:
        """Return those of these hosts and ports where something answers as a camera does."""
        return await answering(places, rate_per_s=rate_per_s)
