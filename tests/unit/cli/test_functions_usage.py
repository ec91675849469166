"""What makes no sense to ask of a camera is refused before anything is sent."""

import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app

HERE = "192.0.2.1"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("tour", "start"), "name a tour"),
        (("tour", "list", "round"), "name a tour"),
        (("tour", "write", "round"), "at least one --spot"),
        (("tour", "write", "round", "--spot", "gate"), "is no spot"),
        (("tour", "write", "round", "--spot", "gate:nan"), "is no spot"),
        (("tour", "write", "round", "--spot", ":5"), "is no spot"),
        (("mask", "remove"), "which mask"),
        (("mask", "list", "mask_1"), "goes with `write`"),
        (("mask", "write"), "say --corners"),
        (("mask", "write", "--corners", "0,0 1,1"), "three corners"),
        (("mask", "write", "--corners", "0,0 1,1 0,2"), "is no corner"),
        (("mask", "write", "--corners", "0,0 1,1 nan,0"), "is no corner"),
        (("relay", "on"), "which output"),
        (("relay", "set", "relay_0"), "say --mode"),
        (("relay", "on", "relay_0", "--delay", "2"), "say --mode"),
        (("place", "set"), "say --at"),
        (("place", "show", "--at", "0", "0"), "say --at"),
        (("place", "set", "--at", "200", "0"), "longitude goes"),
        (("place", "set", "--at", "0", "0", "--yaw", "nan"), "longitude goes"),
        (("picture", "--brightness", "2"), "brightness"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], why: str) -> None:
    command, *rest = words
    told = CliRunner(env={"COLUMNS": "200"}).invoke(app, [command, HERE, *rest])

    assert told.exit_code == 2
    assert why in told.output
