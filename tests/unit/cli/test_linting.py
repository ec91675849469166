"""`policy lint` on a folder: what it prints, and what it exits with."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from tests.fakes.arbitration_site import SITE
from tests.fakes.remarked_site import filled

IDLE = filled("policy: idle\nwhen: target.confidence > 1")
"""Never starts; the inventory is missing too."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a site whose only camera cannot turn, and a policy of it that has a case."""
    site = tmp_path / "site"
    idle = tmp_path / "policies" / "idle"
    (idle / "cases").mkdir(parents=True)
    site.mkdir()
    (site / "site.yaml").write_text(_without_heads(SITE), "utf-8")
    (idle / "policy.yaml").write_text(IDLE, "utf-8")
    (idle / "cases" / "never.yaml").write_text("case: nothing happens\n", "utf-8")
    return site


def _without_heads(text: str) -> str:
    cameras, _, rest = text.partition("  west-ptz:")
    return f"policies: ../policies\n{cameras}{rest[rest.index('zones:') :]}"


def _lint(*words: str | Path) -> tuple[int, str]:
    said = CliRunner().invoke(app, ["policy", "lint", *map(str, words)])
    return said.exit_code, said.stdout


def _mend(folder: Path) -> None:
    path = folder.parent / "policies" / "idle" / "policy.yaml"
    path.write_text(IDLE.replace("confidence > 1", "confidence > 0.5"), "utf-8")


def test_a_remark_is_printed_with_its_place_and_ends_with_one(folder: Path) -> None:
    status, out = _lint(folder)

    [remark, total] = out.splitlines()
    assert status == 1
    assert "policies/idle/policy.yaml:6: P002 `target.confidence > 1` is never true" in remark
    assert total == f"{folder}: 1 rule, 1 remark"


def test_no_remark_ends_with_zero(folder: Path) -> None:
    _mend(folder)

    assert _lint(folder) == (0, f"{folder}: 1 rule, no remark\n")


def test_a_case_that_is_taken_away_is_missed(folder: Path) -> None:
    _mend(folder)
    (folder.parent / "policies" / "idle" / "cases" / "never.yaml").unlink()

    status, out = _lint(folder)

    assert status == 1
    assert "P010 `idle` has no test case" in out


def test_programs_get_every_part_of_a_remark(folder: Path) -> None:
    status, out = _lint(folder, "--json")

    [remark] = json.loads(out)["remarks"]
    assert status == 1
    assert remark["code"] == "P002"
    assert remark["path"].endswith("policies/idle/policy.yaml")
    assert remark["line"] == 6
    assert remark["says"]
    assert remark["hint"]
