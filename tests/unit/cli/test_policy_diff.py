"""`policy diff`: what was changed, key by key, what that changes in the cases, and exit codes."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app

DEMO, POLICIES = "config/demo", Path("policies")


def diff(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["policy", "diff", *map(str, arguments)])
    return result.exit_code, result.stdout


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The shipped policies, with the alarm made louder and the tour dropped."""
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    shutil.rmtree(folder / "night-tour")
    policy = folder / "after-hours-intrusion" / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("severity: high", "severity: low"), "utf-8")
    return folder


def test_a_folder_does_not_differ_from_itself() -> None:
    assert diff(POLICIES, POLICIES) == (0, "no rule differs\n")
    assert diff(DEMO, DEMO) == (0, "no rule differs\n")


def test_rules_that_were_changed_or_removed_are_told(other: Path) -> None:
    code, told = diff(POLICIES, other)

    assert code == 1
    assert "after-hours-intrusion (policy) changed, " in told
    assert "  15: do 2 (alarm) > alarm > severity: was `high`, is `low`\n" in told
    assert "night-tour (patrol) removed, policies/night-tour/policy.yaml:2\n" in told


def test_programs_read_the_same_as_json(other: Path) -> None:
    _, told = diff(POLICIES, other, "--json")
    rules = {rule["rule"]: rule for rule in map(json.loads, told.splitlines())}

    assert rules["night-tour"]["change"] == "removed"
    assert rules["after-hours-intrusion"]["keys"][0]["after"] == "low"


@pytest.mark.slow
def test_cases_that_go_otherwise_are_told_with_what_went_otherwise(other: Path) -> None:
    code, told = diff(POLICIES, other, "--site", DEMO, "--cases")

    assert code == 1
    assert "  fails under the new rules, and did not under the old ones\n" in told
    assert '+ 2026-03-29 01:58:00.6  alarm low "Person in yard: p1"' in told


def test_broken_files_are_trouble_and_no_difference(other: Path) -> None:
    (other / "rest-area" / "policy.yaml").write_text("privacy: [\n", "utf-8")

    assert diff(POLICIES, other)[0] == 2
    assert diff(POLICIES, POLICIES, "--cases")[0] == 2
