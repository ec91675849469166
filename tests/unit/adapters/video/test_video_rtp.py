"""RTP to pictures: whole, at once, and whatever bytes come."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.jpeg import JpegPicture
from orchestrator.adapters.video.payloads import H264Units, H265Units
from orchestrator.adapters.video.rtp import (
    Gaps,
    Pictures,
    RtpPacket,
    SenderReport,
    rtp_packet,
    sender_report,
)

START = b"\x00\x00\x00\x01"


def packed(payload: bytes, *, stamp: int = 90, marker: bool = False, first: int = 0x80) -> bytes:
    return struct.pack(">BBHII", first, (0x80 if marker else 0) | 96, 1, stamp, 7) + payload


def cut(unit: bytes, most: int) -> list[bytes]:
    """Return the payloads that carry a unit."""
    if len(unit) <= most:
        return [unit]
    pieces = [unit[at : at + most] for at in range(1, len(unit), most)]
    last = len(pieces) - 1
    return [
        bytes([unit[0] & 0xE0 | 28, (128 * (n == 0)) | (64 * (n == last)) | unit[0] & 31]) + piece
        for n, piece in enumerate(pieces)
    ]


def given_out(packets: list[RtpPacket]) -> list[tuple[bytes, int]]:
    pictures = Pictures(H264Units())
    return [
        (coded.data, stamp) for packet in packets for coded, stamp in pictures.completed(packet)
    ]


def carried(units: list[bytes], stamp: int, most: int, *, marker: bool = True) -> list[RtpPacket]:
    payloads = [payload for unit in units for payload in cut(unit, most)]
    last = len(payloads) - 1
    return [RtpPacket(96, marker and n == last, stamp, data) for n, data in enumerate(payloads)]


@given(
    st.lists(st.lists(st.integers(2, 5000), min_size=1, max_size=4), min_size=1, max_size=5),
    st.integers(100, 1460),
    st.booleans(),
)
def test_every_picture_comes_out_whole_with_its_time(
    sizes: list[list[int]], most: int, marker: bool
) -> None:
    pictures = [[b"\x65" + bytes([n]) * size for size in units] for n, units in enumerate(sizes)]
    packets = [
        packet
        for n, units in enumerate(pictures)
        for packet in carried(units, n * 9000, most, marker=marker)
    ]
    packets.append(RtpPacket(96, True, 1_000_000, b"\x41end"))

    expected = [
        (b"".join(START + unit for unit in units), n * 9000) for n, units in enumerate(pictures)
    ]
    assert given_out(packets)[: len(expected)] == expected


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.sets(st.integers(1, 31)))
def test_a_picture_of_which_something_may_be_lost_is_left_out_and_no_other_is(
    sizes: list[int], lost: set[int]
) -> None:
    pictures = [carried([b"\x41" + bytes(99 * n)], at, 100) for at, n in enumerate(sizes)]
    numbered = [
        packet._replace(number=number)
        for number, packet in enumerate(packet for picture in pictures for packet in picture)
    ]
    came, gaps = Pictures(H264Units()), Gaps()
    seen = [
        stamp
        for packet in numbered
        if packet.number not in lost
        for _, stamp in came.completed(packet, after_a_gap=gaps.before(packet.number) > 0)
    ]

    hurt = {packet.stamp for packet in numbered if packet.number in lost}
    ends = {packet.stamp for packet in numbered if packet.number in lost and packet.marker}
    unsure = {stamp + 1 for stamp in ends}  # what is missing may be its beginning
    assert seen == [stamp for stamp in range(len(sizes)) if stamp not in hurt | unsure]


def test_a_picture_is_out_with_the_packet_that_has_the_marker() -> None:
    assert given_out(carried([b"\x65" + b"k" * 3000], 5, 1000)) == [
        (START + b"\x65" + b"k" * 3000, 5)
    ]


def test_parameter_sets_in_one_packet_are_taken_apart() -> None:
    packet = RtpPacket(96, True, 5, b"\x18" + b"\x00\x02\x67A" + b"\x00\x03\x68BC")

    assert given_out([packet]) == [(START + b"\x67A" + START + b"\x68BC", 5)]


def test_extensions_and_padding_are_left_out() -> None:
    extended = packed(b"\xbe\xde\x00\x01abcd" + b"\x41x", first=0x90)
    padded = packed(b"\x41x" + b"\x00\x00\x03", first=0xA0)

    for data in (extended, padded):
        packet = rtp_packet(data)
        assert packet is not None
        assert packet.payload == b"\x41x"


@given(
    st.lists(st.binary(max_size=80), max_size=20),
    st.sampled_from([H264Units, H265Units, JpegPicture]),
)
def test_any_bytes_are_packets_or_nothing(
    datagrams: list[bytes], assembler: type[H264Units | H265Units | JpegPicture]
) -> None:
    pictures = Pictures(assembler())
    for data in datagrams:
        packet = rtp_packet(data)
        if packet is not None:
            for picture, stamp in pictures.completed(packet):
                assert picture.data
                assert 0 <= stamp < 1 << 32
        report = sender_report(data)
        if report is not None:
            assert report.wall_s > 0


def test_a_sender_report_dates_time_stamps_before_and_after_it_across_a_wrap() -> None:
    report = SenderReport(1_790_000_000.0, (1 << 32) - 45_000)

    assert report.wall_of((1 << 32) - 135_000) == pytest.approx(1_789_999_999.0)
    assert report.wall_of(45_000) == pytest.approx(1_790_000_001.0)


def test_a_sender_report_is_read_to_the_microsecond() -> None:
    data = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 2_208_988_800 + 1000, 1 << 31, 777, 1, 1)

    report = sender_report(data)

    assert report == SenderReport(1000.5, 777)


def test_a_report_without_a_time_is_no_report() -> None:
    assert sender_report(struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 0, 0, 777, 1, 1)) is None
