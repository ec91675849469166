"""How the service and its cameras fare, as numbers: what is exported, and shown by `top`.

Counters are totals since the start of the service; rates and ages are of the last while. Nothing in
them tells of people.
"""

from dataclasses import dataclass

from orchestrator.domain.ids import CameraId


@dataclass(frozen=True, slots=True)
class Flow:
    """What came of one camera's video, counted since the start.

    ``opened`` counts the decoders that were started for it: each but the first is a restart.
    ``decoded`` pictures are what decoders say they decoded, ``gated`` those of them that were not
    wanted or in which nothing moved, ``lost`` packets that never came. ``dropped`` are pictures that
    a newer one replaced before anybody looked.
    """

    opened: int = 0
    decoded: int = 0
    gated: int = 0
    lost: int = 0
    dropped: int = 0

    def plus(self, other: "Flow") -> "Flow":
        """Return what came of both.

        >>> Flow(1, 10).plus(Flow(1, 5, 2))
        Flow(opened=2, decoded=15, gated=2, lost=0, dropped=0)
        """
        return Flow(
            self.opened + other.opened,
            self.decoded + other.decoded,
            self.gated + other.gated,
            self.lost + other.lost,
            self.dropped + other.dropped,
        )


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """How one camera fares.

    ``video_quarantined`` says that its stream is not opened, for what it sent again and again.
    ``hidden`` is ``nothing``, ``zones`` or ``all`` of its pictures. ``searched`` pictures were shown to
    the detector; ``waiting`` says whether one is now. ``ages`` counts them by how old they were when
    their detections were there, in the classes of ``bounds_s`` and one above.
    """

    camera: CameraId
    link: str
    hidden: str
    rung: str = ""
    flow: Flow = Flow()
    searched: int = 0
    replaced: int = 0
    waiting: int = 0
    bounds_s: tuple[float, ...] = ()
    ages: tuple[int, ...] = (0,)
    decoded_per_s: float = 0.0
    gated_per_s: float = 0.0
    dropped_per_s: float = 0.0
    searched_per_s: float = 0.0
    age_p50_s: float | None = None
    age_p99_s: float | None = None
    video_quarantined: bool = False

    @property
    def restarts(self) -> int:
        """Return how often its video was opened again."""
        return max(0, self.flow.opened - 1)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the process has taken of the machine: memory now, processor time since its start."""

    memory_bytes: int = 0
    processor_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """How the process fares.

    ``lag`` is by how much the event loop was late to what was due. ``inference_queue`` pictures wait for
    the detector or are in it, ``inbox`` observations wait to be thought about; ``lost`` had no room there.
    """

    up_s: float
    ticks: int
    ticks_per_s: float
    tick_p99_s: float
    lag_p99_s: float
    usage: Usage
    inference_queue: int
    inbox: int
    lost: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one moment."""

    service: ServiceFigures
    cameras: tuple[CameraFigures, ...]
