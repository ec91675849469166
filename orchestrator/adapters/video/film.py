"""A film in a file, picture by picture: for trying models, never for cameras.

It is decoded in this process: the file is one that its owner names on a command line. Nothing but the
file itself is opened, whatever it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from orchestrator.adapters.video.planes import scaled_bgr
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Frame

FILM = CameraId("film")
MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """One picture of a film: which it is, when it is shown, and as a camera's frame."""

    number: int
    at_s: float
    frame: Frame
    decoded: VideoFrame

    def whole(self) -> NDArray[np.uint8]:
        """Return the picture in its own size, (h, w, 3) BGR."""
        return np.asarray(self.decoded.to_ndarray(format="bgr24"), np.uint8)

    def crops(self, boxes_px: NDArray[np.float32], size_px: tuple[int, int]) -> NDArray[np.uint8]:
        """Return (n, h, w, 3) parts of the picture, cut out as those of a camera's are."""
        width, height = size_px
        found = np.empty((len(boxes_px), height, width, 3), np.uint8)
        for crop, box in zip(found, np.rint(boxes_px).astype(int).tolist(), strict=True):
            left, top, right, bottom = (max(0, side) for side in box)
            scaled_bgr(self.decoded, crop, (left, top, right, bottom))
        return found


def stills(
    path: Path, size_px: tuple[int, int], *, every: int = 1, from_s: float = 0.0
) -> Iterator[Still]:
    """Yield every so many pictures of a film at ``size_px``, as a detector gets them from a camera.

    Pictures are numbered from the first that is shown at ``from_s``. ``MediaError`` when there is no
    film in the file, or no more of it can be decoded.
    """
    number = 0
    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as film:
            if not film.streams.video:
                raise MediaError(f"{path}: there are no pictures in it")
            shown = film.streams.video[0]
            shown.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
            if from_s > 0.0:
                film.seek(int(from_s * av.time_base))
            for decoded in film.decode(shown):
                at_s = decoded.time or 0.0
                if at_s < from_s:
                    continue
                if number % every == 0:
                    yield _still(decoded, number, at_s, size_px)
                number += 1
    except av.error.FFmpegError as error:
        raise MediaError(f"{path}: cannot be decoded: {error.strerror}") from error


def _still(decoded: VideoFrame, number: int, at_s: float, size_px: tuple[int, int]) -> Still:
    pixels = np.empty((size_px[1], size_px[0], 3), np.uint8)
    scaled_bgr(decoded, pixels)
    frame = Frame(FILM, at_s, "film", (decoded.width, decoded.height), pixels, number)
    return Still(number, at_s, frame, decoded)
