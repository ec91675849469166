"""One pull point: made, pulled, renewed and given up; a camera has one from us at a time.

::

    CreatePullPointSubscription -> SetSynchronizationPoint -> PullMessages ... -> Unsubscribe
                                        Renew at four fifths of what was granted ^

A subscription is an address that the camera names: its path is taken on the approved origin,
whatever host it names (``addresses``). What the camera wants to hear again with each call, its
address as it wrote it and its reference parameters, goes back to it as text. WS-Addressing is sent
to subscriptions only: many cameras dislike it elsewhere. Once a camera does not know a
subscription any more, or does not renew it, ``over`` says so; whoever listens makes another.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

import structlog
from lxml import etree

from orchestrator.adapters.onvif import names
from orchestrator.adapters.onvif.addresses import UnsafeAddress, service_target
from orchestrator.adapters.onvif.asked import Asked
from orchestrator.adapters.onvif.calls import Calls, Question
from orchestrator.adapters.onvif.names import Operation
from orchestrator.adapters.onvif.notifications import Told, told
from orchestrator.adapters.onvif.subscription import (
    Reference,
    addressed,
    create_pull_point,
    created,
    nothing,
    pull_messages,
    renew,
    renewed,
    set_synchronization_point,
    unsubscribe,
)
from orchestrator.adapters.onvif.tab import Tab
from orchestrator.adapters.onvif.transport import CALL_DEADLINE_S
from orchestrator.adapters.onvif.wire import Lane
from orchestrator.errors import BadAnswer, CameraError, CameraFault, NotSupported
from orchestrator.ports import Clock

log = structlog.get_logger(__name__)

WANTED_S: Final = 600.0
RENEW_AT: Final = 0.8
WAITS_S: Final = (20.0, 5.0)
"""How long a camera may keep a pull: what it is asked for first, and what if it refuses that."""
_LATE_S: Final = 10.0
_MESSAGES: Final = 64
_EARLY_S: Final = 1.0
_PACE_S: Final = 0.1
"""Pulls follow each other no faster: after one that brought nothing, and after others."""
_LEAVE_S: Final = 2.0
_REMEMBERED: Final = 512
_CANNOT: Final = (NotSupported, CameraFault, BadAnswer)

Read = TypeVar("Read")


@dataclass(slots=True)
class Manners:
    """What was learned about how one camera's subscriptions go; kept from one to the next."""

    absolute: bool = False
    """Whether it is told an hour to end at, since it took a duration for less than it is."""
    tried_absolute: bool = False
    patience: int = 0
    """Which of ``WAITS_S`` it accepts."""
    heard: deque[tuple[str, ...]] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    """What was told lately, to be told once."""


@asynccontextmanager
async def pull_point(
    calls: Calls, target: str, *, camera: str, manners: Manners, clock: Clock, tab: Tab
) -> AsyncIterator["PullPoint"]:
    """Subscribe at the event service's path, and give the subscription back at the end.

    It is given back as well when the caller is cancelled while it is being made, and, by the next
    one who subscribes, when this process does not come to its end.
    """

    async def make() -> PullPoint:
        left = await tab.left()
        if left is not None:
            await PullPoint(calls, *left, manners=Manners(), clock=clock, tab=tab).unsubscribe()
        question = Question(names.CREATE_PULL_POINT, create_pull_point(WANTED_S), target)
        reference = await calls.signed(question, created)
        try:
            path = service_target(reference.address)
        except UnsafeAddress as error:
            said = f"its subscription cannot be used: {error}"
            raise Asked.now(camera, names.CREATE_PULL_POINT).error(BadAnswer, said) from error
        await tab.note(reference, path)
        return PullPoint(calls, reference, path, manners=manners, clock=clock, tab=tab)

    making = asyncio.ensure_future(make())
    try:
        point = await asyncio.shield(making)
    except asyncio.CancelledError:
        done, _ = await asyncio.wait([making], timeout=_LEAVE_S)
        if done and making.exception() is None:
            await making.result().unsubscribe()
        making.cancel()
        raise
    try:
        await point.synchronise()
        yield point
    finally:
        await point.unsubscribe()


class PullPoint:
    """One subscription, until it is ``over``."""

    def __init__(
        self,
        calls: Calls,
        reference: Reference,
        target: str,
        *,
        manners: Manners,
        clock: Clock,
        tab: Tab,
    ) -> None:
        """Keep it; it was granted just now. ``target`` is its path on the approved origin."""
        self.over = False
        self._calls = calls
        self._reference = reference
        self._target = target
        self._manners = manners
        self._clock = clock
        self._tab = tab
        self._gone = False
        self._granted_s = 0.0
        self._renew_s = 0.0
        self._granted(reference.granted_s)

    async def synchronise(self) -> None:
        """Have every state told once more; a camera that cannot tells what changes from now on."""
        with suppress(*_CANNOT):
            await self._ask(names.SET_SYNCHRONIZATION_POINT, set_synchronization_point(), nothing)

    async def pull(self) -> tuple[Told, ...]:
        """Return what is new, as soon as there is something; nothing after a while, or when over."""
        left_s = self._renew_s - self._clock.now().mono_s
        if left_s <= 0.0:
            await self._renew()
            return ()
        wait_s = max(1.0, min(WAITS_S[self._manners.patience], left_s))
        began_s = self._clock.now().mono_s
        try:
            found = await self._pulled(round(wait_s))
        except (CameraFault, NotSupported) as error:
            self._refused(error)
            return ()
        # Some answer at once, whatever they are asked; others have more to tell than anybody hears.
        pause_s = _PACE_S if found else _EARLY_S
        await self._clock.sleep(max(0.0, began_s + pause_s - self._clock.now().mono_s))
        return self._unheard(found)

    async def unsubscribe(self) -> None:
        """Give the subscription back, if the camera still has it and answers soon."""
        if self._gone:
            return
        self._gone = self.over = True
        try:
            await self._ask(names.UNSUBSCRIBE, unsubscribe(), nothing, _LEAVE_S)
        except _CANNOT as error:  # the camera answers that it has none
            log.debug("subscription not given back", why=str(error))
        except CameraError as error:
            log.debug("subscription not given back", why=str(error))
            return
        await self._tab.clear()

    async def _pulled(self, wait_s: int) -> tuple[Told, ...]:
        question = Question(
            names.PULL_MESSAGES,
            pull_messages(wait_s, _MESSAGES),
            self._target,
            deadline_s=wait_s + _LATE_S,
            header=addressed(names.PULL_MESSAGES, self._reference),
            lane=Lane.PATIENT,
        )
        # The login was settled when the subscription was made: where none was asked for, nothing
        # is sent, and nobody has to wait for what this may learn of it.
        ask = self._calls.signed if self._calls.login.proven else self._calls.unsigned
        return await ask(question, told)

    def _refused(self, error: CameraFault | NotSupported) -> None:
        """Wait less the next time, unless the camera has lost the subscription."""
        lost = isinstance(error, CameraFault) and error.code.startswith("ResourceUnknown")
        if lost or self._manners.patience == len(WAITS_S) - 1:
            self.over, self._gone = True, lost
            log.info("subscription over", why=str(error))
        else:
            self._manners.patience += 1

    async def _renew(self) -> None:
        """Ask for as long again; a subscription that is not renewed is over."""
        absolute = self._manners.absolute
        term = self._calls.camera_now() + timedelta(seconds=WANTED_S) if absolute else WANTED_S
        try:
            granted_s = await self._ask(names.RENEW, renew(term), renewed)
        except _CANNOT as error:
            if absolute:
                self._manners.absolute = False  # it is asked again at once, the usual way
                return
            self.over = True
            log.info("subscription not renewed", why=str(error))
            return
        if absolute and granted_s <= self._granted_s:
            self._manners.absolute = False
        self._granted(granted_s)

    def _granted(self, granted_s: float) -> None:
        self._granted_s = granted_s
        self._renew_s = self._clock.now().mono_s + RENEW_AT * granted_s
        if granted_s < WANTED_S / 2 and not self._manners.tried_absolute:
            self._manners.absolute = self._manners.tried_absolute = True

    def _unheard(self, found: Sequence[Told]) -> tuple[Told, ...]:
        """Return what was not told before, and remember it."""
        heard = self._manners.heard
        new: list[Told] = []
        for each in found:
            if each.sent not in heard:
                new.append(each)
                if each.sent:
                    heard.append(each.sent)
        return tuple(new)

    async def _ask(
        self,
        operation: Operation,
        payload: bytes,
        read: Callable[[etree._Element], Read],
        deadline_s: float = CALL_DEADLINE_S,
    ) -> Read:
        header = addressed(operation, self._reference)
        return await self._calls.signed(
            Question(operation, payload, self._target, deadline_s, header), read
        )
