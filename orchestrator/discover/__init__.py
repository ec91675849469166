"""Who is on the network? Replies to discovery probes become candidates, each listed once.

In: the discovery door, an interface to ask from, how long to listen.
Out: candidates, in the order of their addresses; none of them trusted.
Law: nothing is sent but probes, and no login is known here.
"""

from orchestrator.discover.merge import merged
from orchestrator.discover.stage import discovered

__all__ = ["discovered", "merged"]
