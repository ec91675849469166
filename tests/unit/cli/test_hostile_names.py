"""What devices and cameras call themselves is printed as it is: text, no markup, no crash."""

import pytest
import shapely

from orchestrator.cli import finding, mapping
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName, ViewId
from orchestrator.domain.site import Plan, Site
from orchestrator.domain.topology import Topology, View
from orchestrator.ports import Candidate

NAME = "[/bold][red]:smile:"


@pytest.fixture(autouse=True)
def a_wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_a_device_s_name_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    scopes = (f"onvif://www.onvif.org/name/{NAME}",)

    finding._print([Candidate(NAME, "192.0.2.9", 80, "/", scopes)], "192.0.2.5")

    assert capsys.readouterr().out.count(NAME) == 2


def test_a_preset_s_name_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    view = View(
        ViewId(f"dome/{NAME}"),
        CameraId("dome"),
        PresetName(NAME),
        Aim(0.0, -20.0, 60.0),
        shapely.box(0.0, 0.0, 1.0, 1.0),
    )

    mapping._print(Site("yard", "UTC", Plan(10.0, 10.0), ()), Topology(views=(view,)))

    assert f"dome/{NAME}" in capsys.readouterr().out
