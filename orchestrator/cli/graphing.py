"""`policy graph`: how the rules of a site hang together, as text, for other tools, or drawn."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import networkx as nx

from orchestrator.cli.paths import writing
from orchestrator.config import read_site
from orchestrator.lint import relations

_ARROWS = {"rules": "-->", "starts": "-->", "claims": "==>", "tells": "-->", "closes": "-.-x"}
_RULES = ("privacy", "policy", "patrol")
_SHAPES = {"calendar": ("[/", "/]"), "person": ("([", "])"), "camera": ("[[", "]]")}


def show_graph(folder: Path, form: str, png: Path | None) -> None:
    """Print the graph in a form, and draw it where a picture is asked for."""
    site = read_site(folder)
    graph = relations(site, datetime.now(ZoneInfo(site.timezone)).date())
    if png is not None:
        from orchestrator.adapters.drawing import draw_relations

        with writing(png, "--png"):
            draw_relations(graph, f"{site.name}: its rules and what they hang on", png)
    writers = {"text": as_text, "mermaid": as_mermaid, "dot": as_dot, "json": as_json}
    print("\n".join(writers[form](graph)))


def as_text(graph: "nx.MultiDiGraph[str]") -> Iterator[str]:
    """Yield each rule with everything it is linked with, the strongest bands first."""
    for node, known in _by_band(graph):
        yield f"{known['name']} ({known['band']}): {known['says']}"
        for one, _, link in graph.in_edges(node, data=True):
            other = graph.nodes[one]
            if link["kind"] == "rules":
                yield f"  during     {other['name']}{_beside(other['says'])}"
            elif link["kind"] == "starts":
                yield f"  started by {other['name']} {link['says']}"
            elif link["kind"] == "compete":
                yield f"  yields to  {other['name']}{_beside(link['says'])}"
        words = {
            "claims": "may have",
            "tells": "tells",
            "closes": "closes",
            "sets": "sets",
            "compete": "prevails",
        }
        for _, one, link in graph.out_edges(node, data=True):
            word = words[link["kind"]]
            over = "over " * (link["kind"] == "compete")
            yield f"  {word:<10} {over}{graph.nodes[one]['name']}{_beside(link['says'])}"


def _beside(says: str) -> str:
    return f" ({says})" if says else ""


def _by_band(graph: "nx.MultiDiGraph[str]") -> list[tuple[str, dict[str, str]]]:
    """Return the rules, privacy first, then as the site ranks their bands."""
    rules = [(node, known) for node, known in graph.nodes(data=True) if known["kind"] in _RULES]
    return sorted(rules, key=lambda rule: (rule[1]["rank"], rule[0]))


def as_mermaid(graph: "nx.MultiDiGraph[str]") -> Iterator[str]:
    """Yield a Mermaid flowchart."""
    names = {node: f"n{number}" for number, node in enumerate(graph.nodes)}
    yield "flowchart LR"
    for node, known in graph.nodes(data=True):
        opening, closing = _SHAPES.get(known["kind"], ("[", "]"))
        lines = filter(None, (known["name"], known["says"]))
        yield f'  {names[node]}{opening}"{"<br>".join(map(_entities, lines))}"{closing}'
    for one, other, known in graph.edges(data=True):
        label = f'|"{_entities(known["says"])}"|' if known["says"] else ""
        yield f"  {names[one]} {_ARROWS.get(known['kind'], '-.->')}{label} {names[other]}"


def _entities(text: str) -> str:
    """Return a text as Mermaid takes it between quotes."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def as_dot(graph: "nx.MultiDiGraph[str]") -> Iterator[str]:
    """Yield a graph for Graphviz."""
    yield "digraph rules {"
    yield "  rankdir=LR; node [shape=box, fontname=sans]; edge [fontname=sans, fontsize=9];"
    for node, known in graph.nodes(data=True):
        label = "\n".join(filter(None, (known["name"], known["says"])))
        yield f"  {json.dumps(node)} [label={json.dumps(label, ensure_ascii=False)}];"
    for one, other, known in graph.edges(data=True):
        style = ", style=dashed, constraint=false" if known["kind"] in {"closes", "compete"} else ""
        label = json.dumps(known["says"], ensure_ascii=False)
        yield f"  {json.dumps(one)} -> {json.dumps(other)} [label={label}{style}];"
    yield "}"


def as_json(graph: "nx.MultiDiGraph[str]") -> Iterator[str]:
    """Yield the nodes and edges as JSON."""
    nodes = [{"id": node, **known} for node, known in graph.nodes(data=True)]
    edges = [{"from": one, "to": other, **known} for one, other, known in graph.edges(data=True)]
    yield json.dumps({"nodes": nodes, "edges": edges}, indent=2, ensure_ascii=False)
