"""The summary counts what the recordings say; what they do not say is missing and fails."""

from dataclasses import replace
from typing import Any

import pytest

from simulators.score.evidence import Evidence, journal_of, session_of, truth_of
from simulators.score.gates import Verdict, passed, verdicts
from simulators.score.records import (
    Command,
    Discovered,
    Exit,
    Failure,
    JournalStart,
    Left,
    Onboarded,
    Reply,
    SessionRecord,
)
from simulators.score.summary import Summary, acknowledged, failures, findings, summary
from tests.fakes.runs import BEGIN, Story, boxes, every, layout

GOOD = Summary(
    cameras_present=6,
    cameras_discovered=6,
    cameras_onboarded=6,
    onboarding_s=3.0,
    detect_fps_per_camera=5.0,
    detection_recall=0.85,
    detection_precision=0.9,
    people=5,
    handoffs=10,
    handoff_success=0.8,
    handoff_wrong=0.1,
    idf1=0.7,
    ptz_moves=6,
    ptz_pre_aimed=0.5,
    time_on_target=0.6,
    policy_to_motion_ms_p50=100.0,
    policy_to_motion_ms_p95=200.0,
    mqtt_commands=9,
    mqtt_acknowledged=9,
    privacy_violations=0,
    failures=0,
)


def summarised(evidence: Evidence) -> Summary:
    return summary(evidence, findings(evidence, layout()))


def changed(name: str, value: float | None) -> Summary:
    figures: dict[str, Any] = {name: value}
    return replace(GOOD, **figures)


def test_a_run_at_every_limit_passes() -> None:
    assert passed(GOOD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cameras_onboarded", 5),
        ("detection_recall", 0.849),
        ("handoff_success", 0.79),
        ("handoff_wrong", 0.11),
        ("time_on_target", 0.59),
        ("people", 4),
        ("handoffs", 9),
        ("ptz_moves", 5),
        ("ptz_pre_aimed", 0.49),
        ("detect_fps_per_camera", 4.99),
        ("privacy_violations", 1),
        ("mqtt_acknowledged", 8),
        ("failures", 1),
    ],
)
def test_each_gate_closes_alone(name: str, value: float) -> None:
    worse = changed(name, value)

    assert [verdict.name for verdict in verdicts(worse) if verdict.passed is False] == [name]
    assert not passed(worse)
    assert not passed(changed(name, None))


def test_a_figure_without_a_gate_is_not_judged() -> None:
    assert Verdict("idf1", 0.7, "", None) in verdicts(GOOD)


def test_a_run_without_recordings_has_no_figures_and_fails() -> None:
    empty = Evidence(truth_of([]), journal_of([]), session_of([]))

    figures = summarised(empty)

    assert {getattr(figures, name) for name in Summary.__dataclass_fields__} == {None}
    assert not passed(figures)


def test_cameras_are_counted_where_they_were_found() -> None:
    evidence = Evidence(
        truth_of([BEGIN]),
        journal_of(
            [
                JournalStart(at_s=1.0),
                Onboarded(at_s=3.0, camera="a"),
                Onboarded(at_s=4.0, camera="a"),
                Onboarded(at_s=2.0, camera="stranger"),
            ]
        ),
        session_of([Discovered(hosts=("127.0.0.1", "127.0.0.2", "127.0.0.99"))]),
    )

    figures = summarised(evidence)

    assert (figures.cameras_present, figures.cameras_discovered) == (3, 2)
    assert (figures.cameras_onboarded, figures.onboarding_s) == (1, None)


def test_onboarding_ends_with_the_last_camera() -> None:
    journal = journal_of(
        [JournalStart(at_s=1.0)]
        + [Onboarded(at_s=at_s, camera=camera) for at_s, camera in ((2, "a"), (5, "b"), (3, "p"))]
    )

    figures = summarised(Evidence(truth_of([BEGIN]), journal, session_of([])))

    assert (figures.cameras_onboarded, figures.onboarding_s) == (3, 4.0)


def command(at_s: float, name: str, *, repeat: bool = False) -> Command:
    return Command(at_s=at_s, id=name, verb="goto", repeat=repeat)


def reply(at_s: float, name: str, step: str = "accepted") -> Reply:
    return Reply(at_s=at_s, id=name, step=step)


def test_a_command_without_any_reply_is_not_acknowledged() -> None:
    session = session_of([command(1, "one"), command(2, "two"), reply(1.1, "one")])

    assert acknowledged(session) == 1


def test_a_rejection_acknowledges() -> None:
    assert acknowledged(session_of([command(1, "one"), reply(1.1, "one", "rejected")])) == 1


def test_a_repeated_id_needs_a_reply_of_its_own() -> None:
    sent: list[SessionRecord] = [
        command(1, "one"),
        reply(1.1, "one"),
        reply(1.5, "one", "done"),
        command(5, "one", repeat=True),
    ]

    assert acknowledged(session_of(sent)) == 1
    assert acknowledged(session_of([*sent, reply(5.1, "one", "done")])) == 2


def test_crashes_wrong_exits_and_leftovers_are_failures() -> None:
    found = failures(
        journal_of([Failure(at_s=1.0, what="watch gate crashed")]),
        session_of(
            [
                Exit(process="run", code=1),
                Exit(process="serve", code=-15, expected=-15),
                Left(process="broker"),
            ]
        ),
    )

    assert found == (
        "task: watch gate crashed",
        "run ended with status 1 instead of 0",
        "broker was left running",
    )


def test_a_perfect_story_scores_one_everywhere() -> None:
    story = Story(
        12, "ab", [("a", "a", 0, 6, "T1"), ("a", "b", 5, 12, "T1"), ("b", "b", 1, 9, "T2")]
    )

    figures = summarised(story.evidence(journal=[JournalStart(at_s=0.0)]))

    assert (figures.detection_recall, figures.detection_precision) == (1.0, 1.0)
    assert (figures.idf1, figures.handoff_success, figures.handoff_wrong) == (1.0, 1.0, 0.0)
    assert (figures.people, figures.handoffs, figures.failures) == (2, 1, 0)


def test_pictures_that_cannot_be_dated_are_a_failure_and_not_an_excuse() -> None:
    dated = Story(4.0, cameras=("a",)).evidence()
    late = [boxes(at_s, "a", late_s=30.0) for at_s in every(0.0, 4.0)]
    undated = Story(4.0, cameras=("a",)).evidence(journal=late)

    assert findings(dated, layout()).failures == ()
    [failure] = findings(undated, layout()).failures
    assert "no true picture of their time" in failure
