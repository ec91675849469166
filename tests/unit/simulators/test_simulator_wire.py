"""What simulated cameras put on the wire, byte by byte."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.device.digest import DigestGate, digest_response
from simulators.device.duration import duration_s, instant_text, remaining_s
from simulators.device.login import Login, Verdict
from simulators.rtsp.messages import BadRequest, parsed_request
from simulators.rtsp.payloads import payloads
from simulators.rtsp.rtp import RtpStream
from simulators.video import CLOCK_HZ, Encoder, Encoding, Format, nal_units, parameter_sets

units = st.lists(
    st.builds(
        lambda first, rest: bytes([first]) + rest,
        st.sampled_from([0x67, 0x68, 0x65, 0x41]),
        st.binary(min_size=1, max_size=4000),
    ),
    min_size=1,
    max_size=4,
)


def reassembled(packets: list[bytes]) -> list[bytes]:
    """Put NAL units together again as RFC 6184 has it, without our packer."""
    found: list[bytes] = []
    part = b""
    for payload in (packet[12:] for packet in packets):
        if payload[0] & 0x1F != 28:
            found.append(payload)
            continue
        if payload[1] & 0x80:
            part = bytes([(payload[0] & 0xE0) | (payload[1] & 0x1F)])
        part += payload[2:]
        if payload[1] & 0x40:
            found.append(part)
    return found


@pytest.mark.slow
@given(units, st.integers(0, 0xFFFF))
def test_any_picture_is_the_same_after_its_journey_in_packets(
    picture: list[bytes], sequence: int
) -> None:
    stream = RtpStream(96, source=7, sequence=sequence, offset=0)
    packets = list(stream.packets(payloads(Encoding.H264, picture), 12.5))

    assert reassembled(packets) == picture
    assert all(len(packet) <= 1412 for packet in packets)
    assert [packet[1] >> 7 for packet in packets] == [0] * (len(packets) - 1) + [1]
    numbers = [struct.unpack("!H", packet[2:4])[0] for packet in packets]
    assert numbers == [(sequence + i) & 0xFFFF for i in range(len(packets))]


@given(st.floats(0, 1e6), st.integers(0, 2**32 - 1))
def test_a_report_dates_the_same_clock_as_the_pictures(at_s: float, offset: int) -> None:
    stream = RtpStream(96, source=7, sequence=0, offset=offset)
    report = stream.sender_report(now_s=at_s, wall_s=1_800_000_000.25)
    seconds, fraction, stamp = struct.unpack("!III", report[8:20])

    assert seconds + fraction / 2**32 == pytest.approx(1_800_000_000.25 + 2_208_988_800)
    assert stamp == stream.timestamp(at_s)
    later = (stream.timestamp(at_s + 1.0) - stamp) % 2**32
    assert abs(later - CLOCK_HZ) <= 1


def test_the_digest_is_that_of_the_standard_s_example() -> None:
    said = {
        "realm": "http-auth@example.org",
        "uri": "/dir/index.html",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
    }
    login = Login("Mufasa", "Circle of Life")

    md5 = digest_response(said, algorithm="MD5", method="GET", login=login)
    sha256 = digest_response(said, algorithm="SHA-256", method="GET", login=login)

    assert md5 == "8ca523f5e9506fed4657c9700eebdbec"
    assert sha256 == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"


def test_an_old_nonce_is_stale_even_with_the_right_password() -> None:
    now_s = 0.0
    gate = DigestGate(realm="r", algorithms=("MD5",), now_s=lambda: now_s, life_s=300.0)
    login = Login("admin", "secret")
    [challenge] = gate.challenges()
    nonce = challenge.split('nonce="')[1].split('"')[0]
    said = {"realm": "r", "nonce": nonce, "uri": "/x", "nc": "1", "cnonce": "c", "qop": "auth"}
    said["response"] = digest_response(said, algorithm="MD5", method="POST", login=login)
    fields = ", ".join(f'{name}="{value}"' for name, value in said.items())
    header = f'Digest username="admin", {fields}'

    now_s = 301.0
    verdict = gate.verdict(header, method="POST", uri="/x", login=login)

    assert verdict is Verdict.STALE


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Login("admin", "secret"))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT5S", 5.0), ("PT1M30.5S", 90.5), ("P1DT2H", 93600.0), ("-PT1S", -1.0), ("soon", None)],
)
def test_durations_are_read_as_xml_schema_writes_them(text: str, seconds: float | None) -> None:
    assert duration_s(text) == seconds


def test_a_term_is_a_duration_or_a_moment() -> None:
    assert remaining_s("PT60S", 1000.0) == 60.0
    assert remaining_s(instant_text(1060.0), 1000.0) == pytest.approx(60.0)
    assert remaining_s("for ever", 1000.0) is None


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1", b"PLAY rtsp://x", b"\xff\xfe"])
def test_what_is_not_rtsp_is_refused(head: bytes) -> None:
    with pytest.raises(BadRequest):
        parsed_request(head)


def test_an_encoder_sends_the_parameter_sets_it_was_described_with() -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    for encoding, kinds in ((Encoding.H264, (7, 8)), (Encoding.H265, (32, 33, 34))):
        form = Format(64, 48, 10.0, 100_000, 20, encoding)
        sets = parameter_sets(form)
        unit = Encoder(form).encoded(picture, 0.0, key=True)

        shift, mask = (0, 0x1F) if encoding is Encoding.H264 else (1, 0x3F)
        assert tuple(unit[0] >> shift & mask for unit in sets) == kinds
        assert all(set_ not in unit.units for set_ in sets), (
            "they are put before it when it is sent"
        )


@pytest.mark.parametrize("encoding", [Encoding.H264, Encoding.H265])
def test_a_keyframe_comes_when_asked_for(encoding: Encoding) -> None:
    encoder = Encoder(Format(64, 48, 10.0, 100_000, 20, encoding))
    picture = np.zeros((48, 64, 3), np.uint8)
    keys = [encoder.encoded(picture, n / 10, key=n == 3).key for n in range(5)]

    assert keys == [True, False, False, True, False]


def test_every_jpeg_is_a_keyframe() -> None:
    unit = Encoder(Format(64, 48, 10.0, 100_000, 20, Encoding.JPEG)).encoded(
        np.zeros((48, 64, 3), np.uint8), 0.0, key=False
    )

    assert unit.key
    assert unit.units[0].startswith(b"\xff\xd8")


def test_a_byte_stream_is_cut_at_its_start_codes() -> None:
    assert nal_units(b"\0\0\0\1g1\0\0\1h2\0\0\0\1e3") == [b"g1", b"h2", b"e3"]
