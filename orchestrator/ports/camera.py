"""One camera over its control protocol, and the functions that only some have."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from orchestrator.domain.camera import Passport, Preset, PtzPose
from orchestrator.domain.ids import CameraId, MaskId, PresetName, RelayId, TourName
from orchestrator.domain.imaging import Imaging
from orchestrator.domain.masks import KeptMask, Mask, MaskRoom, WrittenMask
from orchestrator.domain.moving import StopWay, Turn
from orchestrator.domain.optics import Optics
from orchestrator.domain.place import Place
from orchestrator.domain.relays import Relay
from orchestrator.domain.sighting import CameraReported
from orchestrator.domain.still import Still
from orchestrator.domain.tours import Tour, TourOrder
from orchestrator.ports.network import Approval, Shown
from orchestrator.ports.secrets import Credentials


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
