"""Relay outputs: two contacts that a gate or a horn hangs on, one of which falls back by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.device.duration import duration_s
from simulators.device.soap import Call, invalid
from simulators.device.table import Handler

_MODES = ("Bistable", "Monostable")
_IDLE = ("open", "closed")
_STATES = ("active", "inactive")


@dataclass(slots=True)
class Relay:
    """One output: how it behaves, and since when it is active (monotonic), if it is."""

    mode: str
    delay_s: float
    idle: str
    active_since_s: float | None = None

    def active(self, now_s: float) -> bool:
        """Say whether it is active; a monostable one falls back after its delay."""
        since_s = self.active_since_s
        falls_back = self.mode == "Monostable"
        return since_s is not None and not (falls_back and now_s - since_s >= self.delay_s)


class RelayService:
    """Answers the ``tds`` operations about relay outputs; ``told`` hears every change of state."""

    def __init__(self, *, now_s: Callable[[], float], told: Callable[[str, bool], None]) -> None:
        """Start with both outputs at rest."""
        self.relays = {
            "relay_0": Relay("Bistable", 0.0, "open"),
            "relay_1": Relay("Monostable", 1.5, "open"),
        }
        self._now_s = now_s
        self._told = told

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation."""
        return {
            "tds:GetRelayOutputs": self._all,
            "tds:SetRelayOutputSettings": self._set,
            "tds:SetRelayOutputState": self._switch,
        }

    def active(self, token: str) -> bool:
        """Say whether an output is active now."""
        return self.relays[token].active(self._now_s())

    async def _all(self, _call: Call) -> str:
        outputs = "".join(
            f'<tds:RelayOutputs token="{token}"><tt:Properties><tt:Mode>{relay.mode}</tt:Mode>'
            f"<tt:DelayTime>PT{relay.delay_s:g}S</tt:DelayTime>"
            f"<tt:IdleState>{relay.idle}</tt:IdleState></tt:Properties></tds:RelayOutputs>"
            for token, relay in self.relays.items()
        )
        return f"<tds:GetRelayOutputsResponse>{outputs}</tds:GetRelayOutputsResponse>"

    async def _set(self, call: Call) -> str:
        relay = self._named(call)
        mode = call.text("tds:Properties", "tt:Mode") or ""
        idle = call.text("tds:Properties", "tt:IdleState") or ""
        delay_s = duration_s(call.text("tds:Properties", "tt:DelayTime") or "")
        if mode not in _MODES or idle not in _IDLE:
            raise invalid("ter:ModeError", f"no mode {mode} {idle}")
        if delay_s is None or delay_s < 0.0 or (mode == "Monostable" and delay_s == 0.0):
            raise invalid("ter:ModeError", "no such delay")
        relay.mode, relay.idle, relay.delay_s = mode, idle, delay_s
        return "<tds:SetRelayOutputSettingsResponse/>"

    async def _switch(self, call: Call) -> str:
        relay = self._named(call)
        state = call.text("tds:LogicalState") or ""
        if state not in _STATES:
            raise invalid("ter:InvalidArgVal", f"no state {state}")
        relay.active_since_s = self._now_s() if state == "active" else None
        self._told(call.text("tds:RelayOutputToken") or "", state == "active")
        return "<tds:SetRelayOutputStateResponse/>"

    def _named(self, call: Call) -> Relay:
        token = call.text("tds:RelayOutputToken") or ""
        if token not in self.relays:
            raise invalid("ter:RelayToken", f"no relay output {token}")
        return self.relays[token]
