"""The people in one camera's pictures, described by a model where that is allowed and worth it.

What is described is cut out of the picture as sharp as the camera sent it. Nobody is described whose
box touches a place where nobody may be, nor while nobody can tell where such places are in the picture;
nor anybody who is cut, small, or shares a box. When the model is busy or gone nobody waits for it: what
is due stays due.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from orchestrator.domain.camera import Camera
from orchestrator.domain.sighting import Kind
from orchestrator.domain.veil import Veil
from orchestrator.errors import MediaError, ModelError
from orchestrator.geometry.veil import hidden
from orchestrator.ports import Describer, Found, Frame, Frames
from orchestrator.watch.appearance import alone_and_whole
from orchestrator.watch.ration import Ration
from orchestrator.watch.veiling import SAME_DEG, SIGMAS, crops

log = structlog.get_logger(__name__)

LEAST_PX = (20.0, 48.0)
"""Of smaller people, in the camera's own picture, a model tells nothing."""
LATEST_S = 0.3
"""What was found in a picture is not held back for longer: it is needed now."""
AGAIN_S = 60.0
"""A model that has failed is asked again after so long."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Means:
    """What describing works with: whose pictures, where their parts come from, and the model.

    ``nameless`` says where nobody may be described now; None: nobody may be, anywhere.
    """

    camera: Camera
    frames: Frames
    describer: Describer
    nameless: Callable[[], Veil | None]


class Describing:
    """The people of one camera who are described, while its video is open."""

    def __init__(self, means: Means) -> None:
        """Describe nobody yet."""
        self._means = means
        self._ration = Ration()
        self._rest_until_s = -np.inf

    async def vectors(self, frame: Frame, found: Found) -> Vectors | None:
        """Return (n, d) vectors, rows of NaN for whom there is none; None when there are none at all."""
        nameless = self._means.nameless()
        if nameless is None or frame.exposed_s < self._rest_until_s:
            return None
        people = np.flatnonzero(found.kinds == Kind.PERSON.value)
        boxes = found.boxes_px[people]
        fit = alone_and_whole(frame, found)[people] & _large(boxes)
        fit &= self._allowed(frame, boxes, nameless)
        due = self._ration.due(boxes, fit, frame.exposed_s)
        if not len(due):
            return None
        described = await self._described(frame, boxes[due])
        if described is None:
            return None
        self._ration.given(due, frame.exposed_s)
        vectors = np.full((len(found.boxes_px), described.shape[1]), np.nan, np.float32)
        vectors[people[due]] = described
        return vectors

    async def _described(self, frame: Frame, boxes_px: Vectors) -> Vectors | None:
        """Return a vector for each box; None when its part of the picture or the model is not there."""
        means = self._means
        try:
            async with asyncio.timeout(LATEST_S):
                parts = await crops(means.frames, frame, boxes_px, means.describer.size_px)
                return None if parts is None else await means.describer.describe(parts)
        except TimeoutError:
            return None
        except (MediaError, ModelError) as error:
            self._rest_until_s = frame.exposed_s + AGAIN_S
            log.warning(
                "people are not told apart",
                camera=frame.camera,
                reason=str(error),
                again_in_s=AGAIN_S,
            )
            return None

    def _allowed(self, frame: Frame, boxes_px: Vectors, nameless: Veil) -> NDArray[np.bool_]:
        """Return (n,) whose boxes touch no place where nobody may be described."""
        if not nameless.hides:
            return np.ones(len(boxes_px), np.bool_)
        if frame.aim is None or nameless.whole:
            return np.zeros(len(boxes_px), np.bool_)
        size = (frame.pixels.shape[1], frame.pixels.shape[0])
        veil = hidden(
            self._means.camera,
            frame.aim,
            nameless,
            source_px=frame.source_px,
            size_px=size,
            doubt_deg=SIGMAS * frame.aim_sigma_deg + SAME_DEG,
        )
        if veil is None:
            return np.ones(len(boxes_px), np.bool_)
        scale = np.array([*size] * 2) / np.array([*frame.source_px] * 2)
        low, high = (
            np.maximum(np.floor(boxes_px * scale)[:, :2], 0.0),
            np.ceil(boxes_px * scale)[:, 2:],
        )
        spans = np.hstack([low, high]).astype(np.intp)
        return np.array(
            [not veil.pixels[top:bottom, left:right].any() for left, top, right, bottom in spans],
            np.bool_,
        )


def _large(boxes_px: Vectors) -> NDArray[np.bool_]:
    """Return (n,) which boxes show enough of somebody."""
    large = (boxes_px[:, 2:] - boxes_px[:, :2] >= np.array(LEAST_PX)).all(axis=1)
    return np.asarray(large, dtype=np.bool_)
