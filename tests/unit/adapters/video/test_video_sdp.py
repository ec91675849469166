"""Descriptions of streams: the right track is found, and nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.sdp import Codec, Track, video_track
from orchestrator.errors import MediaError

AUDIO = b"m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=control:track0\r\n"
VIDEO = (
    b"m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0I=,aM4=\r\na=control:track1\r\n"
)
HEAD = b"v=0\r\ns=x\r\na=control:*\r\n"


def test_the_video_track_is_found_behind_the_audio() -> None:
    expected = Track(Codec.H264, "track1", 96, b"\x00\x00\x00\x01\x67\x42\x00\x00\x00\x01\x68\xce")

    assert video_track(HEAD + AUDIO + VIDEO) == expected
    assert video_track(HEAD + VIDEO + AUDIO) == expected


def test_a_track_without_parameter_sets_gets_them_from_the_stream() -> None:
    assert video_track(HEAD + VIDEO.replace(b"Z0I=", b"!!!")).parameter_sets == b""


def test_the_sets_of_h265_come_in_the_order_in_which_a_decoder_needs_them() -> None:
    sets = b"a=fmtp:96 sprop-pps=RAE=; sprop-vps=QAE=; sprop-sps=QgE="
    described = VIDEO.replace(b"H264", b"H265").replace(b"a=fmtp:96 packetization-mode=1", sets)

    track = video_track(HEAD + described)

    assert track.codec is Codec.H265
    assert track.parameter_sets == b"".join(
        b"\x00\x00\x00\x01" + unit for unit in (b"\x40\x01", b"\x42\x01", b"\x44\x01")
    )


@pytest.mark.parametrize("said", [b"", b"a=rtpmap:26 JPEG/90000\r\n"])
def test_jpeg_is_known_by_its_number(said: bytes) -> None:
    described = b"m=video 0 RTP/AVP 26\r\n" + said + b"a=control:track1\r\n"

    assert video_track(HEAD + AUDIO + described) == Track(Codec.JPEG, "track1", 26, b"")


@pytest.mark.parametrize(
    "description",
    [
        b"",
        HEAD + AUDIO,
        HEAD + VIDEO.replace(b"H264", b"VP8"),
        HEAD + VIDEO.replace(b"H264", b"AV1"),
        HEAD + VIDEO.replace(b"track1", b"track 1\x00"),
        HEAD + VIDEO.replace(b"track1", b"a" * 2000),
    ],
)
def test_a_description_without_usable_video_is_a_media_error(description: bytes) -> None:
    with pytest.raises(MediaError):
        video_track(description)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_track_or_a_media_error(noise: bytes) -> None:
    try:
        track = video_track(HEAD + noise + VIDEO + noise)
    except MediaError:
        return
    assert track.control.isascii()
