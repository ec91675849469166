"""A camera as point pairs say: its mount and lens, how far each pair is off, what to mistrust.

In: a camera as it is written, and at least four pairs (``resection``).
Out: ``calibrated``: a ``Calibration`` with residuals in pixels and metres, and its own doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.resection import POSE, Sights, pixels_off, stood_at, whitened
from orchestrator.geometry.solved import LEAST_PAIRS, solved

Array = NDArray[np.float64]

GOOD_SHARE = 0.004
"""Of the picture's width: pairs that agree no better than this are bad."""
PLACE_DOUBT_M, AIM_DOUBT_DEG, HFOV_DOUBT_DEG = 0.5, 1.0, 2.0
THIN = 0.08
"""Points are on a line when they are so much less wide than long."""
BUNCHED = 0.05
"""Or in one corner when they span less of the picture."""


@dataclass(frozen=True, slots=True)
class Residual:
    """How far one pair is off: in the picture, on the floor (None: at or above the horizon)."""

    pair: Pair
    off_px: float
    off_m: float | None
    wrong: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """One standard deviation of what was found, from the pairs that were used."""

    place_m: float
    height_m: float
    azimuth_deg: float
    tilt_deg: float
    roll_deg: float
    hfov_deg: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A camera as its pairs say.

    ``suspects`` are pairs of which one is wrong, where it cannot be told which; ``focal_free`` says
    that the field of view was sought, and is not just what is written; ``warnings`` say in
    sentences why the result should be mistrusted, none when it is good.
    """

    mount: Mount
    lens: Lens
    residuals: tuple[Residual, ...]
    doubt: Doubt
    warnings: tuple[str, ...]
    suspects: tuple[Pair, ...] = ()
    focal_free: bool = False

    @property
    def rms_px(self) -> float:
        """Return the root mean square over the pairs that were used, in pixels."""
        return float(np.sqrt(np.mean([one.off_px**2 for one in self.residuals if not one.wrong])))


def calibrated(camera: Camera, pairs: Sequence[Pair]) -> Calibration:
    """Return what at least ``LEAST_PAIRS`` pairs say of a camera; ``ValueError`` for fewer.

    What of the lens is sought with how many pairs, ``solved`` says.
    """
    if len(pairs) < LEAST_PAIRS:
        raise ValueError(f"{LEAST_PAIRS} pairs are needed, found {len(pairs)}")
    story = solved(camera, pairs)
    mount, lens = _mount(story.found), _lens(story.lens, story.found, free=story.free)
    told = Calibration(
        mount,
        lens,
        tuple(_residuals(camera, mount, lens, pairs, story.kept)),
        _doubt(story.lens, story.used, story.found, free=story.free),
        (),
        tuple(pairs[index] for index in story.suspects),
        focal_free=story.free,
    )
    return replace(told, warnings=tuple(_warnings(told, story.used, lens)))


def _mount(found: Array) -> Mount:
    """Return the solver's numbers as a mount."""
    x_m, y_m, height_m, *turned, _ = found.tolist()
    azimuth_deg, tilt_deg, roll_deg = np.degrees(turned).tolist()
    return Mount(x_m, y_m, height_m, azimuth_deg, tilt_deg, roll_deg)


def _lens(lens: Lens, found: Array, *, free: bool) -> Lens:
    """Return the lens with the focal length that was found."""
    if not free:
        return lens
    half = np.tan(np.radians(lens.hfov_wide_deg) / 2) / np.exp(found[POSE])
    hfov_deg = float(np.degrees(2 * np.arctan(half)))
    return replace(lens, hfov_wide_deg=hfov_deg, hfov_tele_deg=hfov_deg)


def _residuals(
    camera: Camera, mount: Mount, lens: Lens, pairs: Sequence[Pair], kept: NDArray[np.bool_]
) -> Iterator[Residual]:
    """Yield how far each pair is off, by the projection that the service uses."""
    found = replace(camera, mount=mount, lens=lens)
    for pair, used in zip(pairs, kept.tolist(), strict=True):
        aim = stood_at(found, pair)
        if isinstance(pair.stood, Aim):  # where it looked by the mount as it was written
            turned = (pair.stood.azimuth_deg - camera.mount.azimuth_deg) + mount.azimuth_deg
            raised = (pair.stood.tilt_deg - camera.mount.tilt_deg) + mount.tilt_deg
            aim = Aim(turned, raised, pair.stood.hfov_deg)
        eye = Projection.of(mount, lens, aim)
        pixel = np.array([[pair.u_px, pair.v_px]])
        shown = eye.pixels(np.array([[pair.x_m, pair.y_m, pair.z_m]]))
        place, _, valid = eye.floor(pixel, np.ones((1, 2)), pair.z_m)
        off_m = float(np.hypot(*(place[0] - (pair.x_m, pair.y_m)))) if valid[0] else None
        off_px = float(np.nan_to_num(np.hypot(*(shown[0] - pixel[0])), nan=np.inf))
        yield Residual(pair, off_px, off_m, wrong=not used)


def _doubt(lens: Lens, sights: Sights, found: Array, *, free: bool) -> Doubt:
    """Return what the pairs leave open: the inverse of what they tell, as far as they agree."""
    count = POSE + free
    steps = np.full(count, 1e-4)
    slopes = np.empty((2 * len(sights.points), count))
    here = whitened(sights, found, pixels_off(sights, found))
    for index in range(count):
        moved = found.copy()
        moved[index] += steps[index]
        there = whitened(sights, found, pixels_off(sights, moved))
        slopes[:, index] = (there - here).ravel() / steps[index]
    freedom = max(here.size - count, 1)
    scale = max(float((here**2).sum()) / freedom, 1.0)
    # What nothing tells of has next to no singular value, and so a doubt beyond all bounds.
    _, sizes, turns = np.linalg.svd(slopes, full_matrices=False)
    spread = (turns.T / np.maximum(sizes, 1e-9) ** 2) @ turns * scale
    sigma = np.sqrt(np.diag(spread))
    half = np.tan(np.radians(lens.hfov_wide_deg) / 2) / np.exp(found[POSE])
    per_focal = 2 * half / (1 + half**2)
    azimuth_deg, tilt_deg, roll_deg = np.degrees(sigma[3:POSE]).tolist()
    return Doubt(
        float(np.hypot(*sigma[:2])),
        float(sigma[2]),
        azimuth_deg,
        tilt_deg,
        roll_deg,
        float(np.degrees(per_focal * sigma[POSE])) if free else 0.0,
    )


def _warnings(told: Calibration, used: Sights, lens: Lens) -> Iterator[str]:
    """Yield why a calibration should be mistrusted."""
    doubt, limit_px = told.doubt, GOOD_SHARE * lens.width_px
    if told.suspects:
        names = " or ".join(pair.name for pair in told.suspects)
        yield f"one pair is wrong, {names}, but these pairs cannot tell which: add pairs"
    if told.rms_px > limit_px:
        yield (
            f"the pairs do not agree: {told.rms_px:.1f} px on average, where {limit_px:.1f} px would"
            " do; look at those furthest off, and whether `x` and `y` are metres on the plan"
        )
    if _thin(used.points[:, :2]) or _thin(used.pixels + used.turns * lens.width_px):
        yield "the pairs lie on one line, which many cameras would show so: add pairs beside it"
    elif not np.ptp(used.turns, axis=0).any() and _span(used.pixels, lens) < BUNCHED:
        yield "the pairs are all in one part of the picture: add pairs near its other edges"
    if (
        max(doubt.place_m, doubt.height_m) > PLACE_DOUBT_M
        or max(doubt.azimuth_deg, doubt.tilt_deg, doubt.roll_deg) > AIM_DOUBT_DEG
    ):
        yield (
            f"these pairs do not hold the camera: its place is known to {doubt.place_m:.1f} m, its"
            f" height to {doubt.height_m:.1f} m, its azimuth to {doubt.azimuth_deg:.1f} deg and its"
            f" tilt to {doubt.tilt_deg:.1f} deg; add pairs near the camera and far to both sides"
        )
    elif doubt.hfov_deg > HFOV_DOUBT_DEG:
        yield f"the field of view is known to {doubt.hfov_deg:.1f} deg only: add pairs near the edges"


def _thin(points: Array) -> bool:
    """Say whether points lie on a line, nearly."""
    sizes = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return bool(sizes[1] < THIN * sizes[0])


def _span(pixels: Array, lens: Lens) -> float:
    """Return how much of the picture the rectangle around some pixels takes."""
    return float(np.prod(np.ptp(pixels, axis=0)) / (lens.width_px * lens.height_px))
