"""The camera that fits some pairs best: its pose and lens, and which of the pairs are wrong.

A lens that bends straight lines makes good pairs near the edges look wrong, and a wrong pair may
look like a bent lens. So both stories are told to their ends, and the bent lens is believed only
where it leaves much less over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Camera, Lens
from orchestrator.geometry.resection import (
    WRONG,
    Sights,
    Solver,
    numbers_of,
    without_wrong,
)

Array = NDArray[np.float64]

LEAST_PAIRS = 4
FOCAL_PAIRS = 8
"""So many pairs free the focal length of a fixed camera; with fewer it is what is written."""
BEND_PAIRS = 10
"""So many pairs can tell that a lens bends straight lines."""
BEND_GAIN = 0.5
"""A lens that bends otherwise than written has to leave less than so much of what that leaves."""
BENDS = (-0.45, 0.3)
"""From a strong barrel to a strong cushion; beyond are fisheyes, which need another model."""
_TURNS = 2
"""How often the bend and the wrong pairs are sought in turns."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """One story of the pairs: the solver's numbers for a lens, and the pairs that were used.

    ``suspects`` are pairs of which one is wrong, where it cannot be told which.
    """

    lens: Lens
    sights: Sights
    found: Array
    kept: NDArray[np.bool_]
    suspects: tuple[int, ...]
    free: bool

    @property
    def used(self) -> Sights:
        """Return the pairs that are not wrong."""
        return self.sights.only(self.kept)

    def left(self, wrong: int) -> float:
        """Return what the story leaves over, in variances: misfits, and more than ``wrong`` pairs."""
        freedom = max(2.0 * float(self.kept.sum()) - len(self.found), 1.0)
        misfit = Solver(self.used, free=self.free).misfit(self.found)
        return max(misfit, freedom) + 2 * WRONG * (self.wrong - wrong)

    @property
    def wrong(self) -> int:
        """Return how many pairs it calls wrong."""
        return int((~self.kept).sum())


def solved(camera: Camera, pairs: Sequence[Pair]) -> Solved:
    """Return the camera that fits at least ``LEAST_PAIRS`` pairs best.

    The focal length is free for a fixed camera with ``FOCAL_PAIRS`` pairs, and how its lens bends
    with ``BEND_PAIRS``; a head keeps its own.
    """
    as_written = _solved(camera, pairs)
    if camera.ptz is not None or len(pairs) < BEND_PAIRS:
        return as_written
    bent = as_written
    for _ in range(_TURNS):
        bend, left = _bend(camera, pairs, bent)
        if not bent.wrong and left > BEND_GAIN * bent.left(0):
            return as_written
        bent = _solved(replace(camera, lens=replace(camera.lens, bend=bend)), pairs)
        if not bent.wrong:
            break
    wrong = min(bent.wrong, as_written.wrong)
    return bent if bent.left(wrong) < BEND_GAIN * as_written.left(wrong) else as_written


def _solved(camera: Camera, pairs: Sequence[Pair]) -> Solved:
    """Return what fits best with the lens bending lines as it is written."""
    free = camera.ptz is None and len(pairs) >= FOCAL_PAIRS
    sights, written = Sights.of(pairs, camera), numbers_of(camera.mount)
    solver = Solver(sights, free=free)
    known = [written] if sights.one_plane else [written, solver.from_around()]
    found = solver.best(*known)
    kept = np.ones(len(pairs), dtype=np.bool_)
    suspects: tuple[int, ...] = ()
    most = min(max(1, len(pairs) // 4), len(pairs) - LEAST_PAIRS)
    for _ in range(most):
        step = without_wrong(sights, kept, found, free=free)
        if step is None:
            break
        found, kept, suspects = step
    return Solved(camera.lens, sights, found, kept, suspects, free)


def _bend(camera: Camera, pairs: Sequence[Pair], story: Solved) -> tuple[float, float]:
    """Return how a lens bends lines where the pairs of a story fit best, and what that leaves."""
    used = [pair for pair, kept in zip(pairs, story.kept.tolist(), strict=True) if kept]

    def misfit(bend: float) -> float:
        lens = replace(camera.lens, bend=float(bend))
        solver = Solver(Sights.of(used, replace(camera, lens=lens)), free=story.free)
        return solver.misfit(solver.fine(story.found))

    done = minimize_scalar(misfit, bounds=BENDS, method="bounded", options={"xatol": 2e-3})
    return float(done.x), float(done.fun)
