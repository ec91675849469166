"""RTP packets, and the sender reports that date them (RFC 3550)."""

import struct
from collections.abc import Iterable, Iterator

from simulators.video import CLOCK_HZ

_NTP_EPOCH_S = 2_208_988_800
_SENDER_REPORT, _SOURCE_DESCRIPTION = 200, 202


class RtpStream:
    """One receiver's numbering: its own source id, sequence and time stamp offset."""

    def __init__(self, payload_type: int, *, source: int, sequence: int, offset: int) -> None:
        """Start at the given (random) values."""
        self._payload_type = payload_type
        self.sequence = sequence & 0xFFFF
        self._source = source & 0xFFFFFFFF
        self._offset = offset
        self._packets = 0
        self._bytes = 0

    def timestamp(self, exposed_s: float) -> int:
        """Return the RTP time stamp of a moment."""
        return (self._offset + round(exposed_s * CLOCK_HZ)) & 0xFFFFFFFF

    def packets(self, payloads: Iterable[bytes], exposed_s: float) -> Iterator[bytes]:
        """Return the RTP packets of one picture; the last carries the marker."""
        stamp, held = self.timestamp(exposed_s), list(payloads)
        for number, payload in enumerate(held, start=1):
            kind = self._payload_type | (0x80 if number == len(held) else 0)
            header = struct.pack("!BBHII", 0x80, kind, self.sequence, stamp, self._source)
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
