"""RTP payloads to pictures: H.264 (RFC 6184), H.265 (RFC 7798); JPEG is in ``jpeg``.

Damaged or unknown payloads are left out: the decoder copes, and the next key frame mends the
picture. What is put together grows to ``LARGEST_PICTURE_BYTES`` and no further.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

LARGEST_PICTURE_BYTES = 8 << 20
_START = b"\x00\x00\x00\x01"
_H264_STAP_A, _H264_FU_A = 24, 28
_H265_AP, _H265_FU = 48, 49


_H264_IDR = 5
_H265_IRAP = range(16, 24)


@dataclass(frozen=True, slots=True)
class Coded:
    """One picture as a decoder takes it; a ``key`` picture needs none before it."""

    data: bytes
    key: bool


class Assembler(Protocol):
    """Puts the payloads of one picture together, in the order in which they come."""

    def add(self, payload: bytes) -> None:
        """Take a payload; never raises."""
        ...

    def taken(self) -> Coded | None:
        """Return what a decoder takes, and begin anew; None when there was nothing whole."""
        ...


class Units(ABC):
    """NAL units one after another (Annex B); what a payload means is the codec's affair."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._held = bytearray()
        self._key = False

    def taken(self) -> Coded | None:
        """Return the units held, and begin anew."""
        coded = Coded(bytes(self._held), self._key) if self._held else None
        self._held.clear()
        self._key = False
        return coded

    def _whole(self, unit: bytes) -> None:
        self._key = self._key or self._is_key(unit)
        self._part(_START + unit)

    @abstractmethod
    def _is_key(self, unit: bytes) -> bool:
        """Return whether a unit, of which the header is enough, begins a picture without past."""

    def _part(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > LARGEST_PICTURE_BYTES:
            self._held.clear()


class H264Units(Units):
    """Access units of H.264."""

    def _is_key(self, unit: bytes) -> bool:
        return unit[0] & 31 == _H264_IDR

    def add(self, payload: bytes) -> None:
        """Take a single unit, an aggregate or a fragment."""
        kind = payload[0] & 31
        if 0 < kind < _H264_STAP_A:
            self._whole(payload)
        elif kind == _H264_STAP_A:
            for unit in _aggregated(payload[1:]):
                self._whole(unit)
        elif kind == _H264_FU_A and len(payload) > 2:
            if payload[1] & 128:
                self._whole(bytes([payload[0] & 0xE0 | payload[1] & 31]))
            self._part(payload[2:])


class H265Units(Units):
    """Access units of H.265, of streams whose units come in decoding order (no DONL fields)."""

    def _is_key(self, unit: bytes) -> bool:
        return unit[0] >> 1 & 63 in _H265_IRAP

    def add(self, payload: bytes) -> None:
        """Take a single unit, an aggregate or a fragment; a unit's header has two bytes."""
        if len(payload) < 3:
            return
        kind = payload[0] >> 1 & 63
        if kind < _H265_AP:
            self._whole(payload)
        elif kind == _H265_AP:
            for unit in _aggregated(payload[2:]):
                self._whole(unit)
        elif kind == _H265_FU and len(payload) > 3:
            if payload[2] & 128:
                self._whole(bytes([payload[0] & 0x81 | (payload[2] & 63) << 1, payload[1]]))
            self._part(payload[3:])


def _aggregated(data: bytes) -> Iterator[bytes]:
    """Return the units of an aggregation packet, each behind its length."""
    while len(data) > 2:
        length = int.from_bytes(data[:2], "big")
        if length == 0 or length > len(data) - 2:
            return
        yield data[2 : 2 + length]
        data = data[2 + length :]
