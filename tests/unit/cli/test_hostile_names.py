"""What devices call themselves is printed as it is: text, no markup, no crash."""

import pytest

from orchestrator.cli import finding
from orchestrator.ports import Candidate

NAME = "[/bold][red]:smile:"


def test_a_device_s_name_is_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    scopes = (f"onvif://www.onvif.org/name/{NAME}",)

    finding._print([Candidate(NAME, "192.0.2.9", 80, "/", scopes)], "192.0.2.5", None)

    assert capsys.readouterr().out.count(NAME) == 2
