"""A stream in datagrams: only the camera's own are looked at, in order, and silence is noticed."""

import socket
import struct
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

import pytest

from orchestrator.adapters.video import datagrams
from orchestrator.adapters.video.datagrams import RTCP, RTP, Datagrams
from orchestrator.adapters.video.reading import Answer, Interleaved
from orchestrator.adapters.video.waiting import Waiting
from orchestrator.errors import MediaError
from tests.fakes.onvif_site import own_address


class Camera:
    """The other end: a connection, and sockets that send to the ports that were offered."""

    def __init__(self, host: str) -> None:
        with closing(socket.create_server((host, 0))) as server:
            ours = socket.create_connection(server.getsockname(), source_address=(own_address(), 0))
            self.peer, _ = server.accept()
        self.stream = Datagrams(ours, Waiting())
        self.ports = [int(part) for part in self.stream.offer.rpartition("=")[2].split("-")]
        self.here = ours.getsockname()[0]
        self.sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sender.bind((host, 0))

    def send(self, kind: int, data: bytes, sender: socket.socket | None = None) -> None:
        (sender or self.sender).sendto(data, (self.here, self.ports[kind]))

    def heard(self, count: int) -> list[Answer | Interleaved]:
        return list(islice(iter(self.stream.next, None), count))

    def close(self) -> None:
        self.stream.close()
        self.peer.close()
        self.sender.close()


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[Camera]:
    monkeypatch.setattr(datagrams, "SILENCE_S", 0.2)
    with closing(Camera(own_address())) as made:
        yield made


def packet(number: int) -> bytes:
    return struct.pack(">BBHII", 0x80, 96, number, 90, 7) + b"x"


def test_the_stream_comes_in_order_with_its_reports_and_answers_beside_it(camera: Camera) -> None:
    for number in (1, 3, 2):
        camera.send(RTP, packet(number))
    stream = camera.heard(3)
    camera.send(RTCP, b"report")
    [report] = camera.heard(1)
    camera.peer.sendall(b"RTSP/1.0 200 OK\r\n\r\n")
    [answer] = camera.heard(1)

    assert stream == [Interleaved(RTP, packet(number)) for number in (1, 2, 3)]
    assert report == Interleaved(RTCP, b"report")
    assert answer == Answer(200, {}, b"")


def test_what_comes_from_elsewhere_is_not_looked_at(camera: Camera) -> None:
    port = camera.sender.getsockname()[1]
    camera.stream.agreed(f"RTP/AVP;unicast;client_port=1-2;server_port={port}-{port + 1}")
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as stranger:
        stranger.bind((own_address(), port))
        camera.send(RTP, packet(1), stranger)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as other_port:
        other_port.bind((camera.sender.getsockname()[0], 0))
        camera.send(RTP, packet(2), other_port)
    camera.send(RTP, packet(3))

    assert camera.heard(1) == [Interleaved(RTP, packet(3))]
    with pytest.raises(MediaError, match="silent"):
        camera.stream.next()


@pytest.mark.parametrize(
    ("transport", "message"),
    [
        ("RTP/AVP;unicast;source=203.0.113.9;server_port=4-5", "another host"),
        ("RTP/AVP/TCP;unicast;interleaved=0-1", "does not send datagrams"),
    ],
)
def test_a_camera_that_would_send_otherwise_is_refused(
    camera: Camera, transport: str, message: str
) -> None:
    with pytest.raises(MediaError, match=message):
        camera.stream.agreed(transport)
