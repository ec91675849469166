"""Pictures, and what is found in them."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Stream
from orchestrator.domain.figures import Flow
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Regard
from orchestrator.geometry.veil import Hidden
from orchestrator.ports.secrets import Credentials


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded picture at detector size.

    ``pixels`` is (h, w, 3) uint8 BGR; ``source_px`` is the stream's own (width, height), the
    coordinates detections are reported in. ``exposed_s`` is the site clock at exposure, and
    ``timed_by`` says how it is known: ``"rtcp"`` or ``"arrival"``. ``number`` tells the pictures of
    one opening apart: parts of this one are asked for by it.

    What may not be seen in it is blanked before anything looks at it (``watch.veiling``), which
    says where the camera looked (``aim``, None while that is unknown; ``aim_sigma_deg`` is the doubt
    of a moving head's), what is ``hidden``, and whether all of it is ``dark``.
    """

    camera: CameraId
    exposed_s: float
    timed_by: str
    source_px: tuple[int, int]
    pixels: NDArray[np.uint8]
    number: int = 0
    aim: Aim | None = None
    aim_sigma_deg: float = 0.0
    hidden: Hidden | None = None
    dark: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """How many pictures a second are wanted at most, and how many while nothing moves in them.

    One a second or less: then cheap ones are wanted (key pictures), and may come half as often.
    """

    fps: float
    still_fps: float


class Pictures(Protocol):
    """A stream while it is open: its newest pictures, and ``MediaError`` when it fails."""

    def __aiter__(self) -> "Pictures":
        """Return the pictures themselves."""
        ...

    async def __anext__(self) -> Frame:
        """Return the newest picture as soon as there is one that was not taken yet."""
        ...

    def newer(self) -> Frame | None:
        """Return the picture that has come since one was taken last; None where none has."""
        ...


class Frames(Protocol):
    """Opens video; decoding happens in another process."""

    def open(
        self,
        camera: CameraId,
        stream: Stream,
        credentials: Credentials,
        *,
        size_px: tuple[int, int],
        rate: Callable[[], Rate],
    ) -> AbstractAsyncContextManager[Pictures]:
        """Return the newest frames at ``size_px``; ``MediaError`` when it fails.

        ``rate`` is asked often while the stream is open and says how many are wanted now: no more
        come. A slow reader loses the older frames, never the newest. A stream that stays silent
        for 5 s raises.
        """
        ...

    async def crops(
        self, frame: Frame, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        """Return parts of a frame as sharp as its source is, each scaled to ``size_px``.

        ``boxes_px`` is (n, 4) ``x1 y1 x2 y2`` in source pixels, cut to the picture; the answer is
        (n, h, w, 3) BGR, or None once nobody has that picture any more: only the last few are kept,
        of the stream that is open. ``[[0, 0, *source_px]]`` is all of it. Nothing is blanked in it:
        what may not be seen in the frame is hidden in its parts by whoever asks.
        """
        ...

    def flow(self, camera: CameraId) -> Flow:
        """Return what came of a camera's video since the start, over all its openings."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A detector's answer for one frame, as the arrays of ``Detections``, in source pixels."""

    boxes_px: NDArray[np.float32]
    scores: NDArray[np.float32]
    kinds: NDArray[np.int8]


Look = Callable[[Frame], Awaitable[Found]]
"""Searches one frame; ``ModelError`` when the model answers nonsense, or no more."""


class Detector(Protocol):
    """Finds people and vehicles in frames; shared by all cameras, which take turns."""

    @property
    def input_px(self) -> tuple[int, int]:
        """Return the (width, height) frames must have; ``ModelError`` while no model can be used."""
        ...

    def turn(self, regard: Regard) -> AbstractAsyncContextManager[Look]:
        """Wait for a turn and its room, and hand out how to search one frame in it.

        The higher regard comes first, among equals who has waited longest, and nobody waits for
        ever. Who shows a picture that came while it waited shows the newest. ``ModelError`` when
        there is no turn to come.
        """
        ...

    async def detect(self, frame: Frame) -> Found:
        """Return what is in one frame by itself, in an idle camera's turn."""
        ...

    async def aclose(self) -> None:
        """Finish what is in flight and free the device."""
        ...


class Describer(Protocol):
    """Tells people apart; shared by all cameras."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Return the (width, height) of the parts of pictures that it takes."""
        ...

    async def describe(self, crops: NDArray[np.uint8]) -> NDArray[np.float32] | None:
        """Return (n, d) vectors of length one for (n, h, w, 3) BGR crops: alike for one person.

        None when there is no room for them now: they are not waited for. ``ModelError`` when the model
        answers nonsense.
        """
        ...

    async def aclose(self) -> None:
        """Finish what is at work and free the device."""
        ...
