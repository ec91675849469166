"""The rules of the house, read off the house itself."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

import orchestrator
from orchestrator import errors

ROOT = Path(__file__).parents[2]
PACKAGE = Path(orchestrator.__file__).parent
ROOMS = sorted(
    path.parent
    for path in PACKAGE.rglob("__init__.py")
    if path.parent not in {PACKAGE, PACKAGE / "adapters"}
)
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}


@pytest.mark.slow
def test_every_import_contract_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml")) == 0, capsys.readouterr().out


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(PACKAGE)))
def test_every_room_says_what_comes_in_what_goes_out_and_its_law(room: Path) -> None:
    text = ast.get_docstring(ast.parse((room / "__init__.py").read_text("utf-8"))) or ""

    for word in ("In:", "Out:", "Law:"):
        assert word in text, f"{room} lacks `{word}`"


def test_no_room_has_a_name_that_says_nothing() -> None:
    names = {path.stem for path in PACKAGE.rglob("*.py")} | {path.name for path in ROOMS}

    assert not names & FORBIDDEN_NAMES


def test_every_error_stands_in_the_tree_at_the_top_of_its_file() -> None:
    tree = inspect.getdoc(errors) or ""
    for name, thing in vars(errors).items():
        if inspect.isclass(thing) and issubclass(thing, Exception):
            assert re.search(rf"\b{name}\b", tree), f"{name} is missing from the tree"


def test_only_the_supervisor_and_foreign_callbacks_catch_everything() -> None:
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]

    allowed = ("orchestrator/runtime/supervise.py", "orchestrator/adapters/inference/")
    assert [place for place in broad if not place.startswith(allowed)] == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return isinstance(handler.type, ast.Name) and handler.type.id in {"Exception", "BaseException"}


def test_every_decision_record_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")

    for record in folder.glob("[0-9]*.md"):
        assert record.name in listed


@pytest.mark.slow
def test_a_file_is_read_by_the_table_that_its_schema_is_made_of() -> None:
    """Below the top, maps are read by `inner`, `inners` and `sections`, which take the table's."""
    made = [
        (path.stem, ast.unparse(node.args[3]))
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name != "fields.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fields"
    ]

    assert made == [
        ("address_list", "ENTRY"),
        ("cases", "CASE"),
        ("inventory", "INVENTORY"),
        ("learned", "TOPOLOGY"),
        ("models", "MODELS"),
        ("policies", "_KINDS[kind]"),
        ("site", "SITE"),
    ]
