"""`orchestrator ptz`: what makes no sense is refused before anything is sent."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.cli.degrees import SPHERICAL, Reach, reach_of
from orchestrator.domain.moving import Moves, Span
from orchestrator.errors import AuthorError

HERE = "192.0.2.1"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("goto",), "name a preset after `goto`"),
        (("home", "gate"), "name a preset after `goto`"),
        (("move",), "either --to or --by"),
        (("move", "--to", "0", "0", "0", "--by", "0", "0", "0"), "either --to or --by"),
        (("move", "--to", "2", "0", "0"), "from -1 to 1"),
        (("move", "--to", "0", "0", "-0.1"), "zoom from 0 to 1"),
        (("move", "--by", "nan", "0", "0"), "from -1 to 1"),
        (("goto", "gate", "--speed", "0.5"), "--speed is for"),
        (("status", "--degrees"), "--degrees is for `move`"),
        (("move", "--by", "0", "0", "0", "--span", "340", "90"), "--span goes with --degrees"),
        (("move", "--by", "9", "0", "0", "--degrees", "--span", "0", "9"), "more than 0"),
        (("status", "--password-file", "x"), "go together"),
        (("dance",), "dance"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], why: str) -> None:
    told = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["ptz", HERE, *words])

    assert told.exit_code == 2
    assert why in told.output


def test_how_far_a_head_turns_is_as_it_lists_unless_somebody_says_otherwise() -> None:
    listed = Moves(spaces=(Span(SPHERICAL, "x", 0.0, 350.0), Span(SPHERICAL, "y", -90.0, 20.0)))

    assert reach_of(listed, None) == Reach((0.0, 350.0), (-90.0, 20.0))
    assert reach_of(listed, (340.0, 90.0)) == Reach((-170.0, 170.0), (-45.0, 45.0))
    assert reach_of(Moves(), None) is None


def test_an_address_that_is_none_is_refused() -> None:
    told = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["ptz", "192.0.2.1:http", "status"])

    assert told.exit_code == 2
    assert "is no address; write" in told.output


def test_a_password_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("open to all\n", "utf-8")
    path.chmod(0o644)

    told = CliRunner().invoke(
        app, ["ptz", HERE, "status", "--username", "anna", "--password-file", str(path)]
    )

    assert isinstance(told.exception, AuthorError)
    assert "others can read" in str(told.exception)
