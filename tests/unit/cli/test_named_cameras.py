"""A camera that the site does not have is an error that shows the nearest one it has."""

from pathlib import Path

import pytest
import typer

from orchestrator.cli.cameras import known_cameras
from orchestrator.config import parsed_site
from tests.fakes.written_site import GOOD

SITE = parsed_site(GOOD, "site.yaml")
FOLDER = Path("config/depot")


def test_known_cameras_are_returned_once() -> None:
    assert known_cameras(SITE, FOLDER, ["yard-ptz", "yard-ptz"]) == {"yard-ptz"}


def test_every_unknown_camera_is_told_with_the_nearest_known_one() -> None:
    with pytest.raises(typer.BadParameter) as refused:
        known_cameras(SITE, FOLDER, ["yard-pzt", "gate-fixed", "gat-fixed"])

    assert refused.value.message.splitlines() == [
        (
            f"unknown camera `{written}` of config/depot/site.yaml:"
            f" did you mean `{near}`? (cameras: gate-fixed, yard-ptz)"
        )
        for written, near in (("gat-fixed", "gate-fixed"), ("yard-pzt", "yard-ptz"))
    ]
