"""How a head can be moved: what its camera says it takes, and the steps and speeds themselves.

Nothing here is measured. A camera that lists a way to move may still not go along with it; what
it does is found out at run time, or by a person who has it measured.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

MOST_DRIVE_S = 2.0
"""No continuous move is told to last longer; a camera has run on for 84 s after one second."""


class Way(StrEnum):
    """A way to move a head; the value is the word operators read."""

    PRESET = "preset"
    ABSOLUTE = "absolute"
    VIEW = "relative to the view"
    """A step in halves of the picture: ONVIF's TranslationSpaceFov."""
    RELATIVE = "relative"
    """A step in the camera's own units, whose scale only it knows."""
    CONTINUOUS = "continuous"


class StopWay(Enum):
    """A way to stop a head; the value is the word operators read."""

    STOP = "stop"
    BARE = "bare stop"
    """Stop that names no axes: some cameras stumble over every optional word."""
    ZERO = "zero velocity"
    """A continuous move that goes nowhere: some heads obey nothing else."""


class Idle(Enum):
    """What says that a head rests, best first; the value is the word operators read."""

    EVENT = "preset reached event"
    STATUS = "move status"
    """MoveStatus idle, after it was seen moving."""
    STABLE = "stable position"
    TRAVEL = "travel time"
    """As long as the way should take, of a head that says nothing."""
    PICTURE = "picture at rest"


@dataclass(frozen=True, slots=True)
class Rungs:
    """How a head is moved, known to rest, and stopped now; empty where that was not needed yet.

    ``because`` says why a better way is not used; ``moves_last_hour`` is what its motors had to do.
    """

    move: str = ""
    idle: str = ""
    stop: str = ""
    because: str = ""
    moves_last_hour: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A step or a speed: pan (right), tilt (up) and zoom (closer), each -1..1.

    1 is the most the camera takes; of a step relative to the view it is half the picture.
    """

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0


@dataclass(frozen=True, slots=True)
class Span:
    """How far one axis (x, y or z) of a space goes, by the name ONVIF gives the space."""

    space: str
    axis: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Moves:
    """What a camera says its head takes.

    ``timeout_s`` is how long it lets a continuous move be told to last, least and most; None when
    it does not say. That it also ends such a move by itself is ``timeout_proven`` only once it was
    measured: until then no continuous move is sent to it. ``spaces`` are the numbers that it takes.
    """

    pan_tilt: frozenset[Way] = frozenset()
    zoom: frozenset[Way] = frozenset()
    timeout_s: tuple[float, float] | None = None
    home: bool = False
    presets: int = 0
    timeout_proven: bool = False
    spaces: tuple[Span, ...] = ()
