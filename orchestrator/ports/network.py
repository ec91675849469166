"""The network: devices that say they are cameras, and what a person approved of them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import CameraId

DEVICE_SERVICE = "/onvif/device_service"
"""Where ONVIF has every camera answer (Core specification, 5.1.1)."""


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
