"""The site as one value: floor plan, cameras, zones, people, policies; swapped whole on change."""

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from orchestrator.domain.calendar import Calendar
from orchestrator.domain.camera import Camera
from orchestrator.domain.glass import BreakGlass
from orchestrator.domain.ids import CameraId, LineId, PersonName, ZoneId
from orchestrator.domain.intent import Band
from orchestrator.domain.inventory import KnownCamera
from orchestrator.domain.learned import LearnedMap
from orchestrator.domain.policy import PolicySet
from orchestrator.domain.region import Patch, Region, Ring
from orchestrator.domain.topology import Topology
from orchestrator.errors import Finding


@dataclass(frozen=True, slots=True)
class Plan:
    """The floor plan: its size in metres, and the picture it is drawn from (path, or none)."""

    width_m: float
    height_m: float
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A named polygon on the floor."""

    id: ZoneId
    ring_m: Ring

    @property
    def region(self) -> Region:
        """Return what geometry asks about."""
        return self.ring_m


@dataclass(frozen=True, slots=True)
class Line:
    """A named line on the floor; ``in`` is to the left of whoever looks from start to end."""

    id: LineId
    start_m: tuple[float, float]
    end_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who may command over MQTT; ``role`` is ``viewer``, ``operator`` or ``engineer``."""

    name: PersonName
    role: str
    credentials: str
    """The name of the secret that holds the broker password."""

    @property
    def may_command(self) -> bool:
        """Say whether this role may ask cameras and policies for something, not only look on."""
        return self.role in ("operator", "engineer")


@dataclass(frozen=True, slots=True)
class Person:
    """A person or desk that alarms are addressed to; ``mail`` may be empty."""

    name: PersonName
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Broker:
    """The MQTT broker: where it is, and the name of the secret the service logs in with."""

    host: str
    port: int
    credentials: str
    tls: bool = False


class Rank(Protocol):
    """What has a band and a priority inside it: a claim, a grant, a move that was made for one."""

    @property
    def band(self) -> Band:
        """Return its band."""
        ...

    @property
    def priority(self) -> int:
        """Return its rank inside the band, 0..99."""
        ...


@dataclass(frozen=True, slots=True)
class Reidentify:
    """A model that tells people apart, why it may, and in whose pictures (``cameras`` None: all)."""

    model: str
    because: str
    basis: str = ""
    cameras: tuple[CameraId, ...] | None = None

    def includes(self, camera: CameraId) -> bool:
        """Say whether people in a camera's pictures may be described."""
        return self.cameras is None or camera in self.cameras


class Haste(Enum):
    """What the searching machine is tuned for; the value is the word authors write."""

    THROUGHPUT = "throughput"
    """As many pictures a second as can be: many cameras."""
    LATENCY = "latency"
    """Each picture as soon as can be, by all of the machine at once."""
    AUTO = "auto"
    """``LATENCY`` for a single camera, ``THROUGHPUT`` for more."""


@dataclass(frozen=True, slots=True)
class Inference:
    """Where pictures are searched, as OpenVINO names devices, and where ``otherwise`` (None: nowhere)."""

    device: str = "CPU"
    haste: Haste = Haste.AUTO
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Watching:
    """How many pictures a second of a camera are looked at while nobody is about.

    ``inference`` says where pictures are searched.
    ``still_fps`` is how many while nothing moves in its picture either; ``reidentify`` who is told
    apart by a model (None: nobody).
    """

    idle_fps: float = 7.0
    still_fps: float = 7.0
    reidentify: Reidentify | None = None
    inference: Inference = field(default_factory=Inference)


@dataclass(frozen=True, slots=True)
class Arbitration:
    """Who may take a camera from whom, and how often a head may move.

    ``linger_s`` is how long a camera keeps a grant that serves nobody any more, before a lower
    band may have it: targets come back. ``bands`` is the order of precedence, the strongest first; privacy is above it, not on it.
    ``steal_margin`` is by how much a priority has to be higher to take a camera inside a band.
    ``settle_s`` is how long after its arrival a head has not arrived yet, for focus and exposure.
    ``moves_per_hour`` is what a head's motors may be made to do, alarms and operators apart.
    ``lease_max_s`` is the most that an action may last once its cause is gone. ``privacy_margin_deg`` is kept between the edge of a view and a forbidden zone.
    """

    operator_hold_s: float = 60.0
    moves_per_minute: float = 12.0
    moves_per_hour: float = math.inf
    min_dwell_s: float = 3.0
    home_after_s: float = 20.0
    linger_s: float = 6.0
    privacy_margin_deg: float = 2.0
    steal_margin: int = 1
    settle_s: float = 0.0
    lease_max_s: float = 3600.0
    bands: tuple[Band, ...] = tuple(sorted(Band, reverse=True))

    def rank(self, band: Band) -> int:
        """Return how strong a band is on this site: more is stronger."""
        return len(self.bands) - self.bands.index(band)

    def stronger(self, one: Rank, other: Rank) -> bool:
        """Say whether one may take a camera from another: a higher band, or enough priority."""
        if one.band is not other.band:
            return self.rank(one.band) > self.rank(other.band)
        return one.priority >= other.priority + self.steal_margin


WrittenFile = tuple[str, str]
"""A file of an author: its path as findings name it, and its text."""


@dataclass(frozen=True, slots=True)
class Written:
    """The files a site was read from; read again, they give the same site."""

    site: WrittenFile
    inventory: WrittenFile | None = None
    rules: tuple[WrittenFile, ...] = ()
    topology: WrittenFile | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Everything an author wrote, and what was computed from it (``topology``).

    ``flags`` are the site's switches, such as ``maintenance``, which conditions read as
    ``site.maintenance``. ``inventory`` is what cameras said when they were last asked, in a file
    beside the site's, ``map`` what those who walked there taught of how cameras hang together, in
    another; ``findings`` tell what was left out because its file is wrong. ``written`` is
    what all of it was read from (None: it was made otherwise); ``fingerprint`` is the hash of what
    it says (``domain.fingerprint``), empty where nobody computed it. ``awaiting`` says what is
    written and comes into force at the next start only.
    """

    name: str
    timezone: str
    plan: Plan
    cameras: tuple[Camera, ...]
    zones: tuple[Zone, ...] = ()
    patches: tuple[Patch, ...] = ()
    walls: tuple[Ring, ...] = ()
    operators: tuple[Operator, ...] = ()
    broker: Broker | None = None
    arbitration: Arbitration = field(default_factory=Arbitration)
    watching: Watching = field(default_factory=Watching)
    policies: PolicySet = field(default_factory=PolicySet)
    topology: Topology = field(default_factory=Topology)
    version: int = 1
    calendars: tuple[Calendar, ...] = ()
    people: tuple[Person, ...] = ()
    flags: tuple[tuple[str, bool], ...] = ()
    policies_folder: str | None = None
    findings: tuple[Finding, ...] = ()
    inventory: tuple[KnownCamera, ...] = ()
    lines: tuple[Line, ...] = ()
    written: Written | None = None
    break_glass: BreakGlass | None = None
    """Who may lift a privacy rule (None: nobody)."""
    discovery: tuple[str, ...] | None = None
    """The interfaces on which cameras are heard coming and going: None all but loopback, () none."""
    authorities: str | None = None
    """The file of who may vouch for cameras' certificates, as written in the site's."""
    fingerprint: str = ""
    awaiting: tuple[str, ...] = ()
    map: LearnedMap = field(default_factory=LearnedMap)

    @property
    def short_fingerprint(self) -> str:
        """Return what people compare: the first twelve digits."""
        return self.fingerprint[:12]

    @property
    def places(self) -> dict[ZoneId, Zone | Patch]:
        """Return everything that has a zone's name: on the floor, or around a camera."""
        places: tuple[Zone | Patch, ...] = (*self.zones, *self.patches)
        return {place.id: place for place in places}

    def camera(self, camera: CameraId) -> Camera:
        """Return the camera of that id; ``KeyError`` when the site has none."""
        for candidate in self.cameras:
            if candidate.id == camera:
                return candidate
        raise KeyError(camera)

    def known(self, camera: CameraId) -> KnownCamera | None:
        """Return what the inventory says of a camera; None when it says nothing."""
        return next((known for known in self.inventory if known.camera == camera), None)
