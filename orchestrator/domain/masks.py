"""Privacy masks that a camera burns into its own picture, and what it can take of them.

Corners are shares of the picture: (0, 0) is its upper left, (1, 1) its lower right corner.
"""

from dataclasses import dataclass
from enum import Enum

from orchestrator.domain.ids import MaskId

Corner = tuple[float, float]


class Cover(Enum):
    """How a mask hides what is under it; the value is the word people write."""

    COLOUR = "colour"
    PIXELS = "pixelated"
    BLUR = "blurred"
    OTHER = "other"
    """A way of the maker's own; it can be read, not asked for."""


@dataclass(frozen=True, slots=True)
class Mask:
    """A polygon that hides a part of the picture, while it is ``on``."""

    corners: tuple[Corner, ...]
    cover: Cover = Cover.COLOUR
    on: bool = True


@dataclass(frozen=True, slots=True)
class KeptMask:
    """A mask as the camera tells it after it was written or read."""

    id: MaskId
    mask: Mask


NEXT_TO_NOTHING = 0.005
"""The share that a camera's rounding may leave clear along the edges."""


@dataclass(frozen=True, slots=True)
class WrittenMask:
    """What became of a mask: as the camera kept it, and the share (0..1) that this leaves clear."""

    wanted: Mask
    kept: KeptMask
    clear: float

    @property
    def whole(self) -> bool:
        """Say whether the camera hides all that was to be hidden, in the way that was wanted."""
        same_way = self.kept.mask.cover is self.wanted.cover
        return self.clear <= NEXT_TO_NOTHING and same_way and self.kept.mask.on == self.wanted.on


@dataclass(frozen=True, slots=True)
class MaskRoom:
    """What masks a camera can take: how many, of how many corners, and what they hide by."""

    most: int
    most_corners: int
    covers: frozenset[Cover]
    rectangles_only: bool = False
