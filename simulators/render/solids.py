"""Everything solid that stands in a depot, as faces: walls with their pictures, props, parked cars."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulators.depot import Building, Depot, ParkedCar
from simulators.render.facade import facade
from simulators.render.lens import Floats, Lens, sides
from simulators.render.props import prop_faces
from simulators.render.shapes import Face, face
from simulators.render.vehicle import car_faces


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Faces with what is needed to sort out at once which of them a lens cannot see."""

    faces: tuple[Face, ...]
    normals: Floats
    corners: Floats
    """(n, 3): a corner of each."""
    centres: Floats
    radii_m: Floats

    def before(self, lens: Lens) -> list[Face]:
        """Return the faces that look towards the lens and may be in its picture."""
        facing = np.einsum("ij,ij->i", self.normals, lens.centre - self.corners) > 0
        inside = np.column_stack([lens.to_camera(self.centres), np.ones(len(self.centres))])
        planes = sides(lens)
        lengths = np.linalg.norm(planes[:, :3], axis=1)
        near = (inside @ planes.T / lengths > -self.radii_m[:, None]).all(axis=1)
        return [self.faces[i] for i in np.nonzero(facing & near)[0].tolist()]


@lru_cache(maxsize=8)
def standing(depot: Depot) -> Standing:
    """Return every face of a depot that does not move, drawn up once."""
    faces: list[Face] = []
    for index, building in enumerate(depot.buildings):
        faces += _walls(building, depot.texture_seed + 17 * index)
    for prop in depot.props:
        faces += prop_faces(prop)
    for number, car in enumerate(depot.parked, start=1):
        faces += parked_faces(car, number)
    centres = np.array([f.corners.mean(axis=0) for f in faces]).reshape(-1, 3)
    reach = [float(np.linalg.norm(f.corners - f.corners.mean(axis=0), axis=1).max()) for f in faces]
    return Standing(
        tuple(faces),
        np.array([f.normal for f in faces]).reshape(-1, 3),
        np.array([f.corners[0] for f in faces]).reshape(-1, 3),
        centres,
        np.array(reach),
    )


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
