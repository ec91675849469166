"""State: told when it changes, and all of it again at every connection."""

import asyncio
import json
from dataclasses import replace
from typing import Self

from orchestrator.decide.explain import explained
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.ids import CameraId, IntentId, PolicyName, PresetName, TargetId
from orchestrator.domain.intent import (
    Band,
    Clause,
    Decision,
    Intent,
    Judgement,
    Reason,
    Refused,
    Shadowed,
)
from orchestrator.domain.sighting import Grip, Kind, PursuitSeen
from orchestrator.domain.target import Doubt, Pictured, Target
from orchestrator.domain.world import CameraState, World
from orchestrator.tell import Tell, farewell
from orchestrator.tell.records import document_of
from orchestrator.tell.state import JUDGEMENTS
from tests.fakes.bus import MemoryBroker, MemoryBus
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.desk import YARD, desk_site
from tests.fakes.store import MemoryStore

TRIAL = PolicyName("trial")
PREFIX = "orchestrator/depot"
STATE = f"{PREFIX}/camera/yard-ptz/state"
ONLINE = CameraState(LinkState.ONLINE, aim=Aim(41.234, -12.0, 60.0))
WALKER = Target(
    TargetId("T17"), Kind.PERSON, (1.234, 5.0), (0.5, 0.0), 0.3, 0.9, 0.0, 1.0, ((YARD, 1.0),)
)
REASON = Reason(
    PolicyName("after-hours"),
    None,
    "Nobody works at night.",
    "policies/after-hours/policy.yaml:8",
    (Clause("during closed-hours", "now 02:00", held=True),),
)


def intent(clock: VirtualClock) -> Intent:
    now_s = clock.now().mono_s
    return Intent(
        id=IntentId("i1"),
        camera=YARD,
        preset=PresetName("gate"),
        band=Band.ALARM,
        targets=(TargetId("T17"),),
        reason=REASON,
        granted_s=now_s,
        until_s=now_s + 45.0,
        lost=(Refused("night-tour", Band.PATROL, "band patrol is below alarm"),),
    )


class Stage:
    """A service that only tells its state."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.broker = MemoryBroker()
        self.store = MemoryStore()
        self.failures: list[str] = []
        self.tell = Tell(
            desk_site(),
            bus=MemoryBus(self.broker, will=farewell(desk_site())),
            store=self.store,
            clock=self.clock,
            deliver=lambda _: True,
            report=self.failures.append,
        )

    async def __aenter__(self) -> Self:
        self._task = asyncio.ensure_future(self.tell.run())
        await settled()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def show(self, state: CameraState = ONLINE, *targets: Target) -> None:
        """Tick once, and let the fifth of a second between two tellings pass."""
        world = World(cameras={YARD: state}, targets=targets)
        self.tell.tick(world, Decision())
        await self.clock.advance(0.25)

    def states(self) -> list[dict[str, object]]:
        return [json.loads(message.payload) for message in self.broker.on(STATE)]


async def test_a_camera_says_how_it_is_where_it_looks_and_who_has_it() -> None:
    async with Stage() as stage:
        world = World(cameras={YARD: ONLINE})
        stage.tell.tick(world, Decision(intents=(intent(stage.clock),)))
        await settled()

        [message] = stage.broker.on(STATE)
        assert message.retain
        assert json.loads(message.payload) == {
            "schema": "camera-state",
            "version": 1,
            "camera": "yard-ptz",
            "at": "2026-03-02T02:00:00Z",
            "link": "online",
            "reason": "",
            "moving": False,
            "aim": {"azimuth_deg": 41.2, "tilt_deg": -12.0, "hfov_deg": 60.0},
            "owner": {
                "band": "alarm",
                "policy": "after-hours",
                "actor": None,
                "because": "Nobody works at night.",
                "preset": "gate",
                "targets": ["T17"],
                "lease_until": "2026-03-02T02:00:45Z",
            },
            "following": None,
            "trim": [],
            "flaws": [],
            "floor_off_m": None,
            "ladder": None,
            "paused_by": None,
        }


async def test_a_head_that_follows_somebody_says_whom_and_how_well() -> None:
    async with Stage() as stage:
        granted = replace(intent(stage.clock), pursues=TargetId("T17"))
        seen = PursuitSeen(YARD, granted.id, TargetId("T17"), 1000.0, 0.14, Grip.IN_VIEW)
        world = World(cameras={YARD: replace(ONLINE, pursuit=seen)})
        stage.tell.tick(world, Decision(intents=(granted,)))
        await settled()
        stage.tell.tick(world, Decision(intents=(replace(granted, pursues=None),)))
        await stage.clock.advance(0.25)

        following = [state["following"] for state in stage.states()]
        assert following == [{"target": "T17", "how": "in view", "off": 0.1}, None]


async def test_a_state_is_told_when_it_changes_and_not_otherwise() -> None:
    async with Stage() as stage:
        for state in (ONLINE, ONLINE, replace(ONLINE, moving=True), replace(ONLINE, moving=True)):
            await stage.show(state)

        assert [state["moving"] for state in stage.states()] == [False, True]


async def test_ticks_between_two_tellings_are_skipped() -> None:
    async with Stage() as stage:
        await stage.show()
        for azimuth_deg in range(10):
            aim = Aim(float(azimuth_deg), 0.0, 60.0)
            stage.tell.tick(World(cameras={YARD: replace(ONLINE, aim=aim)}), Decision())
            await settled()
        await stage.clock.advance(0.25)

        told = [state["aim"] for state in stage.states()][1:]
        looks = [{"azimuth_deg": azimuth, "tilt_deg": 0.0, "hfov_deg": 60.0} for azimuth in (0, 9)]
        assert told == looks


async def test_everything_is_told_again_to_a_broker_that_forgot() -> None:
    async with Stage() as stage:
        await stage.show()
        stage.broker.stop()
        await settled()
        stage.broker.start()
        await stage.clock.advance(2.0)

        assert len(stage.states()) == 2
        online = [json.loads(one.payload)["state"] for one in stage.broker.on(f"{PREFIX}/status")]
        assert online == ["online", "online"]
        assert f"{PREFIX}/status" in stage.broker.retained


async def test_who_leaves_is_said_to_be_offline() -> None:
    async with Stage() as stage:
        await stage.show()

    assert json.loads(stage.broker.retained[f"{PREFIX}/status"].payload)["state"] == "offline"


async def test_people_in_pictures_and_doubts_are_told_and_once_more_when_there_are_none() -> None:
    gate, came, gone = CameraId("gate"), TargetId("T4"), TargetId("T1")
    seen = Pictured(came, Kind.PERSON, gate, (0.1, 0.2, 0.30004, 0.9), 0.0)
    async with Stage() as stage:
        for world in (
            World(pictured=(seen,), doubts=(Doubt(came, ((gone, 0.7),)),)),
            World(),
            World(),
        ):
            stage.tell.tick(world, Decision())
            await stage.clock.advance(0.25)

        first, last = [json.loads(one.payload) for one in stage.broker.on(f"{PREFIX}/identities")]
        assert first["pictured"] == [
            {"id": "T4", "kind": "person", "camera": "gate", "box": [0.1, 0.2, 0.3, 0.9]}
        ]
        assert first["doubts"] == [{"id": "T4", "may_be": [{"id": "T1", "probability": 0.7}]}]
        assert (last["pictured"], last["doubts"]) == ([], [])


async def test_everybody_on_the_floor_is_told_in_one_message_and_once_more_when_all_are_gone() -> (
    None
):
    async with Stage() as stage:
        await stage.show(ONLINE, WALKER, replace(WALKER, id=TargetId("T18")))
        await stage.show()
        await stage.show()

        told = [json.loads(one.payload)["targets"] for one in stage.broker.on(f"{PREFIX}/targets")]
        assert [[one["id"] for one in targets] for targets in told] == [["T17", "T18"], []]
        assert (told[0][0]["x_m"], told[0][0]["kind"], told[0][0]["cameras"]) == (
            1.23,
            "person",
            ["yard-ptz"],
        )


async def test_a_judgement_is_told_and_kept_for_explain() -> None:
    async with Stage() as stage:
        won = Judgement(stage.clock.now().mono_s, YARD, intent(stage.clock))
        stage.tell.tick(World(), Decision(judgements=(won,)))
        await settled()

        [message] = stage.broker.on(f"{PREFIX}/decision/yard-ptz")
        document = json.loads(message.payload)["document"]
        [kept] = await stage.store.explanations(YARD, until=None, limit=9)
        assert kept.document == document
        assert kept.at == "2026-03-02T02:00:00+00:00"
        assert document["won"]["clauses"] == [
            {"text": "during closed-hours", "found": "now 02:00", "held": True}
        ]
        assert document["lost"] == [
            {
                "claim": "night-tour",
                "band": "patrol",
                "reason": "band patrol is below alarm",
                "idle": False,
            }
        ]


async def test_what_is_kept_of_a_judgement_is_what_explain_prints() -> None:
    clock = VirtualClock()
    now_s = clock.now().mono_s
    arrived = Judgement(
        now_s,
        YARD,
        intent(clock),
        before=PresetName("dock"),
        aim=Aim(41.2, -12.0, 60.0),
        arrived_s=now_s + 0.6,
        error_deg=0.3,
    )

    text = explained(document_of(arrived, clock.now().wall))

    assert text.splitlines()[0] == (
        "yard-ptz  dock -> gate (41.2 deg / -12.0 deg)   02:00:00.000,"
        " arrived 02:00:00.600 (0.3 deg off), held until 02:00:45"
    )
    assert "[x] during closed-hours" in text
    assert "lost  night-tour" in text


async def test_what_a_policy_in_shadow_would_have_done_is_told_and_kept_apart() -> None:
    async with Stage() as stage:
        now_s = stage.clock.now().mono_s
        look = Shadowed(now_s, TRIAL, "look", "would have turned yard-ptz", "T1", camera=YARD)
        alarm = Shadowed(now_s, TRIAL, "alarm", "would have raised alarm low", "T1")
        stage.tell.tick(World(), Decision(shadows=(look, alarm)))
        await settled()

        told = [json.loads(one.payload) for one in stage.broker.on(f"{PREFIX}/shadow/trial")]
        assert [(one["schema"], one["what"], one["camera"]) for one in told] == [
            ("shadow", "look", "yard-ptz"),
            ("shadow", "alarm", None),
        ]
        [kept] = await stage.store.explanations(YARD, until=None, limit=9)
        assert explained(kept.document).splitlines() == [
            "yard-ptz  in shadow 02:00:00.000",
            "  trial would have turned yard-ptz",
        ]
        assert not stage.broker.on(f"{PREFIX}/decision/yard-ptz")


async def test_judgements_are_kept_while_the_broker_is_away_and_told_while_the_store_fails() -> (
    None
):
    async with Stage() as stage:
        stage.broker.stop()
        await settled()
        stage.tell.tick(World(), Decision(judgements=(Judgement(1000.0, YARD, None),)))
        await settled()
        assert len(await stage.store.explanations(YARD, until=None, limit=9)) == 1

        stage.broker.start()
        await settled()
        stage.store.failing = True
        stage.tell.tick(World(), Decision(judgements=(Judgement(1000.0, CameraId("x"), None),)))
        await settled()
        assert len(stage.broker.on(f"{PREFIX}/decision/x")) == 1


async def test_judgements_that_cannot_be_kept_are_reported_once_and_then_counted() -> None:
    async with Stage() as stage:
        stage.store.failing = True
        for _ in range(5):
            judged = Judgement(stage.clock.now().mono_s, YARD, None)
            stage.tell.tick(World(), Decision(judgements=(judged, judged)))
            await settled()
        await stage.clock.advance(10.0)
        stage.tell.tick(World(), Decision())

        first, second = stage.failures
        assert first.startswith("judgements could not be kept")
        assert "the disk is full" in first
        assert (first[-10:], second[-11:]) == ("(2 so far)", "(10 so far)")


def test_judgements_that_nobody_takes_are_lost_aloud() -> None:
    stage = Stage()
    judged = (Judgement(1000.0, YARD, None),) * (JUDGEMENTS + 7)
    stage.tell.tick(World(), Decision(judgements=judged))

    assert stage.tell.state.lost.count == 7
    assert stage.failures == [f"judgements are lost: {JUDGEMENTS} wait to be kept (1 so far)"]
