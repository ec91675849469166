"""Pictures to H.264, H.265 or JPEG: an encoder per camera, no B-frames, a keyframe when asked for.

Parameter sets are taken once from a throw-away encoder with the same settings, so that a stream
can be described before it runs; they are repeated before every keyframe.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

CLOCK_HZ = 90_000
"""Ticks a second of RTP video time stamps, and of the encoder's own."""
_START_CODE = re.compile(rb"\x00{2,}\x01")


class Encoding(StrEnum):
    """How a camera sends its pictures."""

    H264 = "H264"
    H265 = "H265"
    JPEG = "JPEG"


_H264_SETS, _H265_SETS = (7, 8), (32, 33, 34)
"""Unit types of the parameter sets: SPS and PPS; VPS, SPS and PPS."""
_JPEG_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Format:
    """A stream's picture size (pixels), rate (frames a second), bit rate and keyframe distance."""

    width_px: int
    height_px: int
    fps: float
    bitrate_bps: int
    gop: int
    encoding: Encoding = Encoding.H264


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """One encoded picture: its NAL units, when it was exposed (monotonic s), whether a keyframe.

    Of a JPEG the only unit is the file.
    """

    units: tuple[bytes, ...]
    exposed_s: float
    key: bool


class Encoder:
    """A video encoder; used by one thread at a time."""

    def __init__(self, form: Format) -> None:
        """Keep the format; the codec opens with the first picture."""
        self._form = form
        self._codec: VideoCodecContext | None = None
        self._last_pts = -1

    def encoded(self, picture: NDArray[np.uint8], exposed_s: float, *, key: bool) -> AccessUnit:
        """Return ``picture`` (h, w, 3 BGR, at the stream's size) encoded."""
        if self._form.encoding is Encoding.JPEG:
            return AccessUnit((_jpeg(picture),), exposed_s, key=True)
        if self._codec is None:
            self._codec = _codec(self._form)
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._last_pts = max(round(exposed_s * CLOCK_HZ), self._last_pts + 1)
        if key:
            frame.pict_type = PictureType.I
        packets = self._codec.encode(frame)
        units = tuple(unit for packet in packets for unit in nal_units(bytes(packet)))
        return AccessUnit(units, exposed_s, any(packet.is_keyframe for packet in packets))


def parameter_sets(form: Format) -> tuple[bytes, ...]:
    """Return the units an ``Encoder`` of this format will send before each keyframe."""
    if form.encoding is Encoding.JPEG:
        return ()
    units = nal_units(bytes(_codec(form).extradata or b""))
    if form.encoding is Encoding.H264:
        kinds = {unit[0] & 0x1F: unit for unit in units}
        return tuple(kinds[kind] for kind in _H264_SETS)
    kinds = {unit[0] >> 1 & 0x3F: unit for unit in units}
    return tuple(kinds[kind] for kind in _H265_SETS)


def nal_units(stream: bytes) -> list[bytes]:
    r"""Return the NAL units of an Annex B byte stream.

    >>> nal_units(bytes.fromhex("00000001 6742 000001 68ce"))
    [b'gB', b'h\xce']
    """
    return [unit for unit in _START_CODE.split(stream) if unit]


def _codec(form: Format) -> VideoCodecContext:
    h264 = form.encoding is Encoding.H264
    codec = av.CodecContext.create("libx264" if h264 else "libx265", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = form.width_px, form.height_px, "yuv420p"
    codec.time_base = Fraction(1, CLOCK_HZ)
    codec.framerate = Fraction(form.fps).limit_denominator(1000)
    codec.bit_rate = form.bitrate_bps
    codec.gop_size = form.gop
    codec.max_b_frames = 0
    codec.thread_count = 1
    codec.flags |= 1 << 22  # parameter sets go to extradata, we repeat them ourselves
    particular = (
        {"x264-params": "scenecut=0"}
        if h264
        else {
            "x265-params": "log-level=none:scenecut=0:pools=none:frame-threads=1",
            "forced-idr": "1",
        }
    )
    codec.options = {"preset": "ultrafast", "tune": "zerolatency", **particular}
    codec.open()
    return codec


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    good, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    assert good, "JPEG encoding of a picture in memory does not fail"
    return data.tobytes()


class Footage:
    """A video file played in a loop, as the pictures a camera sees; used by one thread at a time."""

    def __init__(self, path: Path, form: Format) -> None:
        """Keep the file's place; it is opened with the first picture."""
        self._path = path
        self._size_px = (form.width_px, form.height_px)
        self._frames: Iterator[tuple[float, av.VideoFrame]] | None = None
        self._started_s = 0.0
        self._next: tuple[float, av.VideoFrame] | None = None
        self._shown: NDArray[np.uint8] | None = None

    def picture(self, at_s: float) -> NDArray[np.uint8]:
        """Return the picture shown at ``at_s``; the first call starts the film."""
        if self._frames is None:
            self._frames = self._endless()
            self._started_s = at_s
            self._next = next(self._frames)
        latest = None
        while self._next is not None and self._next[0] <= at_s - self._started_s:
            latest = self._next[1]
            self._next = next(self._frames)
        if latest is not None:
            bgr = latest.to_ndarray(format="bgr24")
            self._shown = np.asarray(cv2.resize(bgr, self._size_px, interpolation=cv2.INTER_AREA))
        assert self._shown is not None, "the first frame is due at once"
        return self._shown

    def _endless(self) -> Iterator[tuple[float, av.VideoFrame]]:
        passed_s = 0.0
        while True:
            last_s = -1.0
            with av.open(str(self._path)) as container:
                stream = container.streams.video[0]
                period_s = float(1 / (stream.average_rate or Fraction(25)))
                for number, frame in enumerate(container.decode(stream)):
                    last_s = number * period_s
                    yield passed_s + last_s, frame
            if last_s < 0.0:
                raise ValueError(f"{self._path} holds no picture")
            passed_s += last_s + period_s
