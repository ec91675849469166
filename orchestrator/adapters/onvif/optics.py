"""Exposure and focus over the imaging service; ONVIF counts exposure in microseconds.

They are settings of the same operation as the picture's levels, and are written without those.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from lxml import etree

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.calls import Question
from orchestrator.adapters.onvif.figures import within
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.imaging import Picture
from orchestrator.adapters.onvif.interview import Interview
from orchestrator.adapters.onvif.media2 import TT, response
from orchestrator.adapters.onvif.names import Operation, Service
from orchestrator.domain.optics import Control, Optics

_TIMG: Final = f"{{{Service.IMAGING.value}}}"
_US: Final = 1e6
_LONGEST_US: Final = 3.6e9
_MOST_GAIN_DB: Final = 1000.0


def optics(answer: etree._Element) -> Optics:
    """Return what GetImagingSettingsResponse says of exposure and focus."""
    told = answer.find(f"{_TIMG}ImagingSettings")
    if told is None:
        raise Unusable("the answer holds no imaging settings")
    time_us = told.findtext(f"{TT}Exposure/{TT}ExposureTime")
    gain = told.findtext(f"{TT}Exposure/{TT}Gain")
    return Optics(
        exposure=_control(told.findtext(f"{TT}Exposure/{TT}Mode")),
        exposure_s=None
        if time_us is None
        else within(time_us, 0.0, _LONGEST_US, "an exposure time") / _US,
        gain_db=None if gain is None else within(gain, -_MOST_GAIN_DB, _MOST_GAIN_DB, "a gain"),
        focus=_control(told.findtext(f"{TT}Focus/{TT}AutoFocusMode")),
    )


def written(wanted: Optics) -> dict[str, object]:
    """Return what is wanted as ONVIF's ImagingSettings; a time or a gain alone makes it manual."""
    settings: dict[str, object] = {}
    exposure: dict[str, object] = {}
    if wanted.exposure_s is not None:
        exposure["ExposureTime"] = round(wanted.exposure_s * _US, 3)
    if wanted.gain_db is not None:
        exposure["Gain"] = wanted.gain_db
    if exposure or wanted.exposure is not None:
        mode = (wanted.exposure or Control.MANUAL).value.upper()
        settings["Exposure"] = {"Mode": mode, **exposure}
    if wanted.focus is not None:
        settings["Focus"] = {"AutoFocusMode": wanted.focus.value.upper()}
    return settings


class OnvifEye:
    """The ``Eye`` port over ONVIF."""

    def __init__(
        self, known: Acquaintance, watching: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Keep whom to ask; nothing is sent."""
        self._known = known
        self._watching = watching

    async def now(self) -> Optics:
        """Return how the camera exposes and focuses."""
        with self._watching():
            picture, interview = await self._ready(names.GET_IMAGING_SETTINGS)
            return await _now(picture, interview)

    async def set(self, wanted: Optics) -> Optics:
        """Set that, until the camera restarts, and return what it then says."""
        with self._watching():
            picture, interview = await self._ready(names.SET_IMAGING_SETTINGS)
            await interview.tell(
                names.SET_IMAGING_SETTINGS,
                picture.target,
                VideoSourceToken=picture.source,
                ImagingSettings=written(wanted),
                ForcePersistence=False,
            )
            return await _now(picture, interview)

    async def move_focus(self, speed: float) -> None:
        """Move the focus until it is stopped: -1 is fast and near, 1 fast and far; 0 stops it."""
        with self._watching():
            if speed == 0.0:
                picture, interview = await self._ready(names.STOP_FOCUS)
                await interview.tell(
                    names.STOP_FOCUS, picture.target, VideoSourceToken=picture.source
                )
                return
            picture, interview = await self._ready(names.MOVE_FOCUS)
            await interview.tell(
                names.MOVE_FOCUS,
                picture.target,
                VideoSourceToken=picture.source,
                Focus={"Continuous": {"Speed": speed}},
            )

    async def _ready(self, operation: Operation) -> tuple[Picture, Interview]:
        return await self._known.picture(operation), await self._known.interviewer()


async def _now(picture: Picture, interview: Interview) -> Optics:
    operation = names.GET_IMAGING_SETTINGS
    payload = interview.engine.build(operation, VideoSourceToken=picture.source)
    question = Question(operation, payload, picture.target)
    return await interview.signed(question, lambda root: optics(response(root, operation)))


def _control(said: str | None) -> Control | None:
    word = (said or "").strip().lower()
    return next((each for each in Control if each.value == word), None)
