"""A camera: where it stands, what its lens and head can do, and what it said of itself.

Plan coordinates are metres: x right, y up (plan north), z up from the floor, origin at the
lower left corner of the plan. Azimuth is in degrees clockwise from +y; tilt is in degrees
above the horizon, so a camera on a pole looks at about -20.
"""

from dataclasses import dataclass
from enum import Enum

from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.moving import Moves, StopWay


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a camera stands and the direction of its optical axis at rest (pan = tilt = 0)."""

    x_m: float
    y_m: float
    height_m: float
    azimuth_deg: float
    tilt_deg: float
    roll_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class Lens:
    """Horizontal fields of view of a lens and the picture they were measured on.

    A lens without zoom has ``hfov_tele_deg == hfov_wide_deg``. ``bend`` is how it bends straight
    lines (0 does not, below 0 is a barrel): the one parameter of the division model (Fitzgibbon
    2001), with radii counted in halves of the picture's width.
    """

    hfov_wide_deg: float
    hfov_tele_deg: float
    width_px: int
    height_px: int
    bend: float = 0.0


@dataclass(frozen=True, slots=True)
class PtzRange:
    """The angles that the ends of the ONVIF spaces stand for, relative to the mount.

    Normalised pan -1..1 is ``pan_min_deg..pan_max_deg`` (clockwise positive), tilt -1..1 is
    ``tilt_min_deg..tilt_max_deg`` (up positive), both linear; zoom 0..1 is the focal length,
    linear from wide to tele. ``pan_dps`` and ``tilt_dps`` are top speeds.
    """

    pan_min_deg: float
    pan_max_deg: float
    tilt_min_deg: float
    tilt_max_deg: float
    pan_dps: float = 90.0
    tilt_dps: float = 60.0


class Transport(Enum):
    """How a camera's stream is carried; the value is the word authors write."""

    TCP = "tcp"
    """Inside the RTSP connection."""
    UDP = "udp"
    """In datagrams beside it."""
    HTTP = "http"
    """RTSP and all inside HTTP, at the camera's web port."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera as the site file declares it. ``ptz`` is None for a fixed camera.

    ``surveyed`` is False where nobody knows where it stands and looks: ``mount`` says nothing then.
    ``presets`` are the names an author listed, or None when they are taken from the camera as it
    is. ``home`` is where it rests; ``park`` is where it is sent when privacy demands it and its
    pose is unknown (None: ``home``). ``tls`` says that it is spoken to over TLS only,
    ``password_text`` that it may be sent its password as it is there.
    """

    id: CameraId
    host: str
    port: int
    credentials: str
    mount: Mount
    lens: Lens
    ptz: PtzRange | None = None
    serial: str | None = None
    presets: tuple[PresetName, ...] | None = None
    home: PresetName | None = None
    park: PresetName | None = None
    tls: bool = False
    password_text: bool = False
    surveyed: bool = True
    transport: Transport = Transport.TCP


@dataclass(frozen=True, slots=True)
class PtzPose:
    """A head's position in the normalised ONVIF generic spaces: pan, tilt -1..1, zoom 0..1."""

    pan: float
    tilt: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a camera looks, in the world: azimuth and tilt of its axis, and its field of view."""

    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset as the camera reports it; ``pose`` is None when it does not say."""

    name: PresetName
    pose: PtzPose | None


@dataclass(frozen=True, slots=True)
class Stream:
    """A video profile the camera offers: size in pixels, rate, and its RTSP address (no secret)."""

    profile: str
    uri: str
    width_px: int
    height_px: int
    fps: float
    encoding: str


@dataclass(frozen=True, slots=True)
class AxisSpeed:
    """One axis at full speed: how fast, and how soon it is that fast; None where it was not seen."""

    top_dps: float
    spin_up_dps2: float | None = None


@dataclass(frozen=True, slots=True)
class Motors:
    """One head as it was measured; what is None was not, and ``unmeasured`` says why.

    ``serial`` and ``firmware`` say of which device: another one has to be measured again.
    ``latency_s`` is from a command to the first motion told. ``step_deg`` is how far a step of 1 in
    the camera's own units turns pan and tilt. ``timeout_s`` is how long after it was due a
    continuous move ended by itself, ``stop`` the way to stop that worked: without both no
    continuous move is sent to it. ``fields`` are zoom and horizontal field of view.
    ``presets`` are where the head truly was at each.
    """

    serial: str
    firmware: str
    measured_at: str
    latency_s: float | None = None
    pan: AxisSpeed | None = None
    tilt: AxisSpeed | None = None
    step_deg: tuple[float, float] | None = None
    repeatability_deg: float | None = None
    timeout_s: float | None = None
    stop: StopWay | None = None
    fields: tuple[tuple[float, float], ...] = ()
    presets: tuple[Preset, ...] = ()
    unmeasured: tuple[str, ...] = ()

    @property
    def ends_by_itself(self) -> bool:
        """Say whether it is proven that a continuous move ends, and can be ended."""
        return self.timeout_s is not None and self.stop is not None


@dataclass(frozen=True, slots=True)
class Passport:
    """What the interview found: who the camera is and what it can do. Holds no secret.

    ``imaging`` are the picture settings it lets be changed, ``auxiliary`` the commands it lists;
    ``moves`` the ways its head can be moved; None where it does not say. ``services`` are those
    that answer; one whose address leads nowhere is in ``absent``. ``events`` is how it tells of
    itself (``pull point``, or nothing), ``snapshot`` the address of a still picture, or nothing.
    ``rewritten`` is what named another host than the approved one, and is asked there instead:
    services by their name, ``stream``, ``snapshot``. ``motors`` is what was measured
    of this very device by consent, None where nobody has.
    """

    camera: CameraId
    manufacturer: str
    model: str
    serial: str
    firmware: str
    services: frozenset[str]
    streams: tuple[Stream, ...]
    presets: tuple[Preset, ...]
    has_ptz: bool
    reports_move_status: bool
    authentication: str
    clock_offset_s: float
    imaging: frozenset[str] | None = None
    auxiliary: tuple[str, ...] | None = None
    moves: Moves | None = None
    absent: frozenset[str] = frozenset()
    events: str = ""
    snapshot: str = ""
    rewritten: frozenset[str] = frozenset()
    motors: Motors | None = None


class LinkState(Enum):
    """How well a camera can be reached; ``DEGRADED`` steers or sees, but not both."""

    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    REFUSED = "refused"
    """Credentials refused, or never approved: a person has to act."""
    QUARANTINED = "quarantined"
    """Something else than the approved camera answers there, or it may be: nothing is sent to it."""

    @property
    def gone(self) -> bool:
        """Say whether it neither sees nor steers, and is known to."""
        return self in {LinkState.OFFLINE, LinkState.REFUSED, LinkState.QUARANTINED}
