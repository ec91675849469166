"""The topology as a networkx graph, for path questions, exports and pictures.

Nodes are view ids with ``camera``, ``preset``, ``azimuth_deg``, ``tilt_deg``, ``hfov_deg``,
``area_m2`` and the ``footprint``; edges are keyed and labelled by ``kind``: an ``overlap`` has
``shared_m2``, a ``passage`` has ``length_m``.
"""

import networkx as nx

from orchestrator.domain.topology import Topology


def graph_of(topology: Topology) -> "nx.MultiGraph[str]":
    """Return a new graph of the views, their overlaps and the passages between them."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    for view in topology.views:
        graph.add_node(
            view.id,
            camera=view.camera,
            preset=view.preset,
            azimuth_deg=view.aim.azimuth_deg,
            tilt_deg=view.aim.tilt_deg,
            hfov_deg=view.aim.hfov_deg,
            area_m2=float(view.footprint.area),
            footprint=view.footprint,
        )
    for overlap in topology.overlaps:
        graph.add_edge(
            overlap.a, overlap.b, key="overlap", kind="overlap", shared_m2=overlap.shared_m2
        )
    for passage in topology.passages:
        graph.add_edge(
            passage.a, passage.b, key="passage", kind="passage", length_m=passage.length_m
        )
    return graph
