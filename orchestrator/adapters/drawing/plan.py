"""The topology as a picture of two plans: what each view sees, and how the views hang together.

Every camera has one colour. On the first plan the view of a fixed camera is filled and a head's
presets are outlined; on the second, each view is a dot near the middle of its footprint, overlaps
are lines as thick as the floor they share, and of the passages only the shortest between any two
cameras is drawn, since the others follow from it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Wedge
from matplotlib.path import Path as Outline
from shapely.geometry.base import BaseGeometry

from orchestrator.adapters.drawing.around import HORIZON, laid_flat, named
from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap
from orchestrator.domain.region import Ring
from orchestrator.domain.site import Site
from orchestrator.domain.topology import View
from orchestrator.topology import edges, essential_passages, graph_of

_INK = "#2b2d33"
_FAINT = "#8a8f99"
_WALL = "#5c6068"
_PAPER = "#fbfaf7"
_FLOOR = "#f1efe9"
_ZONE = "#b08d57"
_LEARNED = "#1f6f8b"
_DPI = 130
_DOTS_APART = 0.085
"""How far apart two views are drawn at least, as a share of the plan's width."""
_PUSHES = 60


def draw_topology(site: Site, path: Path, known: LearnedMap | None = None) -> None:
    """Write a PNG of the floor plan, its views, and their overlaps and passages.

    The passages that were learned are dashed, each with how long half of all need.
    """
    tall = site.plan.height_m / site.plan.width_m
    figure = Figure(figsize=(18.0, 2.2 + 8.6 * tall), facecolor=_PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    seen, hung = figure.subplots(1, 2)
    colours = _colours(site)
    figure.suptitle(f"{site.name}: views and how they hang together", fontsize=17, color=_INK)
    _draw_plan(seen, site, "What each view sees")
    _draw_patches(seen, site, colours)
    _draw_views(seen, site, colours)
    _draw_plan(hung, site, "Shared floor and ways on foot")
    _draw_links(hung, site, colours)
    _draw_learned(hung, site, known or LearnedMap())
    for axes in (seen, hung):
        for camera in (one for one in site.cameras if one.surveyed):
            _draw_camera(axes, camera, colours[camera.id])
    figure.legend(
        handles=list(_legend(site, colours)),
        loc="outside lower center",
        ncols=6,
        frameon=False,
        fontsize=10,
        labelcolor=_INK,
    )
    figure.savefig(path, dpi=_DPI, format="png")


def _colours(site: Site) -> Mapping[CameraId, str]:
    """Return a colour for each camera."""
    shades = colormaps["tab10" if len(site.cameras) <= 10 else "tab20"]
    return {
        camera.id: to_hex(shades(index % shades.N)) for index, camera in enumerate(site.cameras)
    }


def _draw_plan(axes: Axes, site: Site, title: str) -> None:
    """Draw the floor, zones and walls, with a scale in metres."""
    width_m, height_m = site.plan.width_m, site.plan.height_m
    axes.set_title(title, fontsize=12, color=_INK, loc="left")
    axes.set_aspect("equal")
    axes.set_xlim(-0.02 * width_m, 1.02 * width_m)
    axes.set_ylim(-0.03 * height_m, 1.03 * height_m)
    axes.set_facecolor(_PAPER)
    axes.tick_params(colors=_FAINT, labelsize=8, length=3)
    axes.set_xlabel("metres east", fontsize=8, color=_FAINT)
    axes.set_ylabel("metres north", fontsize=8, color=_FAINT)
    axes.spines[:].set_visible(False)
    _fill(axes, shapely.box(0, 0, width_m, height_m), facecolor=_FLOOR, edgecolor=_FAINT, zorder=0)
    for wall in site.walls:
        _fill(axes, _shape(wall), facecolor=_WALL, edgecolor=_WALL, zorder=4)
    for zone in site.zones:
        area = _shape(zone.ring_m)
        _fill(axes, area, facecolor="none", edgecolor=_ZONE, linestyle=(0, (4, 3)), zorder=5)
        x, y = min(zone.ring_m, key=lambda corner: (corner[0] - corner[1], corner[0]))
        axes.text(x + 0.3, y - 0.3, zone.id, fontsize=8, color=_ZONE, va="top", zorder=8)


def _draw_patches(axes: Axes, site: Site, colours: Mapping[CameraId, str]) -> None:
    """Draw zones around a camera in its colour, each with the tilts between which it lies."""
    for patch in site.patches:
        camera = site.camera(patch.camera)
        if not camera.surveyed:
            continue
        area = _shape(laid_flat(patch, camera, HORIZON * site.plan.width_m))
        style = {"edgecolor": _ZONE, "linestyle": (0, (1, 1)), "zorder": 6}
        _fill(axes, area, facecolor=to_rgba(colours[camera.id], 0.3), **style)
        at = area.representative_point()
        axes.text(at.x, at.y, named(patch), fontsize=7, color=_INK, ha="center", zorder=9)


def _draw_views(axes: Axes, site: Site, colours: Mapping[CameraId, str]) -> None:
    """Fill the views of fixed cameras; outline and name the presets of heads."""
    for view in site.topology.views:
        colour = colours[view.camera]
        if view.preset is None:
            _fill(axes, view.footprint, facecolor=colour, alpha=0.22, zorder=1)
            _fill(axes, view.footprint, facecolor="none", edgecolor=colour, zorder=3)
        else:
            _fill(axes, view.footprint, facecolor=colour, alpha=0.06, zorder=1)
            _fill(axes, view.footprint, facecolor="none", edgecolor=colour, linestyle=":", zorder=3)


def _draw_links(axes: Axes, site: Site, colours: Mapping[CameraId, str]) -> None:
    """Draw views as dots, overlaps and passages as lines between them."""
    graph, dots = graph_of(site.topology), _dots(site)
    most_m2 = max((shared_m2 for _, _, shared_m2 in edges(graph, "overlap")), default=1.0)
    for one, other, shared_m2 in edges(graph, "overlap"):
        share = shared_m2 / most_m2
        x, y = zip(dots[one], dots[other], strict=True)
        axes.plot(x, y, color=_INK, linewidth=0.6 + 5.0 * share, alpha=0.12 + 0.4 * share, zorder=6)
    for one, other, length_m in essential_passages(graph):
        x, y = zip(dots[one], dots[other], strict=True)
        axes.plot(x, y, color=_INK, linewidth=1.2, linestyle=(0, (2, 2)), zorder=6)
        axes.text(
            sum(x) / 2,
            sum(y) / 2,
            f"{length_m:.0f} m",
            fontsize=7,
            color=_INK,
            ha="center",
            va="center",
            zorder=9,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": _PAPER, "edgecolor": "none"},
        )
    for view in site.topology.views:
        if view.id in dots:
            _draw_dot(axes, view, dots[view.id], colours[view.camera])


def _draw_learned(axes: Axes, site: Site, known: LearnedMap) -> None:
    """Draw passages that people taught as dashed arrows from view to view, or from the camera."""
    mounts = {
        str(camera.id): (camera.mount.x_m, camera.mount.y_m)
        for camera in site.cameras
        if camera.surveyed
    }
    places = {**mounts, **_dots(site)}
    paper = {"boxstyle": "round,pad=0.15", "facecolor": _PAPER, "edgecolor": "none"}
    for way in (one for one in known.passages if one.a in places and one.b in places):
        style = {"arrowstyle": "->", "linestyle": (0, (5, 3)), "color": _LEARNED, "linewidth": 1.4}
        bent = {**style, "connectionstyle": "arc3,rad=0.12"}
        axes.annotate("", places[way.b], xytext=places[way.a], arrowprops=bent, zorder=8)
        (from_x, from_y), (to_x, to_y) = places[way.a], places[way.b]
        # Nearer to the end, so that the times of both directions do not lie on one another.
        middle = (from_x + 0.6 * (to_x - from_x), from_y + 0.6 * (to_y - from_y))
        axes.text(
            *middle, f"{way.median_s:.1f} s", fontsize=7, color=_LEARNED, zorder=9, bbox=paper
        )


def _draw_dot(axes: Axes, view: View, middle: tuple[float, float], colour: str) -> None:
    """Draw a view as a named dot."""
    axes.plot(*middle, "o", color=colour, markersize=8, markeredgecolor=_PAPER, zorder=10)
    axes.annotate(
        view.id,
        middle,
        xytext=(0, 8),
        textcoords="offset points",
        fontsize=7.5,
        color=_INK,
        ha="center",
        zorder=11,
    )


def _draw_camera(axes: Axes, camera: Camera, colour: str) -> None:
    """Draw a camera as a wedge that points along its mount; a head also gets a ring."""
    place = (camera.mount.x_m, camera.mount.y_m)
    towards = 90.0 - camera.mount.azimuth_deg
    wedge = Wedge(place, 1.3, towards - 28, towards + 28, facecolor=colour, edgecolor=_INK)
    wedge.set(zorder=7, linewidth=0.7)
    axes.add_patch(wedge)
    if camera.ptz is not None:
        axes.plot(*place, "o", color="none", markeredgecolor=_INK, markersize=9, zorder=7)
    axes.plot(*place, "o", color=_INK, markersize=3, zorder=7)


def _legend(site: Site, colours: Mapping[CameraId, str]) -> Iterator[Line2D]:
    """Yield one entry per camera, and one per kind of line."""
    for camera in site.cameras:
        colour = colours[camera.id]
        if camera.ptz is None:
            yield Line2D([], [], color=colour, label=f"{camera.id} (fixed)")
        else:
            yield Line2D([], [], color=colour, linestyle=":", label=f"{camera.id} (head)")
    yield Line2D([], [], color=_INK, linewidth=3, alpha=0.35, label="overlap, by shared floor")
    yield Line2D([], [], color=_INK, linestyle=(0, (2, 2)), label="passage on foot")
    yield Line2D([], [], color=_LEARNED, linestyle=(0, (5, 3)), label="passage, learned")
    yield Line2D([], [], color=_ZONE, linestyle=(0, (4, 3)), label="zone")
    if site.patches:
        dotted = (0, (1, 1))
        yield Line2D(
            [],
            [],
            color=_ZONE,
            linestyle=dotted,
            label="zone around a camera, higher is farther out",
        )
    yield Line2D([], [], color=_WALL, linewidth=6, label="wall")


def _dots(site: Site) -> Mapping[str, tuple[float, float]]:
    """Return a place for each view: in the middle of its footprint, pushed off its neighbours."""
    views = [view for view in site.topology.views if not view.footprint.is_empty]
    places = np.array([_middle(view) for view in views]).reshape(-1, 2)
    apart_m = _DOTS_APART * site.plan.width_m
    for _ in range(_PUSHES):
        off = places[:, None] - places
        away = np.hypot(off[..., 0], off[..., 1])
        push = np.where((away > 0) & (away < apart_m), (apart_m - away) / np.maximum(away, 0.1), 0)
        places += 0.25 * (off * push[..., None]).sum(axis=1)
        places = np.clip(places, 1.0, [site.plan.width_m - 1.0, site.plan.height_m - 2.0])
    return {view.id: (float(x), float(y)) for view, (x, y) in zip(views, places, strict=True)}


def _middle(view: View) -> tuple[float, float]:
    """Return a place inside a view's footprint, in its middle if that is inside."""
    middle = view.footprint.centroid
    if not view.footprint.covers(middle):
        middle = view.footprint.representative_point()
    return float(middle.x), float(middle.y)


def _shape(ring: Ring) -> BaseGeometry:
    """Return a ring as a geometry; two corners make a thin wall."""
    if len(ring) < 3:
        return shapely.LineString(ring).buffer(0.1)
    return shapely.make_valid(shapely.Polygon(ring))


def _fill(axes: Axes, area: BaseGeometry, **style: Any) -> None:
    """Draw an area, holes and all."""
    for part in shapely.get_parts(area):
        if not isinstance(part, shapely.Polygon) or part.is_empty:
            continue
        rings = [part.exterior, *part.interiors]
        outline = Outline.make_compound_path(*(Outline(ring.coords, closed=True) for ring in rings))
        axes.add_patch(PathPatch(outline, **{"linewidth": 1.1, **style}))
