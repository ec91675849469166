"""RTP packets to H.264 pictures (RFC 6184), and sender reports to wall-clock time (RFC 3550).

A picture is complete at the packet with the marker, or, where a camera sets none, when a packet
with another time stamp comes. Damaged or unknown packets are left out: the decoder copes, and the
next key frame mends the picture.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

CLOCK_HZ = 90_000
_START = b"\x00\x00\x00\x01"
_STAP_A, _FU_A = 24, 28
_SENDER_REPORT = 200
_NTP_EPOCH_S = 2_208_988_800
LARGEST_PICTURE_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """The parts of a packet that matter; ``stamp`` counts 1/90000 s and wraps at 32 bits."""

    payload_type: int
    marker: bool
    stamp: int
    payload: bytes


def rtp_packet(data: bytes) -> RtpPacket | None:
    """Return a packet, or None when it is not RTP."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    start = 12 + 4 * (data[0] & 15)
    if data[0] & 16:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4], "big")
    padding = data[-1] if data[0] & 32 else 0
    payload = data[start : len(data) - padding]
    if not payload:
        return None
    return RtpPacket(data[1] & 127, bool(data[1] >> 7), int.from_bytes(data[4:8], "big"), payload)


class Pictures:
    """Puts packets together to access units (Annex B)."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._held = bytearray()
        self._stamp: int | None = None

    def completed(self, packet: RtpPacket) -> Iterator[tuple[bytes, int]]:
        """Return the pictures that a packet completes, each with its time stamp."""
        if self._stamp is not None and packet.stamp != self._stamp:
            yield from self._given()
        self._stamp = packet.stamp
        self._add(packet.payload)
        if len(self._held) > LARGEST_PICTURE_BYTES:
            self._held.clear()
        if packet.marker:
            yield from self._given()

    def _given(self) -> Iterator[tuple[bytes, int]]:
        if self._held and self._stamp is not None:
            yield bytes(self._held), self._stamp
        self._held.clear()
        self._stamp = None

    def _add(self, payload: bytes) -> None:
        kind = payload[0] & 31
        if 0 < kind < _STAP_A:
            self._held += _START + payload
        elif kind == _STAP_A:
            for unit in _aggregated(payload[1:]):
                self._held += _START + unit
        elif kind == _FU_A and len(payload) > 2:
            if payload[1] & 128:
                self._held += _START + bytes([payload[0] & 0xE0 | payload[1] & 31])
            self._held += payload[2:]


def _aggregated(data: bytes) -> Iterator[bytes]:
    """Return the units of an aggregation packet."""
    while len(data) > 2:
        length = int.from_bytes(data[:2], "big")
        if length == 0 or length > len(data) - 2:
            return
        yield data[2 : 2 + length]
        data = data[2 + length :]


@dataclass(frozen=True, slots=True)
class SenderReport:
    """The same moment as wall time (Unix seconds) and as RTP time stamp."""

    wall_s: float
    stamp: int

    def wall_of(self, stamp: int) -> float:
        """Return the wall time of another time stamp, before or after, across a wrap."""
        ahead = (stamp - self.stamp + (1 << 31)) % (1 << 32) - (1 << 31)
        return self.wall_s + ahead / CLOCK_HZ


def sender_report(data: bytes) -> SenderReport | None:
    """Return the sender report of an RTCP packet, if it begins with one that tells the time."""
    if len(data) < 28 or data[0] >> 6 != 2 or data[1] != _SENDER_REPORT:
        return None
    seconds, fraction, stamp = struct.unpack_from(">III", data, 8)
    if seconds <= _NTP_EPOCH_S:
        return None
    return SenderReport(seconds - _NTP_EPOCH_S + fraction / (1 << 32), stamp)
