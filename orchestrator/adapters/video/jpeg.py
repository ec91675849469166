"""JPEG in RTP (RFC 2435): a picture's headers are not sent, so they are written again here.

Sampling 4:2:2 and 4:2:0 (types 0 and 1), with and without restart markers. Pictures wider or
higher than 2040 pixels do not fit this format; cameras that send them all the same are refused by
their size of zero.
"""

import struct
from dataclasses import dataclass
from typing import Final

from orchestrator.adapters.video.payloads import LARGEST_PICTURE_BYTES, Coded

_LUMA: Final = (
    *(16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49),
    *(35, 37, 29, 40, 58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56),
    *(80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99),
)
_CHROMA: Final = (*(17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66), *(99,) * 50)
"""The quantizers of the JPEG standard's annex K, in zigzag order."""
_DC_LUMA: Final = bytes.fromhex("00010501010101010100000000000000000102030405060708090a0b")
_DC_CHROMA: Final = bytes.fromhex("00030101010101010101010000000000000102030405060708090a0b")
_AC_LUMA: Final = bytes.fromhex(
    "0002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f024336272820"
    "90a161718191a25262728292a3435363738393a434445464748494a535455565758595a6364"
    "65666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a"
    "8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8"
    "e9eaf1f2f3f4f5f6f7f8f9fa"
)
_AC_CHROMA: Final = bytes.fromhex(
    "00020102040403040705040400010277"
    "0001020311040521310612415107617113223281081442"
    "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445"
    "464748494a535455565758595a636465666768696a737475767778797a82838485868788898a"
    "92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3"
    "d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
"""Code lengths and symbols of annex K's Huffman tables: RFC 2435 has no others."""
_HUFFMAN: Final = ((0x00, _DC_LUMA), (0x10, _AC_LUMA), (0x01, _DC_CHROMA), (0x11, _AC_CHROMA))
_TABLE_BYTES = 64
_END: Final = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class _Head:
    """What the first fragment says of a picture."""

    kind: int
    quality: int
    width_px: int
    height_px: int
    restart_every: int
    tables: bytes


class JpegPicture:
    """One picture from its fragments; one of which a fragment is missing is left out."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._head: _Head | None = None
        self._scan = bytearray()
        self._tables: dict[int, bytes] = {}

    def add(self, payload: bytes) -> None:
        """Take a fragment; one that does not follow on the last spoils the picture."""
        offset = int.from_bytes(payload[1:4], "big")
        if len(payload) < 8 or offset != len(self._scan) or (offset and self._head is None):
            self._begin()
            return
        try:
            head, data = self._read(payload, first=offset == 0)
        except (IndexError, struct.error):
            self._begin()
            return
        self._head = self._head or head
        self._scan += data
        if len(self._scan) > LARGEST_PICTURE_BYTES:
            self._begin()

    def taken(self) -> Coded | None:
        """Return the picture as a JPEG file, and begin anew; None when there is none."""
        head, scan = self._head, bytes(self._scan)
        self._begin()
        if head is None or not scan or not head.width_px or not head.height_px:
            return None
        end = b"" if scan.endswith(_END) else _END
        return Coded(_headers(head) + scan + end, key=True)

    def _begin(self) -> None:
        self._head = None
        self._scan.clear()

    def _read(self, payload: bytes, *, first: bool) -> tuple[_Head, bytes]:
        """Return what a fragment says of its picture, and its part of the scan."""
        kind, quality, wide, high = payload[4:8]
        rest, restart_every = payload[8:], 0
        if 64 <= kind < 128:
            restart_every, _ = struct.unpack_from(">HH", rest)
            rest = rest[4:]
        tables = b""
        if first and quality >= 128:
            _, _, length = struct.unpack_from(">BBH", rest)
            tables, rest = rest[4 : 4 + length], rest[4 + length :]
            if tables:
                self._tables[quality] = tables
            elif quality != 255:  # sent once, then known by its number
                tables = self._tables.get(quality, b"")
        elif first:
            tables = _scaled_tables(quality)
        return _Head(kind & 63, quality, wide * 8, high * 8, restart_every, tables), rest


def _scaled_tables(quality: int) -> bytes:
    """Return both quantizer tables for a quality of 1 to 99 (RFC 2435, appendix A)."""
    quality = max(1, min(99, quality))
    factor = 5000 // quality if quality < 50 else 200 - 2 * quality
    return bytes(max(1, min(255, (value * factor + 50) // 100)) for value in (*_LUMA, *_CHROMA))


def _headers(head: _Head) -> bytes:
    """Return everything of a JPEG file up to its scan (RFC 2435, appendix B)."""
    luma, chroma = head.tables[:_TABLE_BYTES], head.tables[_TABLE_BYTES : 2 * _TABLE_BYTES]
    chroma = chroma or luma
    sampling = 0x21 if head.kind == 0 else 0x22
    parts = (b"\x01", bytes([sampling, 0]), b"\x02\x11\x01", b"\x03\x11\x01")
    return b"".join(
        (
            b"\xff\xd8",
            _segment(0xDB, b"\x00" + luma),
            _segment(0xDB, b"\x01" + chroma),
            _segment(0xDD, struct.pack(">H", head.restart_every)) if head.restart_every else b"",
            _segment(
                0xC0, struct.pack(">BHHB", 8, head.height_px, head.width_px, 3) + b"".join(parts)
            ),
            *(_segment(0xC4, bytes([number]) + table) for number, table in _HUFFMAN),
            _segment(0xDA, b"\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"),
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
