"""One suite for the ``Store`` port: the fake in memory and the real SQLite file keep the same promises."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.store import opened
from orchestrator.domain.camera import AxisSpeed, Motors, Passport, Preset, PtzPose, Stream
from orchestrator.domain.ids import (
    CameraId,
    CommandId,
    NoticeId,
    PersonName,
    PolicyName,
    PresetName,
)
from orchestrator.domain.imaging import Imaging, Mode, Owed
from orchestrator.domain.intent import Alarm, OpenAlarm, Severity
from orchestrator.domain.moving import Moves, Span, StopWay, Way
from orchestrator.domain.sighting import Inherited
from orchestrator.ports import (
    Approval,
    Credentials,
    Explanation,
    Outgoing,
    Receipt,
    Remembered,
    Secret,
    Store,
    Tls,
)
from tests.fakes.store import MemoryStore

GATE = CameraId("gate")
FIRST = CommandId("anna/1")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    chosen: Store = (
        MemoryStore() if request.param == "memory" else await opened(tmp_path / "store.sqlite")
    )
    yield chosen
    await chosen.aclose()


def approval(host: str) -> Approval:
    return Approval(GATE, host, 80, "/onvif/device_service", "gate", "SIM-1", "anna")


def fact(number: int, topic: str = "o/s/alarm/1") -> Outgoing:
    return Outgoing(NoticeId(f"n{number}"), topic, f"payload {number}".encode(), retain=True)


async def test_an_approval_replaces_the_one_before(store: Store) -> None:
    await store.approve(approval("127.0.0.1"))
    await store.approve(approval("127.0.0.2"))

    assert await store.approvals() == [approval("127.0.0.2")]


@pytest.mark.parametrize("tls", [None, Tls(None), Tls("ab" * 32)])
async def test_an_approval_keeps_how_a_camera_shows_who_it_is(
    store: Store, tls: Tls | None
) -> None:
    word = replace(
        approval("127.0.0.1"), tls=tls, password_text=tls is not None, endpoint_reference="urn:a"
    )
    await store.approve(word)

    assert await store.approvals() == [word]


async def test_a_passport_is_kept_as_it_was_in_place_of_the_one_before(store: Store) -> None:
    assert await store.remembered(GATE) is None
    passport = Passport(
        *(GATE, "Maker", "Model", "SIM-1", "1.0.0", frozenset({"device", "ptz"})),
        streams=(Stream("main", "rtsp://192.0.2.1:554/main", 640, 360, 12.5, "H264"),),
        presets=(
            Preset(PresetName("gate"), PtzPose(0.5, -0.25, 0.75)),
            Preset(PresetName("yard"), None),
        ),
        has_ptz=True,
        reports_move_status=False,
        authentication="http-digest",
        clock_offset_s=-0.25,
        imaging=frozenset({"brightness"}),
        auxiliary=("tt:Wiper|On",),
        moves=Moves(
            frozenset({Way.ABSOLUTE, Way.CONTINUOUS}),
            timeout_s=(0.0, 10.0),
            spaces=(Span("PanTiltSpaces/PositionGenericSpace", "x", -1.0, 1.0),),
        ),
        rewritten=frozenset({"ptz"}),
    )

    await store.remember(Remembered(passport, "2026-03-01T12:00:00+01:00"))
    newest = Remembered(replace(passport, firmware="1.1.0"), "2026-03-02T12:00:00+01:00")
    await store.remember(newest)

    assert await store.remembered(GATE) == newest
    assert await store.remembered(CameraId("yard")) is None


async def test_what_was_measured_of_a_head_is_kept_in_place_of_what_was_before(
    store: Store,
) -> None:
    assert await store.measured(GATE) is None
    motors = Motors(
        *("SIM-1", "1.0.0", "2026-03-01T12:00:00+01:00"),
        latency_s=0.15,
        pan=AxisSpeed(120.5, 360.0),
        step_deg=(170.0, 45.0),
        timeout_s=0.1,
        stop=StopWay.ZERO,
        fields=((0.0, 60.0), (1.0, 12.0)),
        presets=(Preset(PresetName("gate"), PtzPose(0.5, -0.25, 0.75)),),
        unmeasured=("tilt: it does not turn",),
    )

    await store.measure(GATE, Motors("SIM-0", "0.9", "2026-02-01T12:00:00+01:00"))
    await store.measure(GATE, motors)

    assert await store.measured(GATE) == motors
    assert await store.measured(CameraId("yard")) is None


async def test_what_a_camera_is_owed_is_kept_until_it_was_given_back(store: Store) -> None:
    assert await store.owed(GATE) == Owed()
    before = Owed(Imaging(brightness=0.43, ir_cut=Mode.AUTO), ("tt:Wiper|Off",))

    await store.owe(GATE, Owed(Imaging(sharpness=0.1)))
    await store.owe(GATE, before)

    assert await store.owed(GATE) == before
    assert await store.owed(CameraId("yard")) == Owed()
    await store.owe(GATE, Owed())
    assert await store.owed(GATE) == Owed()


async def test_a_subscription_is_noted_until_it_was_given_back(store: Store) -> None:
    assert await store.subscription(GATE) == ""

    await store.note_subscription(GATE, "the first")
    await store.note_subscription(GATE, "the second")

    assert await store.subscription(GATE) == "the second"
    assert await store.subscription(CameraId("yard")) == ""
    await store.note_subscription(GATE, "")
    assert await store.subscription(GATE) == ""


async def test_a_refused_login_is_known_again_and_no_other_one(store: Store) -> None:
    refused = Credentials("anna", Secret("wrong"))
    assert await store.refusal(GATE, refused) == ""

    await store.note_refusal(GATE, Credentials("anna", Secret("older")), "the first")
    await store.note_refusal(GATE, refused, "the camera refused the login")

    assert await store.refusal(GATE, refused) == "the camera refused the login"
    for other in (Credentials("anna", Secret("right")), Credentials("otto", Secret("wrong"))):
        assert await store.refusal(GATE, other) == ""
    assert await store.refusal(CameraId("yard"), refused) == ""

    await store.forgive(GATE)
    assert await store.refusal(GATE, refused) == ""


async def test_what_a_run_leaves_is_kept_until_it_leaves_something_else(store: Store) -> None:
    assert await store.inherited() == Inherited()
    alarm = Alarm(Severity.HIGH, "Storm", PolicyName("storm"), None, None, (PersonName("desk"),))
    names = (NoticeId("n1"), NoticeId("n2"))
    waiting = OpenAlarm(alarm, names, 60.0, (PersonName("boss"),), 1_773_180_000.125)
    left = Inherited({"storm": True, "maintenance": False}, {NoticeId("n1"): waiting})

    await store.leave(replace(left, flags={}))
    await store.leave(left)

    assert await store.inherited() == left
    await store.leave(Inherited())
    assert await store.inherited() == Inherited()


async def test_a_new_command_has_no_receipt_and_a_repeat_returns_the_first_one(
    store: Store,
) -> None:
    assert await store.receive(FIRST, "anna", "reply/1") is None
    assert await store.receive(FIRST, "anna", "reply/2") == Receipt(FIRST, "anna", "reply/1", None)


async def test_a_repeat_brings_the_last_answer(store: Store) -> None:
    await store.receive(FIRST, "anna", "reply/1")
    await store.answered(FIRST, "anna", b"accepted")
    await store.answered(FIRST, "anna", b"done", final=True)

    assert await store.receipt(FIRST, "anna") == Receipt(FIRST, "anna", "reply/1", b"done")


async def test_the_same_id_of_another_client_is_another_command(store: Store) -> None:
    await store.receive(FIRST, "anna", "reply/1")

    assert await store.receive(FIRST, "bert", "reply/2") is None


async def test_looking_up_a_receipt_remembers_nothing(store: Store) -> None:
    assert await store.receipt(FIRST, "anna") is None
    assert await store.receive(FIRST, "anna", "reply/1") is None


async def test_a_command_is_unfinished_until_its_final_answer(store: Store) -> None:
    for number in (1, 2, 3):
        await store.receive(CommandId(f"anna/{number}"), "anna", "reply/1")
    await store.answered(CommandId("anna/1"), "anna", b"done", final=True)
    await store.answered(CommandId("anna/2"), "anna", b"accepted")
    await store.answered(CommandId("anna/1"), "anna", b"late", final=False)

    unfinished = [receipt.command for receipt in await store.unfinished()]

    assert unfinished == ["anna/2", "anna/3"]


async def test_facts_leave_in_the_order_they_came(store: Store) -> None:
    await store.keep([fact(2), fact(1)])
    await store.keep([fact(3)])

    assert await store.unsent(2) == [fact(2), fact(1)]
    assert await store.unsent(9) == [fact(2), fact(1), fact(3)]


async def test_a_fact_kept_twice_is_delivered_once(store: Store) -> None:
    await store.keep([fact(1)])
    await store.keep([fact(1), fact(2)])
    await store.sent([NoticeId("n1")])
    await store.keep([fact(1)])

    assert await store.unsent(9) == [fact(2)]


async def test_marking_facts_that_nobody_kept_changes_nothing(store: Store) -> None:
    await store.keep([fact(1)])
    await store.sent([NoticeId("unknown")])
    await store.sent([])
    await store.keep([])

    assert await store.unsent(9) == [fact(1)]


async def test_a_retained_fact_stands_until_its_topic_is_taken_down(store: Store) -> None:
    await store.keep([fact(1, "alarm/1"), fact(2, "alarm/2"), fact(3, "alarm/3")])
    await store.keep([Outgoing(NoticeId("n4"), "event/1", b"moved", retain=False)])
    await store.sent([NoticeId("n1"), NoticeId("n2")])
    await store.keep([Outgoing(NoticeId("n2.down"), "alarm/2", b"", retain=True)])
    await store.keep([fact(5, "alarm/1")])

    assert await store.standing() == ["alarm/3", "alarm/1"]


async def test_judgements_come_newest_first_whatever_their_time_zone(store: Store) -> None:
    early = Explanation("2026-03-29T01:59:00+01:00", GATE, {"won": "a", "lost": []})
    late = Explanation("2026-03-29T03:00:30+02:00", GATE, {"won": "b", "lost": [1.5, None]})
    await store.explain([late, early, Explanation(early.at, CameraId("other"), {})])

    assert await store.explanations(GATE, until=None, limit=9) == [late, early]
    assert await store.explanations(GATE, until="2026-03-29T01:00:00+00:00", limit=9) == [early]
    assert await store.explanations(GATE, until=None, limit=1) == [late]


async def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    await asyncio.gather(*(store.keep([fact(number)]) for number in range(20)))
    await asyncio.gather(*(store.receive(FIRST, "anna", "r") for _ in range(5)))

    assert len(await store.unsent(99)) == 20
    assert len(await store.unfinished()) == 1
