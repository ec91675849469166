"""JPEG as far as its header: that it is one, that it is whole, and how large it is. Nothing is decoded."""

from typing import Final

from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.domain.still import Still

_BEGINS: Final = b"\xff\xd8\xff"
_ENDS: Final = b"\xff\xd9"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Every marker that begins a frame, and so tells its size."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN: Final = 0xDA
_MOST_SEGMENTS: Final = 256
_PADDING: Final = 1024
"""Some cameras send a few zeros after the end."""
_MOST_SIDE_PX: Final = 16_384


def still(data: bytes) -> Still:
    """Return a picture with the size that its frame header tells; ``Unusable`` when it is no JPEG."""
    if not data.startswith(_BEGINS):
        raise Unusable("the still picture is no JPEG")
    if _ENDS not in data[-_PADDING:]:
        raise Unusable("the still picture is cut off")
    width, height = _size_px(data)
    if not (0 < width <= _MOST_SIDE_PX and 0 < height <= _MOST_SIDE_PX):
        raise Unusable(f"the still picture is {width}x{height} pixels")
    return Still(data, width, height)


def _size_px(data: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if data[at : at + 1] != b"\xff" or at + 4 > len(data):
            break
        marker = data[at + 1]
        if marker in _ALONE:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _FRAMES and length >= 8 and at + 9 <= len(data):
            height = int.from_bytes(data[at + 5 : at + 7], "big")
            return int.from_bytes(data[at + 7 : at + 9], "big"), height
        if marker == _SCAN or length < 2:
            break
        at += 2 + length
    raise Unusable("the still picture tells no size")
