"""Every shipped policy keeps what its cases promise."""

from pathlib import Path

import pytest

from tests.fakes.policy_cases import ROOT, played

CASES = sorted(ROOT.glob("policies/*/cases/*.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_a_case_goes_as_it_says(path: Path) -> None:
    case, expected = played(path)

    assert [case.wrong(one) for one in expected if case.wrong(one)] == []


@pytest.mark.parametrize("folder", sorted(ROOT.glob("policies/*/")), ids=lambda path: path.name)
def test_a_policy_lives_with_its_readme_and_its_cases(folder: Path) -> None:
    assert (folder / "policy.yaml").is_file()
    assert (folder / "README.md").read_text("utf-8").startswith(f"# {folder.name}\n")
    assert list(folder.glob("cases/*.yaml"))
