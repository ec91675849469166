"""How views hang together: which share floor, and the ways on foot between those that do not.

In: a site and the passports of its cameras (their presets and poses), or its inventory.
Out: ``built``, ``inventoried``: the ``Topology`` value; ``graph_of``: the same as a networkx graph.
Law: computed from calibration alone, and the same site always gives the same topology.
"""

from orchestrator.topology.build import aims_of, built, surveyed
from orchestrator.topology.exposed import Exposed, exposed
from orchestrator.topology.graph import edges, essential_passages, graph_of
from orchestrator.topology.inventory import inventoried, renewed

__all__ = [
    "Exposed",
    "aims_of",
    "built",
    "edges",
    "essential_passages",
    "exposed",
    "graph_of",
    "inventoried",
    "renewed",
    "surveyed",
]
