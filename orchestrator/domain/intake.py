"""What came in from cameras and could not be used as it is, counted by camera and reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from orchestrator.domain.ids import CameraId


class Flaw(Enum):
    """What is wrong with a frame or a box; the value is the end of a sentence for people."""

    STRANGER = "frames of a camera that the site does not have"
    TWICE = "frames that came twice"
    LATE = "frames that came after a newer one"
    STALE = "frames from long ago: the camera's clock, or the network"
    EARLY = "frames from the future: the camera's clock"
    BROKEN = "boxes that are no numbers or have no size"
    BESIDE = "boxes that lie beside the picture"

    __hash__ = object.__hash__


USED = frozenset({Flaw.LATE})
"""What is used all the same: a late frame corrects what newer ones made of it."""


@dataclass(frozen=True, slots=True)
class Intake:
    """When each camera's latest frames were exposed, and how often what was wrong since the start."""

    exposed_s: Mapping[CameraId, tuple[float, ...]] = field(default_factory=dict)
    flaws: Mapping[tuple[CameraId, Flaw], int] = field(default_factory=dict)
