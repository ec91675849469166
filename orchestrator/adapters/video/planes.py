"""A decoded frame at detector size: each plane is scaled first, then the small one is coloured.

Scaling the Y, U and V planes costs less than colouring the whole picture to throw most of it
away.
"""

import cv2
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def scaled_bgr(frame: VideoFrame, width: int, height: int) -> Pixels:
    """Return a frame as (height, width, 3) BGR; both sides even."""
    if frame.format.name not in {"yuv420p", "yuvj420p"}:
        whole = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
        return _scaled(whole, width, height)
    planes = np.empty(width * height * 3 // 2, np.uint8)
    luma, half = width * height, (width // 2, height // 2)
    small = luma // 4
    parts = (planes[:luma], planes[luma : luma + small], planes[luma + small :])
    sizes = ((width, height), half, half)
    for index, (part, size) in enumerate(zip(parts, sizes, strict=True)):
        part.reshape(size[1], size[0])[:] = _scaled(_plane(frame, index), *size)
    coloured = cv2.cvtColor(planes.reshape(height * 3 // 2, width), cv2.COLOR_YUV2BGR_I420)
    return np.asarray(coloured, np.uint8)


def _plane(frame: VideoFrame, index: int) -> Pixels:
    """Return a plane's pixels as (h, w), without the padding at the ends of its lines."""
    plane = frame.planes[index]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    shown: Pixels = lines[: plane.height, : plane.width]
    return shown


def _scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture scaled; averaged over areas when it becomes much smaller."""
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = pixels.shape[0] > 1.5 * height or pixels.shape[1] > 1.5 * width
    way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), np.uint8)
