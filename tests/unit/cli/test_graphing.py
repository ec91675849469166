"""`policy graph`: what is printed, for people and for other tools, and drawn."""

import json
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from typer.testing import CliRunner

from orchestrator.adapters.drawing.relations import _places
from orchestrator.cli.commands import app
from orchestrator.cli.graphing import as_dot, as_mermaid

DEMO = Path(__file__).parents[3] / "config" / "demo"
NASTY = 'a "b" <c> & \\d'


def _graph(*words: str | Path) -> str:
    said = CliRunner().invoke(app, ["policy", "graph", str(DEMO), *map(str, words)])
    assert said.exit_code == 0, said.output
    return said.stdout


def _crowd(rules: int) -> "nx.MultiDiGraph[str]":
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(rules):
        for kind, name, band in (
            ("policy", f"p{number}", ("alarm", "handoff")[number % 2]),
            ("zone", f"z{number % 7}", ""),
            ("camera", f"c{number % 5}", ""),
        ):
            rank = ("alarm", "handoff").index(band) if band else None
            graph.add_node(f"{kind} {name}", kind=kind, name=name, says="", band=band, rank=rank)
        graph.add_edge(f"zone z{number % 7}", f"policy p{number}", kind="starts", says="enters")
        graph.add_edge(f"policy p{number}", f"camera c{number % 5}", kind="claims", says="best")
    return graph


@pytest.mark.slow
def test_the_text_says_of_each_rule_what_it_hangs_on() -> None:
    out = _graph()

    assert out.index("rest-area (privacy)") < out.index("after-hours-intrusion (alarm)")
    assert "  started by yard enters\n" in out
    assert "  yields to  after-hours-intrusion (alarm before patrol, over yard-ptz" in out
    assert "  tells      security-desk (high)\n" in out


@pytest.mark.slow
def test_other_tools_get_every_node_and_edge_and_people_a_picture(tmp_path: Path) -> None:
    png = tmp_path / "rules.png"
    known = json.loads(_graph("--format", "json", "--png", png))
    mermaid = _graph("--format", "mermaid").splitlines()
    dot = _graph("--format", "dot").splitlines()

    assert png.read_bytes().startswith(b"\x89PNG")
    assert mermaid[0] == "flowchart LR"
    assert len(mermaid) == 1 + len(known["nodes"]) + len(known["edges"])
    assert len([line for line in dot if "->" in line]) == len(known["edges"])


def test_a_name_cannot_break_out_of_its_label() -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node(NASTY, kind="cause", name=NASTY, says="", band="", rank=None)

    assert list(as_mermaid(graph))[1] == '  n0["a &quot;b&quot; &lt;c> &amp; \\d"]'
    assert 'label="a \\"b\\" <c> & \\\\d"' in list(as_dot(graph))[2]


@pytest.mark.parametrize("rules", [0, 1, 2, 40])
def test_no_two_boxes_overlap_however_many_there_are(rules: int) -> None:
    places = _places(_crowd(rules))
    columns: dict[float, list[float]] = {}
    for x, y in places.values():
        columns.setdefault(x, []).append(y)

    for rows in columns.values():
        assert all(lower - upper >= 0.999 for upper, lower in pairwise(sorted(rows)))
        assert min(rows) >= -0.001
