"""Notices out: every fact kept in the store, then published in order, then marked as sent.

Two tasks: one keeps what ticks hand over, one publishes what is kept. A broker that is away costs
nothing but time; a restart of the service publishes what is left, and a fact that was published
but not yet marked goes out once more with the same id. Alarms are retained by the broker: which of
them stand there is read from the store, so those of earlier runs are taken down in their turn.

While the store fails, facts are published straight from memory, at most 10 000 wait there, and an
alarm says so. Should even that fill up, what is lost is counted and told in an alarm of its own;
the last tenth of the room is for alarms and answers only.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from orchestrator.domain.ids import NoticeId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import (
    Acknowledged,
    Alarm,
    Answer,
    Fact,
    GlassMoved,
    Notice,
    PolicyMoved,
    SetMoved,
    Step,
)
from orchestrator.domain.policy import PolicySet, Raise
from orchestrator.domain.site import Site
from orchestrator.errors import BusError, StoreError
from orchestrator.ports import Bus, Clock, Message, Outgoing, Store
from orchestrator.runtime.channels import Latest, Outbox
from orchestrator.tell.addresses import Addresses
from orchestrator.tell.losses import Losses, Report, logged
from orchestrator.tell.payloads import (
    AlarmEventPayload,
    AlarmPayload,
    AnswerPayload,
    PolicyEventPayload,
)
from orchestrator.tell.rules import glass_words, set_words
from orchestrator.tell.topics import Topics

log = structlog.get_logger()

CAPACITY = 10_000
"""Facts that may wait in memory; the last tenth of the room is for alarms and answers."""
BATCH = 256
RETRY_S = 1.0
FLUSH_S = 2.0
STANDING_ALARMS = 100
"""Alarms that stay retained on the broker; older ones are taken down."""

FINAL_STEPS = frozenset({Step.DONE, Step.FAILED, Step.REJECTED})


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A fact on its way into the store; an answer also goes into its command's receipt."""

    outgoing: Outgoing
    answer: Answer | None = None


class Notices:
    """Keeps and tells facts; ``addresses`` says where the answers to a command go."""

    def __init__(
        self,
        site: Site,
        *,
        store: Store,
        bus: Bus,
        clock: Clock,
        addresses: Addresses,
        capacity: int = CAPACITY,
        report: Report = logged,
    ) -> None:
        """Keep the doors; nothing is sent before ``run``.

        ``capacity`` facts may wait in memory; ``report`` hears of what could not be kept.
        """
        self._topics = Topics(site.name)
        self._policies = site.policies
        self._store = store
        self._bus = bus
        self._clock = clock
        self._addresses = addresses
        self._report = report
        self._waiting: Outbox[_Waiting] = Outbox(capacity)
        self._capacity = capacity
        self._minor_capacity = capacity - capacity // 10
        self._in_hand: list[_Waiting] = []
        self._standing: deque[str] = deque()
        self._recalled = False
        self._kept: Latest[bool] = Latest()
        self._store_fails = False
        self._untold_losses = 0
        self.lost = Losses(f"facts are lost: the store fails, {capacity} wait in memory", report)

    def adopt(self, policies: PolicySet) -> None:
        """Speak of these policies' alarms from now on."""
        self._policies = policies

    def offer(self, notice: Notice) -> None:
        """Take a fact, at once and without waiting."""
        self.lost.look(self._clock.now().mono_s)
        if self._untold_losses and len(self._waiting) < self._minor_capacity:
            lost, self._untold_losses = self._untold_losses, 0
            for waiting in self._own_alarm(
                f"{lost} facts were lost: the store failed for too long"
            ):
                self._put(waiting)
        for waiting in self._put_into_words(notice):
            self._put(waiting)

    async def run(self) -> None:
        """Keep and publish until cancelled; then keep what is still in memory."""
        self._kept.put(True)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep())
                tasks.create_task(self._send())
        finally:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._flush(), FLUSH_S)

    def _put(self, waiting: _Waiting) -> None:
        minor = (
            waiting.answer is None
            and not waiting.outgoing.retain
            and waiting.outgoing.topic != self._topics.event("glass", None)
        )
        full = minor and len(self._waiting) >= self._minor_capacity
        if full or not self._waiting.offer(waiting):
            self._untold_losses += 1
            self.lost.add(self._clock.now().mono_s)

    def _put_into_words(self, notice: Notice) -> list[_Waiting]:
        at = _wall(notice.at_s, self._clock.now())
        topic, payload = self._told(notice.id, at, notice.fact)
        match notice.fact:
            case Alarm():
                return self._standing_with(Outgoing(notice.id, topic, payload, retain=True))
            case Answer() as answer:
                return [_Waiting(Outgoing(notice.id, topic, payload), answer)]
            case PolicyMoved() | SetMoved() | GlassMoved() | Acknowledged():
                return [_Waiting(Outgoing(notice.id, topic, payload))]

    def _told(self, id_: NoticeId, at: datetime, fact: Fact) -> tuple[str, bytes]:
        """Return the topic of a fact and its words."""
        match fact:
            case Alarm():
                return self._topics.alarm(id_), self._alarm_words(id_, at, fact)
            case Answer(command=command):
                return self._addresses.of(command), answer_words(fact, at)
            case PolicyMoved(zone=zone):
                return self._topics.event("policy", zone), _event_words(id_, at, fact)
            case Acknowledged(zone=zone):
                return self._topics.event("alarm", zone), acknowledged_words(id_, at, fact)
            case SetMoved():
                return self._topics.event("set", None), set_words(id_, at, fact)
            case GlassMoved():
                until = _wall(fact.until_s, self._clock.now())
                return self._topics.event("glass", None), glass_words(id_, at, until, fact)

    def _alarm_words(self, id_: NoticeId, at: datetime, alarm: Alarm) -> bytes:
        return AlarmPayload(
            id=id_,
            at=at,
            severity=alarm.severity.value,
            say=alarm.say,
            policy=alarm.policy,
            target=alarm.target,
            zone=alarm.zone,
            to=alarm.to,
            acknowledge_within_s=_acknowledge_within_s(self._policies, alarm),
            camera=alarm.camera,
            escalates=alarm.escalates,
        ).encoded()

    def _standing_with(self, alarm: Outgoing) -> list[_Waiting]:
        """Let an alarm stand on the broker; return it, and what takes the oldest down for it."""
        self._standing.append(alarm.topic)
        return [_Waiting(alarm), *self._taken_down()]

    def _taken_down(self) -> list[_Waiting]:
        """Return what takes the oldest alarms down, until no more than the allowed ones stand."""
        excess = max(0, len(self._standing) - STANDING_ALARMS)
        return [_taking_down(self._standing.popleft()) for _ in range(excess)]

    async def _recall(self) -> None:
        """Learn once what earlier runs left standing: it is older than anything of this run."""
        if self._recalled:
            return
        mine = set(self._standing)
        self._standing.extendleft(
            topic for topic in reversed(await self._store.standing()) if topic not in mine
        )
        self._recalled = True
        self._in_hand += self._taken_down()

    def _own_alarm(self, say: str) -> list[_Waiting]:
        id_ = NoticeId(uuid4().hex)
        payload = AlarmPayload(
            id=id_,
            at=self._clock.now().wall,
            severity="high",
            say=say,
            policy=None,
            target=None,
            zone=None,
            to=(),
        )
        alarm = Outgoing(id_, self._topics.alarm(id_), payload.encoded(), retain=True)
        return self._standing_with(alarm)

    async def _keep(self) -> None:
        """Move facts from memory into the store, or to the broker while the store fails."""
        while True:
            if not self._in_hand:
                self._in_hand = await self._waiting.take(BATCH)
            try:
                await self._keep_in_hand()
            except StoreError as error:
                self._say_store_fails(error)
                await self._publish_in_hand()
                await self._clock.sleep(RETRY_S if self._in_hand else 0.0)

    async def _keep_in_hand(self) -> None:
        await self._recall()
        for waiting in self._in_hand:
            if waiting.answer is not None:
                await self._keep_answer(waiting.answer, waiting.outgoing.payload)
        await self._store.keep([waiting.outgoing for waiting in self._in_hand])
        self._in_hand = []
        self._kept.put(True)
        if self._store_fails:
            self._store_fails = False
            log.info("the store works again")

    async def _keep_answer(self, answer: Answer, payload: bytes) -> None:
        client = answer.command.split("/", 1)[0]
        final = answer.step in FINAL_STEPS
        await self._store.answered(answer.command, client, payload, final=final)

    def _say_store_fails(self, error: StoreError) -> None:
        if not self._store_fails:
            self._store_fails = True
            self._report(f"the store fails, so facts are told from memory: {error}")
            say = f"the store fails, so a restart would lose what was not told yet: {error}"
            self._in_hand[:0] = self._own_alarm(say)

    async def _publish_in_hand(self) -> None:
        """Tell what could not be kept, in order, as far as the broker takes it."""
        while self._in_hand:
            try:
                await self._publish(self._in_hand[0].outgoing)
            except BusError:
                return
            del self._in_hand[0]

    async def _flush(self) -> None:
        self._in_hand += self._waiting.drain(self._capacity)
        if self._in_hand:
            try:
                await self._keep_in_hand()
            except StoreError as error:
                self._report(f"{len(self._in_hand)} facts are lost at the end: {error}")

    async def _send(self) -> None:
        """Publish what is kept, oldest first, whenever there is something new."""
        while True:
            await self._kept.take()
            while facts := await self._unsent():
                await self._mark(await self._published(facts))

    async def _unsent(self) -> Sequence[Outgoing]:
        try:
            return await self._store.unsent(BATCH)
        except StoreError as error:
            log.warning("kept facts could not be read", why=str(error))
            await self._clock.sleep(RETRY_S)
            self._kept.put(True)
            return ()

    async def _published(self, facts: Sequence[Outgoing]) -> list[NoticeId]:
        """Publish facts in order until one fails; wait for the broker if the first one does."""
        told: list[NoticeId] = []
        for fact in facts:
            try:
                await self._publish(fact)
            except BusError as error:
                if not told:
                    log.info("facts wait for the broker", why=str(error))
                    await self._clock.sleep(RETRY_S / 10)
                    await self._bus.connected()
                break
            told.append(fact.id)
        return told

    async def _mark(self, told: Sequence[NoticeId]) -> None:
        while told:
            try:
                await self._store.sent(told)
            except StoreError as error:
                log.warning("told facts could not be marked", why=str(error))
                await self._clock.sleep(RETRY_S)
            else:
                return

    async def _publish(self, fact: Outgoing) -> None:
        await self._bus.publish(Message(fact.topic, fact.payload, fact.retain))


def _taking_down(topic: str) -> _Waiting:
    """Return the empty retained message that removes an alarm from the broker."""
    return _Waiting(Outgoing(NoticeId(f"{topic}.clears"), topic, b"", retain=True))


def answer_words(answer: Answer, at: datetime) -> bytes:
    """Return an answer as its client reads it: by the id the client gave its command."""
    id_ = answer.command.split("/", 1)[-1]
    return AnswerPayload(
        id=id_, at=at, step=answer.step.value, code=answer.code, say=answer.say
    ).encoded()


def _acknowledge_within_s(policies: PolicySet, alarm: Alarm) -> float | None:
    """Return how soon an alarm's policy wants it acknowledged; the soonest where it says two."""
    wanted = [
        action.acknowledge_within_s
        for policy in policies.policies
        if policy.name == alarm.policy
        for action in policy.do
        if isinstance(action, Raise) and (action.severity, action.to) == (alarm.severity, alarm.to)
    ]
    return min((within_s for within_s in wanted if within_s is not None), default=None)


def acknowledged_words(id_: NoticeId, at: datetime, fact: Acknowledged) -> bytes:
    """Return who answered for which alarm, as it is told."""
    return AlarmEventPayload(
        id=id_,
        at=at,
        alarm=fact.alarm,
        what="acknowledged",
        by=fact.actor,
        policy=fact.policy,
        zone=fact.zone,
    ).encoded()


def _event_words(id_: NoticeId, at: datetime, moved: PolicyMoved) -> bytes:
    return PolicyEventPayload(
        id=id_,
        at=at,
        policy=moved.policy,
        what=moved.what,
        target=moved.target,
        zone=moved.zone,
        camera=moved.camera,
    ).encoded()


def _wall(at_s: float, now: Instant) -> datetime:
    """Return a moment of the site clock as a time of day."""
    return now.wall + timedelta(seconds=at_s - now.mono_s)
