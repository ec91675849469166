"""Everything solid that stands in a depot, as faces: walls with their pictures, props, parked cars."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.depot import Building, Depot, ParkedCar
from simulators.render.facade import facade
from simulators.render.lens import Floats, Lens, sides
from simulators.render.props import prop_faces
from simulators.render.shapes import Face, face
from simulators.render.vehicle import car_faces


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """A slim thing: its faces from the floor up, drawn in that order, hidden as one upright plane."""

    faces: tuple[Face, ...]
    at: Floats
    """(3,): a point of its axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Balls (n, 3) and (n,) around things, to sort out at once which a lens cannot see."""

    centres: Floats
    radii_m: Floats

    def shown(self, lens: Lens) -> NDArray[np.bool_]:
        """Return for each thing whether it may be in the picture."""
        inside = np.column_stack([lens.to_camera(self.centres), np.ones(len(self.centres))])
        planes = sides(lens)
        lengths = np.linalg.norm(planes[:, :3], axis=1)
        near = inside @ planes.T / lengths > -self.radii_m[:, None]
        return np.asarray(near.all(axis=1), np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What does not move: faces that are hidden exactly, and slim things."""

    faces: tuple[Face, ...]
    face_bounds: Bounds
    bundles: tuple[Bundle, ...]
    bundle_bounds: Bounds

    def faces_before(self, lens: Lens) -> list[Face]:
        """Return the faces that may be in the picture."""
        return [self.faces[i] for i in np.nonzero(self.face_bounds.shown(lens))[0].tolist()]

    def bundles_before(self, lens: Lens) -> list[Bundle]:
        """Return the slim things that may be in the picture."""
        return [self.bundles[i] for i in np.nonzero(self.bundle_bounds.shown(lens))[0].tolist()]


@lru_cache(maxsize=8)
def standing(depot: Depot) -> Standing:
    """Return everything of a depot that does not move, drawn up once."""
    faces: list[Face] = []
    for index, building in enumerate(depot.buildings):
        faces += _walls(building, depot.texture_seed + 17 * index)
    for number, car in enumerate(depot.parked, start=1):
        faces += parked_faces(car, number)
    bundles = tuple(Bundle(tuple(prop_faces(p)), np.array([*p.at, 0.0])) for p in depot.props)
    return Standing(
        tuple(faces),
        _bounds([f.corners for f in faces]),
        bundles,
        _bounds([np.concatenate([f.corners for f in b.faces]) for b in bundles]),
    )


def _bounds(things: list[Floats]) -> Bounds:
    centres = [(points.min(axis=0) + points.max(axis=0)) / 2.0 for points in things]
    radii = [
        float(np.linalg.norm(points - centre, axis=1).max())
        for points, centre in zip(things, centres, strict=True)
    ]
    return Bounds(np.array(centres).reshape(-1, 3), np.array(radii))


def parked_faces(car: ParkedCar, owner: int) -> list[Face]:
    """Return the faces of a parked car."""
    shapes = car_faces(car.at[0], car.at[1], car.heading_deg, car.body, car.colour)
    return [face(corners, colour, owner=owner) for corners, colour in shapes]


def _walls(building: Building, seed: int) -> list[Face]:
    ring, high = building.ring, building.height_m
    faces: list[Face] = []
    for index, (a, b) in enumerate(zip(ring, ring[1:] + ring[:1], strict=True)):
        corners = np.array([[*a, 0], [*b, 0], [*b, high], [*a, high]], np.float64)
        plain = face(corners, (255, 255, 255))
        light = plain.colour[0] / 255.0
        picture = facade(building, index, math.dist(a, b), seed + index, light)
        faces.append(Face(corners, plain.normal, plain.colour, picture))
    roof = np.array([[*p, high] for p in ring], np.float64)
    faces.append(face(roof, (96, 98, 100)))
    return faces
