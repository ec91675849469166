"""Encoded pictures to RTP payloads: H.264 (RFC 6184), H.265 (RFC 7798), JPEG (RFC 2435)."""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from simulators.video import Encoding

PAYLOAD_TYPES: Final = {Encoding.H264: 96, Encoding.H265: 97, Encoding.JPEG: 26}
_MAX_PAYLOAD_BYTES = 1400
_FU_A, _FU = 28, 49
_TABLES_SENT = 255
_TABLE_BYTES = 64


def payloads(encoding: Encoding, units: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the payloads of one picture."""
    if encoding is Encoding.JPEG:
        yield from _of_jpeg(units[0])
        return
    cut = _of_h264 if encoding is Encoding.H264 else _of_h265
    for unit in units:
        if len(unit) <= _MAX_PAYLOAD_BYTES:
            yield unit
        else:
            yield from cut(unit)


def _of_h264(unit: bytes) -> Iterator[bytes]:
    """Yield the fragments of a unit; its header of one byte is told in two."""
    indicator, kind = (unit[0] & 0xE0) | _FU_A, unit[0] & 0x1F
    for place, part in _fragments(unit[1:], _MAX_PAYLOAD_BYTES - 2):
        yield bytes((indicator, place | kind)) + part


def _of_h265(unit: bytes) -> Iterator[bytes]:
    """Yield the fragments of a unit; its header of two bytes is told in three."""
    head = bytes((unit[0] & 0x81 | _FU << 1, unit[1]))
    kind = unit[0] >> 1 & 0x3F
    for place, part in _fragments(unit[2:], _MAX_PAYLOAD_BYTES - 3):
        yield head + bytes((place | kind,)) + part


def _fragments(data: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield parts, each with the bit that tells the first or the last."""
    for start in range(0, len(data), size):
        first = 0x80 if start == 0 else 0
        last = 0x40 if start + size >= len(data) else 0
        yield first | last, data[start : start + size]


def _of_jpeg(file: bytes) -> Iterator[bytes]:
    """Yield the fragments of a baseline 4:2:0 file's scan; its tables ride on the first."""
    tables, high_px, wide_px, scan = _parts(file)
    fixed = bytes((1, _TABLES_SENT, (wide_px + 7) // 8, (high_px + 7) // 8))
    sent = struct.pack(">BBH", 0, 0, len(tables)) + tables
    for start in range(0, len(scan), _MAX_PAYLOAD_BYTES):
        head = b"\x00" + start.to_bytes(3, "big") + fixed
        yield head + (b"" if start else sent) + scan[start : start + _MAX_PAYLOAD_BYTES]


def _parts(file: bytes) -> tuple[bytes, int, int, bytes]:
    """Return the quantizer tables, height, width and scan of a file."""
    at, tables, high_px, wide_px = 2, b"", 0, 0
    while True:
        marker, length = struct.unpack_from(">xBH", file, at)
        body = file[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDB:
            tables += b"".join(
                body[n + 1 : n + 1 + _TABLE_BYTES] for n in range(0, len(body), _TABLE_BYTES + 1)
            )
        elif marker == 0xC0:
            high_px, wide_px = struct.unpack_from(">HH", body, 1)
        elif marker == 0xDA:
            return tables, high_px, wide_px, file[at:]
