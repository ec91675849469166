"""What every camera is asked through: requests to approved origins, and answers that are bounded.

In time, in size and in origin: a request names an approved origin and a path apart, so there is no
way to say another host. Redirects are not followed, cookies not kept, nothing is decompressed,
proxies of the environment are not asked. Nothing is tried again here: ``Dropped`` says that a kept connection
was closed before a byte of answer, which the caller may repeat with a fresh signature.
"""

import asyncio
import ssl
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Final, Self

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.guarded import MAX_BODY
from orchestrator.adapters.onvif.tls import tls_failed, trusting
from orchestrator.adapters.onvif.wire import (
    Answer,
    HungUp,
    Lane,
    Lines,
    NoConnection,
    NotHttp,
    OtherCertificate,
)
from orchestrator.errors import (
    BadAnswer,
    CameraError,
    CameraTimeout,
    CertificateChanged,
    Unreachable,
)

CALL_DEADLINE_S: Final = 5.0
PTZ_DEADLINE_S: Final = 2.0
STATUS_DEADLINE_S: Final = 4.0
"""Some cameras take three seconds to say where their head is."""
_UNAUTHORISED: Final = 401
_MOST_CHALLENGES: Final = 8
_CROWD: Final = 200


class Dropped(Unreachable):
    """The camera closed the connection instead of answering; common when it had been idle."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One request to an approved origin: a POST with an action and a body, or a GET.

    It may carry a signature, so it is never shown.
    """

    origin: Origin
    target: str
    action: str = ""
    body: bytes = b""
    authorization: str | None = None
    lane: Lane = Lane.TURNS
    """How it waits for others that ask the same device."""
    most_bytes: int = MAX_BODY

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return "POST" if self.body else "GET"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: no larger than the request allows, not yet believed."""

    status: int
    challenges: tuple[str, ...]
    body: bytes


class Transport:
    """Sends requests; nothing is opened before the first one."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        """Hold nothing yet; ``trust`` verifies certificates that are not pinned (None: refuses)."""
        self._lines = Lines(trusting(None) if trust is None else trust)
        self.crowd = asyncio.Semaphore(_CROWD)
        """Who asks a camera many things at once: more of them would only make each other late."""

    async def reply_to(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        """Return the reply, at most ``deadline_s`` later; raises a ``CameraError`` by cause."""
        origin = request.origin
        try:
            answer = await self._lines.exchanged(
                origin,
                _written(request),
                request.lane,
                most_bytes=request.most_bytes,
                until_s=asyncio.get_running_loop().time() + deadline_s,
            )
        except NotHttp as error:
            raise asked.error(BadAnswer, str(error)) from None
        except TimeoutError as error:
            raise asked.error(CameraTimeout, f"no answer within {deadline_s:.3g} s") from error
        except OSError as error:
            raise _unconnected(error, asked, origin) from error
        return _judged(answer, asked)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._lines.aclose()

    async def __aenter__(self) -> Self:
        """Return the transport."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.aclose()


def _judged(answer: Answer, asked: Asked) -> Reply:
    """Return what is passed on of an answer."""
    if 300 <= answer.status < 400:
        raise asked.error(BadAnswer, "the camera redirects elsewhere; that is not followed")
    if answer.encoding != "identity":
        raise asked.error(BadAnswer, "the answer is compressed though that was declined")
    unauthorised = answer.status == _UNAUTHORISED
    challenges = answer.challenges[:_MOST_CHALLENGES] if unauthorised else ()
    return Reply(answer.status, challenges, answer.body)


def _unconnected(error: OSError, asked: Asked, origin: Origin) -> CameraError:
    """Return what it means that a connection does not come about, or ends."""
    if isinstance(error, OtherCertificate):
        said = f"another certificate than the approved one: SHA-256 {error.sha256}"
        return asked.error(CertificateChanged, said)
    if isinstance(error, ssl.SSLCertVerificationError):
        said = f"a certificate that no authority of the site vouches for: {error.verify_message}"
        return asked.error(CertificateChanged, said)
    if isinstance(error, NoConnection):
        return asked.error(Unreachable, f"no connection to {origin}")
    if isinstance(error, HungUp):
        return asked.error(Dropped, f"{origin} closed the connection")
    return tls_failed(error, asked)


def _written(request: Request) -> bytes:
    """Return a request as it goes out."""
    begun = _begun(request.method, request.origin.header, request.target, request.action)
    length = b"Content-Length: %d\r\n" % len(request.body) if request.body else b""
    login = b""
    if request.authorization is not None:
        if not request.authorization.isprintable():
            raise ValueError("a login with control characters")
        login = b"Authorization: %b\r\n" % request.authorization.encode()
    return b"%b%b%b\r\n%b" % (begun, length, login, request.body)


@lru_cache(maxsize=4096)
def _begun(method: str, host: str, target: str, action: str) -> bytes:
    """Return the head of a request, without what is another in each; it is asked again and again."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: onvif-orchestrator",
        "Accept: */*",
        "Accept-Encoding: identity",
    ]
    if action:
        lines.append(f'Content-Type: application/soap+xml; charset=utf-8; action="{action}"')
    if not all(line.isprintable() for line in lines):
        raise ValueError("a request with control characters")
    return "".join(f"{line}\r\n" for line in lines).encode()
