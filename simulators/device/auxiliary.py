"""Auxiliary functions: a wiper and a washer at the head, a lamp at the device itself.

A command that is not in the list is refused, as it would be by a camera without that function.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.device.soap import Call, Fault
from simulators.device.table import Handler

HEAD_COMMANDS = ("tt:Wiper|On", "tt:Wiper|Off", "tt:Washer|On", "tt:Washer|Off")
DEVICE_COMMANDS = ("tt:IRLamp|On", "tt:IRLamp|Off", "tt:IRLamp|Auto")


@dataclass
class Auxiliaries:
    """What was last asked of each function, and everything that was asked, in order."""

    has_head: bool
    sent: list[str] = field(default_factory=list)
    state: dict[str, str] = field(default_factory=dict)

    @property
    def operations(self) -> Mapping[str, Handler]:
        """Return the handlers by operation; without a head the device's own only."""
        own: dict[str, Handler] = {"tds:SendAuxiliaryCommand": self._device}
        return own | ({"tptz:SendAuxiliaryCommand": self._head} if self.has_head else {})

    async def _device(self, call: Call) -> str:
        self._take(call.text("tds:AuxiliaryCommand") or "", DEVICE_COMMANDS)
        return "<tds:SendAuxiliaryCommandResponse/>"

    async def _head(self, call: Call) -> str:
        command = call.text("tptz:AuxiliaryData") or ""
        self._take(command, HEAD_COMMANDS)
        return (
            "<tptz:SendAuxiliaryCommandResponse>"
            f"<tptz:AuxiliaryResponse>{command}</tptz:AuxiliaryResponse>"
            "</tptz:SendAuxiliaryCommandResponse>"
        )

    def _take(self, command: str, known: tuple[str, ...]) -> None:
        if command not in known:
            raise Fault(
                "ter:InvalidArgVal", "ter:InvalidArgs", reason=f"no auxiliary command {command}"
            )
        function, _, state = command.partition("|")
        self.sent.append(command)
        self.state[function] = state
