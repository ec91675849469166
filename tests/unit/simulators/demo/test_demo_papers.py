"""The picture, the story and the summary say what was measured."""

import json
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

from simulators.demo.command import main
from simulators.demo.picture import drawn, estimated
from simulators.demo.report import Result, plain, recalls, table, written_summary
from simulators.demo.story import story
from simulators.depot import Area, Building, Depot
from simulators.score.records import Command, Estimate, JournalRecord, JournalStart, Reply, Targets
from simulators.score.sight import Layout, Obstacle, Zone
from simulators.score.summary import findings, summary
from tests.fakes.runs import Story, every, layout, world

DEPOT = Depot(
    20,
    16,
    areas=(Area("asphalt", ((0, 0), (20, 0), (20, 16), (0, 16))),),
    buildings=(Building("shed", ((12, 10), (16, 10), (16, 14), (12, 14)), 4.0),),
)


def site() -> Layout:
    shed = Obstacle(DEPOT.buildings[0].ring, 4.0)
    rest = Zone("rest", ((17, 13), (19, 13), (19, 15), (17, 15)))
    built = layout((shed,), (rest,))
    return Layout(built.stations, built.obstacles, built.private, (20.0, 16.0))


def result() -> Result:
    """Return a small run: one kept and one wrong hand-off, one acknowledged command."""
    scenes = [
        ("a", "a", 0.0, 6.0, "T1"),
        ("a", "b", 5.0, 12.0, "T1"),
        ("b", "a", 0.0, 4.0, "T2"),
        ("b", "b", 6.0, 8.0, "T1"),
    ]
    journal: list[JournalRecord] = [JournalStart(at_s=0.0)]
    journal += [
        Targets(at_s=at_s, targets=(Estimate("T1", "person", at_s, 8.0),)) for at_s in every(0, 12)
    ]
    evidence = Story(12, "ab", scenes).evidence(
        world(every(0, 12), {"a": (4.0, 8.0), "b": (9.0, 5.0)}),
        journal,
        [Command(1.0, "c1", "goto_preset"), Reply(1.1, "c1", "rejected", "privacy", "not there")],
    )
    found = findings(evidence, site())
    return Result(evidence, site(), found, summary(evidence, found))


@pytest.mark.slow
def test_the_plan_is_a_picture_with_something_on_it(tmp_path: Path) -> None:
    path = tmp_path / "plan.png"

    drawn(result(), DEPOT, path)

    pixels = matplotlib.image.imread(path)
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 1000
    assert len(np.unique((pixels[..., :3] * 15).astype(int).reshape(-1, 3), axis=0)) > 40


def test_an_identity_that_paused_is_drawn_with_a_gap() -> None:
    run = result()
    ways = estimated(run)

    assert list(ways) == ["T1"]
    assert not np.isnan(ways["T1"]).any()


def test_the_story_tells_moves_hand_offs_and_what_the_operator_heard() -> None:
    told = story(result(), {"yard-ptz": "yard-ptz  gate -> pose\n  won  hand-off-ahead"})

    assert "### yard-ptz\n\n```\nyard-ptz  gate -> pose\n  won  hand-off-ahead\n```" in told
    assert "| b | a | b | blind | T2 -> T1 | wrong |" in told
    assert "- `goto_preset`: rejected privacy" in told
    assert "| handoff_wrong | 0.500 | <= 0.1 | FAIL |" in told


def test_the_summary_holds_every_figure_its_gates_and_the_evidence(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"

    written_summary(result(), path)

    document = json.loads(path.read_text())
    assert (document["handoffs"], document["handoff_success"]) == (2, 0.5)
    assert document["time_on_target"] is None
    assert document["gates"]["handoff_wrong"] == {"wanted": "<= 0.1", "passed": False}
    assert [one["outcome"] for one in document["details"]["handoffs"]] == ["kept", "wrong"]
    assert document["passed"] is False


def test_the_table_has_a_row_for_every_figure() -> None:
    assert table(result()).row_count == 21


def test_recall_is_told_for_each_camera() -> None:
    assert recalls(result()) == {"a": 1.0, "b": 1.0}


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "no data"), (3, "3"), (0.5, "0.500"), (123.456, "123.5")]
)
def test_figures_are_shown_as_people_read_them(value: float | None, shown: str) -> None:
    assert plain(value) == shown


@pytest.mark.slow
def test_scoring_an_empty_folder_fails_and_says_that_there_is_no_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["score", "config/demo", "--out", str(tmp_path)])

    assert status == 1
    assert "no data" in capsys.readouterr().out
    assert json.loads((tmp_path / "summary.json").read_text())["people"] is None
