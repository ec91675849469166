"""The guide's first policy, as a newcomer types it: it goes as the guide says, word for word."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.errors import AuthorError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guide/first-policy.md").read_text("utf-8")
POLICY, LORRY, NOBODY = re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL)
SAID = [
    block.split("\n", 1)
    for block in re.findall(r"```\n\$ (orchestrator policy .*?)```", GUIDE, re.DOTALL)
]
FOLDER = Path("policies/gate-blocked")


def said_after(command: str) -> str:
    """Return what the guide says that a command prints."""
    return next(str(text) for line, text in SAID if line == command)


def policy(command: str, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["policy", command, "config/demo", *arguments])
    if isinstance(result.exception, AuthorError):
        return str(result.exception)
    return result.output


@pytest.fixture(autouse=True)
def _a_clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ignored = shutil.ignore_patterns("secrets")
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=ignored)
    shutil.copytree(ROOT / "policies", tmp_path / "policies", ignore=ignored)
    monkeypatch.chdir(tmp_path)
    (FOLDER / "cases").mkdir(parents=True)
    (FOLDER / "policy.yaml").write_text(POLICY, "utf-8")


def mended() -> None:
    text = POLICY.replace("confidnce", "confidence").replace("gatte", "gate")
    (FOLDER / "policy.yaml").write_text(text, "utf-8")


def test_both_mistakes_are_told_and_a_policy_without_cases_is_remarked_on() -> None:
    told = policy("check")
    for line in said_after("orchestrator policy check config/demo").splitlines():
        assert line.partition(" (names:")[0] in told
    mended()
    assert said_after("orchestrator policy lint config/demo").strip() in policy("lint")


def test_the_wrong_expectation_is_told_and_what_was_not_tried() -> None:
    mended()
    (FOLDER / "cases/a-lorry-waits.yaml").write_text(LORRY, "utf-8")

    told = policy("test", "gate-blocked")

    expected = said_after("orchestrator policy test config/demo gate-blocked")
    assert told.rpartition(", ")[0] == expected.rpartition(", ")[0]


def test_with_both_cases_nothing_is_left_to_say_and_the_graph_shows_whom_it_meets() -> None:
    mended()
    (FOLDER / "cases/a-lorry-waits.yaml").write_text(LORRY.replace("85s", "95s"), "utf-8")
    (FOLDER / "cases/nobodys-business.yaml").write_text(NOBODY, "utf-8")

    told = policy("test", "gate-blocked")

    assert "FAIL" not in told
    assert "not tried both ways" not in told
    assert "gate-blocked" not in policy("lint")
    graph = policy("graph")
    for line in said_after("orchestrator policy graph config/demo").splitlines():
        assert line == "..." or line in graph
