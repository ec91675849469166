"""Every door to the outside, on one page. Only ``adapters`` knows who stands behind them.

Thinking rooms never open these; stages are handed them by ``app``. Every door has a fake in
``tests/fakes`` that passes the same contract suite as the real adapter.
"""

import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Camera, Motors, Passport, Preset, PtzPose, Stream
from orchestrator.domain.ids import (
    CameraId,
    CommandId,
    MaskId,
    NoticeId,
    PresetName,
    RelayId,
    TourName,
)
from orchestrator.domain.imaging import Imaging, Owed
from orchestrator.domain.instant import Instant
from orchestrator.domain.masks import KeptMask, Mask, MaskRoom, WrittenMask
from orchestrator.domain.moving import StopWay, Turn
from orchestrator.domain.optics import Optics
from orchestrator.domain.place import Place
from orchestrator.domain.relays import Relay
from orchestrator.domain.sighting import CameraReported, Inherited
from orchestrator.domain.site import Site
from orchestrator.domain.still import Still
from orchestrator.domain.tours import Tour, TourOrder

DEVICE_SERVICE = "/onvif/device_service"
"""Where ONVIF has every camera answer (Core specification, 5.1.1)."""


class Secret:
    """A value that is never shown: not in ``repr``, not in ``str``, not in a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Keep the value."""
        self._value = value

    def reveal(self) -> str:
        """Return the value; call it only where the wire is written."""
        return self._value

    def __eq__(self, other: object) -> bool:
        """Say whether both hold the same value, in a time that tells nothing of it."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        """Return the hash of the value, which differs from process to process."""
        return hash(self._value)

    def __repr__(self) -> str:
        """Return a mask."""
        return "Secret(***)"

    def __reduce__(self) -> str:
        """Refuse to be pickled."""
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login; the password never leaves ``Secret`` but at the wire."""

    username: str
    password: Secret


class Secrets(Protocol):
    """Credentials by name, from files an author keeps out of the site file."""

    def credentials(self, name: str) -> Credentials:
        """Return the login called ``name``; ``AuthorError`` when there is none."""
        ...


class Clock(Protocol):
    """The only source of now."""

    def now(self) -> Instant:
        """Return the current moment."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return ``seconds`` later."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """An unproven answer to a discovery probe: what it claims, and where the answer came from.

    ``host`` and ``port`` are where its device service would be contacted: the sender's own
    address with the port and ``path`` of its best XAddr. Nothing in it is trusted.
    """

    endpoint_reference: str
    host: str
    port: int
    path: str
    scopes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    also_at: tuple[str, ...] = ()
    """Other addresses at which the same device answered, such as its IPv6 ones."""
    tls: bool = False
    """Whether it says that it is to be asked over TLS there."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """An unproven word that a device goes (Bye): what it calls itself, and who said so."""

    endpoint_reference: str
    host: str


class Discovery(Protocol):
    """Finds devices that say they are ONVIF cameras; knows no login."""

    async def heard(self, *, interfaces: Sequence[str], duration_s: float) -> Sequence[Candidate]:
        """Return every distinct device that answered probes sent from these interfaces.

        An interface is a name or one of our addresses; none at all means every one but loopback.
        """
        ...

    def overheard(
        self, *, interfaces: Sequence[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[Candidate | Leaving]]:
        """Hear who says of their own accord that they come or go, until left; nothing is sent."""
        ...

    async def answering(
        self, places: Sequence[tuple[str, int]], *, rate_per_s: float
    ) -> Sequence[Candidate]:
        """Return those of these hosts and ports where something answers as a camera does.

        At most ``rate_per_s`` of them are begun in a second. Who is asked may not say its
        endpoint reference, which is then empty.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tls:
    """How an approved camera shows over TLS that it is the one.

    ``pin`` is the SHA-256 (64 hexadecimal digits) of the certificate that it showed when it was
    approved; None: an authority that the site names vouches for whatever certificate it shows.
    """

    pin: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that an address shows: its SHA-256, and whether an authority vouches for it."""

    sha256: str
    vouched: bool

    @property
    def tls(self) -> Tls:
        """Return how to know it again."""
        return Tls(None if self.vouched else self.sha256)


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's word that a camera is ours: the only origin its password goes to.

    ``tls`` is None for plain HTTP. ``password_text`` lets the password go over TLS as it is, for a
    camera that takes it in no other way. ``endpoint_reference`` is what it called itself in
    discovery: a hint by which it is noticed elsewhere, and never a proof.
    """

    camera: CameraId
    host: str
    port: int
    path: str
    credentials: str
    serial: str | None
    approved_by: str
    tls: Tls | None = None
    password_text: bool = False
    endpoint_reference: str = ""

    def is_for(self, camera: Camera) -> bool:
        """Say whether it still is for a camera as the site file has it now."""
        written = (camera.host, camera.port, camera.tls, camera.password_text)
        return written == (self.host, self.port, self.tls is not None, self.password_text)


@dataclass(frozen=True, slots=True)
class HeadReport:
    """A GetStatus answer in ONVIF space; what the camera does not say is None."""

    pose: PtzPose | None
    moving: bool | None
    at_s: float


class Tours(Protocol):
    """A head's preset tours, by name. Every method may raise a ``CameraError``."""

    async def listed(self) -> Sequence[Tour]:
        """Return the tours that the camera has."""
        ...

    async def order(self, tour: TourName, order: TourOrder) -> Tour:
        """Tell a tour to start, stop or pause, and return it as the camera then tells it.

        Whoever ordered compares its state with ``order.leads_to``: some cameras accept anything.
        """
        ...

    async def write(self, tour: Tour) -> Tour:
        """Make a tour, or change the one of that name, and return it as the camera then tells it."""
        ...

    async def remove(self, tour: TourName) -> None:
        """Remove a tour."""
        ...


class Masks(Protocol):
    """The privacy masks in a camera's own picture. Every method may raise a ``CameraError``."""

    async def room(self) -> MaskRoom:
        """Return what masks the camera can take."""
        ...

    async def kept(self) -> Sequence[KeptMask]:
        """Return the masks that the camera has."""
        ...

    async def write(self, mask: Mask, at: MaskId | None = None) -> WrittenMask:
        """Write a mask, new or in place of another, and return it as the camera keeps it.

        Where the camera takes rectangles or few corners only, it is written larger, never smaller.
        ``BadAnswer`` when the camera accepted it and has none; what it keeps of one may still
        leave something clear, which is to be looked at.
        """
        ...

    async def remove(self, at: MaskId) -> None:
        """Remove a mask."""
        ...


class Eye(Protocol):
    """How a camera exposes and focuses. Every method may raise a ``CameraError``."""

    async def now(self) -> Optics:
        """Return how the camera exposes and focuses; what it does not say is None."""
        ...

    async def set(self, wanted: Optics) -> Optics:
        """Set that and nothing else, until the camera restarts, and return what it then says."""
        ...

    async def move_focus(self, speed: float) -> None:
        """Move the focus until it is stopped: -1 is fast and near, 1 fast and far; 0 stops it."""
        ...


class Relays(Protocol):
    """A camera's relay outputs. Every method may raise a ``CameraError``."""

    async def listed(self) -> Sequence[Relay]:
        """Return the outputs that the camera has; no camera tells how they are now."""
        ...

    async def switch(self, relay: RelayId, *, active: bool) -> None:
        """Make an output active or inactive."""
        ...

    async def write(self, relay: Relay) -> Relay:
        """Set how an output behaves, and return it as the camera then tells it."""
        ...


class Places(Protocol):
    """Where on earth a camera is. Every method may raise a ``CameraError``."""

    async def where(self) -> Place | None:
        """Return where the camera says it is; None when it says nothing."""
        ...

    async def set(self, at: Place) -> Place:
        """Tell the camera where it is, and return what it then says; ``BadAnswer`` when nothing."""
        ...

    async def forget(self) -> None:
        """Have the camera forget where it is."""
        ...

    async def look_at(self, at: Place) -> None:
        """Ask the head to look at a place on earth; returns when accepted, not when arrived."""
        ...


class CameraLink(Protocol):
    """One approved camera's control channel. Every method may raise a ``CameraError``."""

    @property
    def camera(self) -> CameraId:
        """Return whose link this is."""
        ...

    async def interview(self) -> Passport:
        """Ask the camera who it is and what it can do; never moves it."""
        ...

    async def presets(self) -> Sequence[Preset]:
        """Return the presets as they are now."""
        ...

    async def head(self) -> HeadReport:
        """Return where the head is now."""
        ...

    async def goto_preset(self, preset: PresetName) -> None:
        """Ask the head to go to a preset; returns when accepted, not when arrived."""
        ...

    async def move_to(self, pose: PtzPose, *, speed: float | None = None) -> None:
        """Ask the head to go to a position; returns when accepted, not when arrived.

        ``speed`` is a share of the top speed, 0..1; a head that knows no speeds takes its own.
        This and the other moves raise ``NotSupported`` where the camera does not list them.
        """
        ...

    async def move_by(
        self, turn: Turn, *, in_view: bool = False, speed: float | None = None
    ) -> None:
        """Ask the head for a step, in its own units or, ``in_view``, in halves of the picture."""
        ...

    async def drive(self, velocity: Turn, *, for_s: float) -> None:
        """Have the head move at a velocity and end that by itself after ``for_s``.

        ``ValueError`` where that is more than ``MOST_DRIVE_S``. Not every camera keeps to it: who
        has no proof that this one does, does not call.
        """
        ...

    async def go_home(self, *, speed: float | None = None) -> None:
        """Ask the head to go to its home position; returns when accepted."""
        ...

    async def stop(self, way: StopWay = StopWay.STOP) -> None:
        """Stop every axis now, in this way."""
        ...

    async def imaging(self) -> Imaging:
        """Return the picture settings as they are now, of those that it has."""
        ...

    async def set_imaging(self, imaging: Imaging) -> None:
        """Change these picture settings and no others, until the camera restarts."""
        ...

    async def send_auxiliary(self, command: str) -> None:
        """Send an auxiliary command, such as ``tt:Wiper|On``, as the camera writes it."""
        ...

    @property
    def tours(self) -> Tours:
        """Return the door to its preset tours."""
        ...

    @property
    def masks(self) -> Masks:
        """Return the door to its privacy masks."""
        ...

    @property
    def eye(self) -> Eye:
        """Return the door to its exposure and focus."""
        ...

    @property
    def relays(self) -> Relays:
        """Return the door to its relay outputs."""
        ...

    @property
    def places(self) -> Places:
        """Return the door to where it is on earth."""
        ...

    async def still(self) -> Still:
        """Return what the camera shows now, as JPEG; nothing of it is decoded."""
        ...

    def events(self) -> AbstractAsyncContextManager[AsyncIterator[Sequence[CameraReported]]]:
        """Subscribe to what the camera tells of itself; entering says that it does.

        Every state is told once at the beginning, by cameras that can. An empty batch says that
        nothing is new. The batches end when the camera has lost the subscription: open another.
        Leaving gives it back. ``NotSupported`` for a camera that tells nothing.
        """
        ...

    async def alive(self) -> None:
        """Return when the camera answers and its clock is right; no login is sent."""
        ...

    async def aclose(self) -> None:
        """Let go of the connection and of every subscription."""
        ...


class Cameras(Protocol):
    """Opens links to approved cameras; shares one message engine and one HTTP session."""

    def link(self, approval: Approval, credentials: Credentials) -> CameraLink:
        """Return a link; nothing is sent before its first call."""
        ...

    async def certificate(self, host: str, port: int) -> Shown:
        """Return which certificate an address shows, without saying anything to it.

        ``CameraError`` where nothing answers, or what answers does not speak TLS.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture at detector size.

    ``pixels`` is (h, w, 3) uint8 BGR; ``source_px`` is the stream's own (width, height), the
    coordinates detections are reported in. ``exposed_s`` is the site clock at exposure, and
    ``timed_by`` says how it is known: ``"rtcp"`` or ``"arrival"``.
    """

    camera: CameraId
    exposed_s: float
    timed_by: str
    source_px: tuple[int, int]
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many pictures a second are wanted at most, and how many while nothing moves in them.

    One a second or less: then cheap ones are wanted (key pictures), and may come half as often.
    """

    fps: float
    still_fps: float


class Frames(Protocol):
    """Opens video; decoding happens in another process."""

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        """Return the newest frames at ``size_px``; ``MediaError`` when it fails.

        ``rate`` is asked often while the stream is open and says how many are wanted now. A slow reader loses the older frames, never the newest. A stream that stays silent for
        5 s raises.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A detector's answer for one frame, as the arrays of ``Detections``, in source pixels."""

    boxes_px: NDArray[np.float32]
    scores: NDArray[np.float32]
    kinds: NDArray[np.int8]


class Detector(Protocol):
    """Finds people and vehicles in frames; shared by all cameras."""

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have."""
        ...

    async def detect(self, frame: Frame) -> Found:
        """Return what is in the frame; ``ModelError`` when the model answers nonsense."""
        ...

    async def aclose(self) -> None:
        """Finish what is in flight and free the device."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One message from or for the broker."""

    topic: str
    payload: bytes
    retain: bool = False
    qos: int = 1


class Bus(Protocol):
    """The broker, seen as a connection that comes and goes and is remade by itself."""

    async def publish(self, message: Message) -> None:
        """Send, and return when the broker has it; ``BusError`` when not connected."""
        ...

    def messages(self) -> AsyncIterator[Message]:
        """Return what arrives on the subscribed topics, through every reconnection."""
        ...

    def subscribe(self, topics: Sequence[str]) -> None:
        """Want these topic filters; they are subscribed at every connection."""
        ...

    async def connected(self) -> None:
        """Return once the broker is there."""
        ...

    @property
    def connections(self) -> int:
        """Return how many connections were made; one more means: tell the retained state again."""
        ...

    async def run(self) -> None:
        """Keep the connection alive until cancelled."""
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A fact on its way out: kept until the broker has it. ``id`` names it for ever."""

    id: NoticeId
    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A command the store has seen: the last answer it got, to be repeated to a repeat."""

    command: CommandId
    client: str
    reply_to: str
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A judgement as it was kept: one JSON document, when (wall clock, ISO 8601) and for whom."""

    at: str
    camera: CameraId
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a camera said of itself when it was last interviewed, and when (wall clock, ISO 8601)."""

    passport: Passport
    at: str


class Subscriptions(Protocol):
    """What cameras hold for us, so that it is given back even after a crash."""

    async def note_subscription(self, camera: CameraId, words: str) -> None:
        """Keep what names a camera's subscription, in its adapter's words; nothing for none."""
        ...

    async def subscription(self, camera: CameraId) -> str:
        """Return what was noted last of a camera's subscription; nothing for none."""
        ...


class Store(Subscriptions, Protocol):
    """What must survive a restart. Every method may raise ``StoreError``."""

    async def approve(self, approval: Approval) -> None:
        """Keep or replace a camera's approval."""
        ...

    async def approvals(self) -> Sequence[Approval]:
        """Return every approval."""
        ...

    async def remember(self, remembered: Remembered) -> None:
        """Keep a camera's passport in place of the one before."""
        ...

    async def remembered(self, camera: CameraId) -> Remembered | None:
        """Return a camera's passport as it was kept last."""
        ...

    async def measure(self, camera: CameraId, motors: Motors) -> None:
        """Keep what was measured of a camera's head, in place of what was before."""
        ...

    async def measured(self, camera: CameraId) -> Motors | None:
        """Return what was measured of a camera's head, if anybody did."""
        ...

    async def owe(self, camera: CameraId, owed: Owed) -> None:
        """Keep what a camera has to be given back, in place of what was kept of it before."""
        ...

    async def owed(self, camera: CameraId) -> Owed:
        """Return what a camera has to be given back."""
        ...

    async def leave(self, left: Inherited) -> None:
        """Keep what a run leaves to the next one, by seconds of the epoch, in place of what was kept."""
        ...

    async def inherited(self) -> Inherited:
        """Return what the last run left; nothing at the first."""
        ...

    async def receive(self, command: CommandId, client: str, reply_to: str) -> Receipt | None:
        """Remember a command; return its receipt if it was seen before, None if it is new."""
        ...

    async def receipt(self, command: CommandId, client: str) -> Receipt | None:
        """Return a command's receipt, or None when it was never seen; remembers nothing."""
        ...

    async def answered(
        self, command: CommandId, client: str, answer: bytes, *, final: bool = False
    ) -> None:
        """Keep the last answer to a command; ``final`` when no other will follow."""
        ...

    async def unfinished(self) -> Sequence[Receipt]:
        """Return the commands whose final answer was never given, oldest first."""
        ...

    async def keep(self, facts: Sequence[Outgoing]) -> None:
        """Keep facts, all or none; one that is already kept is kept once."""
        ...

    async def unsent(self, limit: int) -> Sequence[Outgoing]:
        """Return the oldest facts not yet delivered."""
        ...

    async def sent(self, ids: Sequence[NoticeId]) -> None:
        """Mark facts as delivered."""
        ...

    async def standing(self) -> Sequence[str]:
        """Return the topics whose newest retained fact says something, the oldest fact first.

        A retained fact with an empty payload takes down what its topic said before.
        """
        ...

    async def explain(self, explanations: Sequence[Explanation]) -> None:
        """Keep judgements."""
        ...

    async def explanations(
        self, camera: CameraId, *, until: str | None, limit: int
    ) -> Sequence[Explanation]:
        """Return a camera's judgements, newest first."""
        ...

    async def aclose(self) -> None:
        """Flush and close."""
        ...


class Wakeups(Protocol):
    """Calendars and patrols wake the loop; a missed wake-up can delay, not corrupt."""

    def follow(self, coming: Callable[[Instant], Instant]) -> None:
        """Want to be woken at each moment that comes; replaces what was followed before.

        ``coming`` is asked anew after each wake-up, and names a moment later than the one given.
        """
        ...

    async def next(self) -> None:
        """Return at the next wanted moment."""
        ...


class SiteFiles(Protocol):
    """What authors write, as it lies on disk; nothing here ever writes."""

    async def changed(self) -> None:
        """Return once the files are others than those read last, and have come to rest."""
        ...

    async def read(self, running: Site) -> Site:
        """Return the site as written, for a service that is ``running``; the loop goes on meanwhile.

        ``AuthorError`` with everything wrong. What a running service cannot change is as it was,
        and ``awaiting`` says so.
        """
        ...


class Journal(Protocol):
    """Where each tick is written down for measuring and replay; off unless asked for."""

    def write(self, line: Mapping[str, object]) -> None:
        """Add one line; never blocks."""
        ...

    async def run(self) -> None:
        """Write what was added until cancelled, and the rest then."""
        ...
