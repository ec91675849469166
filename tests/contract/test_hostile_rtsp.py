"""Cameras that answer with nonsense, with nothing, or with somebody else's address."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Rate
from tests.fakes.onvif_site import own_address
from tests.fakes.video_site import LOGIN

GATE = CameraId("gate")
Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

pytestmark = pytest.mark.slow


@asynccontextmanager
async def listening(host: str, peer: Peer) -> AsyncIterator[int]:
    """Serve ``peer`` on a free port of ``host``, and return the port."""

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await peer(reader, writer)
        except OSError:
            return
        finally:
            writer.close()

    server = await asyncio.start_server(served, host, 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def refused(host: str, port: int) -> str:
    """Return the reason for which a stream of that camera is not shown."""
    stream = Stream("main", f"rtsp://{host}:{port}/main", 640, 360, 10.0, "H264")
    frames = RtspFrames(lambda _: host)
    with pytest.raises(MediaError) as caught:
        async with frames.open(
            GATE, stream, LOGIN, size_px=(64, 32), rate=lambda: Rate(5.0, 5.0)
        ) as pictures:
            await anext(pictures)
    return str(caught.value)


def saying(answer: bytes) -> Peer:
    """Return a peer that answers every request with the same bytes."""

    async def peer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            writer.write(answer)
            await writer.drain()

    return peer


ANSWERS = {
    "http": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    "garbage": bytes(range(256)) * 40,
    "endless header": b"RTSP/1.0 200 OK\r\n" + b"X: " + b"a" * 100_000 + b"\r\n",
    "negative length": b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: -5\r\n\r\n",
    "no video": b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Type: application/sdp\r\n"
    b"Content-Length: 5\r\n\r\nv=0\r\n",
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
async def test_a_nonsensical_answer_is_a_media_error(answer: bytes) -> None:
    host = own_address()
    async with listening(host, saying(answer)) as port:
        reason = await refused(host, port)

    assert reason.isprintable()
    assert "canary" not in reason
    assert host not in reason


async def test_a_camera_that_is_not_there_is_a_media_error() -> None:
    assert "cannot be reached" in await refused(own_address(), 9)


async def test_a_silent_camera_is_given_up() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    host = own_address()
    async with listening(host, silent) as port:
        assert "silent" in await refused(host, port)


async def test_a_redirect_takes_no_login_to_a_stranger() -> None:
    heard: list[bytes] = []

    async def stranger(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.read(4096):
            heard.append(line)
            writer.write(
                b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
            )

    host, elsewhere = own_address(), own_address()
    async with listening(elsewhere, stranger) as far:
        moved = f"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://{elsewhere}:{far}/x\r\n\r\n"
        async with listening(host, saying(moved.encode())) as port:
            await refused(host, port)

    assert b"uthorization:" not in b"".join(heard)


async def test_a_camera_that_wants_the_password_in_clear_does_not_get_it() -> None:
    heard: list[bytes] = []

    async def wanting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.read(4096):
            heard.append(line)
            writer.write(
                b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n'
            )

    host = own_address()
    async with listening(host, wanting) as port:
        assert "enable Digest" in await refused(host, port)

    assert len(heard) == 1
    assert b"uthorization:" not in heard[0]
