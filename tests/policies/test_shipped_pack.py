"""Every shipped policy lies with its readme and its cases; `policy test` plays those."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("folder", sorted(ROOT.glob("policies/*/")), ids=lambda path: path.name)
def test_a_policy_lives_with_its_readme_and_its_cases(folder: Path) -> None:
    assert (folder / "policy.yaml").is_file()
    assert (folder / "README.md").read_text("utf-8").startswith(f"# {folder.name}\n")
    assert list(folder.glob("cases/*.yaml"))
