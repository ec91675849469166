"""A still picture as a camera sent it: JPEG, looked at as far as its size and no further."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Still:
    """A JPEG picture, not decoded; its size is what its header says."""

    jpeg: bytes
    width_px: int
    height_px: int
