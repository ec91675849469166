"""Which pixels may show a closed zone, or anybody who stands in one: what is blanked of a picture.

A zone is the prism over its polygon, or a patch of directions, as in ``geometry.blind``; seen from the
camera it is a cone of directions. The doubt about where the camera looks turns every direction by
that much at most, so each edge of the cone is replaced by a small cone around it: the hull of these
holds whatever a turn by the doubt, about any axis, may bring into a pixel (turn the whole cone: each
of its edges stays in its small cone). The hull is drawn on the picture outwards to whole pixels.

It errs to the side of privacy: a pixel that is touched is hidden, walls and distance are no excuse,
and a concave zone is cut into convex pieces first, each of which is hidden whole.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.region import Patch, Region, Ring
from orchestrator.domain.veil import Veil
from orchestrator.geometry.bend import bent
from orchestrator.geometry.blind import offsets
from orchestrator.geometry.lens import Projection

MOST_DOUBT_DEG = 60.0
"""With more doubt than this a picture may show anything."""
ROUNDING_DEG = 0.01
"""More than numbers are rounded by: a tenth of a pixel of most pictures."""
BENT_DEG = 0.1
"""More than the steps cut off that are taken along what a lens bends."""
_AROUND = 8
"""So many directions stand around each edge of a cone, just outside of its doubt."""
_NEAR_M = 1e-6
_FRONT = 1e-6
"""A direction so far ahead of the camera's plane has a pixel."""
_FAR = 1e9
"""How far out, in focal lengths, a cone is drawn that reaches behind the camera."""
_STEPS = 64
"""So many parts of the picture's width are walked at once along an outline that a lens bends."""

Floats = NDArray[np.float64]
Pixels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """What is hidden of one picture.

    ``outlines`` are convex, (m + 1, 2) corners each, in pixels of the source, the first one twice.
    ``pixels`` is (h, w) of the picture, true where it is hidden.
    """

    outlines: tuple[Floats, ...]
    pixels: Pixels

    def within(self, box_px: Floats, size_px: tuple[int, int]) -> Pixels:
        """Return (h, w) what is hidden of a part of the source, ``x1 y1 x2 y2``, scaled to a size."""
        width, height = size_px
        part = np.zeros((height, width), np.bool_)
        wide_px = np.maximum(box_px[2:] - box_px[:2], 1.0)
        for outline in self.outlines:
            _draw((outline - box_px[:2]) * (size_px / wide_px), part)
        return part


def hidden(
    camera: Camera,
    aim: Aim,
    veil: Veil,
    *,
    source_px: tuple[int, int],
    size_px: tuple[int, int],
    doubt_deg: float = 0.0,
) -> Hidden | None:
    """Return what a veil hides of a picture taken along an aim; None for nothing.

    ``source_px`` is the stream's own (width, height), ``size_px`` that of the picture, which shows
    the same, scaled. ``doubt_deg`` is by how much the aim may be off.

    >>> from orchestrator.domain.camera import Lens, Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> gate = Camera(CameraId("gate"), "192.0.2.1", 80, "gate", Mount(0, 0, 4, 0.0, -45.0),
    ...               Lens(90.0, 90.0, 64, 64))
    >>> bench = Veil((((1.0, 3.0), (9.0, 3.0), (9.0, 5.0), (1.0, 5.0)),))
    >>> seen = hidden(gate, Aim(0.0, -45.0, 90.0), bench, source_px=(64, 64), size_px=(8, 8))
    >>> seen.pixels[4].tolist()
    [False, False, False, False, True, True, True, True]
    """
    width, height = size_px
    margin_deg = veil.margin_deg + doubt_deg + (BENT_DEG if camera.lens.bend else ROUNDING_DEG)
    eye = Projection.of(camera.mount, camera.lens, aim, source_px)
    if veil.whole or margin_deg > MOST_DOUBT_DEG:
        return Hidden((_everything(eye),), np.ones((height, width), np.bool_))
    outlines = tuple(
        outline
        for region in veil.regions
        for piece in _pieces(region)
        if (outline := _outline(camera, eye, piece, margin_deg)) is not None
        and _meets(outline, eye)
    )
    if not outlines:
        return None
    pixels = np.zeros((height, width), np.bool_)
    scale = np.array([width / source_px[0], height / source_px[1]])
    for outline in outlines:
        _draw(outline * scale, pixels)
    return Hidden(outlines, pixels) if pixels.any() else None


def _outline(camera: Camera, eye: Projection, piece: Region, margin_deg: float) -> Floats | None:
    """Return (m + 1, 2) corners, in pixels, of a convex outline of all that a piece may cover.

    The first one stands at the end again; None where the piece is behind the camera.
    """
    if isinstance(piece, Patch) and piece.camera != camera.id:
        return None
    directions, around = _edges(camera, piece)
    if not directions.size:  # the camera stands on the zone's edge: it may show anything
        return _everything(eye)
    reach = np.tan(np.radians(margin_deg)) / np.cos(np.pi / _AROUND)
    rays = (directions + reach * around).reshape(-1, 3) @ eye.axes.T
    ahead = rays[:, 2] > _FRONT
    if not ahead.any():
        return None
    flat = rays[ahead, :2] / rays[ahead, 2:]
    if not ahead.all():
        flat = np.vstack([flat, flat[:1] + _FAR * _sideways(flat, rays[~ahead])])
    straight = _hull(eye.focal_px * flat)
    outline = straight if not eye.bend else _bent(straight, eye)
    return np.asarray(outline + np.array([eye.width_px / 2, eye.height_px / 2]))


def _bent(straight: Floats, eye: Projection) -> Floats:
    """Return (m + 1, 2) an outline off the middle as a lens that bends straight lines shows it.

    Only what may be in the picture is kept, and walked along in small steps.
    """
    wide_px, high_px = (reach * eye.focal_px for reach in eye.widest)
    shown = shapely.intersection(
        shapely.Polygon(straight), shapely.box(-wide_px, -high_px, wide_px, high_px)
    )
    steps = shapely.get_coordinates(shapely.segmentize(shown, eye.width_px / _STEPS))
    if eye.bend > 0:  # such a lens shows nothing beyond a circle: what lies there is drawn on it
        most_px = eye.width_px / 4 / np.sqrt(eye.bend) * (1 - _FRONT)
        steps = steps * np.minimum(1.0, most_px / np.maximum(np.hypot(*steps.T), _FRONT))[:, None]
    return bent(steps, eye.bend, eye.width_px)


@lru_cache(maxsize=256)
def _edges(camera: Camera, piece: Region) -> tuple[Floats, Floats]:
    """Return (1, n, 3) unit vectors to a piece's edges, and (8, n, 3) those across, around each.

    None (n = 0) where the camera is so near to one of them that it has no direction.
    """
    away = offsets(camera, piece)
    lengths = np.linalg.norm(away, axis=1)
    if lengths.min() < _NEAR_M:
        return np.zeros((1, 0, 3)), np.zeros((_AROUND, 0, 3))
    rays = away / lengths[:, None]
    one = np.cross(rays, np.eye(3)[np.abs(rays).argmin(axis=1)])
    one /= np.linalg.norm(one, axis=1)[:, None]
    two = np.cross(rays, one)
    angles = np.arange(_AROUND)[:, None, None] * (2 * np.pi / _AROUND)
    return rays[None], np.cos(angles) * one + np.sin(angles) * two


def _hull(points: Floats) -> Floats:
    """Return the corners of the convex hull of (n, 2) points, in order, the first one twice."""
    return np.asarray(shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points))))


def _sideways(flat: Floats, behind: Floats) -> Floats:
    """Return (k, 2) the directions in which an outline runs out of the picture without an end.

    They are where the sides of the cone between rays ahead, at ``flat`` (n, 2) on the plane one ahead,
    and rays behind (m, 3) cross the camera's own plane: sums of the corners of two hulls.
    """
    back = _hull(behind[:, :2] / np.maximum(-behind[:, 2:], _FRONT))
    sums = (_hull(flat)[:, None] + back).reshape(-1, 2)
    lengths = np.linalg.norm(sums, axis=1)
    return np.asarray(sums[lengths > 0] / lengths[lengths > 0][:, None])


def _everything(eye: Projection) -> Floats:
    wide, high = eye.width_px, eye.height_px
    return np.array([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high], [0.0, 0.0]])


def _meets(outline: Floats, eye: Projection) -> bool:
    """Say whether an outline may touch the picture: quickly, by its extent."""
    if len(outline) < 2:
        return False
    low, high = outline.min(axis=0), outline.max(axis=0)
    return bool((high >= 0).all() and low[0] <= eye.width_px and low[1] <= eye.height_px)


def _draw(outline: Floats, into: Pixels) -> None:
    """Set every pixel that a convex outline (m + 1, 2), in these pixels, touches."""
    height, width = into.shape
    first = max(int(np.floor(outline[:, 1].min())), 0)
    last = min(int(np.ceil(outline[:, 1].max())), height)
    if last <= first:
        return
    rows = np.arange(first, last, dtype=np.float64)
    low, high = _extent(outline, rows)
    left = np.floor(np.clip(low, 0.0, width))
    right = np.ceil(np.clip(high, 0.0, width))
    columns = np.arange(width)
    into[first:last] |= (columns >= left[:, None]) & (columns < right[:, None])


def _extent(outline: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Return (h,) how far left and right an outline reaches in each row of pixels, from its y to the next."""
    here, there = outline[:-1], outline[1:]
    rise = (there - here)[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        begin = np.clip((rows - here[:, 1:]) / rise, 0.0, 1.0)
        end = np.clip((rows + 1.0 - here[:, 1:]) / rise, 0.0, 1.0)
    level = rise == 0.0
    begin, end = np.where(level, 0.0, begin), np.where(level, 1.0, end)
    low_y = np.minimum(here[:, 1:], there[:, 1:])
    high_y = np.maximum(here[:, 1:], there[:, 1:])
    met = (low_y <= rows + 1.0) & (high_y >= rows)
    run = (there - here)[:, :1]
    one, other = here[:, :1] + begin * run, here[:, :1] + end * run
    low = np.where(met, np.minimum(one, other), np.inf).min(axis=0)
    high = np.where(met, np.maximum(one, other), -np.inf).max(axis=0)
    return low, high


@lru_cache(maxsize=256)
def _pieces(region: Region) -> tuple[Region, ...]:
    """Return convex pieces of a zone on the floor; a patch is taken as convex."""
    if isinstance(region, Patch):
        return (region,)
    ring = shapely.Polygon(region)
    if not ring.is_valid:
        return (_ring(shapely.convex_hull(ring)),)
    if shapely.convex_hull(ring).area - ring.area <= 1e-9 * ring.area:
        return (region,)
    return tuple(map(_ring, _merged(list(shapely.constrained_delaunay_triangles(ring).geoms))))


def _merged(pieces: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """Return fewer pieces: any two that are convex together are one."""
    for index, one in enumerate(pieces):
        for other in pieces[index + 1 :]:
            both = shapely.union(one, other)
            if shapely.convex_hull(both).area - both.area <= 1e-9 * both.area:
                rest = [piece for piece in pieces if piece is not one and piece is not other]
                return _merged([*rest, both])
    return pieces


def _ring(shape: shapely.Geometry) -> Ring:
    corners = shapely.get_coordinates(shape)[:-1]
    return tuple((float(x), float(y)) for x, y in corners)
