"""What stands still in a depot, as the simulator's own plain value: floor, walls, props, parked cars.

A ``Depot`` is compared by identity, so that the renderer can keep what it drew of one for as
long as somebody holds it.
"""

from typing import Literal

from msgspec import Struct

Point = tuple[float, float]
Ring = tuple[Point, ...]
"""Corners of a polygon on the plan, metres, not repeated at the end."""
Colour = tuple[int, int, int]
"""Blue, green, red, 0..255."""

Ground = Literal["asphalt", "concrete", "paving", "grass", "gravel"]
Facade = Literal["panels", "brick", "plaster"]
PropKind = Literal[
    "bollard", "pole", "lamp", "bin", "pallets", "crate", "barrel", "cone", "hedge", "tree", "bench"
]
BodyKind = Literal["car", "estate", "van"]


class Area(Struct, frozen=True, forbid_unknown_fields=True):
    """A patch of floor; later areas are painted over earlier ones."""

    ground: Ground
    ring: Ring


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """Paint on the floor: a line of ``width_m``; ``dash_m`` 0 is unbroken, ``zebra`` is crossbars."""

    points: tuple[Point, ...]
    width_m: float = 0.12
    dash_m: float = 0.0
    colour: Colour = (205, 210, 212)


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """A door or gate in a wall: ``wall`` is the index of the ring's edge it is in."""

    wall: int
    from_m: float
    to_m: float
    height_m: float = 2.2
    colour: Colour = (96, 84, 70)


class Building(Struct, frozen=True, forbid_unknown_fields=True):
    """An opaque block; its ring runs counter-clockwise. ``windows`` is rows of windows."""

    name: str
    ring: Ring
    height_m: float
    facade: Facade = "panels"
    colour: Colour = (150, 158, 165)
    windows: int = 1
    openings: tuple[Opening, ...] = ()


class Fence(Struct, frozen=True, forbid_unknown_fields=True):
    """A see-through fence along ``points``; nobody walks through it."""

    points: tuple[Point, ...]
    height_m: float = 2.0


class Prop(Struct, frozen=True, forbid_unknown_fields=True):
    """A thing that stands about; ``size`` scales its usual measures."""

    kind: PropKind
    at: Point
    heading_deg: float = 0.0
    size: float = 1.0


class ParkedCar(Struct, frozen=True, forbid_unknown_fields=True):
    """A car that stays where it is."""

    at: Point
    heading_deg: float
    body: BodyKind = "car"
    colour: Colour = (120, 120, 124)


class Depot(Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """Everything of a depot that does not move. ``texture_seed`` picks stains and wear."""

    width_m: float
    height_m: float
    areas: tuple[Area, ...] = ()
    marks: tuple[Mark, ...] = ()
    buildings: tuple[Building, ...] = ()
    fences: tuple[Fence, ...] = ()
    props: tuple[Prop, ...] = ()
    parked: tuple[ParkedCar, ...] = ()
    texture_seed: int = 1
