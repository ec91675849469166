"""Whole H.264 NAL units from the payloads of RTP packets, each as soon as it is complete.

The library's own parser only knows that a picture is complete when the next one begins: that
would make every picture a frame's time old, and give it the next one's time stamp. Here a unit is
taken for complete at the first packet that is shorter than a fragment, as only the last is. When
a camera proves that guess wrong once, units are held until the next begins, for good.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Tag = TypeVar("Tag")

_START = b"\x00\x00\x00\x01"
_HEADER_BYTES = len(_START) + 1
SMALLEST_FRAGMENT = 900
"""No camera cuts finer than this; learnt upwards from the fragments that come."""
LONGEST_UNIT = 8 << 20


class Units(Generic[Tag]):
    """Puts fragments together; a tag (a time, say) stays with the unit it came with."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._held = bytearray()
        self._tag: Tag | None = None
        self._fragment = SMALLEST_FRAGMENT
        self._eager = True
        self._gave = False

    def completed(self, data: bytes, tag: Tag) -> Iterator[tuple[bytes, Tag]]:
        """Return the units that this packet completes: none, one, or the held one and itself."""
        if data.startswith(_START):
            yield from self._given()
            self._held, self._tag = bytearray(data), tag
            length = len(data) - _HEADER_BYTES
        elif not self._held:
            if self._gave:  # it goes on, and we thought it had ended: lost, but never again
                self._eager = False
            return
        else:
            self._held += data
            length = len(data)
            self._fragment = max(self._fragment, length)
        if len(self._held) > LONGEST_UNIT:
            self._held.clear()
        elif self._eager and length < self._fragment:
            yield from self._given()

    def _given(self) -> Iterator[tuple[bytes, Tag]]:
        """Return the held unit, and hold nothing."""
        if self._held and self._tag is not None:
            self._gave = True
            yield bytes(self._held), self._tag
        self._held.clear()
        self._tag = None
