"""How views hang together: which share floor, and the ways on foot between those that do not.

In: a site and the passports of its cameras (their presets and poses), or its inventory.
Out: ``built``, ``inventoried``: the ``Topology`` value; ``graph_of``: the same as a networkx graph.
    ``overlapping``, ``blind_links``: what the visits of people teach; ``learned`` keeps it, and
    ``known_ways`` are the passages of such a map that are believed.
Law: the same site, or the same visits, always give the same topology.
"""

from orchestrator.topology.build import aims_of, built, surveyed
from orchestrator.topology.exposed import Exposed, exposed
from orchestrator.topology.graph import edges, essential_passages, graph_of
from orchestrator.topology.inventory import inventoried, renewed
from orchestrator.topology.learn import Link, Visit, blind_links, overlapping
from orchestrator.topology.learned import BELIEVED, Way, Ways, known_ways

__all__ = [
    "BELIEVED",
    "Exposed",
    "Link",
    "Visit",
    "Way",
    "Ways",
    "aims_of",
    "blind_links",
    "built",
    "edges",
    "essential_passages",
    "exposed",
    "graph_of",
    "inventoried",
    "known_ways",
    "overlapping",
    "renewed",
    "surveyed",
]
