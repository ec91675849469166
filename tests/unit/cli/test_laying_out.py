"""`policy fmt` on files: what is written, what is only told, and what it exits with."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.errors import AuthorError
from tests.fakes.every_key import POLICIES, SITE

LAID_OUT = POLICIES[1]
LOOSE = LAID_OUT.replace("within: 3s", "within: 3 s")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policies" / "ahead" / "policy.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(LOOSE, "utf-8")
    path.chmod(0o640)
    return path


def _fmt(*words: str | Path) -> tuple[int, str]:
    said = CliRunner().invoke(app, ["policy", "fmt", *map(str, words)])
    if isinstance(said.exception, AuthorError):
        raise said.exception
    return said.exit_code, said.output


def test_a_file_is_laid_out_once_and_keeps_its_mode(file: Path) -> None:
    assert _fmt(file.parents[1]) == (0, f"{file}\n1 file, 1 laid out\n")
    assert file.read_text("utf-8") == LAID_OUT
    assert file.stat().st_mode & 0o777 == 0o640
    assert _fmt(file) == (0, "1 file, 0 laid out\n")
    assert list(file.parent.iterdir()) == [file]


def test_a_check_writes_nothing_and_ends_with_one(file: Path) -> None:
    assert _fmt(file, "--check") == (1, f"{file}\n1 file, 1 would change\n")
    assert file.read_text("utf-8") == LOOSE


def test_a_diff_shows_what_would_change(file: Path) -> None:
    status, out = _fmt(file, "--diff")

    assert status == 0
    assert "-on: {leaves: any view, who: person, within: 3 s}\n+on: {leaves: any view" in out
    assert file.read_text("utf-8") == LOOSE


def test_a_mistake_in_one_file_leaves_all_of_them_alone(file: Path) -> None:
    other = file.parents[1] / "wrong" / "policy.yaml"
    other.parent.mkdir()
    other.write_text("policy: wrong\nversoin: 1\n", "utf-8")

    with pytest.raises(AuthorError, match="unknown key `versoin`"):
        _fmt(file.parents[1])

    assert file.read_text("utf-8") == LOOSE


def test_a_site_with_a_mistake_is_left_alone(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    loose = SITE.replace("policies: ../policies\n", "").replace("20s", "20 s")
    site.write_text(loose.replace("height: 4.5 m", "height: 4.5"), "utf-8")

    with pytest.raises(AuthorError, match="`height` must be a length with its unit"):
        _fmt(tmp_path)

    site.write_text(loose, "utf-8")
    assert _fmt(tmp_path) == (0, f"{site}\n1 file, 1 laid out\n")


def test_what_is_no_file_of_an_author_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: b\n", "utf-8")

    assert _fmt(tmp_path / "notes.yaml")[0] == 2
    assert _fmt(tmp_path)[0] == 2
