"""The numbers of one head on the wire: which spaces it lists, and how far each goes.

ONVIF's generic spaces go from -1 to 1, zoom from 0 to 1. Some cameras write 0 to 360 there, or a
zoom that ends at 0.499, so every number is carried over by the range the camera lists. A range that
makes no sense is taken for the generic one; a space that is not listed cannot be used.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from orchestrator.adapters.onvif.names import PAN_TILT_GENERIC, ZOOM_GENERIC
from orchestrator.domain.moving import Moves, Span, Way

_SPACES: Final = "http://www.onvif.org/ver10/tptz"
PAN_TILT_STEP: Final = f"{_SPACES}/PanTiltSpaces/TranslationGenericSpace"
PAN_TILT_VIEW: Final = f"{_SPACES}/PanTiltSpaces/TranslationSpaceFov"
PAN_TILT_VELOCITY: Final = f"{_SPACES}/PanTiltSpaces/VelocityGenericSpace"
PAN_TILT_SPEED: Final = f"{_SPACES}/PanTiltSpaces/GenericSpeedSpace"
ZOOM_STEP: Final = f"{_SPACES}/ZoomSpaces/TranslationGenericSpace"
ZOOM_VELOCITY: Final = f"{_SPACES}/ZoomSpaces/VelocityGenericSpace"
ZOOM_SPEED: Final = f"{_SPACES}/ZoomSpaces/ZoomGenericSpeedSpace"

_PAN_TILT_LISTS: Final = (
    "AbsolutePanTiltPositionSpace",
    "RelativePanTiltTranslationSpace",
    "ContinuousPanTiltVelocitySpace",
    "PanTiltSpeedSpace",
)
_ZOOM_LISTS: Final = (
    "AbsoluteZoomPositionSpace",
    "RelativeZoomTranslationSpace",
    "ContinuousZoomVelocitySpace",
    "ZoomSpeedSpace",
)
_PAN_TILT_WAYS: Final = {
    PAN_TILT_GENERIC: Way.ABSOLUTE,
    PAN_TILT_VIEW: Way.VIEW,
    PAN_TILT_STEP: Way.RELATIVE,
    PAN_TILT_VELOCITY: Way.CONTINUOUS,
}
_ZOOM_WAYS: Final = {
    ZOOM_GENERIC: Way.ABSOLUTE,
    ZOOM_STEP: Way.RELATIVE,
    ZOOM_VELOCITY: Way.CONTINUOUS,
}
_MOST: Final = 1e5
_MAX_SPACES: Final = 64
_MAX_PRESETS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Range:
    """Where one axis of a space ends.

    >>> round_the_clock = Range(0.0, 360.0)
    >>> round_the_clock.written(0.5, -1.0), round_the_clock.read(270.0, -1.0)
    (270.0, 0.5)
    >>> Range(-8.0, 8.0).scaled(-0.25)
    -2.0
    """

    low: float
    high: float

    def written(self, value: float, least: float) -> float:
        """Return a position of ``least``..1 in the camera's numbers."""
        if (self.low, self.high) == (least, 1.0):
            return value
        return self.low + (value - least) / (1.0 - least) * (self.high - self.low)

    def read(self, number: float, least: float) -> float:
        """Return the camera's number as a position of ``least``..1."""
        if (self.low, self.high) == (least, 1.0):
            return number
        return least + (number - self.low) / (self.high - self.low) * (1.0 - least)

    def scaled(self, share: float) -> float:
        """Return a step or speed of -1..1 in the camera's numbers; 0 stays 0."""
        return share * (self.high if share >= 0.0 else -self.low)


FULL: Final = Range(-1.0, 1.0)
UNIT: Final = Range(0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Spaces:
    """What a head lists; one that lists nothing is read as the standard has it, and not moved."""

    pan_tilt: Mapping[str, tuple[Range, Range]] = field(default_factory=dict)
    zoom: Mapping[str, Range] = field(default_factory=dict)
    timeout_s: tuple[float, float] | None = None
    home: bool = False
    presets: int = 0

    @property
    def position(self) -> tuple[Range, Range, Range]:
        """Return the ranges of pan, tilt and zoom positions."""
        pan, tilt = self.pan_tilt.get(PAN_TILT_GENERIC, (FULL, FULL))
        return pan, tilt, self.zoom.get(ZOOM_GENERIC, UNIT)

    @property
    def moves(self) -> Moves:
        """Return the ways to move that it lists."""
        return Moves(
            pan_tilt=frozenset(way for uri, way in _PAN_TILT_WAYS.items() if uri in self.pan_tilt),
            zoom=frozenset(way for uri, way in _ZOOM_WAYS.items() if uri in self.zoom),
            timeout_s=self.timeout_s,
            home=self.home,
            presets=self.presets,
            spaces=self.spans,
        )

    @property
    def spans(self) -> tuple[Span, ...]:
        """Return the ranges that it lists, for people to read."""
        heads = [
            Span(_name(uri), axis, each.low, each.high)
            for uri, ranges in self.pan_tilt.items()
            for axis, each in zip("xy", ranges, strict=True)
        ]
        zooms = [Span(_name(uri), "z", each.low, each.high) for uri, each in self.zoom.items()]
        return (*heads, *zooms)


GENERIC: Final = Spaces()


@lru_cache(maxsize=512)
def _name(uri: str) -> str:
    """Return the last two steps of a space's URI, which tell it from every other."""
    name = "/".join(uri.split("/")[-2:])
    return "".join(sign for sign in name if sign.isprintable())


def of_node(answer: Any) -> Spaces:
    """Return what the first node of GetNodes' answer lists."""
    node = next(iter(answer or ()), None)
    if node is None:
        return GENERIC
    listed = _listed(node.SupportedPTZSpaces)
    most = node.MaximumNumberOfPresets
    return Spaces(
        listed.pan_tilt,
        listed.zoom,
        home=node.HomeSupported is True,
        presets=most if isinstance(most, int) and 0 < most <= _MAX_PRESETS else 0,
    )


def with_options(spaces: Spaces, answer: Any) -> Spaces:
    """Return what a node lists, corrected by the options of the configuration in use."""
    listed = _listed(answer.Spaces)
    least, most = seconds(answer.PTZTimeout.Min), seconds(answer.PTZTimeout.Max)
    sound = least is not None and most is not None and 0.0 <= least <= most
    return Spaces(
        {**spaces.pan_tilt, **listed.pan_tilt},
        {**spaces.zoom, **listed.zoom},
        (least, most) if sound and least is not None and most is not None else None,
        spaces.home,
        spaces.presets,
    )


def _listed(spaces: Any) -> Spaces:
    if spaces is None:
        return GENERIC
    pan_tilt: dict[str, tuple[Range, Range]] = {}
    zoom: dict[str, Range] = {}
    for name in _PAN_TILT_LISTS:
        for each in _few(getattr(spaces, name)):
            pan_tilt[_uri(each)] = (
                _range(each.XRange, FULL),
                _range(getattr(each, "YRange", None), FULL),
            )
    for name in _ZOOM_LISTS:
        for each in _few(getattr(spaces, name)):
            zoom[_uri(each)] = _range(each.XRange, UNIT if _uri(each) == ZOOM_GENERIC else FULL)
    return Spaces(pan_tilt, zoom)


def _few(entries: Sequence[Any] | None) -> Sequence[Any]:
    return (entries or ())[:_MAX_SPACES]


def _uri(space: Any) -> str:
    return str(space.URI or "").strip()[:256]


def _range(said: Any, usual: Range) -> Range:
    """Return a range, or the usual one where the camera's makes no sense."""
    low, high = getattr(said, "Min", None), getattr(said, "Max", None)
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return usual
    sound = math.isfinite(low) and math.isfinite(high) and low < high
    return Range(float(low), float(high)) if sound and max(-low, high) <= _MOST else usual


def seconds(said: object) -> float | None:
    """Return a duration; one of months has no length of its own, and isodate makes no timedelta."""
    return said.total_seconds() if isinstance(said, timedelta) else None
