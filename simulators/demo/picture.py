"""``plan.png``: the floor plan with what the cameras see, who really walked where, who was seen.

True paths are thin, grey and dashed; the product's targets are coloured, one colour and one name
per identity, so that an identity that is handed over shows as one line under the true path, and
one that breaks as a change of colour.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon

from simulators.demo.report import Result, plain
from simulators.depot import Building, Depot, Point
from simulators.score.records import Aim
from simulators.score.sight import Floats, Layout, Station, shows

GRID_M = 0.1
MARGIN_M = 3.0
MIN_LIFE_S = 1.0
BREAK_S = 1.5
GROUNDS = {
    "asphalt": "#e9e9ea",
    "concrete": "#f1efea",
    "paving": "#f4f1ea",
    "grass": "#e4ecdc",
    "gravel": "#ece7dc",
}
FIXED = "#2f6f8f"
HEADS = ("#b5651d", "#7b4fa0", "#3b7d4a", "#a23b5e", "#5a6b1f")
OUTCOMES = {"kept": ("o", "#1a7f37"), "lost": ("s", "#c77700"), "wrong": ("X", "#c1121f")}
HALO = [patheffects.withStroke(linewidth=2.4, foreground="white")]


def drawn(result: Result, depot: Depot, path: Path) -> None:
    """Draw a run and write the picture."""
    mpl.use("Agg")
    figure, (plan, side) = _sheet(result.layout)
    _ground(plan, depot)
    _views(plan, result.layout)
    for building in depot.buildings:
        _building(plan, building)
    _private(plan, result.layout)
    _true_paths(plan, result)
    _estimates(plan, result)
    _handoffs(plan, result)
    _cameras(plan, result.layout)
    _legend(side, result)
    figure.savefig(path, dpi=110)


def _sheet(layout: Layout) -> tuple[Figure, tuple[Axes, Axes]]:
    width, height = layout.size_m
    figure = Figure(figsize=(16.5, 13.2 * (height + 2 * MARGIN_M) / (width + 2 * MARGIN_M) + 0.4))
    plan = figure.add_axes((0.01, 0.02, 0.78, 0.96))
    side = figure.add_axes((0.795, 0.02, 0.20, 0.96))
    plan.set_xlim(-MARGIN_M, width + MARGIN_M)
    plan.set_ylim(-MARGIN_M, height + MARGIN_M)
    plan.set_aspect("equal")
    for axes in (plan, side):
        axes.axis("off")
    return figure, (plan, side)


def _ground(plan: Axes, depot: Depot) -> None:
    for area in depot.areas:
        plan.add_patch(Polygon(area.ring, closed=True, fc=GROUNDS[area.ground], ec="none"))
    for mark in depot.marks:
        plan.plot(*_columns(mark.points), color="white", lw=1.2)
    for fence in depot.fences:
        plan.plot(*_columns(fence.points), color="#9a9a9a", lw=1.0)
    for car in depot.parked:
        plan.plot(*car.at, marker="s", ms=7, color="#b9b9bd", mec="#8c8c90")


def _building(plan: Axes, building: Building) -> None:
    plan.add_patch(
        Polygon(building.ring, closed=True, fc="#c9c5be", ec="#6d6a65", lw=1.3, zorder=3)
    )
    x, y = np.mean(np.asarray(building.ring), axis=0)
    plan.text(x, y, building.name, ha="center", va="center", color="#55524d", size=11, zorder=3)


def _private(plan: Axes, layout: Layout) -> None:
    for zone in layout.private:
        plan.add_patch(
            Polygon(
                zone.ring_m,
                closed=True,
                fc="#c1121f22",
                ec="#c1121f",
                hatch="///",
                lw=1.2,
                zorder=4,
            )
        )
        x, y = np.mean(np.asarray(zone.ring_m), axis=0)
        text = plan.text(
            x, y, f"{zone.name}\nnobody looks", ha="center", va="center", size=8, zorder=9
        )
        text.set(color="#8c0d17", path_effects=HALO)


def _views(plan: Axes, layout: Layout) -> None:
    """Draw what is seen of people on the floor: fixed views filled, presets as outlines."""
    width, height = layout.size_m
    columns = np.arange(GRID_M / 2, width, GRID_M)
    rows = np.arange(GRID_M / 2, height, GRID_M)
    places = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    for station in layout.stations.values():
        colour = colour_of(station, layout)
        for aim in _aims(station):
            seen = shows(layout, station.id, aim, places).reshape(len(rows), len(columns))
            if seen.any():
                _view(plan, (columns, rows, seen.astype(float)), colour, dashed=station.ptz)


def _view(plan: Axes, seen: tuple[Floats, Floats, Floats], colour: str, *, dashed: bool) -> None:
    alpha = 0.05 if dashed else 0.13
    plan.contourf(*seen, levels=[0.5, 1.5], colors=[colour], alpha=alpha, zorder=2)
    plan.contour(
        *seen,
        levels=[0.5],
        colors=[colour],
        linewidths=0.6 if dashed else 1.0,
        linestyles="dashed" if dashed else "solid",
        alpha=0.55,
        zorder=2,
    )


def _true_paths(plan: Axes, result: Result) -> None:
    for way in result.evidence.truth.paths.people.values():
        plan.plot(way[:, 0], way[:, 1], color="#6b6b6b", lw=0.9, ls=(0, (4, 3)), zorder=5)


def _estimates(plan: Axes, result: Result) -> None:
    for number, (target, way) in enumerate(sorted(estimated(result).items(), key=_number)):
        colour = mpl.colormaps["tab20"](number % 20)
        plan.plot(way[:, 1], way[:, 2], color=colour, lw=2.0, alpha=0.9, zorder=6)
        last = way[~np.isnan(way[:, 1])][-1]
        plan.plot(last[1], last[2], marker="o", ms=4, color=colour, zorder=6)
        text = plan.text(
            last[1] + 0.3, last[2] + 0.3, target, size=8, weight="bold", zorder=10, clip_on=True
        )
        text.set(color=colour, path_effects=HALO)


def estimated(result: Result) -> Mapping[str, Floats]:
    """Return each lasting person's estimated way: rows of time, x, y; nan rows where it paused."""
    ways: dict[str, list[tuple[float, float, float]]] = {}
    for record in result.evidence.journal.targets:
        for target in record.targets:
            if target.kind != "person":
                continue
            way = ways.setdefault(target.id, [])
            if way and record.at_s - way[-1][0] > BREAK_S:
                way.append((record.at_s, np.nan, np.nan))
            way.append((record.at_s, target.x_m, target.y_m))
    return {
        target: np.array(way)
        for target, way in ways.items()
        if way[-1][0] - way[0][0] >= MIN_LIFE_S
    }


def _handoffs(plan: Axes, result: Result) -> None:
    for handoff in result.found.handoffs:
        if handoff.at_m is None:
            continue
        marker, colour = OUTCOMES[handoff.outcome]
        fill = "white" if handoff.blind else colour
        plan.plot(
            *handoff.at_m, marker=marker, ms=8, mfc=fill, mec=colour, mew=1.6, ls="none", zorder=8
        )


def _cameras(plan: Axes, layout: Layout) -> None:
    for station in layout.stations.values():
        colour = colour_of(station, layout)
        x, y, _ = station.at_m
        plan.plot(
            x, y, marker="D" if station.ptz else "^", ms=11, color=colour, mec="white", zorder=9
        )
        left = x > layout.size_m[0] * 0.75
        text = plan.text(
            x + (-0.7 if left else 0.7),
            y + 0.5,
            station.id,
            ha="right" if left else "left",
            size=10,
            weight="bold",
            zorder=10,
        )
        text.set(color=colour, path_effects=HALO)


def colour_of(station: Station, layout: Layout) -> str:
    """Return a camera's colour: one for all fixed cameras, one for each head."""
    if not station.ptz:
        return FIXED
    names = [head.id for head in layout.heads]
    return HEADS[names.index(station.id) % len(HEADS)]


def _legend(side: Axes, result: Result) -> None:
    figures = [
        f"{verdict.name:<24}{plain(verdict.value):>9}  {_sign(verdict.passed)}"
        for verdict in result.verdicts
    ]
    seed = result.evidence.truth.seed
    side.text(0.0, 0.99, f"seed {seed}", size=15, weight="bold", va="top")
    side.text(0.0, 0.955, "\n".join(figures), family="monospace", size=7.6, va="top")
    side.legend(
        handles=_handles(result.layout),
        loc="upper left",
        bbox_to_anchor=(-0.06, 0.58),
        frameon=False,
    )


def _handles(layout: Layout) -> Sequence[Line2D | Patch]:
    heads = [
        Line2D(
            [],
            [],
            marker="D",
            ls="--",
            lw=0.8,
            color=colour_of(head, layout),
            label=f"{head.id}, presets",
        )
        for head in layout.heads
    ]
    outcomes = [
        Line2D(
            [], [], marker=marker, ls="none", mfc=colour, mec=colour, label=f"hand-off {outcome}"
        )
        for outcome, (marker, colour) in OUTCOMES.items()
    ]
    return [
        Patch(fc=FIXED, alpha=0.3, ec=FIXED, label="view of a fixed camera"),
        *heads,
        Line2D([], [], color="#6b6b6b", lw=0.9, ls=(0, (4, 3)), label="true path"),
        Line2D([], [], color="tab:blue", lw=2.0, label="estimated path, by identity"),
        *outcomes,
        Line2D(
            [], [], marker="o", ls="none", mfc="white", mec="black", label="hollow: blind hand-off"
        ),
        Patch(fc="#c1121f22", ec="#c1121f", hatch="///", label="private zone"),
    ]


def _sign(reached: bool | None) -> str:
    return {None: " ", True: "\N{CHECK MARK}", False: "\N{BALLOT X}"}[reached]


def _aims(station: Station) -> Sequence[Aim]:
    return [station.aim] if station.aim is not None else list(station.presets.values())


def _columns(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _number(entry: tuple[str, Floats]) -> tuple[int, str]:
    digits = "".join(letter for letter in entry[0] if letter.isdigit())
    return int(digits or 0), entry[0]
