"""Masks in a picture: what one covers of another, and what a camera can take in its place."""

from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from orchestrator.domain.masks import Corner, Mask, MaskRoom


def left_clear(wanted: Mask, kept: Mask) -> float:
    """Return the share, 0..1, of what is to be hidden that a mask leaves clear.

    >>> half = Mask(((0, 0), (0.5, 0), (0.5, 1), (0, 1)))
    >>> left_clear(Mask(((0, 0), (1, 0), (1, 1), (0, 1))), half)
    0.5
    """
    if not wanted.on:
        return 0.0
    hidden = _area(wanted)
    if not kept.on:
        return 1.0
    clear = shapely.area(shapely.difference(hidden, _area(kept)))
    whole = shapely.area(hidden)
    return float(clear / whole) if whole > 0.0 else 0.0


def fitting(wanted: Mask, room: MaskRoom) -> Mask:
    """Return a mask that a camera can take and that hides all that is wanted, and maybe more.

    >>> fitting(Mask(((0, 0), (0.5, 0.2), (0, 1))), MaskRoom(4, 16, frozenset(), True)).corners
    ((0, 0), (0.5, 0), (0.5, 1), (0, 1))
    """
    if len(wanted.corners) <= room.most_corners and not (
        room.rectangles_only and not _is_upright(wanted.corners)
    ):
        return wanted
    across = [u for u, _ in wanted.corners]
    down = [v for _, v in wanted.corners]
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    return replace(wanted, corners=((left, top), (right, top), (right, bottom), (left, bottom)))


def _is_upright(corners: tuple[Corner, ...]) -> bool:
    """Say whether corners are those of a rectangle along the edges of the picture."""
    across, down = {u for u, _ in corners}, {v for _, v in corners}
    return len(set(corners)) == len(corners) == 4 and len(across) == len(down) == 2


def _area(mask: Mask) -> BaseGeometry:
    return shapely.make_valid(shapely.Polygon(mask.corners))
