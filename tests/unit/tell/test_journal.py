"""The journal says what was seen and decided, and repeats nothing that did not change."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from orchestrator.domain.appearance import unknown
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.cause import ByTarget
from orchestrator.domain.desk import Case, Desk
from orchestrator.domain.ids import CameraId, IntentId, NoticeId, PolicyName, PresetName, TargetId
from orchestrator.domain.intent import (
    Alarm,
    Band,
    Decision,
    Intent,
    Notice,
    Reason,
    Setting,
    Severity,
    Shadowed,
    Trim,
)
from orchestrator.domain.policy import AtTarget, Enters, Look, Policy, PolicySet, Source
from orchestrator.domain.sighting import (
    CameraReported,
    Detections,
    Kind,
    LinkSeen,
    Report,
    Sighting,
    TrimEnd,
    TrimSeen,
)
from orchestrator.domain.world import World
from orchestrator.tell.journal import Journalist

GATE, DOCK = CameraId("gate"), CameraId("dock-ptz")
INTRUSION = PolicyName("intrusion")
SOURCE = Source(str(Path("policies") / "intrusion" / "policy.yaml"), 8)
POLICY = Policy(
    name=INTRUSION,
    version=1,
    because="nobody works at night",
    basis="",
    band=Band.ALARM,
    during=None,
    on=Enters((), (Kind.PERSON,)),
    when=(),
    hold_s=0.0,
    clear_s=0.0,
    cooldown_s=0.0,
    cooldown_per="target",
    do=(Look(AtTarget(), None, 45.0, SOURCE),),
    source=SOURCE,
)
INTENT = Intent(
    IntentId("r-1"),
    DOCK,
    PresetName("wide"),
    Band.ALARM,
    (TargetId("T1"),),
    Reason(INTRUSION, None, "nobody works at night"),
    granted_s=5.0,
    until_s=50.0,
)


def journalist() -> Journalist:
    return Journalist(PolicySet(policies=(POLICY,)))


def test_a_frame_is_written_with_its_boxes_and_whose_they_are() -> None:
    frame = Detections(
        GATE,
        4.9,
        Aim(35.0, -18.0, 62.0),
        640,
        360,
        np.array([[1, 2, 3, 4]], np.float32),
        np.array([0.9], np.float32),
        np.array([0], np.int8),
        unknown(1),
    )
    mine = Sighting(GATE, 4.9, Kind.PERSON, 0.9, (1, 2, 3, 4), (7.0, 8.0), None, TargetId("T1"))
    other = replace(mine, camera=DOCK, target=None)

    [line] = journalist().tick((frame,), World(now_s=5.0, sightings=(mine, other)), Decision())

    assert line == {
        "kind": "boxes",
        "at_s": 5.0,
        "camera": "gate",
        "exposed_s": 4.9,
        "size": [640, 360],
        "aim": [35.0, -18.0, 62.0],
        "boxes": [[1, 2, 3, 4, 0.9, "person", "T1"]],
    }


def test_a_grant_is_written_when_it_changes_and_when_it_ends() -> None:
    writer = journalist()
    granted = Decision(intents=(INTENT,))

    kinds = [
        [line["kind"] for line in writer.tick((), World(now_s=now_s), decision)]
        for now_s, decision in (
            (5.0, granted),
            (5.1, granted),
            (5.2, Decision(intents=(replace(INTENT, targets=()),))),
            (5.3, Decision()),
            (5.4, Decision()),
        )
    ]

    assert kinds == [["intent"], [], ["intent"], ["released"], []]


def test_whom_a_policy_asks_for_is_written_once_also_when_no_camera_was_granted() -> None:
    writer = journalist()
    cause = ByTarget(TargetId("T1"))
    case = Case(INTRUSION, cause, met_s=1.0, held_s=1.0)
    waiting = Desk(cases={(INTRUSION, cause): case})
    acting = Desk(cases={(INTRUSION, cause): replace(case, held_s=2.0, started_s=2.0)})

    lines = [
        list(writer.tick((), World(now_s=now_s, desk=desk), Decision()))
        for now_s, desk in ((1.0, waiting), (2.0, acting), (3.0, acting))
    ]

    assert lines == [
        [],
        [{"kind": "asked", "at_s": 2.0, "policy": "intrusion", "target": "T1"}],
        [],
    ]


def test_alarms_and_links_are_written() -> None:
    alarm = Alarm(Severity.HIGH, "Person in yard", INTRUSION, TargetId("T1"), None)
    decision = Decision(notices=(Notice(NoticeId("n-1"), 5.0, alarm),))
    lost = LinkSeen(GATE, 4.0, LinkState.OFFLINE, "gate does not answer")

    camera, told = journalist().tick((lost,), World(now_s=5.0), decision)

    assert (camera["link"], camera["reason"]) == ("offline", "gate does not answer")
    assert (told["kind"], told["severity"], told["say"]) == ("alarm", "high", "Person in yard")


def test_a_trim_is_written_when_it_changes_and_what_became_of_it() -> None:
    reason = Reason(INTRUSION, None, "rain")
    setting = Setting("brightness", 0.6, Band.ALARM, 50, reason, 1.0, 9.0)
    trimmed = TrimSeen(GATE, 1.5, ("brightness",), TrimEnd.SET)
    writer = journalist()

    def lines(*trims: Trim, seen: tuple[TrimSeen, ...] = ()) -> list[object]:
        return list(writer.tick(seen, World(now_s=1.0), Decision(trims=trims)))

    first = lines(Trim(GATE, (setting,)))
    later = replace(setting, until_s=10.0)
    assert first == [
        {
            "kind": "trim",
            "at_s": 1.0,
            "camera": GATE,
            "set": [["brightness", "60 %", INTRUSION]],
        }
    ]
    assert lines(Trim(GATE, (later,)), seen=(trimmed,)) == [
        {
            "kind": "trimmed",
            "at_s": 1.5,
            "camera": GATE,
            "what": ["brightness"],
            "end": "set",
            "reason": "",
        }
    ]
    assert lines() == [{"kind": "trim", "at_s": 1.0, "camera": GATE, "set": []}]


def test_what_a_camera_tells_of_itself_is_written() -> None:
    seen = (CameraReported(GATE, Report.INPUT, True, 1.5, "door"),)

    assert list(journalist().tick(seen, World(now_s=2.0), Decision())) == [
        {
            "kind": "said",
            "at_s": 1.5,
            "camera": GATE,
            "report": "input",
            "part": "door",
            "active": True,
        }
    ]


def test_what_a_policy_in_shadow_would_have_done_is_written() -> None:
    would = Shadowed(5.0, INTRUSION, "look", "would have turned gate", "T1", camera=GATE)

    [line] = journalist().tick((), World(now_s=5.0), Decision(shadows=(would,)))

    assert (line["kind"], line["what"], line["camera"]) == ("shadow", "look", GATE)
