"""RTP packets to pictures, and sender reports to wall-clock time (RFC 3550)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from orchestrator.adapters.video.payloads import Assembler, Coded
from orchestrator.adapters.video.reordering import ahead

CLOCK_HZ = 90_000
MOST_MISSING = 3000
_SENDER_REPORT = 200
_NTP_EPOCH_S = 2_208_988_800


class RtpPacket(NamedTuple):
    """The parts of a packet that matter; ``stamp`` counts 1/90000 s and wraps at 32 bits.

    ``number`` counts packets and wraps at 16 bits.
    """

    payload_type: int
    marker: bool
    stamp: int
    payload: bytes
    number: int = 0


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
    number, stamp = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:8], "big")
    return RtpPacket(data[1] & 127, bool(data[1] >> 7), stamp, payload, number)


class Gaps:
    """Notices packets that never came, by the numbers of those that did."""

    def __init__(self) -> None:
        """Expect anything."""
        self._expected: int | None = None

    def before(self, number: int) -> int:
        """Return how many packets are missing before this one; none where counting begins anew."""
        expected, self._expected = self._expected, (number + 1) & 0xFFFF
        if number == expected or expected is None:
            return 0
        missing = ahead(number, expected)
        return missing if 0 < missing <= MOST_MISSING else 0


class Pictures:
    """Tells pictures apart: one is complete at the marker, or when another time stamp comes.

    A picture of which something was lost is left out: what a decoder makes of it is not what the
    camera saw.
    """

    def __init__(self, assembler: Assembler) -> None:
        """Start with nothing held; ``assembler`` knows the codec."""
        self._assembler = assembler
        self._stamp: int | None = None
        self._spoilt = False

    def completed(
        self, packet: RtpPacket, *, after_a_gap: bool = False
    ) -> Iterator[tuple[Coded, int]]:
        """Return the pictures that a packet completes, each with its time stamp."""
        self._spoilt = self._spoilt or after_a_gap
        if self._stamp is not None and packet.stamp != self._stamp:
            yield from self._given(self._stamp)
            self._spoilt = after_a_gap
        self._stamp = packet.stamp
        self._assembler.add(packet.payload)
        if packet.marker:
            self._stamp = None
            yield from self._given(packet.stamp)

    def _given(self, stamp: int) -> Iterator[tuple[Coded, int]]:
        picture = self._assembler.taken()
        if picture is not None and not self._spoilt:
            yield picture, stamp
        self._spoilt = False


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
