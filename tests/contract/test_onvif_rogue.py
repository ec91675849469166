"""An approved address that turned hostile: nothing hangs, nothing grows, no login goes elsewhere.

Two sockets: the approved one misbehaves, the rogue one waits to be contacted. What counts is
what the rogue heard, not what the client says.
"""

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.breaker import AFTER
from orchestrator.adapters.onvif.names import GET_SYSTEM_DATE_AND_TIME
from orchestrator.adapters.onvif.transport import CALL_DEADLINE_S, Request, Transport
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId
from orchestrator.errors import (
    BadAnswer,
    CameraBusy,
    CameraError,
    CameraFault,
    CameraTimeout,
    NotAuthorised,
    NotSupported,
    Stranger,
    Unreachable,
)
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from tests.fakes.hostile_camera import (
    HostileCamera,
    fault,
    honest,
    http,
    soap,
    the_identity,
    the_time,
)

SLACK_S = 3.0
"""What a busy machine may add to a time, and far less than what else would end the wait."""
PASSWORD = "a-canary-password-of-24-c"
DIGEST = 'WWW-Authenticate: Digest realm="r", qop="auth", nonce="{}"'


@pytest.fixture
async def rogue() -> AsyncIterator[HostileCamera]:
    async with HostileCamera(honest) as listening:
        yield listening


@pytest.fixture
async def cameras() -> AsyncIterator[OnvifCameras]:
    async with OnvifCameras(SystemClock()) as opened:
        await opened.ready()
        yield opened


def link(cameras: OnvifCameras, camera: HostileCamera, serial: str | None = None) -> CameraLink:
    approval = Approval(
        CameraId("dock"), camera.host, camera.port, "/onvif/device_service", "dock", serial, "anna"
    )
    return cameras.link(approval, Credentials("orchestrator", Secret(PASSWORD)))


def instead(of: str, answer: bytes) -> Callable[[str, bytes], bytes]:
    return lambda operation, request: answer if operation == of else honest(operation, request)


def signed(camera: HostileCamera) -> list[bytes]:
    return [
        request
        for request in camera.requests
        if b"Authorization:" in request or b"UsernameToken" in request
    ]


REFUSED: dict[str, tuple[bytes, type[CameraError]]] = {
    "document type": (http(b"<!DOCTYPE a><a/>"), BadAnswer),
    "entity bomb": (http(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), BadAnswer),
    "five megabytes": (http(b"<a>" + b" " * 5_000_000 + b"</a>"), BadAnswer),
    "html": (http(b"<html><body>login"), BadAnswer),
    "nothing": (http(b""), BadAnswer),
    "gzip": (http(b"\x1f\x8b", headers=["Content-Encoding: gzip"]), BadAnswer),
    "not http": (b"SSH-2.0-OpenSSH\r\n\r\n", BadAnswer),
    "countless headers": (http(b"", headers=[f"X-{n}: 1" for n in range(2000)]), BadAnswer),
    "endless header": (http(b"", headers=["X: " + "y" * 100_000]), BadAnswer),
    "negative length": (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", BadAnswer),
    "cut short": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nx",
        BadAnswer,
    ),
    "hung up": (b"", Unreachable),
    "another answer": (soap("<tds:RebootResponse/>"), BadAnswer),
    "no serial": (the_identity(""), BadAnswer),
    "busy": (http(b"", status=503), CameraBusy),
    "no such page": (http(b"gone", status=404), BadAnswer),
    "unknown operation": (fault("s:Receiver", "ter:ActionNotSupported"), NotSupported),
    "another fault": (fault("s:Sender", "ter:InvalidArgVal", "ter:NoSource"), CameraFault),
    "basic only": (http(b"", 401, ['WWW-Authenticate: Basic realm="r"']), NotAuthorised),
}


@pytest.mark.parametrize(("answer", "error"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_hostile_answer_is_refused_by_its_cause(
    cameras: OnvifCameras, answer: bytes, error: type[CameraError]
) -> None:
    async with HostileCamera(instead("GetDeviceInformation", answer)) as camera:
        with pytest.raises(error) as raised:
            await link(cameras, camera).interview()

    assert raised.value.operation == "GetDeviceInformation"
    assert PASSWORD not in str(raised.value)
    assert signed(camera) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(
    cameras: OnvifCameras, rogue: HostileCamera, status: int
) -> None:
    there = [f"Location: http://{rogue.host}:{rogue.port}/onvif/device_service"]
    away = http(b"", status, there)

    async with HostileCamera(instead("GetDeviceInformation", away)) as camera:
        with pytest.raises(BadAnswer, match="redirects"):
            await link(cameras, camera).interview()

    assert rogue.connections == 0


async def test_a_signed_request_is_not_redirected_either(
    cameras: OnvifCameras, rogue: HostileCamera
) -> None:
    there = [f"Location: http://{rogue.host}:{rogue.port}/"]

    def script(operation: str, request: bytes) -> bytes:
        if operation != "GetDeviceInformation":
            return honest(operation, request)
        return http(b"", 307, there) if b"Authorization:" in request else _challenged("n")

    async with HostileCamera(script) as camera:
        with pytest.raises(BadAnswer, match="redirects"):
            await link(cameras, camera).interview()

    assert rogue.connections == 0
    assert len(signed(camera)) == 1


async def test_services_at_a_foreign_host_are_asked_for_at_the_approved_one(
    cameras: OnvifCameras, rogue: HostileCamera
) -> None:
    away = f"http://{rogue.host}:{rogue.port}/onvif/x"
    services = "".join(
        f"<tds:Service><tds:Namespace>http://www.onvif.org/{name}/wsdl</tds:Namespace>"
        f"<tds:XAddr>{away}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>4</tt:Minor>"
        "</tds:Version></tds:Service>"
        for name in ("ver10/device", "ver20/ptz")
    )
    answer = soap(f"<tds:GetServicesResponse>{services}</tds:GetServicesResponse>")

    async with HostileCamera(instead("GetServices", answer)) as camera:
        approved = link(cameras, camera)
        passport = await approved.interview()

    assert passport.services == passport.rewritten == {"device", "ptz"}
    assert rogue.connections == 0


async def test_the_domain_of_a_challenge_sends_no_login_elsewhere(
    cameras: OnvifCameras, rogue: HostileCamera
) -> None:
    domain = f', domain="http://{rogue.host}:{rogue.port}/"'

    def script(operation: str, request: bytes) -> bytes:
        if operation == "GetSystemDateAndTime" or b"Authorization:" in request:
            return honest(operation, request)
        return http(b"", 401, [DIGEST.format("n") + domain])

    async with HostileCamera(script) as camera:
        await link(cameras, camera).interview()

    assert rogue.connections == 0
    assert all(PASSWORD.encode() not in request for request in camera.requests)


async def test_a_camera_that_challenges_for_ever_hears_one_login(cameras: OnvifCameras) -> None:
    nonces = iter(range(1000))

    def script(operation: str, request: bytes) -> bytes:
        return (
            the_time() if operation == "GetSystemDateAndTime" else _challenged(f"n{next(nonces)}")
        )

    async with HostileCamera(script) as camera:
        approved = link(cameras, camera)
        for _ in range(5):
            with pytest.raises(NotAuthorised):
                await approved.interview()

    assert len(signed(camera)) == 1


async def test_a_camera_that_calls_every_nonce_stale_hears_few_logins(
    cameras: OnvifCameras,
) -> None:
    nonces = iter(range(1000))

    def script(operation: str, request: bytes) -> bytes:
        if operation == "GetSystemDateAndTime":
            return the_time()
        return http(b"", 401, [DIGEST.format(f"n{next(nonces)}") + ", stale=true"])

    async with HostileCamera(script) as camera:
        with pytest.raises(BadAnswer, match="does not settle"):
            await link(cameras, camera).interview()

    assert len(signed(camera)) <= 3


async def test_a_stranger_that_asks_for_no_login_is_sent_none(cameras: OnvifCameras) -> None:
    async with HostileCamera(honest) as camera:
        approved = link(cameras, camera, serial="SIM-7")
        for _ in range(3):
            with pytest.raises(Stranger):
                await approved.interview()

    assert signed(camera) == []


async def test_a_stranger_is_sent_no_second_login(cameras: OnvifCameras) -> None:
    def script(operation: str, request: bytes) -> bytes:
        if operation == "GetSystemDateAndTime" or b"Authorization:" in request:
            return honest(operation, request)
        return _challenged("n")

    async with HostileCamera(script) as camera:
        approved = link(cameras, camera, serial="SIM-7")
        for _ in range(4):
            with pytest.raises(Stranger):
                await approved.interview()

    assert len(signed(camera)) == 1


async def test_cookies_are_not_kept(cameras: OnvifCameras) -> None:
    async with HostileCamera(
        lambda operation, request: honest(operation, request).replace(
            b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\n\r\n", 1
        )
    ) as camera:
        await link(cameras, camera).interview()

    assert all(b"Cookie:" not in request for request in camera.requests)


async def test_a_camera_that_hangs_up_after_every_answer_is_no_trouble(
    cameras: OnvifCameras,
) -> None:
    def script(operation: str, request: bytes) -> AsyncIterator[bytes]:
        return _once(honest(operation, request))

    async with HostileCamera(script) as camera:
        approved = link(cameras, camera)
        for _ in range(3):
            await approved.interview()

    assert camera.connections == len(camera.requests)


async def _once(answer: bytes) -> AsyncIterator[bytes]:
    yield answer


async def _slowly(*pieces: bytes, every_s: float = 0.05) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    while True:
        await asyncio.sleep(every_s)
        yield b"x"


async def _for_ever() -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
    while True:
        yield b"<a>" * 20_000


SLOW: dict[str, Callable[[], AsyncIterator[bytes]]] = {
    "silent": lambda: _slowly(every_s=60.0),
    "header byte by byte": lambda: _slowly(b"HTTP/1.1 200 OK\r\nX: "),
    "body byte by byte": lambda: _slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<a>"),
}


async def posted(camera: HostileCamera, deadline_s: float) -> None:
    async with Transport() as transport:
        request = Request(
            Origin(camera.host, camera.port), "/", GET_SYSTEM_DATE_AND_TIME.action, b"<a/>"
        )
        asked = Asked.now("dock", GET_SYSTEM_DATE_AND_TIME)
        await transport.reply_to(request, asked, deadline_s)


@pytest.mark.slow
@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW.keys())
async def test_a_slow_answer_ends_at_the_deadline(
    answer: Callable[[], AsyncIterator[bytes]],
) -> None:
    async with HostileCamera(lambda _operation, _request: answer()) as camera:
        started_s = time.monotonic()
        with pytest.raises(CameraTimeout):
            await posted(camera, 0.3)

    # Without the deadline it would go on for a minute, or for ever.
    assert time.monotonic() - started_s < 0.3 + SLACK_S


async def test_an_endless_answer_is_cut_off_without_being_kept() -> None:
    tracemalloc.start()
    try:
        async with HostileCamera(lambda _operation, _request: _for_ever()) as camera:
            with pytest.raises(BadAnswer, match="larger than"):
                await posted(camera, 5.0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 << 20


async def test_a_silent_camera_does_not_hold_up_another(cameras: OnvifCameras) -> None:
    def silent(_operation: str, _request: bytes) -> AsyncIterator[bytes]:
        return _slowly(every_s=60.0)

    async with HostileCamera(silent) as stuck, HostileCamera(honest) as well:
        waiting = [asyncio.create_task(_tried(link(cameras, stuck).interview)) for _ in range(10)]
        started_s = time.monotonic()
        await link(cameras, well).interview()
        # Had it queued behind the other, it would have waited out at least one call's deadline.
        assert time.monotonic() - started_s < SLACK_S < CALL_DEADLINE_S
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _tried(call: Callable[[], Awaitable[object]]) -> None:
    with pytest.raises(CameraError):
        await call()


def _challenged(nonce: str) -> bytes:
    return fault("s:Sender", "ter:NotAuthorized", status=401, headers=[DIGEST.format(nonce)])


async def test_a_camera_that_does_not_answer_is_left_alone_but_by_who_keeps_it_and_a_stop(
    cameras: OnvifCameras,
) -> None:
    dead = False

    def script(operation: str, request: bytes) -> bytes:
        return b"" if dead else honest(operation, request)

    async with HostileCamera(script) as camera:
        kept = link(cameras, camera)
        await kept.interview()
        dead = True
        for failing in (kept.alive, *[kept.presets] * (AFTER - 1)):
            with pytest.raises(Unreachable, match="closed the connection"):
                await failing()

        asked = len(camera.requests)
        with pytest.raises(Unreachable, match="asked again in a while"):
            await kept.presets()
        assert len(camera.requests) == asked

        for always in (kept.stop, kept.alive):
            with pytest.raises(Unreachable, match="closed the connection"):
                await always()
        dead = False
        await kept.alive()

        with pytest.raises(NotSupported):
            await kept.presets()
