"""Which of a camera's streams is watched: the smallest that a detector loses nothing by."""

from collections.abc import Iterable

from orchestrator.domain.camera import Stream

WATCH_FPS = 10.0
"""More pictures a second than that nobody wants of a camera."""
CODED_VIDEO = frozenset({"H264", "H265"})
PICTURES = frozenset({"JPEG"})
"""What the video adapter decodes, as cameras name it."""
LEAST_WIDTH_PX = 640
"""People are to be 24 px high and more: a smaller stream is too small, whatever the detector takes."""
BEYOND_US_PX = 40_000_000
"""Larger pictures no decoder is given."""


def chosen_stream(streams: Iterable[Stream], input_px: tuple[int, int]) -> Stream | None:
    """Return the smallest stream with a picture as large as the detector's, else the largest.

    Of equally large ones the one that shows enough pictures a second with the fewest to decode.
    Video that is coded from picture to picture comes before JPEG, which costs the network more.
    None where there is nothing that can be decoded.

    >>> main = Stream("main", "rtsp://192.0.2.1/1", 1920, 1080, 25.0, "H264")
    >>> sub = Stream("sub", "rtsp://192.0.2.1/2", 640, 360, 10.0, "H264")
    >>> chosen_stream((main, sub), (416, 416)).profile
    'main'
    >>> chosen_stream((main, sub), (544, 320)).profile
    'sub'
    """
    known = tuple(streams)
    fit = _encoded(known, CODED_VIDEO) or _encoded(known, PICTURES)
    wide_px, high_px = max(LEAST_WIDTH_PX, input_px[0]), input_px[1]
    enough = [one for one in fit if one.width_px >= wide_px and one.height_px >= high_px]
    if enough:
        return min(enough, key=lambda one: (_pixels(one), *_pace(one)))
    return min(fit, key=lambda one: (-_pixels(one), *_pace(one)), default=None)


def _pixels(stream: Stream) -> int:
    return stream.width_px * stream.height_px


def _pace(stream: Stream) -> tuple[float, float]:
    """Return how many pictures a second it lacks, and how many it has: less of both is better."""
    return max(0.0, WATCH_FPS - stream.fps), stream.fps


def _encoded(streams: tuple[Stream, ...], encodings: frozenset[str]) -> list[Stream]:
    return [
        one for one in streams if one.encoding.upper() in encodings and _pixels(one) <= BEYOND_US_PX
    ]
