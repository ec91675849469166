"""Walkers for measuring how well a head follows one: seeded, and independent of the simulators.

Open ground is an area that the camera stands five metres outside of. The hall has the camera above
its middle, and three of ten ways lead past below it: so a straight line loses people about as often
as it did over recorded walks through a station. People turn as fast as people do, walk at
their own pace, and stand still for a while now and then. What is known of them is what the product
knows: a place with 0.3 m of noise, ten times a second, 0.15 s late.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STEP_S: Final = 0.05
NOISE_M: Final = 0.3
SEEN_EVERY_S: Final = 0.1
LATE_S: Final = 0.15
KNOWN_S: Final = 1.0
TURN_DPS: Final = 100.0
"""People hardly turn faster while they walk: nine of ten turns in recorded walks are slower."""
QUICKER_MPS2: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Stroll:
    """Where somebody truly is: ``places_m`` (n, 2), every ``STEP_S`` from ``-KNOWN_S`` on."""

    places_m: Array

    @property
    def lasts_s(self) -> float:
        return (len(self.places_m) - 1) * STEP_S - KNOWN_S

    def at(self, at_s: float) -> tuple[float, float]:
        """Return the place at a moment; before the first and after the last it stands still."""
        index = min(max((at_s + KNOWN_S) / STEP_S, 0.0), len(self.places_m) - 1.0)
        low = min(int(index), len(self.places_m) - 2)
        (x0, y0), (x1, y1) = self.places_m[low], self.places_m[low + 1]
        share = index - low
        return float(x0 + share * (x1 - x0)), float(y0 + share * (y1 - y0))


@dataclass(frozen=True, slots=True)
class Scene:
    """Where people walk, ``low_m`` to ``high_m``, and the camera's place above the floor.

    ``below`` is the share of ways that lead past within three metres of the camera's foot.
    """

    name: str
    low_m: tuple[float, float]
    high_m: tuple[float, float]
    camera_m: tuple[float, float, float]
    below: float = 0.0


OPEN: Final = Scene("open", (-6.0, 5.0), (6.0, 41.0), (0.0, 0.0, 6.0))
HALL: Final = Scene("hall", (-20.0, -20.0), (20.0, 20.0), (0.0, 0.0, 6.0), below=0.3)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the product hears at ``told_s`` of where somebody was at ``seen_s``."""

    told_s: float
    seen_s: float
    place_m: tuple[float, float]


def strolls(scene: Scene, count: int, seed: int) -> tuple[Stroll, ...]:
    """Return walks of 20 to 60 s."""
    rng = np.random.default_rng(seed)
    return tuple(_stroll(scene, rng) for _ in range(count))


def sightings(stroll: Stroll, seed: int) -> tuple[Sighting, ...]:
    """Return what is heard of one, in order."""
    rng = np.random.default_rng(seed)
    heard = []
    for number in range(int((KNOWN_S + stroll.lasts_s) / SEEN_EVERY_S) + 1):
        seen_s = number * SEEN_EVERY_S - KNOWN_S
        x, y = np.asarray(stroll.at(seen_s)) + rng.normal(0.0, NOISE_M, 2)
        heard.append(Sighting(seen_s + LATE_S, seen_s, (float(x), float(y))))
    return tuple(heard)


def _stroll(scene: Scene, rng: np.random.Generator) -> Stroll:
    steps = round((KNOWN_S + rng.uniform(20.0, 60.0)) / STEP_S)
    place = _somewhere(scene, rng)
    goal = _somewhere(scene, rng)
    pace_mps = float(rng.normal(1.3, 0.25))
    heading = float(np.arctan2(*(goal - place)[::-1]))
    speed_mps, rests = pace_mps, 0
    places = [place]
    for _ in range(steps):
        if float(np.hypot(*(goal - place))) < 1.0:
            goal = _somewhere(scene, rng)
            rests = round(rng.uniform(1.0, 5.0) / STEP_S) if rng.random() < 0.3 else 0
        wanted = float(np.arctan2(*(goal - place)[::-1]))
        most = np.radians(TURN_DPS) * STEP_S
        heading += float(np.clip(_turned(wanted - heading), -most, most))
        rests = max(rests - 1, 0)
        change = QUICKER_MPS2 * STEP_S
        speed_mps += float(np.clip((0.0 if rests else pace_mps) - speed_mps, -change, change))
        place = place + speed_mps * STEP_S * np.array([np.cos(heading), np.sin(heading)])
        places.append(place)
    return Stroll(np.array(places))


def _somewhere(scene: Scene, rng: np.random.Generator) -> Array:
    if rng.random() < scene.below:
        return np.asarray(scene.camera_m[:2]) + rng.uniform(-3.0, 3.0, 2)
    return np.asarray(rng.uniform(scene.low_m, scene.high_m))


def _turned(angle: float) -> float:
    return float((angle + np.pi) % (2.0 * np.pi) - np.pi)
