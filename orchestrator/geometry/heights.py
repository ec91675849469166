"""How a camera is tilted and how high it hangs, from people who walk by, where nobody measured it.

In: a fixed camera with its field of view as written, boxes of people in it, and who was whom.
Out: ``levelled``: tilt, roll and height with their doubt. Where it stands on the plan, and which
way it looks there, people cannot tell; nor, as verticals hardly show it, how wide it sees.

The way is that of Lv, Zhao and Nevatia (2006), as least squares in the picture: the foot of a box
is where somebody stands, and the head of a usual stature above it has to appear at the box's upper
edge. Whoever is tall is tall in every box, so one person is nearly one measurement.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.geometry.bend import unbent_boxes
from orchestrator.geometry.lens import STATURE_M, STATURE_SIGMA_M, Projection, upright

Array = NDArray[np.float64]

LEAST_PEOPLE = 12
LEAST_BOXES = 60
EACH = 30
"""So many boxes of a person tell all that they can tell."""
BOX_SIGMA = 0.05
"""Doubt about how tall a box is, as a share of it."""
COMMON_STATURE = 0.03
"""The people of one place may all be taller or smaller than usual by so much: that shows nowhere."""
ROLL_SIGMA_RAD = float(np.radians(2.0))
"""People hang cameras level, about so well."""
FOV_SIGMA = 0.05
"""Data sheets give fields of view about so well."""
TILTS_DEG, HEIGHTS_M = (-4.0, -12.0, -25.0, -45.0), (2.2, 3.5, 5.5, 9.0)
_LEAST = np.array([0.8, -np.pi / 2 + 0.02, -0.6])
_MOST = np.array([60.0, 0.3, 0.6])
_REFINED = 3
_BEYOND = 8.0
"""Somebody whose feet are above the horizon is wrong by so many standard deviations at least."""
HEIGHT_DOUBT, TILT_DOUBT_DEG = 0.1, 3.0
"""More doubt (about the height as a share of it) is told of."""
NO_PERSON = 3.0
"""Boxes off by more standard deviations are left out."""
MISFIT = 1.5
"""Boxes further off than this, in standard deviations, are not of people on one floor."""


@dataclass(frozen=True, slots=True, eq=False)
class Passers:
    """People who were seen whole: boxes (n, 4) px of the lens's picture, and whose each is (n,)."""

    boxes_px: Array
    who: NDArray[np.int64]

    @property
    def people(self) -> int:
        """Return how many they are."""
        return len(np.unique(self.who))

    def only(self, rows: NDArray[np.int64]) -> "Passers":
        """Return some of the boxes."""
        return Passers(self.boxes_px[rows], self.who[rows])


@dataclass(frozen=True, slots=True)
class Level:
    """What people tell of a camera, with one standard deviation of doubt each.

    Place and azimuth of ``mount`` are as written. ``misfit`` is how far heads are off in half of
    all boxes, 1 being as expected; ``warnings`` say why the result should be mistrusted.
    """

    mount: Mount
    boxes: int
    people: int
    height_sigma_m: float
    tilt_sigma_deg: float
    roll_sigma_deg: float
    misfit: float
    warnings: tuple[str, ...] = ()


def levelled(camera: Camera, passers: Passers) -> Level:
    """Return what people tell of a fixed camera; ``ValueError`` when too few were seen."""
    if passers.people < LEAST_PEOPLE or len(passers.who) < LEAST_BOXES:
        raise ValueError(
            f"{LEAST_PEOPLE} people in {LEAST_BOXES} boxes are needed,"
            f" found {passers.people} in {len(passers.who)}"
        )
    seen, rough = _people(camera.lens, _thinned(passers))
    fit = _Fit(camera.lens, seen)
    found = fit.fine(rough)
    sigma = np.hypot(fit.sigma(found), _by_lens(camera.lens, seen, found))
    sigma[0] = np.hypot(sigma[0], COMMON_STATURE * found[0])
    height_m, tilt, roll = found.tolist()
    tilt_deg, roll_deg = float(np.degrees(tilt)), float(np.degrees(roll))
    told = Level(
        mount=replace(camera.mount, height_m=height_m, tilt_deg=tilt_deg, roll_deg=roll_deg),
        boxes=len(seen.who),
        people=seen.people,
        height_sigma_m=float(sigma[0]),
        tilt_sigma_deg=float(np.degrees(sigma[1])),
        roll_sigma_deg=float(np.degrees(sigma[2])),
        misfit=fit.misfit(found),
    )
    return replace(told, warnings=tuple(_warnings(told, camera.lens)))


def _thinned(passers: Passers) -> Passers:
    """Return at most ``EACH`` boxes of everybody, spread evenly over all that there are."""
    kept = [_spread(np.flatnonzero(passers.who == one)) for one in np.unique(passers.who)]
    return passers.only(np.concatenate(kept))


def _spread(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(rows) <= EACH:
        return rows
    return np.asarray(rows[np.linspace(0, len(rows) - 1, EACH).astype(np.int64)])


def _people(lens: Lens, seen: Passers) -> tuple[Passers, Array]:
    """Return the boxes that fit people, and what fits those about; the others are no people.

    The first look takes each box alone: a box that is none would spoil all of its person's.
    """
    alone = _Fit(lens, seen, alone=True)
    rough = alone.best()
    return seen.only(np.flatnonzero(np.abs(alone.off(rough)) < NO_PERSON)), rough


def _by_lens(lens: Lens, seen: Passers, found: Array) -> Array:
    """Return (3,) by how much the numbers would differ with a somewhat wider lens."""
    other = replace(lens, hfov_wide_deg=lens.hfov_wide_deg * (1 + FOV_SIGMA))
    return np.asarray(np.abs(_Fit(other, seen).fine(found) - found))


class _Fit:
    """Least squares over height, tilt and roll, in metres and radians."""

    def __init__(self, lens: Lens, seen: Passers, *, alone: bool = False) -> None:
        """Keep the boxes, and how surely each is known; ``alone``: whose each is, is not known."""
        self._lens = lens
        size_px = (lens.width_px, lens.height_px)
        self._boxes = unbent_boxes(seen.boxes_px, lens.bend, size_px)
        ratio = STATURE_SIGMA_M / STATURE_M / BOX_SIGMA
        share = BOX_SIGMA * (np.hypot(1.0, ratio) if alone else 1.0)
        self._sigma_px = 1.0 + share * (self._boxes[:, 3] - self._boxes[:, 1])
        _, self._person, self._many = np.unique(seen.who, return_inverse=True, return_counts=True)
        ratio = 0.0 if alone else ratio
        self._common = 1.0 - 1.0 / np.sqrt(1.0 + self._many * ratio**2)

    def best(self) -> Array:
        """Return what fits best, from cameras of many kinds."""
        starts = [
            np.array([height_m, np.radians(tilt_deg), 0.0])
            for tilt_deg in TILTS_DEG
            for height_m in HEIGHTS_M
        ]
        starts.sort(key=self._cost)
        return min((self.fine(start) for start in starts[:_REFINED]), key=self._cost)

    def fine(self, start: Array) -> Array:
        """Return a start refined; a box that is none, and there are such, counts for little."""

        def off(numbers: Array) -> Array:
            return np.append(self.off(numbers), numbers[2] / ROLL_SIGMA_RAD)

        done = least_squares(
            off,
            start,
            bounds=(_LEAST, _MOST),
            x_scale=(1.0, 0.1, 0.1),
            loss="soft_l1",
            f_scale=1.5,
            max_nfev=120,
        )
        return np.asarray(done.x)

    def misfit(self, numbers: Array) -> float:
        """Return how far heads are off in half of all boxes, 1 being as expected."""
        return float(np.median(np.abs(self.off(numbers))) / 0.6745)

    def sigma(self, numbers: Array) -> Array:
        """Return (3,) standard deviations, people being the measurements (Huber's sandwich)."""
        slopes, off = self._slopes(numbers), np.clip(self.off(numbers), -3.0, 3.0)
        prior = np.diag([0.0, 0.0, ROLL_SIGMA_RAD**-2])
        bread = np.linalg.pinv(slopes.T @ slopes + prior)
        scores = np.zeros((len(self._many), 3))
        np.add.at(scores, self._person, slopes * off[:, None])
        return np.asarray(np.sqrt(np.diag(bread @ (scores.T @ scores + prior) @ bread)))

    def off(self, numbers: Array) -> Array:
        """Return (n,) how far heads are from where they should be, in standard deviations.

        What all boxes of a person have in common counts by how much statures differ: their
        covariance is that of noise plus a constant, and this is its inverse root.
        """
        alone = self._alone(numbers)
        mean = np.bincount(self._person, alone) / self._many
        return np.asarray(alone - (self._common * mean)[self._person])

    def _alone(self, numbers: Array) -> Array:
        """Return (n,) the same by the noise of each box alone."""
        eye = self._eye(numbers)
        feet, heads = upright(self._boxes, eye.nadir_px)
        rays = eye.rays(feet)
        fall = np.minimum(rays[:, 2], -1e-4)
        floor = eye.position_m + rays * (-eye.position_m[2] / fall)[:, None]
        shown = eye.pixels(floor + np.array([0.0, 0.0, STATURE_M]))
        off = np.clip((shown[:, 1] - heads[:, 1]) / self._sigma_px, -1e3, 1e3)
        beyond = _BEYOND + 100.0 * np.maximum(rays[:, 2], 0.0)
        return np.where((rays[:, 2] < -1e-4) & np.isfinite(off), off, beyond)

    def _slopes(self, numbers: Array) -> Array:
        """Return (n, 3) what a unit of each number does to each box."""
        here, steps = self.off(numbers), np.diag([1e-3, 1e-4, 1e-4])
        moved = [(self.off(numbers + step) - here) / step.sum() for step in steps]
        return np.stack(moved, axis=1)

    def _cost(self, numbers: Array) -> float:
        return float(np.sum(np.sqrt(1.0 + (self.off(numbers) / 1.5) ** 2)))

    def _eye(self, numbers: Array) -> Projection:
        height_m, (tilt_deg, roll_deg) = float(numbers[0]), np.degrees(numbers[1:]).tolist()
        mount = Mount(0.0, 0.0, height_m, 0.0, tilt_deg, roll_deg)
        aim = Aim(0.0, tilt_deg, self._lens.hfov_wide_deg)
        return Projection.of(mount, self._lens, aim).straight()


def _warnings(told: Level, lens: Lens) -> Iterator[str]:
    """Yield why what people told should be mistrusted."""
    if told.misfit > MISFIT:
        yield (
            "boxes do not fit people who stand on one floor: is there a stair, a mirror or a"
            " balcony, or do chairs and counters hide legs?"
        )
    if (
        told.height_sigma_m > HEIGHT_DOUBT * told.mount.height_m
        or told.tilt_sigma_deg > TILT_DOUBT_DEG
    ):
        yield (
            f"these people do not hold the camera: its height is known to {told.height_sigma_m:.1f} m"
            f" and its tilt to {told.tilt_sigma_deg:.1f} deg, with the field of view of"
            f" {lens.hfov_wide_deg:.0f} deg as written; record more people, near and far"
        )
