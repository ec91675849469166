"""NAL units come out whole and at once, however a camera cuts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.units import LONGEST_UNIT, SMALLEST_FRAGMENT, Units

START = b"\x00\x00\x00\x01"


def cut(unit: bytes, most: int) -> list[bytes]:
    """Return a unit as the library gives its packets: start code and header, then raw pieces."""
    if len(unit) - 1 <= most:
        return [START + unit]
    pieces = [unit[1 + at : 1 + at + most] for at in range(0, len(unit) - 1, most)]
    return [START + unit[:1] + pieces[0], *pieces[1:]]


def given_out(units: Units[int], packets: list[bytes], tag: int) -> list[tuple[bytes, int]]:
    return [done for packet in packets for done in units.completed(packet, tag)]


@pytest.mark.parametrize("size", [1, 500, 1397, 1399, 5000, 40_000])
def test_a_unit_is_out_with_its_last_packet(size: int) -> None:
    units: Units[int] = Units()
    given_out(units, cut(b"\x65" + b"k" * 9_000, 1398), tag=1)
    unit = b"\x41" + b"p" * size

    assert given_out(units, cut(unit, 1398), tag=2) == [(START + unit, 2)]


def test_a_unit_whose_last_packet_is_full_comes_with_the_next() -> None:
    units: Units[int] = Units()
    full, small = b"\x65" + b"k" * 2796, b"\x41p"

    assert given_out(units, cut(full, 1398), tag=1) == []
    assert given_out(units, cut(small, 1398), tag=2) == [(START + full, 1), (START + small, 2)]


def test_a_camera_that_cuts_unevenly_loses_one_unit_and_is_waited_for_from_then_on() -> None:
    units: Units[int] = Units()
    uneven = [START + b"\x65" + b"a" * 100, b"b" * 100, b"c" * 100]

    first = given_out(units, uneven, tag=1)
    second = given_out(units, uneven, tag=2)
    third = given_out(units, uneven, tag=3)

    assert first == [(uneven[0], 1)]
    assert second == []
    assert third == [(b"".join(uneven), 2)]


def test_a_unit_without_end_is_dropped() -> None:
    units: Units[int] = Units()
    endless = [START + b"\x65" + b"a" * 1400, *[b"a" * 1400] * (LONGEST_UNIT // 1400 + 1)]

    assert given_out(units, endless, tag=1) == []


@given(
    st.lists(st.integers(1, 6000), min_size=1, max_size=20),
    st.integers(SMALLEST_FRAGMENT + 1, 1460),
)
def test_no_byte_is_lost_or_told_twice(sizes: list[int], most: int) -> None:
    units: Units[int] = Units()
    sent = [b"\x41" + bytes([index + 1]) * size for index, size in enumerate(sizes)]
    out = [
        done
        for index, unit in enumerate([*sent, b"\x41end"])
        for done in given_out(units, cut(unit, most), index)
    ]

    assert [data for data, _ in out][: len(sent)] == [START + unit for unit in sent]
    assert [tag for _, tag in out] == sorted(tag for _, tag in out)
