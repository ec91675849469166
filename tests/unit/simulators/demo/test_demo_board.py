"""The live board tells what happened, once, and counts what is seen so far."""

from pathlib import Path

from simulators.demo.board import Board
from simulators.demo.show import Tail, status
from simulators.score.records import (
    AlarmRecord,
    Failure,
    IntentRecord,
    JournalRecord,
    JournalStart,
    LinkChange,
    Released,
)
from tests.fakes.runs import boxes, found


def lines(*records: JournalRecord) -> list[str]:
    board = Board(("a", "b"))
    return [line for record in records for line in board.add(record)]


def intent(at_s: float, name: str, *targets: str) -> IntentRecord:
    return IntentRecord(
        at_s=at_s,
        id=name,
        camera="p",
        preset="gate",
        band="handoff",
        targets=targets,
        policy="hand-off-ahead",
        because="T1 is expected in 3 s",
    )


def test_a_camera_is_told_when_its_link_changes_and_not_again() -> None:
    told = lines(
        LinkChange(at_s=1, camera="a", link="online"),
        LinkChange(at_s=2, camera="a", link="online"),
        LinkChange(at_s=3, camera="a", link="offline", reason="no answer"),
    )

    assert told == ["a is online", "a is offline (no answer)"]


def test_an_order_is_told_with_its_reason_once() -> None:
    told = lines(intent(1, "i1", "T1"), intent(2, "i1", "T1", "T2"))

    assert told == ["p -> gate: [handoff] hand-off-ahead for T1: T1 is expected in 3 s"]


def test_an_identity_in_another_camera_is_a_hand_off_seen() -> None:
    told = lines(
        boxes(1, "a", found("a", "T1")),
        boxes(2, "b", found("a", "T1")),
        boxes(3, "b", found("a", "T1")),
        boxes(4, "b", found("b", "T2")),
    )

    assert told == ["T1 handed from a to b"]


def test_alarms_and_failures_are_told() -> None:
    told = lines(
        AlarmRecord(at_s=1, say="person in yard", severity="high"), Failure(at_s=2, what="watch a")
    )

    assert told == ["alarm (high): person in yard", "FAILURE: watch a"]


def test_the_status_counts_what_is_so_far() -> None:
    board = Board(("a", "b"))
    for record in (
        JournalStart(at_s=10.0),
        LinkChange(at_s=11.0, camera="a", link="online"),
        intent(12.0, "i1"),
        Released(at_s=13.0, camera="p"),
    ):
        assert list(board.add(record)) is not None

    assert status(board) == (
        "1/2 cameras online, 0 people tracked, 0 hand-offs seen, 1 PTZ orders, 0 alarms"
    )
    assert (board.intents, board.elapsed_s) == ({}, 3.0)


def test_half_a_line_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    tail = Tail(path)
    assert list(tail.new()) == []

    path.write_text('{"kind":"failure","at_s":1,"what":"x"}\n{"kind":"fail')
    first = list(tail.new())
    with path.open("a") as file:
        file.write('ure","at_s":2,"what":"y"}\nnot json\n')
    second = list(tail.new())
    tail.close()

    assert (first, second) == ([Failure(1.0, "x")], [Failure(2.0, "y")])
