"""Who is on the network? Answers to discovery become candidates, each listed once.

In: the discovery door; interfaces to ask from and how long to listen, or addresses to ask.
Out: candidates, in the order of their addresses; none of them trusted.
Law: nothing is sent but probes and the question anybody may ask, and no login is known here.
"""

from orchestrator.discover.lookout import looked_out
from orchestrator.discover.merge import merged
from orchestrator.discover.news import News, standing
from orchestrator.discover.places import PORTS, places
from orchestrator.discover.stage import discovered, swept

__all__ = ["PORTS", "News", "discovered", "looked_out", "merged", "places", "standing", "swept"]
