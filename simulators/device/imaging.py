"""The imaging service: settings that are kept and told again; the renderer has its own light.

A change without ``ForcePersistence`` is forgotten when the device restarts.
"""

from collections.abc import Mapping

from simulators.device.soap import Call, Fault, invalid
from simulators.device.table import Handler
from simulators.device.unit import SOURCE

CAPABILITIES = '<timg:Capabilities ImageStabilization="false"/>'
_LEVELS = ("Brightness", "ColorSaturation", "Contrast", "Sharpness")
_IR_CUT = ("ON", "OFF", "AUTO")
_WIDE = ("ON", "OFF")
_ORDER = (
    "Brightness",
    "ColorSaturation",
    "Contrast",
    "IrCutFilter",
    "Sharpness",
    "WideDynamicRange",
)


class ImagingService:
    """Answers the ``timg`` operations."""

    def __init__(self) -> None:
        """Start in the middle of every range."""
        self._levels = dict.fromkeys(_LEVELS, 50.0)
        self._ir_cut = "AUTO"
        self._wide = "OFF"
        self._kept = dict(self._levels), self._ir_cut, self._wide

    def levels(self) -> Mapping[str, float | str]:
        """Return every setting by its ONVIF name."""
        return {**self._levels, "IrCutFilter": self._ir_cut, "WideDynamicRange": self._wide}

    def restart(self) -> None:
        """Forget what was not to be kept."""
        levels, self._ir_cut, self._wide = self._kept
        self._levels = dict(levels)

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "timg:GetServiceCapabilities": self._service_capabilities,
            "timg:GetImagingSettings": self._settings,
            "timg:SetImagingSettings": self._set_settings,
            "timg:GetOptions": self._options,
            "timg:GetMoveOptions": self._move_options,
        }

    async def _service_capabilities(self, _call: Call) -> str:
        return (
            f"<timg:GetServiceCapabilitiesResponse>{CAPABILITIES}"
            "</timg:GetServiceCapabilitiesResponse>"
        )

    async def _settings(self, call: Call) -> str:
        _demand_source(call)
        values = {name: f"{level:g}" for name, level in self._levels.items()}
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
        self._levels |= levels
        self._ir_cut, self._wide = ir_cut, wide
        if call.text("timg:ForcePersistence") in {"true", "1"}:
            self._kept = dict(self._levels), self._ir_cut, self._wide
        return "<timg:SetImagingSettingsResponse/>"

    async def _options(self, call: Call) -> str:
        _demand_source(call)
        bounds = "<tt:Min>0</tt:Min><tt:Max>100</tt:Max>"
        written = {name: f"<tt:{name}>{bounds}</tt:{name}>" for name in _LEVELS}
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
        return "<timg:GetMoveOptionsResponse><timg:MoveOptions/></timg:GetMoveOptionsResponse>"


def _demand_source(call: Call) -> None:
    token = call.text("timg:VideoSourceToken")
    if token != SOURCE:
        raise Fault("ter:InvalidArgVal", "ter:NoSource", reason=f"no video source {token}")


def _level(said: str) -> float:
    try:
        level = float(said)
    except ValueError:
        level = -1.0
    if not 0.0 <= level <= 100.0:
        raise invalid("ter:SettingsInvalid", f"{said} is not a level from 0 to 100")
    return level
