"""What a crash prints: where and why, never what the locals held."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
import structlog

from orchestrator.cli.commands import app, policy_app, topology_app
from orchestrator.cli.logs import configure_logs

CANARY = "correct-horse-battery"


class Screen(io.StringIO):
    """Standard error as a person sees it at a terminal, or as a file gets it."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture(params=[True, False], ids=["terminal", "file"])
def screen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    before = structlog.get_config()
    with closing(Screen(terminal=request.param)) as shown:
        monkeypatch.setattr(sys, "stderr", shown)
        configure_logs()
        yield shown
    structlog.configure(**before)


def logs_in(password: str) -> None:
    login = {"user": "admin", "password": password}
    raise ConnectionError(f"no way in with {len(login)} words")


def test_a_logged_crash_shows_where_and_why_but_no_local(screen: Screen) -> None:
    try:
        logs_in(CANARY)
    except ConnectionError as error:
        structlog.get_logger().error("task crashed", task="camera dock", exc_info=error)
        structlog.get_logger().exception("again")

    shown = screen.getvalue()
    assert "task crashed" in shown
    assert shown.count("no way in with 2 words") >= 2
    assert "logs_in" in shown
    assert CANARY not in shown
    assert "correct" not in shown


CRASH = """
import orchestrator.cli
password = "".join(("correct", "-horse-", "battery"))
@orchestrator.cli.app.command()
def crash():
    login = password
    raise RuntimeError("a crash of ours")
import sys
sys.argv = ["orchestrator", "crash"]
orchestrator.cli.main()
"""


@pytest.mark.slow
def test_a_command_that_crashes_shows_no_local() -> None:
    forced = {**os.environ, "FORCE_COLOR": "1", "TERM": "xterm"}

    crashed = subprocess.run(
        [sys.executable, "-c", CRASH], capture_output=True, text=True, env=forced, check=False
    )

    assert crashed.returncode == 1
    assert "a crash of ours" in crashed.stderr
    assert CANARY not in crashed.stdout + crashed.stderr


@pytest.mark.parametrize("commands", [app, topology_app, policy_app])
def test_no_group_of_commands_may_print_locals(commands: object) -> None:
    assert getattr(commands, "pretty_exceptions_show_locals", True) is False
