"""The topology as a networkx graph: what ``topology show`` lists, exports and draws.

Nodes are view ids with ``camera``, ``preset``, ``azimuth_deg``, ``tilt_deg``, ``hfov_deg``,
``area_m2`` and the ``footprint``; edges are keyed and labelled by ``kind``: an ``overlap`` has
``shared_m2``, a ``passage`` has ``length_m``.
"""

from collections.abc import Iterator

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


def edges(graph: "nx.MultiGraph[str]", kind: str) -> Iterator[tuple[str, str, float]]:
    """Yield the ``overlap`` edges (square metres shared) or the ``passage`` edges (metres)."""
    measure = {"overlap": "shared_m2", "passage": "length_m"}[kind]
    for one, other, key, known in graph.edges(keys=True, data=True):
        if key == kind:
            yield one, other, float(known[measure])


def essential_passages(graph: "nx.MultiGraph[str]") -> list[tuple[str, str, float]]:
    """Return the shortest passage between any two cameras none of whose views overlap.

    The others follow from it: a camera's views are as near to each other as its head is quick.
    """
    camera = graph.nodes(data="camera")
    joined = {frozenset((camera[one], camera[other])) for one, other, _ in edges(graph, "overlap")}
    chosen = []
    for one, other, length_m in sorted(edges(graph, "passage"), key=lambda edge: edge[2]):
        pair = frozenset((camera[one], camera[other]))
        if len(pair) == 2 and pair not in joined:
            joined.add(pair)
            chosen.append((one, other, length_m))
    return chosen
