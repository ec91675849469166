"""Opens links to approved cameras; all share one message engine and one HTTP session."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.onvif.link import OnvifLink
from orchestrator.adapters.onvif.record import LoginRecord
from orchestrator.adapters.onvif.tab import Tab
from orchestrator.adapters.onvif.tls import shown, trusting
from orchestrator.adapters.onvif.transport import Transport
from orchestrator.ports import (
    Approval,
    CameraLink,
    Clock,
    Credentials,
    Refusals,
    Shown,
    Subscriptions,
)


def _true_utc() -> datetime:
    return datetime.now(UTC)


class OnvifCameras:
    """The ``Cameras`` port over ONVIF. Leave it as a context manager to close every connection."""

    def __init__(
        self,
        clock: Clock,
        utc: Callable[[], datetime] = _true_utc,
        *,
        authorities: Path | None = None,
        subscriptions: Subscriptions | None = None,
        refusals: Refusals | None = None,
    ) -> None:
        """Keep the clocks, and read who may vouch for certificates; nothing is opened yet.

        ``clock`` dates head reports. Logins are dated by ``utc``, the true time: the site's
        calendar may be moved, as a demo has its night by day, but the cameras' clocks are not.
        ``subscriptions`` notes what cameras hold for us, to be given back after a crash;
        ``refusals`` which logins they refused, to be sent to them by no later run.
        ``AuthorError`` when the file of ``authorities`` holds none.
        """
        self._clock = clock
        self._utc = utc
        self._subscriptions = subscriptions
        self._refusals = refusals
        self._trust = trusting(authorities)
        self._transport = Transport(self._trust)

    def link(self, approval: Approval, credentials: Credentials) -> CameraLink:
        """Return a link; nothing is sent before its first call."""
        return OnvifLink(
            approval,
            credentials,
            transport=self._transport,
            clock=self._clock,
            utc=self._utc,
            tab=Tab(approval.camera, self._subscriptions),
            record=LoginRecord(approval.camera, credentials, self._refusals),
        )

    async def certificate(self, host: str, port: int) -> Shown:
        """Return which certificate an address shows, without saying anything to it."""
        return await shown(host, port, self._trust, camera=f"{host}:{port}")

    async def ready(self) -> None:
        """Return when the message engine is there, so that the first camera need not wait."""
        await engine()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        """Return the door."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self.aclose()
