"""A second opinion on a camera, by a client that nobody here wrote: ``onvif-zeep``, synchronous.

It runs in a process of its own, since importing ``onvif`` changes logging and environment, and its
calls may hang. It asks the device service at the address it is given and nothing else: no address
that the camera names, no redirect, no subscription. What goes wrong is told apart by what that client
meets, in the words of our own diagnosis; a camera's login is told good or bad by it only where it is
given one, and that is one which our own client was let in by.

Run as a module it is that process: one JSON object in, one out.
"""

import asyncio
import json
import re
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.engine import wsdl_folder
from orchestrator.adapters.onvif.redaction import Redaction
from orchestrator.ports import DEVICE_SERVICE, Credentials, Tls

_DEADLINE_S: Final = 30.0
_CALL_S: Final = 5.0
_MOST_SKEW_S: Final = 300.0
_BINDING: Final = "{http://www.onvif.org/ver10/device/wsdl}DeviceBinding"
_TIME: Final = "GetSystemDateAndTime"
_WHO: Final = "GetDeviceInformation"
_MORE: Final = "GetScopes"
"""What every user of a camera may ask, and nobody else: who may not lacks the role."""
_DENIALS: Final = frozenset({"NotAuthorized", "FailedAuthentication", "InvalidSecurityToken"})
_LOCKED: Final = re.compile(r"locked|lockstatus|too many", re.IGNORECASE)


async def second_opinion(
    host: str,
    port: int,
    credentials: Credentials | None,
    *,
    digest: bool = False,
    clock_offset_s: float = 0.0,
    tls: Tls | None = None,
) -> str:
    """Return in a sentence what ``onvif-zeep`` makes of a camera; with a login only one that is good.

    It begins with what is wrong, if anything is: ``unreachable``, ``tls``, ``not onvif``, ``busy``,
    ``clock``, ``authentication``, ``locked out``, ``role`` or ``answer``. It logs in by HTTP Digest where ``digest``
    says so, else by WS-UsernameToken. The password goes to the child over its standard input. With
    a certificate pinned it talks only to who shows that one.
    """
    question = {
        "url": Origin(host, port, tls).url(DEVICE_SERVICE),
        "pin": "" if tls is None else tls.pin,
        "wsdl": str(wsdl_folder() / "devicemgmt.wsdl"),
        "ahead_s": clock_offset_s,
        "digest": digest,
        "login": None
        if credentials is None
        else [credentials.username, credentials.password.reveal()],
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_DEADLINE_S):
            said, _ = await child.communicate(json.dumps(question).encode())
    except TimeoutError:
        return f"unreachable: it has not finished within {_DEADLINE_S:g} s"
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    told = _printable(said.decode("utf-8", "replace")) or "it ended without a word"
    return told if credentials is None else Redaction(credentials.password).text(told)


def _printable(text: str) -> str:
    return "".join(sign for sign in text[:400] if sign.isprintable()).strip()


def opinion(question: Mapping[str, Any]) -> str:
    """Return what the client says; this runs in the child."""
    onvif: Any = import_module("onvif")
    device = _client(onvif, question)
    asked: list[str] = []
    for step in (_TIME, _WHO, *((_MORE,) if question["login"] else ())):
        try:
            answer = getattr(device, step)()
        except onvif.ONVIFError as error:
            return _failed(step, error.__context__ or error, question)
        if step == _TIME and (off_s := skew_s(answer, datetime.now(UTC))) is not None:
            return f"clock: {step} says a time that is {off_s:+.0f} s off, so no login is sent"
        asked.append(step)
    return f"{', '.join(asked[:-1])} and {asked[-1]} answer as they should"


def _client(onvif: Any, question: Mapping[str, Any]) -> Any:
    """Return the library's own client of the device service."""
    requests: Any = import_module("requests")
    zeep: Any = import_module("zeep")
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    if question["pin"]:
        session.mount("https://", _pinned(question["pin"]))
        session.verify = False  # by authority: the pin is what is verified, before anything is sent
    transport = zeep.Transport(session=session, timeout=_CALL_S, operation_timeout=_CALL_S)
    user, password = question["login"] or (None, None)
    client = None
    if question["login"] is None or question["digest"]:
        client = zeep.Client(wsdl=question["wsdl"], transport=transport)
    if question["login"] is not None and question["digest"]:
        session.auth = requests.auth.HTTPDigestAuth(user, password)
    return onvif.ONVIFService(
        question["url"],
        *(user, password, question["wsdl"]),
        zeep_client=client,
        no_cache=True,
        dt_diff=timedelta(seconds=question["ahead_s"]),
        binding_name=_BINDING,
        transport=transport,
    )


def _failed(step: str, error: BaseException, question: Mapping[str, Any]) -> str:
    """Return what it means that a step failed, and in which words the client says so."""
    kind = kind_of(step, error)
    if (
        kind == "unreachable"
        and question["url"].startswith("http:")
        and _speaks_tls(question["url"])
    ):
        kind = "tls"
    if kind == "authentication" and question["login"] is None:
        return f"authentication: {step} wants a login, and none was sent"
    return f"{kind}: {step} fails: {str(error)[:200]}"


def kind_of(step: str, error: BaseException) -> str:
    """Return what kind of trouble it is that made a step of ``onvif-zeep`` fail."""
    requests: Any = import_module("requests.exceptions")
    zeep: Any = import_module("zeep.exceptions")
    if isinstance(error, requests.SSLError):
        return "tls"
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return "unreachable"
    status, text, codes = 0, str(error), set[str]()
    if isinstance(error, zeep.TransportError):
        status, text = error.status_code, f"{text} {error.content!r}"
    elif isinstance(error, zeep.Fault):
        codes = {code.localname for code in error.subcodes or ()}
    if status == 401 or codes & _DENIALS:
        if _LOCKED.search(text):
            return "locked out"
        return "role" if step == _MORE else "authentication"
    if status in {429, 503}:
        return "busy"
    return "not onvif" if step == _TIME and not codes else "answer"


def skew_s(answer: Any, now: datetime) -> float | None:
    """Return how far a clock is off if that is too far; one that tells no time is taken to be right."""
    with suppress(AttributeError, TypeError, ValueError):
        day, time = answer.UTCDateTime.Date, answer.UTCDateTime.Time
        said = datetime(day.Year, day.Month, day.Day, time.Hour, time.Minute, tzinfo=UTC)
        off_s = (said - now).total_seconds() + time.Second
        return off_s if abs(off_s) > _MOST_SKEW_S else None
    return None


def _speaks_tls(url: str) -> bool:
    """Say whether a TLS handshake succeeds where plain HTTP did not; nothing is said there."""
    at = urlsplit(url)
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with (
        suppress(OSError),
        socket.create_connection((at.hostname, at.port), _CALL_S) as line,
        anybody.wrap_socket(line),
    ):
        return True
    return False


def _pinned(pin: str) -> Any:
    """Return what has ``requests`` connect over TLS to who shows this certificate, and no other."""
    adapter: Any = import_module("requests.adapters").HTTPAdapter()
    adapter.init_poolmanager(1, 1, assert_fingerprint=pin)
    return adapter


if __name__ == "__main__":
    sys.stdout.write(opinion(json.load(sys.stdin)))
