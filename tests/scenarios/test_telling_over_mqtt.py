"""The service's voice on real brokers: restarts of either side lose no alarm and repeat no command."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrator.adapters.mqtt import AiomqttBus
from orchestrator.adapters.store import SqliteStore, opened
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import NoticeId, PolicyName, ZoneId
from orchestrator.domain.intent import Alarm, Answer, Decision, Notice, Severity, Step
from orchestrator.domain.sighting import Command
from orchestrator.domain.world import World
from orchestrator.ports import Message
from orchestrator.tell import Tell, farewell
from tests.fakes.brokers import BrokerProcess, BuiltIn, Mosquitto, has_mosquitto, running
from tests.fakes.desk import desk_secrets

PREFIX = "orchestrator/depot"
GOTO = f"{PREFIX}/cmd/anna/camera/yard-ptz/goto_preset"

PATIENCE_S = 40.0
"""Far beyond what anything here takes, so that only what never comes is missed."""

pytestmark = pytest.mark.slow


@pytest.fixture(
    params=[
        "built-in",
        pytest.param(
            "mosquitto",
            marks=pytest.mark.skipif(not has_mosquitto(), reason="mosquitto is not installed"),
        ),
    ]
)
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BrokerProcess]:
    chosen: BrokerProcess = BuiltIn() if request.param == "built-in" else Mosquitto(tmp_path)
    async with running(chosen):
        yield chosen


def bus(broker: BrokerProcess, login: str, will: Message | None = None) -> AiomqttBus:
    place = broker.site.broker
    assert place is not None
    credentials = desk_secrets().credentials(login)
    return AiomqttBus(host=place.host, port=place.port, credentials=credentials, will=will)


class Service:
    """What tells, with a mind that finishes every command at once."""

    def __init__(self, broker: BrokerProcess, store: SqliteStore) -> None:
        self.clock = SystemClock()
        self.delivered: list[str] = []
        self._number = 0
        self.tell = Tell(
            broker.site,
            bus=bus(broker, "broker", farewell(broker.site)),
            store=store,
            clock=self.clock,
            deliver=self.deliver,
        )

    def deliver(self, command: Command) -> bool:
        self.delivered.append(command.id)
        for step in (Step.ACCEPTED, Step.DONE):
            self._say(Answer(command.id, step))
        return True

    def alarm(self, id_: str) -> None:
        fact = Alarm(Severity.HIGH, "Person in yard", PolicyName("p"), None, ZoneId("yard"))
        self.tell.tick(World(), Decision(notices=(Notice(NoticeId(id_), self._now_s(), fact),)))

    def _say(self, answer: Answer) -> None:
        notice = Notice(NoticeId(uuid.uuid4().hex), self._now_s(), answer)
        self.tell.tick(World(), Decision(notices=(notice,)))

    def _now_s(self) -> float:
        return self.clock.now().mono_s


class Console:
    """An operator's screen: what it heard, and commands sent until somebody answers."""

    def __init__(self, broker: BrokerProcess) -> None:
        self.bus = bus(broker, "anna")
        self.bus.subscribe([f"{PREFIX}/alarm/#", f"{PREFIX}/status", f"{PREFIX}/reply/anna/#"])
        self.alarms: list[str] = []
        self.steps: list[tuple[str, str]] = []
        self.status: list[str] = []
        self.news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self.bus.messages():
            if message.payload:
                self._hear(message.topic, json.loads(message.payload))
            self.news.set()

    def _hear(self, topic: str, heard: dict[str, str]) -> None:
        if "/alarm/" in topic:
            self.alarms.append(heard["id"])
        elif "/reply/" in topic:
            self.steps.append((heard["id"], heard["step"]))
        else:
            self.status.append(heard["state"])

    async def until_alarms(self, *ids: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not set(ids) <= set(self.alarms):
                await self._next()

    async def until_status(self, state: str) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.status[-1:] != [state]:
                await self._next()

    async def command(self, id_: str) -> None:
        """Send a command as a good client does: again until its last answer comes, once at least."""
        self.steps = [(known, step) for known, step in self.steps if known != id_]
        body = {
            "id": id_,
            "issued_at": datetime.now(UTC).isoformat(),
            "expires_in": 30,
            "args": {"preset": "gate"},
        }
        async with asyncio.timeout(PATIENCE_S):
            while (id_, "done") not in self.steps:
                await self.bus.connected()
                await self.bus.publish(Message(GOTO, json.dumps(body).encode()))
                await self._next(within_s=0.5)

    async def _next(self, within_s: float = PATIENCE_S) -> None:
        self.news.clear()
        try:
            async with asyncio.timeout(within_s):
                await self.news.wait()
        except TimeoutError:
            return


@asynccontextmanager
async def alive(*work: Coroutine[object, object, None]) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_broker_that_restarts_loses_no_alarm_and_repeats_no_command(
    broker: BrokerProcess, tmp_path: Path
) -> None:
    console = Console(broker)
    async with aclosing(await opened(tmp_path / "store.sqlite")) as store:
        service = Service(broker, store)
        async with alive(service.tell.run(), console.bus.run(), console.listen()):
            await console.bus.connected()
            service.alarm("a1")
            await console.command("c1")
            await console.until_alarms("a1")

            await broker.stop()
            service.alarm("a2")
            service.alarm("a3")
            await broker.start()
            service.alarm("a4")

            await console.until_alarms("a2", "a3", "a4")
            await console.command("c1")
            # Commands are taken in the order in which they were sent: c1 has been, when c2 was.
            await console.command("c2")
            assert service.delivered == ["anna/c1", "anna/c2"]


async def test_a_service_that_restarts_loses_no_alarm_and_repeats_no_command(
    broker: BrokerProcess, tmp_path: Path
) -> None:
    console = Console(broker)
    async with alive(console.bus.run(), console.listen()):
        await console.bus.connected()
        async with aclosing(await opened(tmp_path / "store.sqlite")) as store:
            first = Service(broker, store)
            async with alive(first.tell.run()):
                await console.command("c1")
                await broker.stop()
                first.alarm("a1")

        await broker.start()
        async with aclosing(await opened(tmp_path / "store.sqlite")) as store:
            second = Service(broker, store)
            async with alive(second.tell.run()):
                await console.until_alarms("a1")
                await console.command("c1")
                assert second.delivered == []
                assert set(console.steps) == {("c1", "done")}
        await console.until_status("offline")
