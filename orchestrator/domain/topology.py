"""The graph's furniture: views, what they share, and the ways on foot between them."""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName, ViewId


@dataclass(frozen=True, slots=True)
class View:
    """What a camera sees of the floor: its fixed view (``preset`` None) or one PTZ preset.

    ``footprint`` is a shapely Polygon or MultiPolygon in plan metres, walls already cut out.
    """

    id: ViewId
    camera: CameraId
    preset: PresetName | None
    aim: Aim
    footprint: BaseGeometry


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two views of different cameras share ``shared_m2`` of floor."""

    a: ViewId
    b: ViewId
    shared_m2: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A way on foot from view ``a`` to view ``b`` which do not overlap, ``length_m`` long."""

    a: ViewId
    b: ViewId
    length_m: float


@dataclass(frozen=True, slots=True)
class Topology:
    """Every view of a site and how they hang together; ``topology.graph_of`` makes it networkx."""

    views: tuple[View, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    passages: tuple[Passage, ...] = ()
