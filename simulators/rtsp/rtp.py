"""H.264 in RTP (RFC 6184, packetisation mode 1) and the sender reports that date it (RFC 3550)."""

import struct
from collections.abc import Iterator, Sequence

from simulators.video import CLOCK_HZ

PAYLOAD_TYPE = 96
_MAX_PAYLOAD_BYTES = 1400
_FU_A = 28
_NTP_EPOCH_S = 2_208_988_800
_SENDER_REPORT, _SOURCE_DESCRIPTION = 200, 202


class RtpStream:
    """One receiver's numbering: its own source id, sequence and time stamp offset."""

    def __init__(self, *, source: int, sequence: int, offset: int) -> None:
        """Start at the given (random) values."""
        self.sequence = sequence & 0xFFFF
        self._source = source & 0xFFFFFFFF
        self._offset = offset
        self._packets = 0
        self._bytes = 0

    def timestamp(self, exposed_s: float) -> int:
        """Return the RTP time stamp of a moment."""
        return (self._offset + round(exposed_s * CLOCK_HZ)) & 0xFFFFFFFF

    def packets(self, units: Sequence[bytes], exposed_s: float) -> Iterator[bytes]:
        """Return the RTP packets of one access unit; the last carries the marker."""
        stamp = self.timestamp(exposed_s)
        payloads = [payload for unit in units for payload in _payloads(unit)]
        for number, payload in enumerate(payloads, start=1):
            marker = 0x80 if number == len(payloads) else 0
            header = struct.pack(
                "!BBHII", 0x80, marker | PAYLOAD_TYPE, self.sequence, stamp, self._source
            )
            self.sequence = (self.sequence + 1) & 0xFFFF
            self._packets += 1
            self._bytes += len(payload)
            yield header + payload

    def sender_report(self, *, now_s: float, wall_s: float) -> bytes:
        """Return a compound RTCP packet: the same moment as wall time and as RTP time stamp."""
        ntp = wall_s + _NTP_EPOCH_S
        seconds = int(ntp)
        fraction = int((ntp - seconds) * (1 << 32)) & 0xFFFFFFFF
        report = struct.pack(
            "!BBHIIIIII",
            0x80,
            _SENDER_REPORT,
            6,
            self._source,
            seconds & 0xFFFFFFFF,
            fraction,
            self.timestamp(now_s),
            self._packets & 0xFFFFFFFF,
            self._bytes & 0xFFFFFFFF,
        )
        return report + self._description()

    def _description(self) -> bytes:
        name = b"camera"
        item = struct.pack("!BB", 1, len(name)) + name + b"\x00"
        item += b"\x00" * (-len(item) % 4)
        words = 1 + len(item) // 4
        return struct.pack("!BBHI", 0x81, _SOURCE_DESCRIPTION, words, self._source) + item


def _payloads(unit: bytes) -> Iterator[bytes]:
    if len(unit) <= _MAX_PAYLOAD_BYTES:
        yield unit
        return
    indicator = (unit[0] & 0xE0) | _FU_A
    kind = unit[0] & 0x1F
    step = _MAX_PAYLOAD_BYTES - 2
    for start in range(1, len(unit), step):
        first = 0x80 if start == 1 else 0
        last = 0x40 if start + step >= len(unit) else 0
        yield bytes((indicator, first | last | kind)) + unit[start : start + step]
