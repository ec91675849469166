"""Whatever clients repeat and whatever fails meanwhile, no command is delivered twice."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.ids import NoticeId
from orchestrator.domain.intent import Answer, Decision, Notice, Step
from orchestrator.domain.sighting import Command
from orchestrator.domain.world import World
from orchestrator.ports import Message
from orchestrator.tell import Tell
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import YARD, desk_site
from tests.fakes.store import MemoryStore

GOTO = f"orchestrator/depot/cmd/{{}}/camera/{YARD}/goto_preset"

acts = st.one_of(
    st.tuples(st.just("send"), st.sampled_from(["anna", "bert"]), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.just(""), st.just(0)),
    st.tuples(st.just("broker down"), st.just(""), st.just(0)),
    st.tuples(st.just("broker up"), st.just(""), st.just(0)),
    st.tuples(st.just("wait"), st.just(""), st.integers(1, 20)),
)


class Site:
    """A service that may be restarted, on one store and one broker."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.delivered: Counter[str] = Counter()
        self._answers = 0
        self._task: asyncio.Future[None] | None = None

    async def start(self) -> None:
        self.tell = Tell(
            desk_site(),
            bus=MemoryBus(self.broker),
            store=self.store,
            clock=self.clock,
            deliver=self.deliver,
        )
        self._task = asyncio.ensure_future(self.tell.run())
        await settled()

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def deliver(self, command: Command) -> bool:
        self.delivered[command.id] += 1
        self._answers += 1
        id_ = NoticeId(f"n{self._answers}")
        notice = Notice(id_, self.clock.now().mono_s, Answer(command.id, Step.DONE))
        self.tell.tick(World(), Decision(notices=(notice,)))
        return True

    async def act(self, what: str, user: str, number: int) -> None:
        match what:
            case "send":
                await self.send(user, number)
            case "restart":
                await self.stop()
                await self.start()
            case "broker down":
                self.broker.stop()
            case "broker up":
                self.broker.start()
            case _:
                await self.clock.advance(number)
        await settled()

    async def send(self, user: str, number: int) -> None:
        issued = self.clock.now().wall - timedelta(seconds=1)
        body = {
            "id": f"c{number}",
            "issued_at": issued.isoformat(),
            "args": {"preset": "gate"},
        }
        await self.tell.commands.take(Message(GOTO.format(user), json.dumps(body).encode()))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(acts, max_size=20))
def test_a_command_is_delivered_once_and_every_sender_is_answered(
    story: list[tuple[str, str, int]],
) -> None:
    async def told() -> None:
        site = Site()
        await site.start()
        for what, user, number in story:
            await site.act(what, user, number)
        site.broker.start()
        await site.clock.advance(5.0)
        await site.stop()

        assert not site.delivered or max(site.delivered.values()) == 1
        answered = {
            f"{message.topic.split('/')[3]}/{json.loads(message.payload)['id']}"
            for message in site.broker.log
            if "/reply/" in message.topic
        }
        assert set(site.delivered) <= answered

    asyncio.run(told())
