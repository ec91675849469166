"""The tracker's memory, as arrays: what ``track`` carries from tick to tick.

A track is a row. It has a serial from its first box on, and a target number only once it is
confirmed; neither is ever used again. Every time is the site clock's, in seconds; "never" is
minus infinity.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.alignment import Alignment
from orchestrator.domain.appearance import SIZE, WITHIN
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _floats(*shape: int) -> Floats:
    return np.zeros(shape)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Every live track; ``track`` alone writes it, ``Target`` is the view readers get.

    ``means`` (n, 4) is x, y, vx, vy at ``at_s`` (n,), ``covariances`` (n, 4, 4) its doubt,
    ``trust`` (n,) the belief 0..1 that there is somebody, ``hits_s`` (n, 3) when its three latest
    boxes were exposed, ``camera_seen_s`` (n, c) when each of ``cameras`` saw it last.
    ``missed_s`` (n,) is since when it should have been seen and was not, or infinity.
    ``apart_s`` (n, n) is when two tracks last had a box each in one frame, which proves that they
    are two; ``close_s`` (n, n) since when they have been close enough to be one, or never.
    ``appearances`` (n, ``appearance.SIZE``) is how each looks, NaN while nobody could tell, and
    ``looks`` (n,) from how many sightings that is known; ``within`` (``SIZE``,) is how far sightings
    of one person stray here, as learned so far.
    ``absent`` (n,) are those who have gone and are only remembered: they take no boxes, and nobody
    hears of them unless they are known again.
    ``frame_s`` (c,) and ``aims`` tell when and where each camera looked last, ``alignments`` (c of
    them) what its boxes have taught about its calibration.
    """

    serials: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    numbers: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    kinds: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))
    means: Floats = field(default_factory=lambda: _floats(0, 4))
    covariances: Floats = field(default_factory=lambda: _floats(0, 4, 4))
    at_s: Floats = field(default_factory=lambda: _floats(0))
    born_s: Floats = field(default_factory=lambda: _floats(0))
    trust: Floats = field(default_factory=lambda: _floats(0))
    hits_s: Floats = field(default_factory=lambda: _floats(0, 3))
    camera_seen_s: Floats = field(default_factory=lambda: _floats(0, 0))
    missed_s: Floats = field(default_factory=lambda: _floats(0))
    apart_s: Floats = field(default_factory=lambda: _floats(0, 0))
    close_s: Floats = field(default_factory=lambda: _floats(0, 0))
    appearances: Floats = field(default_factory=lambda: _floats(0, SIZE))
    looks: Floats = field(default_factory=lambda: _floats(0))
    absent: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    within: Floats = field(default_factory=WITHIN.copy)
    cameras: tuple[CameraId, ...] = ()
    frame_s: Floats = field(default_factory=lambda: _floats(0))
    aims: tuple[Aim | None, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    next_serial: int = 1
    next_number: int = 1

    def __len__(self) -> int:
        """Return how many tracks there are, confirmed or not."""
        return len(self.serials)

    @property
    def seen_s(self) -> Floats:
        """Return (n,) when each track had its latest box."""
        return self.hits_s[:, -1]

    @property
    def confirmed(self) -> NDArray[np.bool_]:
        """Return (n,) which tracks are targets."""
        return self.numbers > 0

    def only(self, kept: NDArray[np.bool_]) -> "Tracks":
        """Return the tracks where ``kept`` (n,) holds."""
        if kept.all():
            return self
        return replace(
            self,
            serials=self.serials[kept],
            numbers=self.numbers[kept],
            kinds=self.kinds[kept],
            means=self.means[kept],
            covariances=self.covariances[kept],
            at_s=self.at_s[kept],
            born_s=self.born_s[kept],
            trust=self.trust[kept],
            hits_s=self.hits_s[kept],
            camera_seen_s=self.camera_seen_s[kept],
            missed_s=self.missed_s[kept],
            apart_s=self.apart_s[np.ix_(kept, kept)],
            close_s=self.close_s[np.ix_(kept, kept)],
            appearances=self.appearances[kept],
            looks=self.looks[kept],
            absent=self.absent[kept],
        )
