"""The PTZ service: presets, three ways to move, a stop, and where the head is.

An answer to a move means accepted. Speeds are taken and ignored: this head always moves at its
own top speed, as many do. What is out of range is refused, never clipped.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping

from lxml import etree

from simulators.device.duration import duration_s, instant_text
from simulators.device.media import demand_profile
from simulators.device.soap import (
    NAMESPACES,
    Call,
    Fault,
    attribute,
    flag,
    invalid,
    not_supported,
    text,
)
from simulators.device.spaces import (
    MAX_PRESETS,
    MAX_TIMEOUT_S,
    PAN_TILT_POSITION,
    PAN_TILT_VIEW,
    USUAL,
    ZOOM_POSITION,
    Manner,
    configuration_body,
    node_body,
    options_body,
)
from simulators.device.steering import Axes, Named, Steering
from simulators.device.table import Handler
from simulators.device.unit import PTZ_CONFIGURATION, PTZ_NODE

_DEFAULT_TIMEOUT_S = 5.0


def capabilities(*, moving: bool = True, position: bool = True) -> str:
    """Return the service's capabilities: what its status says."""
    return (
        '<tptz:Capabilities EFlip="false" Reverse="false" GetCompatibleConfigurations="false" '
        f'MoveStatus="{flag(moving)}" StatusPosition="{flag(position)}"/>'
    )


class PtzService:
    """Answers the ``tptz`` operations."""

    def __init__(
        self,
        steering: Steering,
        *,
        wall_s: Callable[[], float],
        manner: Manner = USUAL,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Keep the head to steer, how this camera speaks of it, and how it takes its time."""
        self._pause = pause
        self._steering = steering
        self._manner = manner
        self._wall_s = wall_s

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tptz:GetServiceCapabilities": self._service_capabilities,
            "tptz:GetNodes": self._nodes,
            "tptz:GetNode": self._node,
            "tptz:GetConfigurations": self._configurations,
            "tptz:GetConfiguration": self._configuration,
            "tptz:GetConfigurationOptions": self._options,
            "tptz:GetStatus": self._status,
            "tptz:GetPresets": self._presets,
            "tptz:SetPreset": self._set_preset,
            "tptz:RemovePreset": self._remove_preset,
            "tptz:GotoPreset": self._goto_preset,
            "tptz:GotoHomePosition": self._goto_home,
            "tptz:SetHomePosition": self._set_home,
            "tptz:AbsoluteMove": self._absolute,
            "tptz:RelativeMove": self._relative,
            "tptz:ContinuousMove": self._continuous,
            "tptz:Stop": self._stop,
        }

    async def _service_capabilities(self, _call: Call) -> str:
        status = self._steering.status()
        return (
            "<tptz:GetServiceCapabilitiesResponse>"
            f"{capabilities(moving=status.moving is not None, position=status.position is not None)}"
            "</tptz:GetServiceCapabilitiesResponse>"
        )

    async def _nodes(self, _call: Call) -> str:
        return f"<tptz:GetNodesResponse>{node_body(self._manner)}</tptz:GetNodesResponse>"

    async def _node(self, call: Call) -> str:
        if call.text("tptz:NodeToken") != PTZ_NODE:
            raise invalid("ter:NoEntity", "no such PTZ node")
        return f"<tptz:GetNodeResponse>{node_body(self._manner)}</tptz:GetNodeResponse>"

    async def _configurations(self, _call: Call) -> str:
        return (
            f'<tptz:GetConfigurationsResponse><tptz:PTZConfiguration token="{PTZ_CONFIGURATION}">'
            f"{configuration_body(self._manner)}</tptz:PTZConfiguration></tptz:GetConfigurationsResponse>"
        )

    async def _configuration(self, call: Call) -> str:
        _demand_configuration(call, "tptz:PTZConfigurationToken")
        return (
            f'<tptz:GetConfigurationResponse><tptz:PTZConfiguration token="{PTZ_CONFIGURATION}">'
            f"{configuration_body(self._manner)}</tptz:PTZConfiguration></tptz:GetConfigurationResponse>"
        )

    async def _options(self, call: Call) -> str:
        _demand_configuration(call, "tptz:ConfigurationToken")
        if not self._manner.tells_options:
            raise not_supported("tptz:GetConfigurationOptions")
        return (
            "<tptz:GetConfigurationOptionsResponse><tptz:PTZConfigurationOptions>"
            f"{options_body(self._manner)}</tptz:PTZConfigurationOptions></tptz:GetConfigurationOptionsResponse>"
        )

    async def _status(self, call: Call) -> str:
        demand_profile(call)
        status = self._steering.status()
        if self._manner.status_delay_s:
            await self._pause(self._manner.status_delay_s)
        return (
            "<tptz:GetStatusResponse><tptz:PTZStatus>"
            f"{self._where(status.position)}{_whether(status.moving)}<tt:UtcTime>{instant_text(self._wall_s())}</tt:UtcTime>"
            "</tptz:PTZStatus></tptz:GetStatusResponse>"
        )

    async def _presets(self, call: Call) -> str:
        demand_profile(call)
        presets = "".join(
            f"<tptz:Preset token={attribute(preset.token)}><tt:Name>{text(preset.name)}</tt:Name>"
            f"<tt:PTZPosition>{_vector(self._manner.said(preset.position))}</tt:PTZPosition>"
            "</tptz:Preset>"
            for preset in self._steering.presets()
        )
        return f"<tptz:GetPresetsResponse>{presets}</tptz:GetPresetsResponse>"

    async def _set_preset(self, call: Call) -> str:
        demand_profile(call)
        token = call.text("tptz:PresetToken")
        stored = {preset.token: preset for preset in self._steering.presets()}
        if token is not None:
            _demand_preset(token, stored)
        elif len(stored) >= MAX_PRESETS:
            raise Fault(
                "ter:Action",
                "ter:TooManyPresets",
                reason="no more presets",
                receiver=True,
                status=500,
            )
        if self._steering.status().moving:
            raise Fault(
                "ter:Action", "ter:MovingPTZ", reason="the head moves", receiver=True, status=500
            )
        name = call.text("tptz:PresetName") or (stored[token].name if token else "")
        token = self._steering.set_preset(token, name or f"preset {len(stored) + 1}")
        return (
            f"<tptz:SetPresetResponse><tptz:PresetToken>{text(token)}</tptz:PresetToken>"
            "</tptz:SetPresetResponse>"
        )

    async def _remove_preset(self, call: Call) -> str:
        self._steering.remove_preset(self._named(call))
        return "<tptz:RemovePresetResponse/>"

    async def _goto_preset(self, call: Call) -> str:
        self._steering.goto_preset(self._named(call))
        return "<tptz:GotoPresetResponse/>"

    async def _goto_home(self, call: Call) -> str:
        demand_profile(call)
        self._steering.home()
        return "<tptz:GotoHomePositionResponse/>"

    async def _set_home(self, call: Call) -> str:
        demand_profile(call)
        self._steering.set_home()
        return "<tptz:SetHomePositionResponse/>"

    async def _absolute(self, call: Call) -> str:
        demand_profile(call)
        if not self._manner.absolute:
            raise not_supported("tptz:AbsoluteMove")
        now = self._steering.status().position or Axes(0.0, 0.0, 0.0)
        wire = _axes(call, "tptz:Position", self._manner.said(now), "ter:InvalidPosition")
        position = self._manner.meant(wire)
        if not _inside(position):
            raise invalid("ter:InvalidPosition", f"out of range: {wire}")
        self._steering.absolute(position)
        return "<tptz:AbsoluteMoveResponse/>"

    async def _relative(self, call: Call) -> str:
        demand_profile(call)
        if not (self._manner.relative or self._manner.view):
            raise not_supported("tptz:RelativeMove")
        step = _axes(call, "tptz:Translation", Axes(0, 0, 0), "ter:InvalidTranslation", most=2.0)
        if self._in_view(call):
            self._steering.relative_to_view(step)
        else:
            self._steering.relative(step)
        return "<tptz:RelativeMoveResponse/>"

    async def _continuous(self, call: Call) -> str:
        demand_profile(call)
        if not self._manner.continuous:
            raise not_supported("tptz:ContinuousMove")
        velocity = _axes(call, "tptz:Velocity", Axes(0, 0, 0), "ter:InvalidVelocity", most=1.0)
        said = call.text("tptz:Timeout")
        timeout_s = _DEFAULT_TIMEOUT_S if said is None else duration_s(said)
        if timeout_s is None or not 0 <= timeout_s <= MAX_TIMEOUT_S:
            raise invalid("ter:TimeoutNotSupported", f"cannot move for {said}")
        self._steering.continuous(velocity, timeout_s)
        return "<tptz:ContinuousMoveResponse/>"

    async def _stop(self, call: Call) -> str:
        demand_profile(call)
        self._steering.stop()
        return "<tptz:StopResponse/>"

    def _where(self, position: Axes | None) -> str:
        if position is None:
            return ""
        return f"<tt:Position>{_vector(self._manner.said(position))}</tt:Position>"

    def _in_view(self, call: Call) -> bool:
        """Return whether a step is in halves of the picture: said so, or the default."""
        if not self._manner.view:
            return False
        pan_tilt = call.find("tptz:Translation", "tt:PanTilt")
        said = None if pan_tilt is None else pan_tilt.get("space")
        return not self._manner.view_is_listed_only if said is None else said == PAN_TILT_VIEW

    def _named(self, call: Call) -> str:
        demand_profile(call)
        token = call.text("tptz:PresetToken") or ""
        _demand_preset(token, {preset.token: preset for preset in self._steering.presets()})
        return token


def _demand_preset(token: str, stored: Mapping[str, Named]) -> None:
    if token not in stored:
        raise Fault("ter:InvalidArgVal", "ter:NoToken", reason=f"no preset {token}")


def _demand_configuration(call: Call, name: str) -> None:
    if call.text(name) != PTZ_CONFIGURATION:
        raise invalid("ter:NoConfig", "no such PTZ configuration")


def _inside(position: Axes) -> bool:
    slack = 1e-6  # a number that was carried from one range to another and back
    sideways = all(abs(each) <= 1.0 + slack for each in (position.pan, position.tilt))
    return sideways and -slack <= position.zoom <= 1.0 + slack


def _whether(moving: bool | None) -> str:
    if moving is None:
        return ""
    word = "MOVING" if moving else "IDLE"
    return (
        f"<tt:MoveStatus><tt:PanTilt>{word}</tt:PanTilt><tt:Zoom>{word}</tt:Zoom></tt:MoveStatus>"
    )


def _vector(axes: Axes) -> str:
    return (
        f'<tt:PanTilt x="{axes.pan:.6f}" y="{axes.tilt:.6f}" space="{PAN_TILT_POSITION}"/>'
        f'<tt:Zoom x="{axes.zoom:.6f}" space="{ZOOM_POSITION}"/>'
    )


def _axes(call: Call, name: str, default: Axes, detail: str, *, most: float = math.inf) -> Axes:
    vector = call.find(name)
    if vector is None:
        raise invalid(detail, f"no {name}")
    pan_tilt = vector.find("tt:PanTilt", NAMESPACES)
    zoom = vector.find("tt:Zoom", NAMESPACES)
    axes = Axes(
        _number(pan_tilt, "x", default.pan),
        _number(pan_tilt, "y", default.tilt),
        _number(zoom, "x", default.zoom),
    )
    if not all(
        math.isfinite(axis) and abs(axis) <= most for axis in (axes.pan, axes.tilt, axes.zoom)
    ):
        raise invalid(detail, f"out of range: {axes.pan} {axes.tilt} {axes.zoom}")
    return axes


def _number(element: etree._Element | None, name: str, default: float) -> float:
    """Return an attribute as a number; not a number is out of every range."""
    if element is None:
        return default
    try:
        return float(element.get(name, "nan"))
    except ValueError:
        return math.nan
