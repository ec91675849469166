"""What is remembered of people across pictures: who is who where no floor says so.

Everybody who is followed, on the floor or in the picture of a camera that nobody surveyed, has a
key, which is never used again. Their name is their key, until they are found to be somebody with
an older one: then that is their name. Readers only ever see names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.domain.tracks import Tracks

Array = NDArray[np.float64]
Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]

FLOOR = CameraId("")
"""Stands for all surveyed cameras together: their people are on one floor."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The people in one picture at one moment: keys, feet (n, 2), statures, news, all (n,).

    Of those who are ``cut`` the feet are further down than told, below the picture.
    """

    keys: Keys
    feet: Array
    tall: Array
    news: Array
    cut: Mask

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.keys)

    def whole(self) -> "Scene":
        """Return those whose feet are seen."""
        kept = ~self.cut
        return Scene(
            self.keys[kept], self.feet[kept], self.tall[kept], self.news[kept], self.cut[kept]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """What two cameras have shown together, and the map that it taught, or None.

    ``expected`` says that a file has it that they overlap, so less is needed to believe a map.
    """

    aspects: tuple[float, float]
    scenes: tuple[tuple[Scene, Scene], ...] = ()
    map: Array | None = None
    sure: bool = False
    looks: int = 0
    news: float = 0.0
    learned_news: float = 0.0
    expected: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One camera's frame: the ``keys`` (n,) of those in it, their (n, 4) boxes, the picture's size."""

    keys: Keys
    boxes_px: Array
    size_px: tuple[int, int]
    at_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Sharing:
    """Who is who: the ``names`` of keys that have another's, and what pairs of pictures taught.

    ``seen`` is in which picture each key is, and when it was there last; ``counted`` where it was
    last counted as news.
    """

    names: Mapping[int, int] = field(default_factory=dict)
    seen: Mapping[int, tuple[CameraId, float]] = field(default_factory=dict)
    counted: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    shots: Mapping[CameraId, Shot] = field(default_factory=dict)
    pairs: Mapping[tuple[CameraId, CameraId], Pair] = field(default_factory=dict)
    step_s: float = -np.inf
    next_key: int = 1

    def name(self, key: int) -> int:
        """Return the name of a key."""
        return self.names.get(key, key)


@dataclass(frozen=True, slots=True)
class Spread:
    """A running mean and variance of cosines, from ``count`` of them."""

    count: float
    mean: float
    variance: float

    def taught(self, cosine: float, weight: float = 1.0) -> "Spread":
        """Return the spread with one cosine more."""
        count = self.count + weight
        off = cosine - self.mean
        mean = self.mean + off * weight / count
        variance = (self.variance * self.count + weight * off * (cosine - mean)) / count
        return Spread(count, mean, variance)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How one key looked: from which camera to which, since and until when, in how many ``boxes``.

    ``total`` is the sum of ``vectors`` many unit vectors of a model, empty where there is none;
    ``worn`` the mean of ``looks`` many colour layouts. ``came_m`` and ``left_m`` are where on the
    floor, None in pictures.
    """

    came: CameraId
    left: CameraId
    first_s: float
    last_s: float
    boxes: int
    total: Array
    vectors: int
    worn: Array
    looks: float
    came_m: tuple[float, float] | None = None
    left_m: tuple[float, float] | None = None

    @property
    def unit(self) -> Array:
        """Return the mean vector, of length one."""
        return np.asarray(self.total / max(float(np.linalg.norm(self.total)), 1e-12))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who has gone and may be the one who came, and how probable that is."""

    key: int
    share: float


OTHER_SIGMA, OTHER_WEIGHT = 0.15, 20.0
SAME_MEAN, SAME_SIGMA, SAME_WEIGHT = 0.5, 0.12, 10.0
"""Cosines of two people and of one before anything is learned, and for how many pairs that counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Reunion:
    """Looks of keys, what cosines mean here, and who may be whom among those who just came."""

    looks: Mapping[int, Look] = field(default_factory=dict)
    others: Spread = Spread(OTHER_WEIGHT, 0.0, OTHER_SIGMA**2)
    same: Spread = Spread(SAME_WEIGHT, SAME_MEAN, SAME_SIGMA**2)
    lags_s: Mapping[tuple[CameraId, CameraId], tuple[float, ...]] = field(default_factory=dict)
    candidates: Mapping[int, tuple[Candidate, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """The people in pictures that nobody surveyed, and everybody's identity across all gaps.

    ``tracks`` are those of each picture, on a plane of its own where people are about
    ``tall_px`` tall.
    """

    tracks: Mapping[CameraId, Tracks] = field(default_factory=dict)
    tall_px: Mapping[CameraId, float] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    reunion: Reunion = field(default_factory=Reunion)
