"""Relay outputs of the device service; no camera tells how a relay is now, only what it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.acquaintance import Acquaintance
from orchestrator.adapters.onvif.answers import words
from orchestrator.adapters.onvif.guarded import Unusable
from orchestrator.adapters.onvif.spaces import seconds
from orchestrator.domain.ids import RelayId
from orchestrator.domain.relays import Contact, Relay, RelayMode
from orchestrator.errors import BadAnswer

_MOST: Final = 64


def relays(answer: Any) -> tuple[Relay, ...]:
    """Return GetRelayOutputs' answer; an output without a token cannot be spoken of."""
    return tuple(
        _relay(token, each.Properties)
        for each in islice(answer or (), _MOST)
        if (token := words(each.token))
    )


class OnvifRelays:
    """The ``Relays`` port over ONVIF."""

    def __init__(
        self, known: Acquaintance, watching: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """Keep whom to ask; nothing is sent."""
        self._known = known
        self._watching = watching

    async def listed(self) -> tuple[Relay, ...]:
        """Return the outputs that the camera has."""
        with self._watching():
            return await self._listed()

    async def switch(self, relay: RelayId, *, active: bool) -> None:
        """Make an output active or inactive."""
        with self._watching():
            await self._known.dossier(names.SET_RELAY_OUTPUT_STATE)
            interview = await self._known.interviewer()
            await interview.tell(
                names.SET_RELAY_OUTPUT_STATE,
                interview.device,
                RelayOutputToken=relay,
                LogicalState="active" if active else "inactive",
            )

    async def write(self, relay: Relay) -> Relay:
        """Set how an output behaves, and return it as the camera then tells it."""
        with self._watching():
            await self._known.dossier(names.SET_RELAY_OUTPUT_SETTINGS)
            interview = await self._known.interviewer()
            await interview.tell(
                names.SET_RELAY_OUTPUT_SETTINGS,
                interview.device,
                RelayOutputToken=relay.id,
                Properties={
                    "Mode": relay.mode.value.title(),
                    "DelayTime": timedelta(seconds=relay.delay_s),
                    "IdleState": relay.idle.value,
                },
            )
            told = next((each for each in await self._listed() if each.id == relay.id), None)
            if told is None:
                message = f"it accepted settings of `{relay.id}`, and lists no such output"
                raise self._known.error(BadAnswer, names.GET_RELAY_OUTPUTS, message)
            return told

    async def _listed(self) -> tuple[Relay, ...]:
        await self._known.dossier(names.GET_RELAY_OUTPUTS)
        interview = await self._known.interviewer()
        return await interview.ask(names.GET_RELAY_OUTPUTS, interview.device, relays)


def _relay(token: str, properties: Any) -> Relay:
    try:
        mode = RelayMode(words(properties.Mode).lower())
        idle = Contact(words(properties.IdleState).lower())
    except ValueError as error:
        raise Unusable("the camera has a relay output of no known kind") from error
    return Relay(RelayId(token), mode, seconds(properties.DelayTime) or 0.0, idle)
