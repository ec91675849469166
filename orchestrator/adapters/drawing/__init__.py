"""Pictures of what the product knows, for people.

In: a site with its topology, the graph of its rules, or what a model found in a picture; and a path.
Out: a PNG.
Law: matplotlib stays in here; no screen is needed; blocking, so callers use a thread.
"""

from orchestrator.adapters.drawing.plan import draw_topology
from orchestrator.adapters.drawing.relations import draw_relations

__all__ = ["draw_relations", "draw_topology"]
