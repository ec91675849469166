"""What can be generated is generated, and is fresh."""

from pathlib import Path

from orchestrator.cli.lint_page import page as page_of_remarks
from orchestrator.cli.reference import page
from orchestrator.cli.schemas import written
from orchestrator.config.schema import FILES
from simulators.device.quirks import page as page_of_quirks

ROOT = Path(__file__).parents[2]


def test_the_page_of_commands_is_fresh() -> None:
    written = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")

    assert written == page(), "run `make docs`"


def test_the_page_of_remarks_is_fresh() -> None:
    written = (ROOT / "docs" / "reference" / "lint.md").read_text("utf-8")

    assert written == page_of_remarks(), "run `make docs`"


def test_the_page_of_quirks_is_fresh() -> None:
    written = (ROOT / "docs" / "reference" / "quirks.md").read_text("utf-8")

    assert written == page_of_quirks(), "run `make docs`"


def test_the_policy_that_the_readme_explains_is_the_one_that_ships() -> None:
    policy = ROOT / "policies" / "after-hours-intrusion" / "policy.yaml"

    assert policy.read_text("utf-8") in (ROOT / "README.md").read_text("utf-8")


def test_the_schemas_of_files_are_fresh() -> None:
    folder = ROOT / "config" / "schema"

    assert {path.name for path in folder.iterdir()} == {f"{kind}.schema.json" for kind in FILES}
    for kind in FILES:
        shown = (folder / f"{kind}.schema.json").read_text("utf-8")
        assert shown == written(kind), "run `make docs`"
