"""Two HTTP sessions for all cameras, one for calls that wait; every answer is bounded.

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

import aiohttp
from yarl import URL

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.guarded import MAX_BODY
from orchestrator.adapters.onvif.tls import insisting, tls_failed, trusting
from orchestrator.errors import BadAnswer, CameraTimeout, CertificateChanged, Unreachable

CALL_DEADLINE_S: Final = 5.0
PTZ_DEADLINE_S: Final = 2.0
STATUS_DEADLINE_S: Final = 4.0
"""Some cameras take three seconds to say where their head is."""
_CONNECT_S: Final = 3.0
_PER_HOST: Final = 2
_KEEP_ALIVE_S: Final = 10.0
_UNAUTHORISED: Final = 401
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
    waits: bool = False
    """Whether the answer may take long on purpose, so that nothing else waits for its turn."""
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
    """Sends requests; the session opens with the first one."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        """Hold nothing yet; ``trust`` verifies certificates that are not pinned (None: refuses)."""
        self._trust = trust
        self.crowd = asyncio.Semaphore(_CROWD)
        """Who asks a camera many things at once: more of them would only make each other late."""
        self._session: aiohttp.ClientSession | None = None
        self._patient: aiohttp.ClientSession | None = None

    async def reply_to(self, request: Request, asked: Asked, deadline_s: float) -> Reply:
        """Return the reply, at most ``deadline_s`` later; raises a ``CameraError`` by cause."""
        try:
            async with asyncio.timeout(deadline_s):
                return await self._exchanged(request, asked)
        except aiohttp.ServerFingerprintMismatch as error:
            other = error.got.hex()
            said = f"another certificate than the approved one: SHA-256 {other}"
            raise asked.error(CertificateChanged, said) from error
        except aiohttp.ClientConnectorCertificateError as error:
            said = f"a certificate that no authority of the site vouches for: {_reason(error)}"
            raise asked.error(CertificateChanged, said) from error
        except aiohttp.ClientConnectorSSLError as error:
            raise tls_failed(error.os_error, asked) from error
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
            raise asked.error(Unreachable, f"no connection to {request.origin}") from error
        except (aiohttp.ClientConnectionError, ConnectionError) as error:
            raise asked.error(Dropped, f"{request.origin} closed the connection") from error
        except TimeoutError as error:
            raise asked.error(CameraTimeout, f"no answer within {deadline_s:.3g} s") from error
        except aiohttp.ClientError:
            raise asked.error(
                BadAnswer, "the answer is not HTTP"
            ) from None  # it repeats the answer

    async def _exchanged(self, request: Request, asked: Asked) -> Reply:
        url, host = _addressed(request.origin, request.target)
        headers = {"Host": host}
        if request.action:
            headers["Content-Type"] = _content_type(request.action)
        if request.authorization is not None:
            headers["Authorization"] = request.authorization
        async with self._opened(waits=request.waits).request(
            request.method,
            url,
            data=request.body or None,
            headers=headers,
            allow_redirects=False,
            ssl=self._insisting(request.origin),
        ) as response:
            if 300 <= response.status < 400:
                response.close()
                raise asked.error(BadAnswer, "the camera redirects elsewhere; that is not followed")
            return Reply(
                response.status,
                _challenges(response),
                await _bounded(response, asked, request.most_bytes),
            )

    def _insisting(self, origin: Origin) -> ssl.SSLContext | aiohttp.Fingerprint:
        if self._trust is None:
            self._trust = trusting(None)
        return insisting(origin.tls, self._trust)

    def _opened(self, *, waits: bool) -> aiohttp.ClientSession:
        """Return the session; calls that wait have their own, and so their own connections."""
        if waits:
            # Each camera has one of these at a time, and keeps it: nobody may queue behind it.
            self._patient = self._patient or _session(most=0, per_host=0)
            return self._patient
        self._session = self._session or _session(most=1024, per_host=_PER_HOST)
        return self._session

    async def aclose(self) -> None:
        """Close every connection."""
        sessions = (self._session, self._patient)
        self._session = self._patient = None
        for session in sessions:
            if session is not None:
                await session.close()

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


def _reason(error: aiohttp.ClientConnectorCertificateError) -> str:
    inner = error.certificate_error
    return inner.verify_message if isinstance(inner, ssl.SSLCertVerificationError) else "no reason"


def _session(*, most: int, per_host: int) -> aiohttp.ClientSession:
    """Return a session with at most so many connections; 0 is no limit."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=most,
            limit_per_host=per_host,
            keepalive_timeout=_KEEP_ALIVE_S,
            happy_eyeballs_delay=None,
        ),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity", "User-Agent": "onvif-orchestrator"},
        auto_decompress=False,
        trust_env=False,
    )


async def _bounded(response: aiohttp.ClientResponse, asked: Asked, most_bytes: int) -> bytes:
    """Return the body, or refuse it as soon as it is known to be too large."""
    encoding = response.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        response.close()
        raise asked.error(BadAnswer, "the answer is compressed though that was declined")
    pieces: list[bytes] = []
    size = 0
    while piece := await response.content.readany():
        pieces.append(piece)
        size += len(piece)
        if size > most_bytes:
            response.close()
            raise asked.error(BadAnswer, f"the answer is larger than {most_bytes} bytes")
    return b"".join(pieces)


def _challenges(response: aiohttp.ClientResponse) -> tuple[str, ...]:
    if response.status != _UNAUTHORISED:
        return ()
    return tuple(response.headers.getall("WWW-Authenticate", []))[:8]


@lru_cache(maxsize=4096)
def _addressed(origin: Origin, target: str) -> tuple[URL, str]:
    """Return the address of a path and what the Host header says; each is asked again and again."""
    return URL(origin.url(target), encoded=True), origin.header


@lru_cache(maxsize=512)
def _content_type(action: str) -> str:
    return f'application/soap+xml; charset=utf-8; action="{action}"'
