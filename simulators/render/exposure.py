"""One exposure: what stands still, shadows, moving vehicles, people, then the light and the sensor.

Hiding is exact for walls, props and vehicles (a depth buffer) and by distance among people.
The truth is read off the same drawing: what was covered by whom.
"""

import zlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.render.backdrop import backdrop
from simulators.render.canvas import Canvas, paint_faces
from simulators.render.figure import Sprite, sprite
from simulators.render.lens import Lens, clip, lens_of, sides
from simulators.render.shapes import face
from simulators.render.vehicle import car_faces, outline
from simulators.scene import FrameTruth, Light, PersonState, Scene, Seen, VehicleState

Picture = NDArray[np.uint8]
FIRST_PERSON = 128
"""Owner numbers: 1.. parked vehicles, then moving ones; people from here on."""
SPARE_PX = 101, 149
"""How much larger than a picture the pool of noise is: each exposure takes another part of it."""
NEAR_VEHICLE_M = 0.5
VEHICLE_REACH_M = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A picture (h, w, 3) uint8 BGR and what is truly in it."""

    picture: Picture
    truth: FrameTruth


def render(scene: Scene) -> Picture:
    """Return the picture of a scene, (h, w, 3) uint8 BGR."""
    lens = lens_of(scene.eye)
    canvas, _ = _exposed(scene, lens)
    return _developed(canvas.picture, scene)


def truth(scene: Scene) -> FrameTruth:
    """Return who is in the picture of a scene, where, and how much of them shows."""
    lens = lens_of(scene.eye)
    canvas, sprites = _exposed(scene, lens)
    return _truth(scene, lens, canvas, sprites)


def shoot(scene: Scene) -> Shot:
    """Return ``render`` and ``truth`` of a scene for the price of one drawing."""
    lens = lens_of(scene.eye)
    canvas, sprites = _exposed(scene, lens)
    return Shot(_developed(canvas.picture, scene), _truth(scene, lens, canvas, sprites))


Drawn = list[tuple[int, PersonState, Sprite]]


def _exposed(scene: Scene, lens: Lens) -> tuple[Canvas, Drawn]:
    canvas = backdrop(scene.depot, scene.eye).copy()
    parked = len(scene.depot.parked)
    for index, vehicle in enumerate(scene.vehicles, start=parked + 1):
        if not _near_frame(lens, vehicle):
            continue
        _shade(canvas, lens, _vehicle_shadow(vehicle), min(0.7, 1.2 * scene.light.shadow))
        shapes = car_faces(
            vehicle.x_m, vehicle.y_m, vehicle.heading_deg, vehicle.body, vehicle.colour
        )
        paint_faces(canvas, lens, [face(c, tint, owner=index) for c, tint in shapes])
    sprites = _sprites(scene, lens, canvas)
    for _, person, _ in sprites:
        _shade(canvas, lens, _person_shadow(person, scene.light), scene.light.shadow)
    for owner, _, figure in sprites:
        _stamp(canvas, figure, owner)
    return canvas, sprites


def _near_frame(lens: Lens, vehicle: VehicleState) -> bool:
    """Return False when surely nothing of a vehicle or its shadow is in the picture."""
    inside = lens.to_camera(np.array([[vehicle.x_m, vehicle.y_m, 0.8]]))[0]
    planes = sides(lens)
    margins = planes[:, :3] @ inside + planes[:, 3]
    return bool((margins > -VEHICLE_REACH_M * np.linalg.norm(planes[:, :3], axis=1)).all())


def _sprites(scene: Scene, lens: Lens, canvas: Canvas) -> Drawn:
    drawn: Drawn = []
    for owner, person in enumerate(scene.people, start=FIRST_PERSON):
        figure = sprite(lens, person, canvas.nearness)
        if figure is not None:
            drawn.append((owner, person, figure))
    return sorted(drawn, key=lambda item: -item[2].depth_m)


def _person_shadow(person: PersonState, light: Light) -> NDArray[np.float64]:
    angles = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    away = np.radians(light.sun_azimuth_deg + 180.0)
    along = np.array([np.sin(away), np.cos(away)])
    across = np.array([along[1], -along[0]])
    ring = (0.34 * np.cos(angles) + 0.16)[:, None] * along + (0.22 * np.sin(angles))[
        :, None
    ] * across
    return np.column_stack([ring + np.array([person.x_m, person.y_m]), np.zeros(12)])


def _vehicle_shadow(vehicle: VehicleState) -> NDArray[np.float64]:
    corners = outline(vehicle.x_m, vehicle.y_m, vehicle.heading_deg, vehicle.body)[0]
    middle = np.array([vehicle.x_m, vehicle.y_m])
    flat = corners[:, :2]
    hull = cv2.convexHull(((flat - middle) * 1.07 + middle).astype(np.float32))[:, 0, :]
    return np.column_stack([hull, np.zeros(len(hull))]).astype(np.float64)


def _shade(canvas: Canvas, lens: Lens, ring: NDArray[np.float64], strength: float) -> None:
    """Darken the floor inside a ring (n, 3), softly."""
    inside = clip(lens, lens.to_camera(ring))
    if len(inside) < 3:
        return
    pixels = lens.project(inside) - 0.5
    soft = max(1, round(float(np.ptp(pixels[:, 1])) * 0.25))
    limit = np.array([lens.eye.width_px - 1, lens.eye.height_px - 1])
    low = np.clip(np.floor(pixels.min(axis=0)).astype(int) - 2 * soft, 0, limit)
    high = np.clip(np.ceil(pixels.max(axis=0)).astype(int) + 2 * soft, 0, limit)
    here = np.s_[low[1] : high[1] + 1, low[0] : high[0] + 1]
    cover = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), np.uint8)
    cv2.fillConvexPoly(cover, np.round((pixels - low) * 16).astype(np.int32), (255,), shift=4)
    cover = np.asarray(cv2.blur(cover, (2 * soft + 1, 2 * soft + 1)), np.uint8)
    light = 1.0 - cover.astype(np.float32) * (strength / 255.0)
    light[canvas.nearness[here] > 0] = 1.0
    part = canvas.picture[here]
    part[:] = (part * light[..., None]).astype(np.uint8)


def _stamp(canvas: Canvas, figure: Sprite, owner: int) -> None:
    high, wide = canvas.nearness.shape
    left, top = max(0, figure.left), max(0, figure.top)
    right = min(wide, figure.left + figure.cover.shape[1])
    bottom = min(high, figure.top + figure.cover.shape[0])
    if left >= right or top >= bottom:
        return
    here = np.s_[top:bottom, left:right]
    there = np.s_[top - figure.top : bottom - figure.top, left - figure.left : right - figure.left]
    near = np.float32(1.0 / figure.depth_m)
    cover = figure.cover[there] * (canvas.nearness[here] < near)
    alpha = cover.astype(np.float32)[..., None] * np.float32(1 / 255)
    part = canvas.picture[here]
    part[:] = (part + (figure.colour[there] - part.astype(np.float32)) * alpha).astype(np.uint8)
    solid = cover > 127
    canvas.owner[here][solid] = owner
    canvas.nearness[here][solid] = near


def _developed(picture: Picture, scene: Scene) -> Picture:
    light = scene.light
    soft = cv2.GaussianBlur(picture, (3, 3), 0.55)
    toned = cv2.LUT(soft, _tones(light))
    high, wide = picture.shape[:2]
    noise = _grain(light.noise, high + SPARE_PX[0], wide + SPARE_PX[1])
    tag = f"{scene.seed}/{scene.camera}/{round(scene.time_s * 1000)}".encode()
    place = zlib.crc32(tag)
    y, x = place % SPARE_PX[0], (place >> 12) % SPARE_PX[1]
    grainy = cv2.add(toned, noise[y : y + high, x : x + wide], dtype=cv2.CV_8U)
    return np.asarray(grainy, np.uint8)


@lru_cache(maxsize=16)
def _tones(light: Light) -> Picture:
    level = np.arange(256, dtype=np.float32)
    level = (level - 110.0) * light.contrast + 110.0
    channels = [level * light.gain * (1.0 + sign * light.warmth) for sign in (-1.0, 0.0, 1.0)]
    table = np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8)
    return table[None]


@lru_cache(maxsize=8)
def _grain(strength: float, high: int, wide: int) -> NDArray[np.int16]:
    """Return a pool of sensor noise larger than the picture: mostly brightness, a little colour."""
    random = np.random.default_rng(7)
    bright = random.standard_normal((high, wide, 1), np.float32) * strength
    tint = random.standard_normal((high, wide, 3), np.float32) * (0.4 * strength)
    return np.round(bright + tint).astype(np.int16)


def _truth(scene: Scene, lens: Lens, canvas: Canvas, sprites: Drawn) -> FrameTruth:
    counts = np.bincount(canvas.owner.ravel(), minlength=256)
    people = tuple(
        _seen(
            lens,
            person.id,
            figure.box_px,
            int(counts[owner]),
            int((figure.cover > 127).sum()),
        )
        for owner, person, figure in sprites
    )
    return FrameTruth(people, tuple(_vehicles(scene, lens, counts)))


def _seen(
    lens: Lens,
    name: str,
    box: tuple[float, float, float, float],
    shown: int,
    whole: int,
) -> Seen:
    wide, high = lens.eye.width_px, lens.eye.height_px
    clipped = (
        max(0.0, box[0]),
        max(0.0, box[1]),
        min(float(wide), box[2]),
        min(float(high), box[3]),
    )
    return Seen(name, clipped, box[3] - box[1], min(1.0, shown / max(1, whole)))


def _vehicles(scene: Scene, lens: Lens, counts: NDArray[np.int64]) -> list[Seen]:
    standing = [
        VehicleState(f"parked{n}", *car.at, 0.0, 0.0, car.heading_deg, car.body, car.colour)
        for n, car in enumerate(scene.depot.parked, start=1)
    ]
    found: list[Seen] = []
    for owner, vehicle in enumerate((*standing, *scene.vehicles), start=1):
        if not _near_frame(lens, vehicle):
            continue
        shapes = car_faces(vehicle.x_m, vehicle.y_m, vehicle.heading_deg, vehicle.body, (0, 0, 0))
        inside = [lens.to_camera(corners) for corners, _ in shapes]
        if min(float(corners[:, 2].min()) for corners in inside) < NEAR_VEHICLE_M:
            continue
        seen = _vehicle(lens, vehicle.id, [lens.project(c) for c in inside], int(counts[owner]))
        if seen.box_px[2] > seen.box_px[0] and seen.box_px[3] > seen.box_px[1]:
            found.append(seen)
    return found


def _vehicle(lens: Lens, name: str, faces: list[NDArray[np.float64]], shown: int) -> Seen:
    """Return a vehicle's truth from its projected faces and how many of its pixels show."""
    every = np.vstack(faces)
    low, high = every.min(axis=0), every.max(axis=0)
    shrink = max(1.0, float((high - low).max()) / 300.0)
    size = ((high - low) / shrink).astype(int) + 2
    mask = np.zeros((int(size[1]), int(size[0])), np.uint8)
    for corners in faces:
        flat = np.rint((corners - low) * (16.0 / shrink)).astype(np.int32)
        cv2.fillConvexPoly(mask, flat, (1,), shift=4)
    whole = int(cv2.countNonZero(mask) * shrink * shrink)
    return _seen(lens, name, (*low.tolist(), *high.tolist()), shown, whole)
