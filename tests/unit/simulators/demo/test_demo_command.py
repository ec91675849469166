from pathlib import Path

import pytest

from simulators.demo.command import main


def test_a_site_that_is_not_there_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["demo", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out")])

    said = capsys.readouterr().out
    assert status == 2
    assert "nowhere" in said.replace("\n", "")  # a long path is broken over lines
    assert "Traceback" not in said


def test_a_folder_that_is_no_demo_s_is_not_emptied(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_text("ten years of work")

    status = main(["demo", "config/demo", "--out", str(tmp_path)])

    assert status == 2
    assert "is not emptied" in " ".join(capsys.readouterr().out.split())
    assert mine.exists()
