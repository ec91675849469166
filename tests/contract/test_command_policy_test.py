"""`orchestrator policy test` as an author and a CI system use it."""

import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(
        ROOT / "config" / "demo",
        tmp_path / "config" / "demo",
        ignore=shutil.ignore_patterns("secrets"),
    )
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_shipped_policies_keep_what_their_cases_promise(project: Path) -> None:
    result = CliRunner().invoke(app, ["policy", "test", "config/demo"])

    assert result.exit_code == 0, result.output
    assert "not tried both ways" not in result.output
    assert " 0 failed" in result.output
    assert "FAIL" not in result.output


def test_a_case_that_does_not_hold_is_told_with_its_place_and_its_reason(project: Path) -> None:
    case = project / "policies" / "after-hours-intrusion" / "cases" / "at-noon.yaml"
    case.write_text(
        case.read_text("utf-8").replace(
            "{never: {looks_at: p1}}", "{by: 2s, looks_at: p1, because: after-hours-intrusion}"
        ),
        "utf-8",
    )

    result = CliRunner().invoke(
        app,
        ["policy", "test", "config/demo", "after-hours-intrusion", "--junit", "out.xml"],
    )

    assert result.exit_code == 1
    assert "FAIL  at-noon" in result.output
    assert "cases/at-noon.yaml:9: expected {by: 2s, looks_at: p1" in result.output
    assert "[ ] during closed-hours (22:00 to 05:00, now 12:00)" in result.output
    suites = ET.parse(project / "out.xml").getroot()
    assert [(one.get("name"), one.get("failures")) for one in suites] == [
        ("after-hours-intrusion", "1")
    ]
    assert suites.find("testsuite/testcase/failure") is not None


def test_a_mistake_in_a_case_stops_the_test_with_its_place(project: Path) -> None:
    case = project / "policies" / "rest-area" / "cases" / "not-even-an-operator.yaml"
    case.write_text(case.read_text("utf-8").replace("rest-area}", "rest-arae}"), "utf-8")

    result = CliRunner().invoke(app, ["policy", "test", "config/demo"])

    assert "unknown zone `rest-arae`" in str(result.exception)
    assert "did you mean `rest-area`" in str(result.exception)


def test_a_policy_without_cases_is_a_wrong_name(project: Path) -> None:
    result = CliRunner().invoke(app, ["policy", "test", "config/demo", "nigth-tour"])

    assert result.exit_code == 2
    assert "did you mean `night-tour`" in " ".join(result.output.split())
