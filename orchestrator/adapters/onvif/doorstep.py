"""Questions to an address that nobody approved: only what a camera tells anybody, and no login.

Core has a camera tell its time and its services to whoever asks. What else it may tell is asked
once without a login, to learn which login it wants from the way it refuses.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from orchestrator.adapters.onvif import answers, names
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.authentication import Login
from orchestrator.adapters.onvif.calls import Calls, Question
from orchestrator.adapters.onvif.digest import schemes
from orchestrator.adapters.onvif.engine import engine
from orchestrator.adapters.onvif.envelope import envelope
from orchestrator.adapters.onvif.guarded import Fault, Unusable, payload_of, root_of
from orchestrator.adapters.onvif.interview import service_names
from orchestrator.adapters.onvif.names import Service
from orchestrator.adapters.onvif.tls import shown, trusting
from orchestrator.adapters.onvif.transport import CALL_DEADLINE_S, Reply, Request, Transport
from orchestrator.domain.impression import Answer, Impression, Named
from orchestrator.errors import (
    CameraBusy,
    CameraError,
    CameraTimeout,
    TlsFailed,
    Unreachable,
)
from orchestrator.ports import DEVICE_SERVICE, Clock, Credentials, Secret, Tls


def _true_utc() -> datetime:
    return datetime.now(UTC)


async def impression(
    host: str,
    port: int,
    *,
    tls: bool = False,
    clock: Clock,
    utc: Callable[[], datetime] = _true_utc,
) -> Impression:
    """Return what an address says to anybody; nothing that could be a secret is sent.

    Over TLS all of it is asked of who shows the certificate that was shown first.
    """
    pin = None
    if tls:
        try:
            pin = (await shown(host, port, trusting(None), camera=f"{host}:{port}")).sha256
        except CameraError as error:
            return Impression(host, port, _without_tls(error), error.message)
    async with Transport() as transport:
        nobody = Login(Credentials("", Secret("")))
        origin = Origin(host, port, None if pin is None else Tls(pin))
        calls = Calls(
            str(origin), origin, DEVICE_SERVICE, nobody, transport=transport, clock=clock, utc=utc
        )
        try:
            await calls.read_clock()
        except CameraError as error:
            answer = await _without_onvif(origin, error)
            return Impression(host, port, answer, error.message, certificate=pin or "")
        logins, named = await _introduced(transport, origin)
        return Impression(
            host,
            port,
            Answer.CAMERA,
            clock_offset_s=calls.clock_offset_s if calls.clock_said else None,
            services=await _services(calls, host),
            logins=logins,
            named=named,
            certificate=pin or "",
        )


def _without_tls(error: CameraError) -> Answer:
    """Return what stands where a certificate was asked for in vain."""
    if isinstance(error, TlsFailed):
        return Answer.NO_TLS
    return Answer.SILENT if isinstance(error, CameraTimeout) else Answer.NOTHING


async def _without_onvif(origin: Origin, error: CameraError) -> Answer:
    """Return what stands where a camera's time was asked for in vain."""
    if isinstance(error, CameraBusy):
        return Answer.BUSY
    if isinstance(error, CameraTimeout):
        return Answer.SILENT
    if origin.tls is None and await _speaks_tls(origin.host, origin.port):
        return Answer.TLS
    return Answer.NOTHING if isinstance(error, Unreachable) else Answer.OTHER


async def _speaks_tls(host: str, port: int) -> bool:
    """Say whether a TLS handshake succeeds; who answers does not matter, since nothing is said."""
    try:
        await shown(host, port, trusting(None), camera=f"{host}:{port}")
    except CameraError:
        return False
    return True


async def _services(calls: Calls, host: str) -> frozenset[str] | None:
    zeeps = await engine()
    operation = names.GET_SERVICES
    read = answers.reader(
        lambda root: zeeps.parse(operation, root),
        lambda answer: answers.endpoints_of_services(answer, host),
    )
    question = Question(operation, zeeps.build(operation, IncludeCapability=False), DEVICE_SERVICE)
    try:
        found = await calls.unsigned(question, read)
    except CameraError:
        return None
    return service_names({Service.DEVICE, *found.targets})


async def _introduced(transport: Transport, origin: Origin) -> tuple[tuple[str, ...], Named | None]:
    """Return which logins a camera asks for, or who it is if it asks for none."""
    zeeps = await engine()
    operation = names.GET_DEVICE_INFORMATION
    body = envelope(zeeps.build(operation))
    request = Request(origin, DEVICE_SERVICE, operation.action, body)
    asked = Asked.now(str(origin), operation)
    try:
        reply = await transport.reply_to(request, asked, CALL_DEADLINE_S)
    except CameraError:
        return (), None
    if reply.status == _UNAUTHORISED and reply.challenges:
        return schemes(reply.challenges), None
    return _said(reply, lambda root: answers.identity(zeeps.parse(operation, root)))


_UNAUTHORISED: Final = 401


def _said(
    reply: Reply, identity: Callable[..., answers.Identity]
) -> tuple[tuple[str, ...], Named | None]:
    try:
        root = root_of(reply.body)
        found = payload_of(root)
        if isinstance(found, Fault):
            denied = "NotAuthorized" in found.codes
            return (("ws-usernametoken",) if denied else ()), None
        who = identity(root)
    except (Unusable, AttributeError, TypeError):
        return (), None
    return ("none",), Named(who.manufacturer, who.model, who.serial, who.firmware)
