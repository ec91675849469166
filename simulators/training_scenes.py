"""Endless scenes of random depots for training: other places, mounts, lenses, lights and people.

A detector that learns from these has not seen the demo's depot, its cameras or its seeds.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from simulators.depot import (
    Area,
    BodyKind,
    Building,
    Colour,
    Depot,
    Facade,
    Fence,
    Ground,
    Mark,
    Opening,
    ParkedCar,
    Point,
    Prop,
    PropKind,
    Ring,
)
from simulators.looks import look_of
from simulators.render.vehicle import length_m
from simulators.scene import Eye, Light, PersonState, Scene, VehicleState

SCENES_PER_DEPOT = 24
SCENES_PER_EYE = 3
WIDTH_PX, HEIGHT_PX = 640, 360
_PROPS: tuple[PropKind, ...] = (
    "bollard",
    "bollard",
    "pole",
    "lamp",
    "bin",
    "bin",
    "pallets",
    "crate",
    "barrel",
    "cone",
    "hedge",
    "tree",
    "bench",
)
_BODIES: tuple[BodyKind, ...] = ("car", "car", "estate", "van")


def random_scenes(seed: int) -> Iterator[Scene]:
    """Yield scenes for ever, the same for the same seed."""
    random = Random(f"training {seed}")
    number = 0
    while True:
        depot = random_depot(random)
        for _ in range(SCENES_PER_DEPOT // SCENES_PER_EYE):
            eye, light = random_eye(random, depot), random_light(random)
            for _ in range(SCENES_PER_EYE):
                number += 1
                yield _scene(random, depot, eye, light, number)


def random_depot(random: Random) -> Depot:
    """Return a yard with some buildings, roads, paint, props and parked cars."""
    wide, high = random.uniform(30, 60), random.uniform(22, 44)
    buildings = tuple(_buildings(random, wide, high))
    taken = [_bounds(b.ring) for b in buildings]
    free = [
        p for p in (_somewhere(random, wide, high) for _ in range(140)) if not _hit(p, taken, 1.2)
    ]
    props = tuple(
        _prop(random, free.pop()) for _ in range(min(len(free) // 3, random.randint(10, 36)))
    )
    cars = tuple(
        _parked(random, free.pop()) for _ in range(min(len(free) // 3, random.randint(0, 7)))
    )
    return Depot(
        width_m=wide,
        height_m=high,
        areas=tuple(_areas(random, wide, high)),
        marks=tuple(_marks(random, wide, high)),
        buildings=buildings,
        fences=(Fence(((0, 0), (wide, 0), (wide, high), (0, high), (0, 0))),)
        if random.random() < 0.7
        else (),
        props=props,
        parked=tuple(c for c in cars if not _hit(c.at, taken, 3.0)),
        texture_seed=random.randrange(1 << 30),
    )


def random_eye(random: Random, depot: Depot) -> Eye:
    """Return a camera on a wall or pole that looks into the depot."""
    taken = [_bounds(b.ring) for b in depot.buildings]
    x, y = _somewhere(random, depot.width_m, depot.height_m)
    while _hit((x, y), taken, 0.3):
        x, y = _somewhere(random, depot.width_m, depot.height_m)
    inward = math.degrees(math.atan2(depot.width_m / 2 - x, depot.height_m / 2 - y))
    azimuth = (inward + random.gauss(0, 45)) % 360.0
    tilt = -random.triangular(2, 60, 20)
    hfov = random.choice((random.uniform(45, 90), random.uniform(55, 75), random.uniform(15, 50)))
    return Eye(x, y, random.uniform(2.4, 8.0), azimuth, tilt, hfov, WIDTH_PX, HEIGHT_PX)


def random_light(random: Random) -> Light:
    """Return an evening, a dull day or a badly set camera."""
    return Light(
        gain=random.uniform(0.65, 1.3),
        warmth=random.uniform(-0.08, 0.1),
        contrast=random.uniform(0.75, 1.25),
        noise=round(random.uniform(0.5, 5.0)),
        sun_azimuth_deg=random.uniform(0, 360),
        shadow=random.uniform(0.0, 0.65),
    )


def _scene(random: Random, depot: Depot, eye: Eye, light: Light, number: int) -> Scene:
    view = _View(eye, [_bounds(b.ring) for b in depot.buildings])
    people = [_person(random, at, i) for i, at in enumerate(_places(random, view, _many(random)))]
    if people and random.random() < 0.35:
        people += [_beside(random, people[random.randrange(len(people))], len(people))]
    vehicles = _traffic(random, view, depot)
    parked = [_standing(car) for car in depot.parked]
    kept = [p for p in people if all(not _inside_vehicle(p, v) for v in vehicles + parked)]
    return Scene(depot, "training", number / 10.0, eye, tuple(kept), tuple(vehicles), light, number)


def _traffic(random: Random, view: "_View", depot: Depot) -> list[VehicleState]:
    """Return vehicles that stand clear of each other and not right before the lens."""
    taken: list[Point] = [car.at for car in depot.parked]
    taken.append((view.eye.x_m, view.eye.y_m))
    found: list[VehicleState] = []
    for at in _places(random, view, random.choice((0, 0, 1, 1, 2, 3, 4))):
        if all(math.dist(at, other) > 5.2 for other in taken):
            taken.append(at)
            found.append(_vehicle(random, at, len(found)))
    return found


def _standing(car: ParkedCar) -> VehicleState:
    return VehicleState("", *car.at, 0.0, 0.0, car.heading_deg, car.body, car.colour)


@dataclass(frozen=True, slots=True)
class _View:
    eye: Eye
    taken: list[tuple[float, float, float, float]]


def _many(random: Random) -> int:
    return random.choice((0, 1, 2, 4, 5, 6, 8, 10, 14))


def _places(random: Random, view: _View, count: int) -> list[Point]:
    """Return places in front of the camera, as many near as far, some past the picture's edge."""
    eye, found = view.eye, []
    for _ in range(count):
        half_px = eye.width_px / 2.0
        focal = half_px / math.tan(math.radians(eye.hfov_deg) / 2.0)
        row = random.uniform(-0.1, 1.25) * eye.height_px - eye.height_px / 2.0
        down = math.atan(row / focal) - math.radians(eye.tilt_deg)
        range_m = eye.z_m / math.tan(max(0.05, min(down, 1.45))) if down > 0 else 40.0
        range_m = min(range_m * random.uniform(0.85, 1.15), random.uniform(10.0, 48.0))
        if random.random() < 0.5:
            range_m = math.exp(random.uniform(math.log(5.0), math.log(46.0)))
        turn = math.radians(eye.azimuth_deg) + math.atan(
            random.uniform(-1.08, 1.08) * half_px / focal
        )
        place = eye.x_m + range_m * math.sin(turn), eye.y_m + range_m * math.cos(turn)
        if not _hit(place, view.taken, 0.35):
            found.append(place)
    return found


def _person(random: Random, at: Point, index: int) -> PersonState:
    standing = random.random() < 0.25
    return PersonState(
        f"p{index}",
        at[0],
        at[1],
        0.0,
        0.0,
        random.uniform(0, 360),
        look_of(random),
        random.uniform(0, 2 * math.pi),
        0.0 if standing else random.uniform(0.5, 1.0),
    )


def _beside(random: Random, other: PersonState, index: int) -> PersonState:
    turn, gap = random.uniform(0, 6.28), random.uniform(0.45, 1.0)
    place = other.x_m + gap * math.sin(turn), other.y_m + gap * math.cos(turn)
    return _person(random, place, index)


def _vehicle(random: Random, at: Point, index: int) -> VehicleState:
    return VehicleState(
        f"v{index}",
        at[0],
        at[1],
        0.0,
        0.0,
        random.uniform(0, 360),
        random.choice(_BODIES),
        _paint(random),
    )


def _inside_vehicle(person: PersonState, vehicle: VehicleState) -> bool:
    a = math.radians(vehicle.heading_deg)
    dx, dy = person.x_m - vehicle.x_m, person.y_m - vehicle.y_m
    ahead, aside = dx * math.sin(a) + dy * math.cos(a), dx * math.cos(a) - dy * math.sin(a)
    return abs(ahead) < length_m(vehicle.body) / 2 + 0.3 and abs(aside) < 1.25


def _somewhere(random: Random, wide: float, high: float) -> Point:
    return random.uniform(0.5, wide - 0.5), random.uniform(0.5, high - 0.5)


def _bounds(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _hit(at: Point, taken: list[tuple[float, float, float, float]], gap_m: float) -> bool:
    return any(
        x1 - gap_m < at[0] < x2 + gap_m and y1 - gap_m < at[1] < y2 + gap_m
        for x1, y1, x2, y2 in taken
    )


def _paint(random: Random) -> Colour:
    grey = random.random() < 0.55
    level = random.randint(35, 225)
    if grey:
        return (
            level,
            min(255, level + random.randint(-6, 6)),
            min(255, level + random.randint(-6, 6)),
        )
    return random.randint(30, 200), random.randint(30, 190), random.randint(30, 200)


def _buildings(random: Random, wide: float, high: float) -> Iterator[Building]:
    facades: tuple[Facade, ...] = ("panels", "brick", "plaster")
    for index in range(random.choice((0, 1, 2, 2, 3, 4))):
        x, y = random.uniform(-4, wide * 0.8), random.uniform(-4, high * 0.8)
        x2, y2 = x + random.uniform(5, 18), y + random.uniform(5, 14)
        tone = random.randint(90, 200)
        colour = (
            tone + random.randint(-35, 20),
            tone + random.randint(-20, 15),
            tone + random.randint(-15, 35),
        )
        doors = tuple(
            Opening(
                wall,
                from_m=at,
                to_m=at + random.choice((1.1, 3.2)),
                height_m=random.uniform(2.0, 3.2),
                colour=_paint(random),
            )
            for wall in range(4)
            if random.random() < 0.6
            for at in [random.uniform(0.5, 3.0)]
        )
        yield Building(
            f"b{index}",
            ((x, y), (x2, y), (x2, y2), (x, y2)),
            random.uniform(3.0, 9.0),
            random.choice(facades),
            colour,
            random.randint(0, 2),
            doors,
        )


def _areas(random: Random, wide: float, high: float) -> Iterator[Area]:
    grounds: tuple[Ground, ...] = ("asphalt", "asphalt", "concrete", "paving", "grass", "gravel")
    outer = -30.0
    yield Area("grass", _rectangle(outer, outer, wide + 30, high + 30))
    yield Area(random.choice(grounds), _rectangle(0, 0, wide, high))
    for _ in range(random.randint(1, 6)):
        x, y = random.uniform(-10, wide * 0.9), random.uniform(-10, high * 0.9)
        yield Area(
            random.choice(grounds),
            _rectangle(x, y, x + random.uniform(2, 20), y + random.uniform(2, 20)),
        )


def _rectangle(x1: float, y1: float, x2: float, y2: float) -> Ring:
    return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))


def _marks(random: Random, wide: float, high: float) -> Iterator[Mark]:
    colours: tuple[Colour, ...] = ((205, 210, 212), (70, 190, 215), (120, 150, 220))
    for _ in range(random.randint(2, 16)):
        a = _somewhere(random, wide, high)
        along = random.uniform(2, 14)
        b = (a[0] + along, a[1]) if random.random() < 0.5 else (a[0], a[1] + along)
        yield Mark(
            (a, b),
            random.choice((0.1, 0.15, 0.3, 2.5)),
            random.choice((0.0, 0.5, 1.5)),
            random.choice(colours),
        )


def _prop(random: Random, at: Point) -> Prop:
    return Prop(random.choice(_PROPS), at, random.uniform(0, 360), random.uniform(0.8, 1.3))


def _parked(random: Random, at: Point) -> ParkedCar:
    return ParkedCar(
        at,
        random.choice((0.0, 90.0, 180.0, random.uniform(0, 360))),
        random.choice(_BODIES),
        _paint(random),
    )
