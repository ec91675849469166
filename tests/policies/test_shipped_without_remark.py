"""What ships does what it says: nothing about it is remarked on, and every rule could be judged."""

from pathlib import Path

import pytest

from orchestrator.cli.linting import lint_site

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_shipped_policies_end_with_no_remark(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    fine = lint_site(Path("config/demo"), as_json=False)

    assert fine, capsys.readouterr().out
