"""The graph of a site's rules as a picture: from what starts them to what they do, band by band.

Three columns, left to right: calendars and causes, rules, cameras and people, so that no arrow runs
behind a box. Rules stand in rows by band, the strongest on top. What is beside them stands near what
it is linked with, and no two overlap. Who may take a camera from whom is an arc left of the rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import networkx as nx
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

_INK = "#2b2d33"
_FAINT = "#8a8f99"
_PAPER = "#fbfaf7"
_BANDS = {
    "privacy": "#7d4f9e",
    "operator": "#4a4e57",
    "alarm": "#c8452f",
    "handoff": "#c98a1b",
    "analytics": "#2f8a6a",
    "patrol": "#3a6fb0",
    "home": "#8a8f99",
}
_COLUMNS = {
    "calendar": 0,
    "cause": 0,
    "zone": 0,
    "policy": 1,
    "patrol": 1,
    "privacy": 1,
    "camera": 2,
    "person": 2,
}
_TITLES = ("when, and what starts it", "rules, by band", "what they may have, whom they tell")
_SMALL = {"zone": "zone", "camera": "camera", "person": "is alarmed"}
_ROW = 1.0
_BAND_GAP = 0.65
_WIDTH = 3.1
_BETWEEN = 2.8
_HEIGHT = 0.62
_LETTERS = 34
"""What a box holds in its line of small print."""
_DPI = 140

Places = Mapping[str, tuple[float, float]]


def draw_relations(graph: "nx.MultiDiGraph[str]", title: str, path: Path) -> None:
    """Write a PNG of the graph that ``lint.relations`` describes."""
    places = _places(graph)
    top = max((y for _, y in places.values()), default=0.0) + 1.3
    width = 3 * _WIDTH + 2 * _BETWEEN
    figure = Figure(figsize=(0.95 * width, 0.72 * (top + 1.9)), facecolor=_PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.02, 0.03, 0.96, 0.9))
    axes.set_axis_off()
    axes.set_xlim(-0.3, width + 0.3)
    axes.set_ylim(top, -1.25)
    figure.suptitle(title, fontsize=17, color=_INK)
    _draw_bands(axes, graph, places)
    for edge in graph.edges(keys=True):
        _draw_edge(axes, graph, places, edge)
    for node in graph.nodes:
        _draw_node(axes, graph.nodes[node], places[node])
    for column, text in enumerate(_TITLES):
        axes.text(_left(column), -1.0, text, fontsize=11, color=_FAINT, va="center")
    axes.legend(
        handles=_legend(),
        loc="lower center",
        bbox_to_anchor=(0.5, -0.02),
        ncols=6,
        frameon=False,
        fontsize=10,
        labelcolor=_INK,
    )
    figure.savefig(path, dpi=_DPI, format="png")


def _left(column: int) -> float:
    return column * (_WIDTH + _BETWEEN)


def _bands(graph: "nx.MultiDiGraph[str]") -> list[tuple[str, list[str]]]:
    """Return the bands that have rules, the strongest first, each with its rules."""
    rules = [(known["rank"], known["band"], node) for node, known in graph.nodes(data=True)]
    found: dict[str, list[str]] = {}
    for _, band, node in sorted(rule for rule in rules if rule[1]):
        found.setdefault(band, []).append(node)
    return list(found.items())


def _places(graph: "nx.MultiDiGraph[str]") -> Places:
    """Return where each node stands: x of its left edge, y of its middle, downwards."""
    rows: dict[str, float] = {}
    y = 0.0
    for _, nodes in _bands(graph):
        for node in nodes:
            rows[node] = y
            y += _ROW
        y += _BAND_GAP
    tall = max(y - _ROW - _BAND_GAP, 0.0)
    for column in (0, 2):
        rows |= _spread(graph, rows, [n for n in graph if _column(graph, n) == column], tall)
    return {node: (_left(_column(graph, node)), row) for node, row in rows.items()}


def _column(graph: "nx.MultiDiGraph[str]", node: str) -> int:
    return _COLUMNS[graph.nodes[node]["kind"]]


def _spread(
    graph: "nx.MultiDiGraph[str]", rows: Mapping[str, float], nodes: Sequence[str], tall: float
) -> dict[str, float]:
    """Return rows near what nodes are linked with, evenly apart where they would overlap."""
    linked = {
        node: [rows[near] for near in nx.all_neighbors(graph, node) if near in rows]
        for node in nodes
    }
    middle = {node: sum(near) / len(near) if near else 0.0 for node, near in linked.items()}
    ordered = sorted(nodes, key=lambda node: (middle[node], node))
    placed: dict[str, float] = {}
    last = -_ROW
    for node in ordered:
        last = max(middle[node], last + _ROW)
        placed[node] = last
    over = max(0.0, last - max(tall, (len(ordered) - 1) * _ROW))
    return _lifted(placed, ordered, last - over)


def _lifted(placed: dict[str, float], ordered: Sequence[str], lowest: float) -> dict[str, float]:
    """Return rows of which none is lower than one, moved up from below as little as needed."""
    limit = lowest
    for node in reversed(ordered):
        placed[node] = min(placed[node], limit)
        limit = placed[node] - _ROW
    return placed


def _draw_bands(axes: Axes, graph: "nx.MultiDiGraph[str]", places: Places) -> None:
    """Draw a stripe of its colour behind the rules of each band, with its name."""
    for band, nodes in _bands(graph):
        rows = [places[node][1] for node in nodes]
        low, high = min(rows) - 0.72, max(rows) + 0.55
        corner = (_left(1) - 0.25, low)
        colour = _BANDS[band]
        axes.add_patch(
            Rectangle(corner, _WIDTH + 0.5, high - low, color=colour, alpha=0.1, zorder=0)
        )
        axes.text(
            _left(1) + _WIDTH + 0.12,
            low + 0.07,
            band,
            fontsize=9,
            color=_BANDS[band],
            va="top",
            ha="right",
            weight="bold",
            zorder=5,
        )


def _draw_node(axes: Axes, node: Mapping[str, str], place: tuple[float, float]) -> None:
    """Draw a node as a named box; what it says stands below its name."""
    x, y = place
    colour = _BANDS.get(node["band"], _FAINT)
    box = FancyBboxPatch(
        (x + 0.1, y - _HEIGHT / 2),
        _WIDTH - 0.2,
        _HEIGHT,
        boxstyle="round,pad=0.08",
        facecolor=_PAPER,
        edgecolor=colour,
        linewidth=1.8 if node["band"] else 1.0,
        zorder=3,
    )
    axes.add_patch(box)
    says = _cut(node["says"] or _SMALL.get(node["kind"], ""), _LETTERS)
    name, above = _cut(node["name"], _LETTERS - 6), 0.15 if says else 0.0
    axes.text(x + 0.16, y - above, name, fontsize=10, color=_INK, va="center", zorder=4)
    if says:
        axes.text(x + 0.16, y + 0.19, says, fontsize=8, color=_FAINT, va="center", zorder=4)


def _cut(text: str, letters: int) -> str:
    """Return a text that fits.

    >>> _cut("person enters yard or dock", 12)
    'person ente…'
    """
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _draw_edge(
    axes: Axes, graph: "nx.MultiDiGraph[str]", places: Places, edge: tuple[str, str, str]
) -> None:
    """Draw an arrow; its colour is that of the rule it belongs to."""
    one, other, kind = edge
    band = graph.nodes[one]["band"] or graph.nodes[other]["band"]
    (x0, y0), (x1, y1) = places[one], places[other]
    style, curve = "-", 0.0
    if kind == "compete":
        ends = ((x0, y0 + 0.12), (x1, y1 - 0.12))
        # A long arc is flatter, so that it stays clear of the boxes on the left.
        style, curve = ":", 0.35 * min(1.0, 6.0 / max(abs(y1 - y0), _ROW))
    elif x0 < x1:
        ends = ((x0 + _WIDTH, y0), (x1, y1))
    else:
        ends = ((x0, y0), (x1 + _WIDTH, y1))
        style = "--"
    arrow = FancyArrowPatch(
        *ends,
        arrowstyle="-|>",
        mutation_scale=11,
        connectionstyle=f"arc3,rad={curve}",
        linestyle=style,
        linewidth=1.3,
        color=_BANDS[band],
        alpha=0.8,
        zorder=2,
        shrinkA=2,
        shrinkB=2,
    )
    axes.add_patch(arrow)


def _legend() -> Iterable[Line2D]:
    return [
        Line2D([], [], color=_INK, label="starts, claims, tells"),
        Line2D([], [], color=_BANDS["privacy"], linestyle="--", label="closes"),
        Line2D([], [], color=_INK, linestyle=":", label="may take a camera from"),
    ]
