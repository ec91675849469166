"""The imaging service: settings that are kept and told again; the renderer has its own light.

A change without ``ForcePersistence`` is forgotten when the device restarts.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.device.soap import Call, Fault, invalid
from simulators.device.table import Handler
from simulators.device.unit import SOURCE

CAPABILITIES = '<timg:Capabilities ImageStabilization="false"/>'
_LEVELS = ("Brightness", "ColorSaturation", "Contrast", "Sharpness")
_IR_CUT = ("ON", "OFF", "AUTO")
_WIDE = ("ON", "OFF")
_CONTROLS = ("AUTO", "MANUAL")
MOST_EXPOSURE_US = 40_000.0
MOST_GAIN_DB = 40.0
_ORDER = (
    "Brightness",
    "ColorSaturation",
    "Contrast",
    "Exposure",
    "Focus",
    "IrCutFilter",
    "Sharpness",
    "WideDynamicRange",
)


@dataclass(frozen=True, slots=True)
class Eye:
    """How it exposes and focuses: by whom, and for how long and with what gain while by hand."""

    exposure: str = "AUTO"
    time_us: float = 20_000.0
    gain_db: float = 0.0
    focus: str = "AUTO"

    def told(self) -> dict[str, str]:
        """Return its two elements of ImagingSettings."""
        return {
            "Exposure": f"<tt:Mode>{self.exposure}</tt:Mode>"
            f"<tt:ExposureTime>{self.time_us:g}</tt:ExposureTime><tt:Gain>{self.gain_db:g}</tt:Gain>",
            "Focus": f"<tt:AutoFocusMode>{self.focus}</tt:AutoFocusMode>",
        }


class ImagingService:
    """Answers the ``timg`` operations."""

    def __init__(self) -> None:
        """Start in the middle of every range."""
        self._levels = dict.fromkeys(_LEVELS, 50.0)
        self._ir_cut = "AUTO"
        self._wide = "OFF"
        self._eye = Eye()
        self.focusing = 0.0
        """How fast the focus moves: -1 is near, 1 is far."""
        self._kept = dict(self._levels), self._ir_cut, self._wide, self._eye

    def levels(self) -> Mapping[str, float | str]:
        """Return every setting by its ONVIF name."""
        return {**self._levels, "IrCutFilter": self._ir_cut, "WideDynamicRange": self._wide}

    def restart(self) -> None:
        """Forget what was not to be kept."""
        levels, self._ir_cut, self._wide, self._eye = self._kept
        self._levels = dict(levels)
        self.focusing = 0.0

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "timg:GetServiceCapabilities": self._service_capabilities,
            "timg:GetImagingSettings": self._settings,
            "timg:SetImagingSettings": self._set_settings,
            "timg:GetOptions": self._options,
            "timg:GetMoveOptions": self._move_options,
            "timg:Move": self._move,
            "timg:Stop": self._stop,
            "timg:GetStatus": self._status,
        }

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<timg:GetServiceCapabilitiesResponse>{CAPABILITIES}"
            "</timg:GetServiceCapabilitiesResponse>"
        )

    async def _settings(self, call: Call) -> str:
        _demand_source(call)
        values = {name: f"{level:g}" for name, level in self._levels.items()}
        values |= self._eye.told()
        values["IrCutFilter"] = self._ir_cut
        values["WideDynamicRange"] = f"<tt:Mode>{self._wide}</tt:Mode>"
        written = "".join(f"<tt:{name}>{values[name]}</tt:{name}>" for name in _ORDER)
        return (
            "<timg:GetImagingSettingsResponse>"
            f"<timg:ImagingSettings>{written}</timg:ImagingSettings>"
            "</timg:GetImagingSettingsResponse>"
        )

    async def _set_settings(self, call: Call) -> str:
        _demand_source(call)
        levels = {
            name: _level(said)
            for name in _LEVELS
            if (said := call.text("timg:ImagingSettings", f"tt:{name}")) is not None
        }
        ir_cut = call.text("timg:ImagingSettings", "tt:IrCutFilter") or self._ir_cut
        if ir_cut not in _IR_CUT:
            raise invalid("ter:SettingsInvalid", f"no IR cut filter mode {ir_cut}")
        wide = call.text("timg:ImagingSettings", "tt:WideDynamicRange", "tt:Mode") or self._wide
        if wide not in _WIDE:
            raise invalid("ter:SettingsInvalid", f"no wide dynamic range mode {wide}")
        eye = self._eye_in(call)
        self._levels |= levels
        self._eye = eye
        self._ir_cut, self._wide = ir_cut, wide
        if call.text("timg:ForcePersistence") in {"true", "1"}:
            self._kept = dict(self._levels), self._ir_cut, self._wide, self._eye
        return "<timg:SetImagingSettingsResponse/>"

    def _eye_in(self, call: Call) -> Eye:
        now = self._eye
        exposure = call.text("timg:ImagingSettings", "tt:Exposure", "tt:Mode") or now.exposure
        focus = call.text("timg:ImagingSettings", "tt:Focus", "tt:AutoFocusMode") or now.focus
        if exposure not in _CONTROLS or focus not in _CONTROLS:
            raise invalid("ter:SettingsInvalid", f"no mode {exposure} {focus}")
        time_us = call.text("timg:ImagingSettings", "tt:Exposure", "tt:ExposureTime")
        gain = call.text("timg:ImagingSettings", "tt:Exposure", "tt:Gain")
        return Eye(
            exposure,
            now.time_us if time_us is None else _level(time_us, MOST_EXPOSURE_US),
            now.gain_db if gain is None else _level(gain, MOST_GAIN_DB),
            focus,
        )

    async def _options(self, call: Call) -> str:
        _demand_source(call)
        bounds = "<tt:Min>0</tt:Min><tt:Max>100</tt:Max>"
        written = {name: f"<tt:{name}>{bounds}</tt:{name}>" for name in _LEVELS}
        modes = "".join(f"<tt:Mode>{mode}</tt:Mode>" for mode in _CONTROLS)
        time = f"<tt:Min>10</tt:Min><tt:Max>{MOST_EXPOSURE_US:g}</tt:Max>"
        gain = f"<tt:Min>0</tt:Min><tt:Max>{MOST_GAIN_DB:g}</tt:Max>"
        written["Exposure"] = (
            f"<tt:Exposure>{modes}<tt:ExposureTime>{time}</tt:ExposureTime>"
            f"<tt:Gain>{gain}</tt:Gain></tt:Exposure>"
        )
        focusing = "".join(f"<tt:AutoFocusModes>{each}</tt:AutoFocusModes>" for each in _CONTROLS)
        written["Focus"] = f"<tt:Focus>{focusing}</tt:Focus>"
        written["IrCutFilter"] = "".join(
            f"<tt:IrCutFilterModes>{mode}</tt:IrCutFilterModes>" for mode in _IR_CUT
        )
        modes = "".join(f"<tt:Mode>{mode}</tt:Mode>" for mode in _WIDE)
        written["WideDynamicRange"] = f"<tt:WideDynamicRange>{modes}</tt:WideDynamicRange>"
        return (
            "<timg:GetOptionsResponse><timg:ImagingOptions>"
            f"{''.join(written[name] for name in _ORDER)}"
            "</timg:ImagingOptions></timg:GetOptionsResponse>"
        )

    async def _move_options(self, call: Call) -> str:
        _demand_source(call)
        return (
            "<timg:GetMoveOptionsResponse><timg:MoveOptions><tt:Continuous><tt:Speed><tt:Min>-1"
            "</tt:Min><tt:Max>1</tt:Max></tt:Speed></tt:Continuous></timg:MoveOptions>"
            "</timg:GetMoveOptionsResponse>"
        )

    async def _move(self, call: Call) -> str:
        _demand_source(call)
        said = call.text("timg:Focus", "tt:Continuous", "tt:Speed") or ""
        self.focusing = _level(said, 1.0, -1.0)
        return "<timg:MoveResponse/>"

    async def _stop(self, call: Call) -> str:
        _demand_source(call)
        self.focusing = 0.0
        return "<timg:StopResponse/>"

    async def _status(self, call: Call) -> str:
        _demand_source(call)
        word = "MOVING" if self.focusing else "IDLE"
        return (
            "<timg:GetStatusResponse><timg:Status><tt:FocusStatus20><tt:Position>0.5</tt:Position>"
            f"<tt:MoveStatus>{word}</tt:MoveStatus></tt:FocusStatus20></timg:Status>"
            "</timg:GetStatusResponse>"
        )


def _demand_source(call: Call) -> None:
    token = call.text("timg:VideoSourceToken")
    if token != SOURCE:
        raise Fault("ter:InvalidArgVal", "ter:NoSource", reason=f"no video source {token}")


def _level(said: str, most: float = 100.0, least: float = 0.0) -> float:
    try:
        level = float(said)
    except ValueError:
        level = math.nan
    if not least <= level <= most:
        raise invalid("ter:SettingsInvalid", f"{said} is not a level from {least:g} to {most:g}")
    return level
