"""Picture settings between ONVIF's words and ours: levels in each camera's own range, modes.

A setting whose range a camera does not tell, or tells as nonsense, is one that it does not have.
Answers are read from the tree: what cameras write beside these settings often fits no schema.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree

from orchestrator.adapters.onvif.calls import answer_in
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.names import SCHEMA, Service
from orchestrator.domain.imaging import LEVELS, Imaging, Mode, Value, imaging_of

_LEVELS: Final[Mapping[str, str]] = {
    "brightness": "Brightness",
    "contrast": "Contrast",
    "saturation": "ColorSaturation",
    "sharpness": "Sharpness",
}
_DECIMALS: Final = 4
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?(?:[eE][+-]?[0-9])?", re.ASCII)
_TT: Final = f"{{{SCHEMA}}}"
_TIMG: Final = f"{{{Service.IMAGING.value}}}"


@dataclass(frozen=True, slots=True)
class Ranges:
    """What can be set: the ends of each level, and the modes of what has modes."""

    levels: Mapping[str, tuple[float, float]]
    modes: Mapping[str, frozenset[Mode]]

    @property
    def names(self) -> frozenset[str]:
        """Return the names of everything that can be set."""
        return frozenset(self.levels) | frozenset(self.modes)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is needed to set a picture: the imaging service's path, the sensor, what it can do."""

    target: str
    source: str
    ranges: Ranges


def ranges(root: etree._Element) -> Ranges:
    """Return what an envelope with GetOptionsResponse says can be set."""
    options = _found(root, "GetOptionsResponse", "ImagingOptions")
    levels = {name: _ends(options.find(f"{_TT}{theirs}")) for name, theirs in _LEVELS.items()}
    modes = {
        "ir_cut": _modes(options.iterfind(f"{_TT}IrCutFilterModes")),
        "wide_dynamic_range": _modes(options.iterfind(f"{_TT}WideDynamicRange/{_TT}Mode")),
    }
    return Ranges(
        {name: ends for name, ends in levels.items() if ends is not None},
        {name: known for name, known in modes.items() if known},
    )


def settings(root: etree._Element, known: Ranges) -> Imaging:
    """Return what an envelope with GetImagingSettingsResponse says, of what can be set."""
    told = _found(root, "GetImagingSettingsResponse", "ImagingSettings")
    said: dict[str, Value | None] = {
        name: _share(told.findtext(f"{_TT}{theirs}"), known.levels.get(name))
        for name, theirs in _LEVELS.items()
    }
    said["ir_cut"] = _mode(told.findtext(f"{_TT}IrCutFilter"))
    said["wide_dynamic_range"] = _mode(told.findtext(f"{_TT}WideDynamicRange/{_TT}Mode"))
    found = [(name, value) for name, value in said.items() if value is not None]
    return imaging_of([each for each in found if each[0] in known.names])


def written(wanted: Imaging, known: Ranges) -> dict[str, object]:
    """Return settings as ONVIF writes them; ``KeyError`` for one that the camera does not have."""
    said: dict[str, object] = {}
    for name, value in wanted.settings():
        if name in LEVELS:
            low, high = known.levels[name]
            assert isinstance(value, float)
            said[_LEVELS[name]] = round(low + value * (high - low), _DECIMALS)
        elif isinstance(value, Mode):
            word = value.value.upper()
            said |= (
                {"IrCutFilter": word} if name == "ir_cut" else {"WideDynamicRange": {"Mode": word}}
            )
    return said


def missing(wanted: Imaging, known: Ranges) -> list[str]:
    """Return what a camera cannot do of what is wanted, in words."""
    return [
        f"`{name}: {value.value}`" if isinstance(value, Mode) else f"`{name}`"
        for name, value in wanted.settings()
        if name not in known.names
        or (isinstance(value, Mode) and value not in known.modes.get(name, ()))
    ]


def _found(root: etree._Element, response: str, part: str) -> etree._Element:
    answer = answer_in(root)
    found = answer.find(f"{_TIMG}{part}") if answer.tag == f"{_TIMG}{response}" else None
    if found is None:
        raise Unusable(f"the answer is no {response}")
    return found


def _ends(said: etree._Element | None) -> tuple[float, float] | None:
    """Return the ends of a range that has some length."""
    if said is None:
        return None
    low, high = _number(said.findtext(f"{_TT}Min")), _number(said.findtext(f"{_TT}Max"))
    return None if low is None or high is None or low >= high else (low, high)


def _share(said: str | None, ends: tuple[float, float] | None) -> float | None:
    """Return a level as 0..1 of its range."""
    value = _number(said)
    if value is None or ends is None:
        return None
    low, high = ends
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _number(said: str | None) -> float | None:
    digits = (said or "").strip()
    return float(digits) if len(digits) <= 32 and _NUMBER.fullmatch(digits) else None


def _modes(said: Iterable[etree._Element]) -> frozenset[Mode]:
    found = (_mode(each.text) for each in islice(said, 8))
    return frozenset(mode for mode in found if mode is not None)


def _mode(said: str | None) -> Mode | None:
    """Return a mode; None for a word that is not in the standard."""
    word = (said or "").strip()
    return next((mode for mode in Mode if mode.value.upper() == word), None)
