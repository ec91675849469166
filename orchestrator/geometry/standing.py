"""Where a camera stands and looks on the plan, once it is known how it hangs: two places suffice.

In: a camera whose height, tilt and roll people told (``heights``), and places in its picture.
Out: ``standing``: its mount, with the height in the plan's own measure, and residuals in metres.

Seen from the camera, every place on the floor lies somewhere; a turn, a shift and a stretch lay
that onto the plan, in closed form (Umeyama 1991). The stretch is how much taller people are here
than people usually are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Lens, Mount
from orchestrator.geometry.lens import Projection

LEAST_PAIRS = 2
STRETCH = 0.12
"""People of one place are not so much taller or smaller than usual: then a place is wrong."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A mount on the plan; ``stretch`` is by what the height was multiplied.

    ``off_m`` is how far each pair is off on the floor, None for one that shows no floor.
    """

    mount: Mount
    stretch: float
    off_m: tuple[float | None, ...]

    @property
    def plausible(self) -> bool:
        """Say whether people can be so much taller or smaller than usual."""
        return bool(abs(np.log(self.stretch)) <= STRETCH)


def standing(mount: Mount, lens: Lens, pairs: Sequence[Pair]) -> Standing:
    """Return where a camera stands and looks by two or more places on the floor.

    ``ValueError`` when fewer than two pairs show floor at different places.
    """
    level = replace(mount, x_m=0.0, y_m=0.0, azimuth_deg=0.0)
    eye = Projection.of(level, lens, Aim(0.0, mount.tilt_deg, lens.hfov_wide_deg))
    pixels = np.array([(pair.u_px, pair.v_px) for pair in pairs]).reshape(-1, 2)
    lifts_m = np.array([pair.z_m for pair in pairs])
    seen, _, valid = eye.floor(pixels, np.ones((len(pairs), 2)), lifts_m)
    there = np.array([(pair.x_m, pair.y_m) for pair in pairs]).reshape(-1, 2)
    mine, plan = seen[valid] @ [1, 1j], there[valid] @ [1, 1j]
    spread = mine - mine.mean() if len(mine) else mine
    if len(mine) < LEAST_PAIRS or not np.abs(spread).max() > 1e-6:
        raise ValueError(f"{LEAST_PAIRS} places on the floor are needed")
    factor = np.vdot(spread, plan - plan.mean()) / np.vdot(spread, spread).real
    shift = plan.mean() - factor * mine.mean()
    stretch = float(abs(factor))
    off = np.abs(factor * (seen @ [1, 1j]) + shift - there @ [1, 1j])
    placed = replace(
        mount,
        x_m=float(shift.real),
        y_m=float(shift.imag),
        height_m=mount.height_m * stretch,
        azimuth_deg=float(np.degrees(-np.angle(factor))) % 360.0,
    )
    told = (float(one) if good else None for one, good in zip(off, valid, strict=True))
    return Standing(placed, stretch, tuple(told))
