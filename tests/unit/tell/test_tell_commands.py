"""Commands in: who is let through, what is answered, and that nothing is executed twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from orchestrator.domain.ids import CommandId, NoticeId, PersonName, PolicyName, PresetName
from orchestrator.domain.intent import Answer, Decision, Notice, Step
from orchestrator.domain.sighting import (
    Acknowledge,
    Command,
    GotoPreset,
    Order,
    PausePolicy,
    Release,
    ResumePolicy,
    SetFlag,
    TakeControl,
)
from orchestrator.domain.world import World
from orchestrator.ports import Message
from orchestrator.tell import Tell
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import GATE, NIGHT_TOUR, YARD, desk_site
from tests.fakes.store import MemoryStore

PREFIX = "orchestrator/depot"
GOTO = f"{PREFIX}/cmd/anna/camera/yard-ptz/goto_preset"
REPLY = f"{PREFIX}/reply/anna/default"


@dataclass
class Desk:
    """A service that only tells, an operator at a console, and what got through to thinking."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    broker: MemoryBroker = field(default_factory=MemoryBroker)
    store: MemoryStore = field(default_factory=MemoryStore)
    delivered: list[Command] = field(default_factory=list)
    room: bool = True
    fresh: VirtualClock | None = None

    def __post_init__(self) -> None:
        self.tell = Tell(
            desk_site(),
            bus=MemoryBus(self.broker),
            store=self.store,
            clock=self.clock,
            deliver=self.deliver,
            fresh=self.fresh,
        )

    def deliver(self, command: Command) -> bool:
        if self.room:
            self.delivered.append(command)
        return self.room

    def body(self, id_: str = "c1", age_s: float = 0.0, **more: object) -> dict[str, object]:
        issued = self.clock.now().wall - timedelta(seconds=age_s)
        return {"id": id_, "issued_at": issued.isoformat(), "args": {"preset": "gate"}} | more

    async def send(
        self,
        body: Mapping[str, object] | bytes,
        topic: str = GOTO,
        *,
        retain: bool = False,
    ) -> None:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        await self.tell.commands.take(Message(topic, payload, retain))
        await settled()

    async def answer(self, step: Step, command: str = "anna/c1", code: str = "") -> None:
        """Let thinking answer a command."""
        fact = Answer(CommandId(command), step, code, "as it was decided")
        notice = Notice(NoticeId(f"n-{command}-{step.value}"), self.clock.now().mono_s, fact)
        self.tell.tick(World(), Decision(notices=(notice,)))
        await settled()

    def heard(self, topic: str = REPLY) -> list[tuple[str, str, str]]:
        """Return the answers on a reply topic as (id, step, code)."""
        answers = [json.loads(message.payload) for message in self.broker.on(topic)]
        return [(one["id"], one["step"], one["code"]) for one in answers]

    def sentence(self) -> str:
        """Return what the last answer says."""
        return str(json.loads(self.broker.on(REPLY)[-1].payload)["say"])


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Desk]:
    task = asyncio.ensure_future(desk.tell.run())
    await settled()
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def order_of(verb: str, args: Mapping[str, object], about: str = "camera/yard-ptz") -> Order:
    async with running(Desk()) as desk:
        await desk.send(desk.body(args=args), f"{PREFIX}/cmd/anna/{about}/{verb}")
        [command] = desk.delivered
        return command.order


async def test_a_command_is_delivered_under_the_name_of_its_topic() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body())

        [command] = desk.delivered
        assert command.actor == PersonName("anna")
        assert command.id == CommandId("anna/c1")
        assert command.order == GotoPreset(YARD, PresetName("gate"))


async def test_every_verb_becomes_its_order() -> None:
    tour = f"policy/{NIGHT_TOUR}"
    assert await order_of("take_control", {"hold_s": 20}) == TakeControl(YARD, 20.0)
    assert await order_of("take_control", {}) == TakeControl(YARD, 60.0)
    assert await order_of("release", {}) == Release(YARD)
    assert await order_of("pause_policy", {"for_s": 60}, tour) == PausePolicy(NIGHT_TOUR, 60.0)
    assert await order_of("pause_policy", {}, tour) == PausePolicy(NIGHT_TOUR, None)
    assert await order_of("resume_policy", {}, tour) == ResumePolicy(PolicyName(NIGHT_TOUR))
    alarm = "alarm/r-n7"
    assert await order_of("acknowledge", {}, alarm) == Acknowledge(NoticeId("r-n7"))
    flag = "flag/maintenance"
    assert await order_of("set_flag", {}, flag) == SetFlag("maintenance", up=True)
    assert await order_of("clear_flag", {}, flag) == SetFlag("maintenance", up=False)


async def test_answers_go_where_the_command_asked_in_the_order_they_were_given() -> None:
    desk_topic = f"{PREFIX}/reply/anna/desk-1"
    async with running(Desk()) as desk:
        await desk.send(desk.body(reply_to=desk_topic))
        for step in (Step.ACCEPTED, Step.STARTED, Step.DONE):
            await desk.answer(step)

        steps = [("c1", step, "") for step in ("accepted", "started", "done")]
        assert desk.heard(desk_topic) == steps


async def test_a_repeat_hears_the_answer_again_and_moves_nothing() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body())
        await desk.send(desk.body())
        await desk.answer(Step.DONE)
        await desk.clock.advance(60)
        await desk.send(desk.body(age_s=60))

        assert len(desk.delivered) == 1
        assert desk.heard() == [("c1", "done", ""), ("c1", "done", "")]


async def test_the_same_id_of_another_user_is_another_command() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body())
        await desk.send(desk.body(), GOTO.replace("anna", "bert"))

        assert [command.id for command in desk.delivered] == ["anna/c1", "bert/c1"]


async def test_a_restart_repeats_no_command_and_closes_what_was_open() -> None:
    store = MemoryStore()
    async with running(Desk(store=store)) as before:
        await before.send(before.body("done"))
        await before.answer(Step.DONE, "anna/done")
        await before.send(before.body("open"))
        await before.answer(Step.ACCEPTED, "anna/open")

    async with running(Desk(store=store)) as after:
        await after.send(after.body("done"))
        await after.send(after.body("open"))

        assert after.delivered == []
        assert after.heard() == [
            ("open", "failed", ""),
            ("done", "done", ""),
            ("open", "failed", ""),
        ]


async def test_only_operators_of_the_site_may_command() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body(), GOTO.replace("anna", "vera"))
        await desk.send(desk.body(), GOTO.replace("anna", "mallory"))

        assert desk.delivered == []
        assert desk.heard(f"{PREFIX}/reply/vera/default") == [("c1", "rejected", "unauthorised")]
        assert desk.heard(f"{PREFIX}/reply/mallory/default") == [("c1", "rejected", "unauthorised")]


async def test_a_command_that_is_too_old_or_from_the_future_has_expired() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body("old", age_s=31, expires_in=3600))
        await desk.send(desk.body("short", age_s=3, expires_in=2))
        await desk.send(desk.body("early", age_s=-31))
        await desk.send(desk.body("slow", age_s=29, expires_in=60))

        codes = [("old", "rejected", "expired"), ("short", "rejected", "expired")]
        assert desk.heard() == [*codes, ("early", "rejected", "expired")]
        assert [command.id for command in desk.delivered] == ["anna/slow"]


async def test_a_retained_command_is_refused() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body(), retain=True)

        assert desk.delivered == []
        assert desk.heard() == [("c1", "rejected", "invalid")]
        assert "retain" in desk.sentence()


async def test_answers_are_sent_to_nobody_elses_topic() -> None:
    bert = f"{PREFIX}/reply/bert/default"
    async with running(Desk()) as desk:
        for stolen in (
            bert,
            f"{PREFIX}/status",
            f"{PREFIX}/reply/anna/a/b",
            f"{PREFIX}/reply/anna/#",
        ):
            await desk.send(desk.body(reply_to=stolen))

        assert desk.delivered == []
        assert desk.broker.on(bert) == []
        assert desk.heard() == [("c1", "rejected", "invalid")] * 4


async def test_what_the_site_does_not_have_is_named_beside_what_it_has() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body(), GOTO.replace("yard-ptz", "yrad"))
        assert "`yrad` (cameras that move: yard-ptz)" in desk.sentence()
        await desk.send(desk.body(), GOTO.replace("yard-ptz", GATE))
        assert "is fixed" in desk.sentence()
        await desk.send(desk.body(), GOTO.replace("goto_preset", "explode"))
        assert "use goto_preset, take_control, nudge, release" in desk.sentence()
        await desk.send(desk.body(args={}), f"{PREFIX}/cmd/anna/policy/tour/pause_policy")
        assert f"`tour` (policies: {NIGHT_TOUR})" in desk.sentence()
        await desk.send(desk.body(args={}), f"{PREFIX}/cmd/anna/door/1/open")
        assert "`camera` or `policy`" in desk.sentence()
        assert desk.delivered == []


async def test_a_refusal_names_the_topic_and_the_fault() -> None:
    async with running(Desk()) as desk:
        await desk.send(desk.body(args={"preset": "gate", "speed": 9}))

        assert desk.heard() == [("c1", "rejected", "invalid")]
        assert desk.sentence().startswith(f"`{GOTO}`: the body is not this command")
        assert "`speed`" in desk.sentence()


async def test_a_sixth_command_in_a_second_to_one_camera_is_too_many() -> None:
    async with running(Desk()) as desk:
        for number in range(6):
            await desk.send(desk.body(f"c{number}"))
        assert len(desk.delivered) == 5
        assert desk.heard() == [("c5", "rejected", "busy")]

        await desk.clock.advance(0.2)
        await desk.send(desk.body("c5"))
        assert len(desk.delivered) == 6


async def test_without_room_a_command_is_answered_busy_and_stays_answered() -> None:
    async with running(Desk(room=False)) as desk:
        await desk.send(desk.body())
        desk.room = True
        await desk.send(desk.body())

        assert desk.delivered == []
        assert desk.heard() == [("c1", "rejected", "busy")] * 2


async def test_a_flood_of_nonsense_is_answered_at_a_measured_pace() -> None:
    async with running(Desk()) as desk:
        for _ in range(100):
            await desk.send(b"\xff")

        assert len(desk.heard()) == 20
        assert desk.tell.commands.unanswered_refusals == 80
        assert await desk.store.unfinished() == []


async def test_steering_goes_on_while_the_store_fails_and_repeats_are_still_known() -> None:
    async with running(Desk()) as desk:
        desk.store.failing = True
        await desk.send(desk.body())
        await desk.send(desk.body())
        await desk.answer(Step.DONE)

        assert len(desk.delivered) == 1
        assert desk.heard() == [("c1", "done", "")]


async def test_a_moved_calendar_does_not_make_commands_look_old() -> None:
    real = VirtualClock(wall=VirtualClock().now().wall + timedelta(days=90))
    desk = Desk(fresh=real)
    await desk.send(desk.body(age_s=0) | {"issued_at": real.now().wall.isoformat()})

    assert len(desk.delivered) == 1
