"""Who appears where next, and when?

In: a site's topology, where its heads look now, and the targets with their velocities.
Out: the world with ``arrivals``: which view may get which target, from when until when.
Law: expectations, not decisions: nothing here moves a camera; pure and cheap.
"""

from orchestrator.handoff.expect import handed_off

__all__ = ["handed_off"]
