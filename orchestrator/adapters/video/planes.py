"""A decoded frame at detector size: each plane is scaled first, then the small one is coloured.

Scaling the Y, U and V planes costs less than colouring the whole picture to throw most of it
away.
"""

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_PLANAR = frozenset(
    f"yuv{full}{sampling}p" for full in ("", "j") for sampling in ("420", "422", "444")
)
"""Three planes of bytes; the chroma planes of any size are scaled to half of the picture's."""
_LEVELS = np.arange(256)
_NARROWED_LUMA = np.round(16 + _LEVELS * 219 / 255).astype(np.uint8)
_NARROWED_CHROMA = np.round(128 + (_LEVELS - 128) * 224 / 255).astype(np.uint8)
"""Full range to the narrow one that OpenCV's conversion expects (ITU-R BT.601)."""


Box = tuple[int, int, int, int]
"""A part of a picture: left, top, right, bottom in whole pixels, right and bottom excluded."""


def scaled_bgr(frame: VideoFrame, into: Pixels, box: Box | None = None) -> None:
    """Draw a frame, or a box of it, as BGR into ``into``, (height, width, 3)."""
    height, width = into.shape[:2]
    if frame.format.name not in _PLANAR or width % 2 or height % 2:
        whole = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
        into[:] = _scaled(_cut(whole, frame, box), width, height)
        return
    planes = np.empty(width * height * 3 // 2, np.uint8)
    area, half = width * height, (width // 2, height // 2)
    small = area // 4
    parts = (planes[:area], planes[area : area + small], planes[area + small :])
    sizes = ((width, height), half, half)
    for index, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        shown = _cut(_plane(frame, index), frame, box)
        part.reshape(size[1], size[0])[:] = _scaled(shown, *size)
    if _is_full_range(frame):
        planes[:area] = cv2.LUT(planes[:area], _NARROWED_LUMA).ravel()
        planes[area:] = cv2.LUT(planes[area:], _NARROWED_CHROMA).ravel()
    i420 = planes.reshape(height * 3 // 2, width)
    cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420, dst=into)


def _cut(pixels: Pixels, frame: VideoFrame, box: Box | None) -> Pixels:
    """Return the part of a plane, of any sampling, that shows a box of the frame."""
    if box is None:
        return pixels
    high, wide = pixels.shape[:2]
    left, right = (round(x * wide / frame.width) for x in (box[0], box[2]))
    top, bottom = (round(y * high / frame.height) for y in (box[1], box[3]))
    left, top = min(left, wide - 1), min(top, high - 1)
    return pixels[top : max(bottom, top + 1), left : max(right, left + 1)]


def _is_full_range(frame: VideoFrame) -> bool:
    """Return whether black is 0 and white 255, as in JPEG, not 16 and 235."""
    return frame.format.name.startswith("yuvj") or frame.color_range == ColorRange.JPEG


def luma(frame: VideoFrame) -> Pixels:
    """Return how light a frame's pixels are, as (h, w)."""
    if frame.format.name in _PLANAR:
        return _plane(frame, 0)
    return np.asarray(frame.to_ndarray(format="gray"), np.uint8)


def _plane(frame: VideoFrame, index: int) -> Pixels:
    """Return a plane's pixels as (h, w), without the padding at the ends of its lines."""
    plane = frame.planes[index]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    shown: Pixels = lines[: plane.height, : plane.width]
    return shown


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture scaled: halved while it is more than twice too large, then interpolated.

    Averaging over areas of any other ratio costs eight times as much and shows detectors no more.
    """
    while pixels.shape[0] >= 2 * height and pixels.shape[1] >= 2 * width:
        half = pixels.shape[1] // 2, pixels.shape[0] // 2
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
