"""One identity per person or vehicle over all cameras, on the floor.

In: detections of any camera, at any rate, in any order; the world before.
Out: the world with ``tracks``, ``targets``, and one ``sighting`` per box.
Law: seconds, never frames; a covariance per box; pure: the same input gives the same world.
"""

from orchestrator.track.across import target_id
from orchestrator.track.align import displaced_m
from orchestrator.track.tick import tracked

__all__ = ["displaced_m", "target_id", "tracked"]
