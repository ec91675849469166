"""An RTSP session against a scripted camera: what is asked, what is proven, what is refused."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from orchestrator.adapters.video.connection import Connection
from orchestrator.adapters.video.digest import Prover
from orchestrator.adapters.video.reading import Interleaved
from orchestrator.adapters.video.session import RtspSession
from orchestrator.adapters.video.waiting import Waiting
from orchestrator.errors import MediaError

URI = "rtsp://192.0.2.1:554/live"
SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
CHALLENGE = 'Digest realm="cam", nonce="n1", algorithm=MD5, qop="auth"'

Script = Callable[[str, dict[str, str]], bytes]


def answer(status: int = 200, body: str = "", **headers: str) -> bytes:
    lines = [f"RTSP/1.0 {status} X", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


def willing(first: str, _headers: dict[str, str]) -> bytes:
    match first.split(maxsplit=1)[0]:
        case "DESCRIBE":
            return answer(body=SDP, Content_Base=URI + "/")
        case "SETUP":
            transport = "RTP/AVP/TCP;unicast;interleaved=4-5"
            return answer(Session="abc ; timeout=20", Transport=transport)
        case _:
            return b"$\x04\x00\x03hey" + answer()


@contextmanager
def camera(script: Script) -> Iterator[tuple[RtspSession, list[tuple[str, dict[str, str]]]]]:
    """Run a camera that answers as the script says; return a session to it and what it was asked."""
    ours, theirs = socket.socketpair()
    asked: list[tuple[str, dict[str, str]]] = []

    def serve() -> None:
        with theirs, theirs.makefile("rb") as lines:
            while first := lines.readline().decode().strip():
                headers: dict[str, str] = {}
                while line := lines.readline().decode().strip():
                    name, _, value = line.partition(": ")
                    headers[name] = value
                asked.append((first, headers))
                theirs.sendall(script(first, headers))

    serving = threading.Thread(target=serve)
    serving.start()
    connection = Connection(ours, Waiting())
    yield RtspSession(connection, URI, Prover("operator", "secret")), asked
    ours.shutdown(socket.SHUT_RDWR)
    connection.close()
    serving.join()


def test_a_stream_is_described_set_up_and_played() -> None:
    with camera(willing) as (session, asked):
        track = session.play()

    assert [first for first, _ in asked] == [
        f"DESCRIBE {URI} RTSP/1.0",
        f"SETUP {URI}/track1 RTSP/1.0",
        f"PLAY {URI}/ RTSP/1.0",
    ]
    assert track.payload_type == 96
    assert (session.rtp_channel, session.rtcp_channel) == (4, 5)
    assert asked[2][1]["Session"] == "abc"
    assert all("Authorization" not in headers for _, headers in asked)


def test_packets_that_come_before_the_answer_to_play_are_kept() -> None:
    with camera(willing) as (session, _):
        session.play()

        assert next(session.packets()) == Interleaved(4, b"hey")


def test_a_challenge_is_answered_and_every_later_request_is_proven() -> None:
    def script(first: str, headers: dict[str, str]) -> bytes:
        if "Authorization" not in headers:
            return answer(401, WWW_Authenticate=CHALLENGE)
        return willing(first, headers)

    with camera(script) as (session, asked):
        session.play()

    assert [first.split()[0] for first, _ in asked] == ["DESCRIBE", "DESCRIBE", "SETUP", "PLAY"]
    assert 'response="' in asked[3][1]["Authorization"]
    assert "nc=00000003" in asked[3][1]["Authorization"]
    assert "secret" not in str(asked)


@pytest.mark.parametrize("status", [401, 403])
def test_a_proof_that_is_not_accepted_is_not_tried_a_third_time(status: int) -> None:
    refusal = answer(status, WWW_Authenticate=CHALLENGE)
    with camera(lambda *_: refusal) as (session, asked), pytest.raises(MediaError) as caught:
        session.play()

    assert caught.value.refused
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("status", "message"), [(302, "not followed"), (404, "404"), (503, "503"), (100, "100")]
)
def test_any_other_answer_is_a_media_error(status: int, message: str) -> None:
    moved = answer(status, Location="rtsp://203.0.113.9/live")
    with camera(lambda *_: moved) as (session, asked), pytest.raises(MediaError) as caught:
        session.play()

    assert message in str(caught.value)
    assert not caught.value.refused
    assert len(asked) == 1


def test_a_base_that_is_no_address_is_left_out() -> None:
    def script(first: str, headers: dict[str, str]) -> bytes:
        if first.startswith("DESCRIBE"):
            return answer(body=SDP, Content_Base="rtsp://x/ RTSP/1.0 y")
        return willing(first, headers)

    with camera(script) as (session, asked):
        session.play()

    assert asked[1][0] == f"SETUP {URI}/track1 RTSP/1.0"
