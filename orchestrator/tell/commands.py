"""Commands in: read, authorised, remembered, delivered once; every sender gets an answer.

A command is remembered in the store before it is delivered, under its user and id, so a repeat
(of a client that waited in vain, or after a restart of either side) returns the answer the first
one got and moves nothing. A command that the service's last run did not finish is closed as
failed when the next one starts: nobody waits for ever, and nothing is executed late.

What is refused at the door (not understood, not allowed, too late, too many) is answered once,
best effort, and not remembered: a flood of nonsense must not fill a disk. What was delivered is
answered by whoever decides, through ``Notices``.
"""

from collections.abc import Callable
from uuid import uuid4

import structlog

from orchestrator.domain.ids import CommandId, NoticeId, PersonName
from orchestrator.domain.intent import Answer, Notice, Step
from orchestrator.domain.sighting import Command
from orchestrator.domain.site import Site
from orchestrator.errors import BusError, StoreError
from orchestrator.ports import Bus, Clock, Message, Receipt, Store
from orchestrator.tell.addresses import Addresses
from orchestrator.tell.bucket import Bucket
from orchestrator.tell.orders import Refusal, Request, request_of
from orchestrator.tell.payloads import AnswerPayload
from orchestrator.tell.topics import Topics

log = structlog.get_logger()

COMMANDS_HZ = 5.0
"""Commands a second to one camera, or of one user to policies; as many may come at once."""
REFUSALS_HZ = 20.0
"""Refusals a second that a user is told of; beyond that they are counted and logged."""

Deliver = Callable[[Command], bool]


class Commands:
    """Takes commands from the bus; ``deliver`` returns False when the service has no room."""

    def __init__(
        self,
        site: Site,
        *,
        store: Store,
        bus: Bus,
        clock: Clock,
        deliver: Deliver,
        notify: Callable[[Notice], None],
        addresses: Addresses,
        fresh: Clock | None = None,
    ) -> None:
        """Keep the doors. ``fresh`` judges a command's age where ``clock`` shows a made-up day."""
        self._site = site
        self._topics = Topics(site.name)
        self._store = store
        self._bus = bus
        self._clock = clock
        self._fresh = clock if fresh is None else fresh
        self._deliver = deliver
        self._notify = notify
        self._addresses = addresses
        self._rooms: dict[str, Bucket] = {}
        self._refusals: dict[str, Bucket] = {}
        self.unanswered_refusals = 0

    def adopt(self, site: Site) -> None:
        """Judge commands by this site from now on."""
        self._site = site

    async def run(self) -> None:
        """Take commands until cancelled."""
        await self._close_unfinished()
        self._bus.subscribe([self._topics.commands])
        async for message in self._bus.messages():
            if message.topic.startswith(f"{self._topics.prefix}/cmd/"):
                await self.take(message)

    async def take(self, message: Message) -> None:
        """Follow or refuse one message."""
        wall = self._fresh.now().wall
        read = request_of(message, self._site, wall)
        if isinstance(read, Refusal):
            await self._refuse(read)
        else:
            await self._follow(read)

    async def _follow(self, request: Request) -> None:
        receipt = await self._receipt(request)
        if receipt is not None:
            await self._repeat(request, receipt)
        elif request.stale is not None:
            await self._refuse(_refusal(request, "expired", request.stale))
        elif not self._has_room(request):
            say = f"more than {COMMANDS_HZ:g} commands a second to {request.about}: wait a moment"
            await self._refuse(_refusal(request, "busy", say))
        else:
            await self._execute(request)

    async def _execute(self, request: Request) -> None:
        try:
            await self._store.receive(request.command, request.user, request.reply_to)
        except StoreError as error:
            # Steering goes on without a disk: repeats are then known in memory only.
            log.warning(
                "a command could not be remembered", command=request.command, why=str(error)
            )
        self._addresses.remember(request.command, request.reply_to)
        command = Command(request.command, PersonName(request.user), self._now_s(), request.order)
        log.info("command", command=request.command, about=request.about)
        if not self._deliver(command):
            say = "the service has too many commands waiting: send it again with a new `id`"
            self._answer(request.command, Step.REJECTED, "busy", say)

    async def _receipt(self, request: Request) -> Receipt | None:
        try:
            receipt = await self._store.receipt(request.command, request.user)
        except StoreError:
            receipt = None
        if receipt is None and request.command in self._addresses:
            return Receipt(request.command, request.user, request.reply_to, None)
        return receipt

    async def _repeat(self, request: Request, receipt: Receipt) -> None:
        """Say again what was answered; a repeat that came before any answer will hear the first."""
        self._addresses.remember(request.command, request.reply_to)
        if receipt.answer is not None:
            await self._publish(request.reply_to, receipt.answer)

    def _has_room(self, request: Request) -> bool:
        """Say whether a camera takes another command now; policies are counted by user."""
        kind = request.about.split(" ", 1)[0]
        about = request.about if kind == "camera" else f"{kind} {request.user}"
        return _taken(self._rooms, about, COMMANDS_HZ, self._now_s())

    async def _refuse(self, refusal: Refusal) -> None:
        if refusal.user is None or refusal.reply_to is None or not self._may_be_told(refusal.user):
            self._leave_unanswered(refusal)
            return
        log.info("command refused", user=refusal.user, code=refusal.code, why=refusal.say)
        answer = AnswerPayload(
            id=refusal.id,
            at=self._clock.now().wall,
            step="rejected",
            code=refusal.code,
            say=refusal.say,
        )
        await self._publish(refusal.reply_to, answer.encoded())

    def _may_be_told(self, user: str) -> bool:
        """Say whether a user is told of another refusal now; the unknown share one allowance."""
        known = any(one.name == user for one in self._site.operators)
        return _taken(self._refusals, user if known else "", REFUSALS_HZ, self._now_s())

    def _leave_unanswered(self, refusal: Refusal) -> None:
        """Count a refusal nobody is told of; log the first and then one in a thousand."""
        self.unanswered_refusals += 1
        if self.unanswered_refusals % 1000 == 1:
            log.warning(
                "commands refused without an answer",
                count=self.unanswered_refusals,
                last=refusal.say,
            )

    async def _publish(self, topic: str, payload: bytes) -> None:
        try:
            await self._bus.publish(Message(topic, payload))
        except BusError as error:
            log.info("an answer could not be sent; its sender will ask again", why=str(error))

    async def _close_unfinished(self) -> None:
        """Answer what the service's last run left open."""
        try:
            left = await self._store.unfinished()
        except StoreError as error:
            log.warning("unfinished commands could not be read", why=str(error))
            return
        for receipt in left:
            if receipt.command in self._addresses:
                continue
            self._addresses.remember(receipt.command, receipt.reply_to)
            say = "the service restarted before this was done: send it again with a new `id`"
            self._answer(receipt.command, Step.FAILED, "", say)

    def _answer(self, command: CommandId, step: Step, code: str, say: str) -> None:
        answer = Answer(command, step, code, say)
        self._notify(Notice(NoticeId(uuid4().hex), self._now_s(), answer))

    def _now_s(self) -> float:
        return self._clock.now().mono_s


def _refusal(request: Request, code: str, say: str) -> Refusal:
    return Refusal(request.user, request.id, request.reply_to, code, say)


def _taken(buckets: dict[str, Bucket], key: str, rate_hz: float, now_s: float) -> bool:
    bucket = buckets.get(key)
    if bucket is None:
        bucket = buckets[key] = Bucket.full(rate_hz, rate_hz, now_s)
    return bucket.take(now_s)
