"""What a service that is stopped leaves to the one that starts after it; in virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from orchestrator.app import Doors, Service
from orchestrator.app.legacy import taken_over
from orchestrator.domain.ids import NoticeId, PersonName, PolicyName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Alarm, Band, OpenAlarm, Severity
from orchestrator.domain.policy import Flagged, Policy, PolicySet, Raise, Source
from orchestrator.domain.sighting import Inherited
from orchestrator.ports import Message
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.camera_link import FakeCameras
from tests.fakes.clock import VirtualClock
from tests.fakes.desk import desk_secrets, desk_site
from tests.fakes.files import MemoryFiles
from tests.fakes.frames import FakeFrames
from tests.fakes.quiet import QuietWakeups
from tests.fakes.store import MemoryStore

PREFIX = "orchestrator/depot"
DESK, BOSS = PersonName("desk"), PersonName("boss")
SOURCE = Source("policies/storm/policy.yaml", 1)
STORM = Policy(
    name=PolicyName("storm"),
    version=1,
    because="It storms.",
    basis="",
    band=Band.ALARM,
    during=None,
    on=Flagged("maintenance"),
    when=(),
    hold_s=0.0,
    clear_s=1.0,
    cooldown_s=0.0,
    cooldown_per="policy",
    do=(Raise(Severity.HIGH, "Storm", (DESK,), 60.0, SOURCE, (BOSS,)),),
    source=SOURCE,
)
SITE = replace(desk_site(), cameras=(), policies=PolicySet(policies=(STORM,)))


class Place:
    """A machine: its store and its broker outlive the services that run on it."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.broker = MemoryBroker()
        self.clock = VirtualClock()

    @asynccontextmanager
    async def serving(self, run: str) -> AsyncIterator[None]:
        doors = Doors(
            cameras=FakeCameras({}, self.clock),
            frames=FakeFrames(),
            detector=None,
            bus=MemoryBus(self.broker),
            store=self.store,
            secrets=desk_secrets(),
            clock=self.clock,
            fresh=self.clock,
            wakeups=QuietWakeups(),
            files=MemoryFiles(SITE),
        )
        left = await self.store.inherited()
        task = asyncio.create_task(Service(SITE, doors, approvals=[], run=run, left=left).run())
        await self.clock.advance(2.0)
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def rest(self, minutes: float) -> None:
        """Let time pass with nobody there; the machine's own clock begins anew."""
        self.clock = VirtualClock(self.clock.now().wall + timedelta(minutes=minutes), 7.0)

    async def order(self, id_: str, order: str) -> None:
        body = {"id": id_, "issued_at": self.clock.now().wall.isoformat()}
        topic = f"{PREFIX}/cmd/anna/{order}"
        self.broker.take(Message(topic, json.dumps(body).encode()))
        await self.clock.advance(2.0)

    def alarms(self) -> list[dict[str, object]]:
        told = [one for one in self.broker.log if one.topic.startswith(f"{PREFIX}/alarm/")]
        return [json.loads(one.payload) for one in told if one.payload]

    def first_alarms(self) -> list[dict[str, object]]:
        return [alarm for alarm in self.alarms() if alarm["escalates"] is None]


async def test_an_alarm_that_nobody_acknowledged_is_escalated_by_the_next_run() -> None:
    place = Place()
    async with place.serving("a"):
        await place.order("1", "flag/maintenance/set_flag")
        await place.order("2", "flag/maintenance/clear_flag")
    place.rest(minutes=0.5)
    async with place.serving("b"):
        assert [alarm["to"] for alarm in place.alarms()] == [["desk"]]
        await place.clock.advance(40.0)

        first, second = place.alarms()
        assert (first["to"], second["to"]) == (["desk"], ["boss"])
        assert second["escalates"] == first["id"]
        await place.order("3", f"alarm/{second['id']}/acknowledge")
        await place.clock.advance(1.0)
    assert (await place.store.inherited()).alarms == {}


async def test_a_flag_stands_as_operators_left_it() -> None:
    place = Place()
    async with place.serving("a"):
        await place.order("1", "flag/maintenance/set_flag")
    place.rest(minutes=5.0)
    async with place.serving("b"):
        assert len(place.first_alarms()) == 2, "it is up, so the policy starts anew"
        await place.order("2", "flag/maintenance/clear_flag")
    place.rest(minutes=5.0)
    async with place.serving("c"):
        assert len(place.first_alarms()) == 2, "it is down"


async def test_while_the_store_fails_what_changes_is_kept_as_soon_as_it_works() -> None:
    place = Place()
    async with place.serving("a"):
        place.store.failing = True
        await place.order("1", "flag/maintenance/set_flag")
        place.store.failing = False
        await place.clock.advance(5.0)
        assert (await place.store.inherited()).flags == {"maintenance": True}


NOW = Instant(50.0, datetime(2026, 3, 10, 22, 0, tzinfo=UTC))
EPOCH_S = NOW.wall.timestamp()


def waiting(due_in_s: float) -> OpenAlarm:
    alarm = Alarm(Severity.HIGH, "Storm", STORM.name, None, None, (DESK,))
    return OpenAlarm(alarm, (NoticeId("n1"),), 60.0, (BOSS,), EPOCH_S + due_in_s)


def due_in_s(left_s: float) -> float:
    left = Inherited({}, {NoticeId("n1"): waiting(left_s)})
    return taken_over(left, SITE, NOW).alarms[NoticeId("n1")].due_s - NOW.mono_s


def test_an_alarm_is_due_when_it_was_and_never_later_than_it_was_to_wait() -> None:
    assert due_in_s(45.0) == 45.0
    assert due_in_s(-3600.0) == 0.0, "it is overdue"
    assert due_in_s(86_400.0) == 60.0, "somebody has set the clock back"


def test_a_flag_that_the_site_no_longer_has_is_let_go() -> None:
    left = Inherited({"storm": True, "maintenance": True})

    assert taken_over(left, SITE, NOW).flags == {"maintenance": True}
