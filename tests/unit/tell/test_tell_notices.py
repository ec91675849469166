"""Notices out: kept, told in order, once more after a restart, and from memory without a disk."""

import asyncio
import json
from dataclasses import replace
from typing import Self

from orchestrator.domain.ids import NoticeId, PersonName, PolicyName, TargetId, ZoneId
from orchestrator.domain.intent import Alarm, Band, Fact, Notice, PolicyMoved, Severity
from orchestrator.domain.policy import Enters, Policy, PolicySet, Raise, Source
from orchestrator.domain.sighting import Kind
from orchestrator.domain.site import Site
from orchestrator.tell.addresses import Addresses
from orchestrator.tell.notices import STANDING_ALARMS, Notices
from orchestrator.tell.topics import Topics
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import desk_site
from tests.fakes.store import MemoryStore

PREFIX = "orchestrator/depot"
FIRE = Alarm(
    Severity.HIGH,
    "Person in yard",
    PolicyName("after-hours"),
    TargetId("T17"),
    ZoneId("yard"),
    (PersonName("desk"),),
)
MOVED = PolicyMoved(PolicyName("night-tour"), "paused", None, ZoneId("yard"))


class Telling:
    """Notices between a store and a broker, running while the context lasts."""

    def __init__(
        self,
        store: MemoryStore | None = None,
        broker: MemoryBroker | None = None,
        capacity: int = 100,
        site: Site | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.store = store or MemoryStore()
        self.broker = broker or MemoryBroker()
        self.bus = MemoryBus(self.broker)
        self.failures: list[str] = []
        self.notices = Notices(
            site or desk_site(),
            store=self.store,
            bus=self.bus,
            clock=self.clock,
            addresses=Addresses(Topics("depot")),
            capacity=capacity,
            report=self.failures.append,
        )

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.ensure_future(self.bus.run()),
            asyncio.ensure_future(self.notices.run()),
        ]
        await settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def say(self, *facts: tuple[str, Fact]) -> None:
        for id_, fact in facts:
            self.notices.offer(Notice(NoticeId(id_), self.clock.now().mono_s - 1.0, fact))
        await settled()

    def alarms(self) -> list[str]:
        """Return the ids of the alarms told, in order."""
        told = [one for one in self.broker.log if "/alarm/" in one.topic and one.payload]
        return [json.loads(one.payload)["id"] for one in told]


async def test_an_alarm_says_all_it_knows_and_stands_on_the_broker() -> None:
    async with Telling() as telling:
        await telling.say(("a1", FIRE))

        [message] = telling.broker.on(f"{PREFIX}/alarm/a1")
        assert message.retain
        assert json.loads(message.payload) == {
            "schema": "alarm",
            "version": 1,
            "id": "a1",
            "at": "2026-03-02T01:59:59Z",
            "severity": "high",
            "say": "Person in yard",
            "policy": "after-hours",
            "target": "T17",
            "zone": "yard",
            "to": ["desk"],
            "acknowledge_within_s": None,
            "camera": None,
            "escalates": None,
        }


async def test_an_alarm_says_how_soon_its_policy_wants_it_acknowledged() -> None:
    alarms = [(Severity.INFO, None), (Severity.HIGH, 120.0), (Severity.HIGH, 60.0)]
    source = Source("policies/after-hours/policy.yaml", 14)
    policy = Policy(
        name=PolicyName("after-hours"),
        version=1,
        because="Nobody works at night.",
        basis="",
        band=Band.ALARM,
        during=None,
        on=Enters((ZoneId("yard"),), (Kind.PERSON,)),
        when=(),
        hold_s=0.0,
        clear_s=0.0,
        cooldown_s=0.0,
        cooldown_per="target",
        do=tuple(
            Raise(severity, "Person in {zone}", FIRE.to, within_s, source)
            for severity, within_s in alarms
        ),
        source=source,
    )
    async with Telling(site=replace(desk_site(), policies=PolicySet((policy,)))) as telling:
        await telling.say(("a1", FIRE), ("a2", replace(FIRE, severity=Severity.INFO)))

        told = [json.loads(one.payload) for one in telling.broker.log]
        assert [one["acknowledge_within_s"] for one in told] == [60.0, None]


async def test_what_policies_did_is_an_event_of_its_zone() -> None:
    async with Telling() as telling:
        await telling.say(("e1", MOVED))

        [message] = telling.broker.on(f"{PREFIX}/event/policy/yard")
        assert not message.retain
        assert json.loads(message.payload)["what"] == "paused"


async def test_facts_are_kept_before_they_are_told_and_told_in_order_when_the_broker_is_back() -> (
    None
):
    async with Telling() as telling:
        telling.broker.stop()
        await settled()
        await telling.say(("a1", FIRE), ("a2", FIRE))
        assert [fact.id for fact in await telling.store.unsent(9)] == ["a1", "a2"]

        telling.broker.start()
        await telling.clock.advance(1.0)
        await telling.say(("a3", FIRE))

        assert telling.alarms() == ["a1", "a2", "a3"]
        assert await telling.store.unsent(9) == []


async def test_a_restart_tells_what_was_not_told() -> None:
    store, broker = MemoryStore(), MemoryBroker()
    broker.stop()
    async with Telling(store, broker) as before:
        await before.say(("a1", FIRE))
    broker.start()
    async with Telling(store, broker) as after:
        await settled()

        assert after.alarms() == ["a1"]


async def test_without_a_disk_facts_are_told_from_memory_and_an_alarm_says_so() -> None:
    async with Telling() as telling:
        telling.store.failing = True
        await telling.say(("a1", FIRE))
        await telling.clock.advance(2.0)
        own, first = telling.alarms()
        assert first == "a1"
        assert "the store fails" in telling.broker.on(f"{PREFIX}/alarm/{own}")[0].payload.decode()
        [failure] = telling.failures
        assert failure.startswith("the store fails, so facts are told from memory: ")

        await telling.say(("a2", FIRE))
        telling.store.failing = False
        await telling.say(("a3", FIRE))
        assert telling.alarms()[2:] == ["a2", "a3"]


async def test_without_disk_and_broker_facts_wait_in_memory() -> None:
    async with Telling() as telling:
        telling.store.failing = True
        telling.broker.stop()
        await telling.say(("a1", FIRE), ("a2", FIRE))
        await telling.clock.advance(30.0)
        assert telling.alarms() == []

        telling.store.failing = False
        telling.broker.start()
        await telling.clock.advance(30.0)
        assert telling.alarms()[-2:] == ["a1", "a2"]


async def test_when_memory_is_full_alarms_go_first_and_the_loss_is_an_alarm() -> None:
    telling = Telling(capacity=50)
    telling.notices.offer(Notice(NoticeId("a0"), 0.0, FIRE))
    for number in range(50):
        telling.notices.offer(Notice(NoticeId(f"e{number}"), 0.0, MOVED))
    telling.notices.offer(Notice(NoticeId("a1"), 0.0, FIRE))
    assert telling.notices.lost.count == 6

    async with telling:
        await settled(500)
        await telling.say(("a2", FIRE))
        told = telling.alarms()
        assert [told[0], told[1], told[-1]] == ["a0", "a1", "a2"]
        loss = telling.broker.on(f"{PREFIX}/alarm/{told[2]}")[0].payload.decode()
        assert "6 facts were lost" in loss
        await telling.clock.advance(10.0)
        await telling.say(("a3", FIRE))
        what = "facts are lost: the store fails, 50 wait in memory"
        assert telling.failures == [f"{what} (1 so far)", f"{what} (6 so far)"]


async def test_old_alarms_are_taken_down_from_the_broker() -> None:
    async with Telling(capacity=1000) as telling:
        await telling.say(*((f"a{number}", FIRE) for number in range(STANDING_ALARMS + 5)))
        await telling.broker.until(f"{PREFIX}/alarm/a4", 2)
        await telling.broker.until(f"{PREFIX}/alarm/a{STANDING_ALARMS + 4}")

        standing = [topic for topic in telling.broker.retained if "/alarm/" in topic]
        assert len(standing) == STANDING_ALARMS
        assert f"{PREFIX}/alarm/a4" not in standing
        assert len(telling.alarms()) == STANDING_ALARMS + 5


async def test_alarms_of_earlier_runs_are_taken_down_in_their_turn() -> None:
    store, broker = MemoryStore(), MemoryBroker()
    for run in "abc":
        async with Telling(store, broker, capacity=1000) as telling:
            await telling.say(*((f"{run}{number}", FIRE) for number in range(60)))
            await broker.until(f"{PREFIX}/alarm/{run}59")
            await settled(500)

    standing = [topic for topic in broker.retained if "/alarm/" in topic]
    assert len(standing) == STANDING_ALARMS
    assert standing[0] == f"{PREFIX}/alarm/b20"
    assert await store.standing() == standing


async def test_alarms_of_the_service_itself_are_taken_down_in_their_turn_too() -> None:
    async with Telling(capacity=1000) as telling:
        telling.store.failing = True
        await telling.say(("a0", FIRE))
        await telling.clock.advance(2.0)
        telling.store.failing = False
        await telling.say(*((f"b{number}", FIRE) for number in range(STANDING_ALARMS)))
        await telling.broker.until(f"{PREFIX}/alarm/b{STANDING_ALARMS - 1}")
        await settled(500)

        standing = [topic for topic in telling.broker.retained if "/alarm/" in topic]
        assert standing == [f"{PREFIX}/alarm/b{number}" for number in range(STANDING_ALARMS)]


async def test_what_comes_at_the_very_end_is_kept_for_the_next_start() -> None:
    telling = Telling()
    async with telling:
        telling.notices.offer(Notice(NoticeId("a1"), 0.0, FIRE))
        # Cancelled before any task had a turn to keep it.

    assert [fact.id for fact in await telling.store.unsent(9)] == ["a1"]
