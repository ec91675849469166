"""How views hang together: which share floor, and the ways on foot between those that do not.

In: a site and the passports of its cameras (their presets and poses).
Out: ``built``: the ``Topology`` value; ``graph_of``: the same as a networkx graph, to be asked.
Law: computed from calibration alone, and the same site always gives the same topology.
"""

from orchestrator.topology.build import built
from orchestrator.topology.exposed import Exposed, exposed
from orchestrator.topology.graph import edges, essential_passages, graph_of

__all__ = ["Exposed", "built", "edges", "essential_passages", "exposed", "graph_of"]
