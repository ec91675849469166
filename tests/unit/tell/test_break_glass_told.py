"""Break-glass over MQTT: how it is asked, and that everybody sees what is lifted and why."""

import asyncio
import json
from dataclasses import replace

import pytest

from orchestrator.domain.desk import Desk
from orchestrator.domain.glass import Lift
from orchestrator.domain.ids import CommandId, NoticeId, PersonName, PolicyName
from orchestrator.domain.intent import Decision, GlassMoved, Notice
from orchestrator.domain.policy import Act
from orchestrator.domain.sighting import CloseGlass, Command, LiftRule
from orchestrator.domain.world import World
from orchestrator.ports import Message
from orchestrator.tell import Tell
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import desk_site
from tests.fakes.private_site import with_bench
from tests.fakes.store import MemoryStore

PREFIX = "orchestrator/depot"
RULE = PolicyName("bench")


class Room:
    """A service that only tells, and what got through to thinking."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.delivered: list[Command] = []
        self.tell = Tell(
            with_bench(desk_site(), Act.LOOK),
            bus=MemoryBus(self.broker),
            store=self.store,
            clock=self.clock,
            deliver=self.deliver,
        )

    def deliver(self, command: Command) -> bool:
        self.delivered.append(command)
        return True

    async def send(self, user: str, verb: str, args: object, rule: str = "bench") -> None:
        body = {"id": "b1", "issued_at": self.clock.now().wall.isoformat(), "args": args}
        topic = f"{PREFIX}/cmd/{user}/privacy/{rule}/{verb}"
        await self.tell.commands.take(Message(topic, json.dumps(body).encode()))
        await settled()

    def codes(self, user: str) -> list[str]:
        heard = self.broker.on(f"{PREFIX}/reply/{user}/default")
        return [json.loads(message.payload)["code"] for message in heard]


async def test_an_order_that_is_understood_is_decided_by_whoever_decides() -> None:
    room = Room()
    task = asyncio.ensure_future(room.tell.run())
    await settled()

    await room.send("bert", "break_glass", {"reason": "somebody fell", "for_s": 120})
    await room.send("anna", "close_glass", {})
    task.cancel()

    orders = [command.order for command in room.delivered]
    assert orders == [LiftRule(RULE, "somebody fell", 120.0), CloseGlass(RULE)]
    assert room.delivered[0].actor == "bert"


@pytest.mark.parametrize(
    ("user", "args", "rule", "code"),
    [
        ("bert", {}, "bench", "invalid"),
        ("bert", {"reason": ""}, "bench", "invalid"),
        ("bert", {"reason": "x" * 401}, "bench", "invalid"),
        ("bert", {"reason": "x", "for_s": -1}, "bench", "invalid"),
        ("bert", {"reason": "x", "for": 60}, "bench", "invalid"),
        ("bert", {"reason": "x"}, "sofa", "invalid"),
        ("vera", {"reason": "x"}, "bench", "unauthorised"),
        ("mallory", {"reason": "x"}, "bench", "unauthorised"),
    ],
)
async def test_what_is_no_order_is_refused_at_the_door(
    user: str, args: object, rule: str, code: str
) -> None:
    room = Room()
    task = asyncio.ensure_future(room.tell.run())
    await settled()

    await room.send(user, "break_glass", args, rule)
    task.cancel()

    assert room.delivered == []
    assert room.codes(user) == [code]


async def test_everybody_sees_what_is_lifted_by_whom_why_and_until_when() -> None:
    room = Room()
    task = asyncio.ensure_future(room.tell.run())
    now_s = room.clock.now().mono_s
    lift = Lift(RULE, PersonName("bert"), "somebody fell", CommandId("b"), now_s, now_s + 600)
    world = World(desk=Desk(lifts={RULE: lift}))
    fact = GlassMoved(RULE, "lifted", PersonName("bert"), "somebody fell", now_s + 600)

    room.tell.tick(world, Decision(notices=(Notice(NoticeId("n1"), now_s, fact),)))
    await room.clock.advance(1.0)

    state = json.loads(room.broker.retained[f"{PREFIX}/privacy"].payload)
    [told] = state["lifted"]
    assert (told["rule"], told["by"], told["reason"]) == ("bench", "bert", "somebody fell")
    assert (told["since"], told["until"]) == ("2026-03-02T02:00:00Z", "2026-03-02T02:10:00Z")
    [event] = room.broker.on(f"{PREFIX}/event/glass/site")
    assert json.loads(event.payload)["what"] == "lifted"

    room.tell.tick(replace(world, desk=Desk()), Decision())
    await room.clock.advance(1.0)
    task.cancel()
    assert json.loads(room.broker.retained[f"{PREFIX}/privacy"].payload)["lifted"] == []


async def test_a_run_that_begins_says_that_every_rule_holds() -> None:
    room = Room()
    room.broker.take(Message(f"{PREFIX}/privacy", b"left by a run before", retain=True))
    task = asyncio.ensure_future(room.tell.run())

    room.tell.tick(World(), Decision())
    await room.clock.advance(1.0)
    task.cancel()

    assert json.loads(room.broker.retained[f"{PREFIX}/privacy"].payload)["lifted"] == []
