"""Solid things as flat faces: buildings, props and vehicles, shaded by the way they face."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from simulators.depot import Building, Colour, Depot, ParkedCar, Point, Prop
from simulators.render.facade import facade
from simulators.render.lens import Lens, sides
from simulators.render.vehicle import car_faces

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A convex flat polygon: ``corners`` (n, 3) counter-clockwise seen from outside.

    ``texture`` (h, w, 3) is spread over a rectangle from its lower left corner ``corners[0]``
    to ``corners[2]``. ``owner`` is 0, or the number of the vehicle that the face belongs to.
    """

    corners: Floats
    normal: Floats
    colour: Colour
    texture: Picture | None = None
    owner: int = 0


def face(corners: Floats, colour: Colour, texture: Picture | None = None, owner: int = 0) -> Face:
    """Return a face, its colour shaded by the way it faces (light from above and the south-west)."""
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners[:3].tolist()
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - bx, cy - by, cz - bz
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(nx * nx + ny * ny + nz * nz) or 1.0
    nx, ny, nz = nx / length, ny / length, nz / length
    light = 0.80 + 0.24 * nz - 0.042 * nx - 0.0525 * ny
    shaded = [int(min(255, c * light)) for c in colour]
    normal = np.array([nx, ny, nz])
    return Face(corners, normal, (shaded[0], shaded[1], shaded[2]), texture, owner)


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
        faces += _prop(prop)
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


def _round(
    at: Point, radii_m: list[float], heights_m: list[float], colours: list[Colour]
) -> list[Face]:
    """Return a turned body: rings of ``radii_m`` at ``heights_m``, a colour for each band, a lid."""
    angles = np.linspace(0.0, 2.0 * math.pi, 10, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    faces: list[Face] = []
    rings = [
        np.column_stack([circle * r + np.array(at), np.full(10, h)])
        for r, h in zip(radii_m, heights_m, strict=True)
    ]
    for low, high, colour in zip(rings, rings[1:], colours, strict=False):
        for i in range(10):
            j = (i + 1) % 10
            faces.append(face(np.array([low[i], low[j], high[j], high[i]]), colour))
    faces.append(face(rings[-1], colours[-1]))
    return faces


def box(
    at: Point, heading_deg: float, size_m: tuple[float, float, float], low_m: float, colour: Colour
) -> list[Face]:
    """Return a box ``size_m`` (across, along the heading, up) that stands on ``low_m``."""
    a = math.radians(heading_deg)
    along, across = np.array([math.sin(a), math.cos(a)]), np.array([math.cos(a), -math.sin(a)])
    w, d, h = size_m[0] / 2, size_m[1] / 2, size_m[2]
    ring = [
        np.array(at) + across * i * w + along * j * d
        for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    low = [np.array([*p, low_m]) for p in ring]
    high = [np.array([*p, low_m + h]) for p in ring]
    sides = [
        np.array([low[i], low[j], high[j], high[i]]) for i, j in ((0, 1), (1, 2), (2, 3), (3, 0))
    ]
    return [face(side, colour) for side in (*sides, np.array(high))]


def _prop(prop: Prop) -> list[Face]:
    at, s, turn = prop.at, prop.size, prop.heading_deg
    match prop.kind:
        case "bollard":
            yellow, black = (50, 180, 215), (48, 46, 44)
            return _round(
                at, [0.1, 0.1, 0.1, 0.1], [0, 0.45 * s, 0.7 * s, 1.0 * s], [yellow, black, yellow]
            )
        case "pole":
            grey = (120, 122, 122)
            return _round(
                at, [0.16, 0.13, 0.05, 0.04], [0, 0.6, 0.65, 3.9 * s], [(90, 92, 92), grey, grey]
            )
        case "lamp":
            post = _round(at, [0.09, 0.07, 0.05], [0, 0.9, 4.6 * s], [(70, 74, 72), (84, 88, 86)])
            return post + box(at, turn, (0.35, 0.7, 0.14), 4.55 * s, (196, 206, 210))
        case "bin":
            body = box(at, turn, (0.58, 0.72, 0.95 * s), 0.05, (64, 84, 58))
            return body + box(at, turn, (0.62, 0.78, 0.09), 1.0 * s, (44, 56, 42))
        case "pallets":
            return [
                f
                for i in range(max(1, round(7 * s)))
                for f in box(at, turn + 3 * (i % 3), (1.2, 0.8, 0.11), 0.15 * i, (96, 138, 168))
            ]
        case "crate":
            return box(at, turn, (1.1 * s, 1.1 * s, 1.0 * s), 0.0, (110, 128, 150))
        case "barrel":
            blue = (140, 84, 44)
            return _round(
                at, [0.29, 0.31, 0.29, 0.28], [0, 0.3, 0.6, 0.9 * s], [blue, (150, 94, 50), blue]
            )
        case "cone":
            orange, white = (40, 96, 225), (215, 218, 220)
            return _round(
                at,
                [0.22, 0.2, 0.12, 0.08, 0.03],
                [0, 0.04, 0.3, 0.45, 0.72 * s],
                [orange, orange, white, orange],
            )
        case "hedge":
            return box(at, turn, (0.8, 2.2 * s, 1.2), 0.0, (44, 78, 58))
        case "tree":
            bark, leaf, dark = (52, 66, 78), (52, 92, 70), (42, 76, 58)
            crown = [0.15, 1.3 * s, 1.6 * s, 1.2 * s, 0.3]
            tall = [1.9, 2.4 * s, 3.4 * s, 4.5 * s, 5.3 * s]
            trunk = _round(at, [0.2, 0.14], [0, 2.2 * s], [bark])
            return trunk + _round(at, crown, tall, [dark, dark, leaf, leaf])
        case "bench":
            wood = (80, 112, 140)
            return box(at, turn, (1.8, 0.45, 0.08), 0.42, wood) + box(
                at, turn, (1.6, 0.3, 0.42), 0.0, (70, 74, 78)
            )
