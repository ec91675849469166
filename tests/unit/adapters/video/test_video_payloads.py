"""What libavformat packs, a program that nobody here wrote, comes out as the pictures it was."""

import socket
import struct
from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from orchestrator.adapters.video.child import ASSEMBLERS, Decoder
from orchestrator.adapters.video.rtp import Pictures, rtp_packet
from orchestrator.adapters.video.sdp import Codec, Track

WIDE, HIGH = 320, 176
PICTURES = 6

Pixels = NDArray[np.uint8]


def shown(number: int) -> Pixels:
    """Return a picture that grows lighter to the right, and darker from number to number."""
    ramp = np.linspace(40, 200, WIDE, dtype=np.uint8) - np.uint8(6 * number)
    noise = np.random.default_rng(number).integers(0, 40, (HIGH, WIDE, 1), np.uint8)
    return np.repeat(ramp[None, :, None] + noise, 3, axis=2)


def packed(encoder: str, pixels: str, options: dict[str, str]) -> Iterator[bytes]:
    """Yield the RTP packets in which libavformat sends the pictures."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        to = f"rtp://127.0.0.1:{ear.getsockname()[1]}?pkt_size=700"
        with av.open(to, "w", format="rtp") as container:
            stream = container.add_stream(encoder, rate=10, options=options)
            assert isinstance(stream.codec_context, VideoCodecContext)
            stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, pixels
            stream.codec_context.time_base = Fraction(1, 10)
            for number in range(PICTURES):
                frame = av.VideoFrame.from_ndarray(shown(number), format="bgr24")
                for packet in stream.encode(frame.reformat(format=pixels)):
                    container.mux(packet)
                yield from heard(ear)
            for packet in stream.encode(None):
                container.mux(packet)
            yield from heard(ear)


def heard(ear: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield ear.recv(2048)
        except BlockingIOError:
            return


@pytest.mark.parametrize(
    ("codec", "encoder", "pixels", "options", "keys"),
    [
        (
            Codec.H264,
            "libx264",
            "yuv420p",
            {"tune": "zerolatency", "x264-params": "scenecut=0:keyint=4"},
            [0, 4],
        ),
        (
            Codec.H265,
            "libx265",
            "yuv420p",
            {"x265-params": "log-level=none:bframes=0:keyint=3"},
            [0, 3],
        ),
        (Codec.JPEG, "mjpeg", "yuvj420p", {"huffman": "default", "threads": "1"}, [*range(6)]),
    ],
)
def test_every_picture_comes_out_as_it_was_put_in(
    codec: Codec, encoder: str, pixels: str, options: dict[str, str], keys: list[int]
) -> None:
    decoder, pictures = Decoder(Track(codec, "", 96, b"")), Pictures(ASSEMBLERS[codec]())
    packets = [packet for data in packed(encoder, pixels, options) if (packet := rtp_packet(data))]

    coded = [coded for packet in packets for coded, _ in pictures.completed(packet)]
    frames = [frame for each in coded for frame in decoder.frames(each.data)]

    assert [n for n, each in enumerate(coded) if each.key] == keys
    assert len(packets) > 2 * PICTURES, "the pictures are big enough to be sent in fragments"
    assert len(frames) == PICTURES
    for number, frame in enumerate(frames):
        off = frame.to_ndarray(format="bgr24").astype(int) - shown(number)
        assert abs(off).mean() < 12


@pytest.mark.parametrize(
    ("kind", "sampling"),
    [
        (0, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422),
        (1, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420),
    ],
)
@pytest.mark.parametrize("restart_every", [0, 5])
@pytest.mark.parametrize("quality", [30, 90])
def test_the_headers_of_a_jpeg_are_made_from_a_few_numbers(
    kind: int, sampling: int, restart_every: int, quality: int
) -> None:
    """libjpeg writes the whole file; only its scan is sent (RFC 2435, types 0, 1, 64 and 65)."""
    how = [
        *(cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling),
        *(cv2.IMWRITE_JPEG_RST_INTERVAL, restart_every),
    ]
    file = cv2.imencode(".jpg", shown(0), how)[1].tobytes()
    start = file.index(b"\xff\xda")
    scan = file[start + 2 + int.from_bytes(file[start + 2 : start + 4], "big") :]
    fixed = bytes([kind | (64 if restart_every else 0), quality, WIDE // 8, HIGH // 8])
    restarts = struct.pack(">HH", restart_every, 0xFFFF) if restart_every else b""
    picture = ASSEMBLERS[Codec.JPEG]()

    for at in range(0, len(scan), 1000):
        picture.add(b"\x00" + at.to_bytes(3, "big") + fixed + restarts + scan[at : at + 1000])

    coded = picture.taken()
    assert coded is not None
    ours = cv2.imdecode(np.frombuffer(coded.data, np.uint8), cv2.IMREAD_COLOR)
    theirs = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    assert ours is not None
    assert theirs is not None
    assert np.array_equal(ours, theirs)


def test_a_jpeg_that_lost_a_fragment_is_left_out_and_the_next_is_whole() -> None:
    packets = [
        packet
        for data in packed("mjpeg", "yuvj420p", {"huffman": "default", "threads": "1"})
        if (packet := rtp_packet(data))
    ]
    pictures = Pictures(ASSEMBLERS[Codec.JPEG]())

    whole = [out for packet in [*packets[:2], *packets[3:]] for out in pictures.completed(packet)]

    assert len(whole) == PICTURES - 1
