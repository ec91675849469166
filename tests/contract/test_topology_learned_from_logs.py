"""`topology learn` and `topology diff` as people run them, on logs as the service writes them."""

from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.config import parsed_map, read_site
from orchestrator.domain.intent import Decision
from orchestrator.errors import AuthorError
from orchestrator.replay.record import Recorder
from tests.fakes.walkers import Walk, instant, picture

SITE = """\
site: hall
version: 1
timezone: UTC
plan: {size: [60, 40]}
cameras:
  near:
    at: 192.0.2.11
    credentials: near
    stands: {at: [5, 10], height: 5 m}
    looks: {azimuth: 90 deg, tilt: -50 deg}
    lens: {fov: 70 deg, picture: [640, 360]}
  back:
    at: 192.0.2.12
    credentials: back
    stands: {at: [14, 10], height: 5 m}
    looks: {azimuth: 270 deg, tilt: -50 deg}
    lens: {fov: 70 deg, picture: [640, 360]}
"""
PEOPLE = [Walk((x_m, 10.0 + 0.3 * i), (1.4, 0.0)) for i, x_m in enumerate((-2.0, -14.0, -25.0))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text(SITE, "utf-8")
    return tmp_path


@pytest.fixture
def log(folder: Path) -> Path:
    site, recorder = read_site(folder), Recorder("a")
    lines = []
    for tick in range(4 * 32):
        seen = [picture(camera, PEOPLE, tick / 4) for camera in site.cameras]
        lines += list(recorder.tick(site, seen, instant(tick / 4), Decision()))
    path = folder / "events.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def told(*words: str | Path) -> tuple[int, str]:
    said = CliRunner().invoke(app, ["topology", *map(str, words)])
    if isinstance(said.exception, AuthorError):
        raise said.exception
    return said.exit_code, said.output


@pytest.mark.slow
def test_a_log_teaches_a_map_that_can_be_read_and_compared(folder: Path, log: Path) -> None:
    code, said = told("learn", folder, "--events", log)
    assert code == 0
    assert "overlap back - near:" in said
    path = folder / "topology.yaml"
    [shared] = parsed_map(path.read_text("utf-8"), str(path), read_site(folder)).overlaps
    assert shared.people == 3

    code, said = told("show", folder, "--offline")
    assert code == 0
    assert "overlap back - near:" in said
    assert "believed" in said
    way = f"{path.read_text('utf-8')}passages:\n  - {{from: back, to: near, median: 8s}}\n"
    path.write_text(way, "utf-8")
    assert told("show", folder, "--offline", "--png", folder / "map.png")[0] == 0
    assert (folder / "map.png").read_bytes().startswith(b"\x89PNG")
    told("learn", folder, "--events", log)

    assert told("diff", path, path) == (0, "no overlap or passage differs\n")
    mine = folder / "mine.yaml"
    way = "passages:\n  - {from: back, to: near, median: 8s, declared: true}\n"
    mine.write_text(f"topology: hall\nversion: 1\n{way}", "utf-8")
    code, said = told("diff", path, mine)
    assert code == 1
    assert "removed: overlap back - near" in said
    assert "added: passage back > near: 8.0 s (8.0 to 8.0), gone 0 times, declared" in said
    code, said = told("diff", path, mine, "--json")
    assert [msgspec.json.decode(line)["change"] for line in said.splitlines()] == [
        "removed",
        "added",
    ]

    told("learn", folder, "--events", log, "--out", mine)
    both = parsed_map(mine.read_text("utf-8"), str(mine))
    assert [way.declared for way in both.passages] == [True]
    assert len(both.overlaps) == 1


@pytest.mark.slow
def test_a_map_that_is_wrong_is_not_written_over(folder: Path, log: Path) -> None:
    path = folder / "topology.yaml"
    path.write_text("topology: hall\nversion: 1\noverlaps:\n  - {a: nere}\n", "utf-8")
    with pytest.raises(AuthorError, match=r"topology\.yaml:4:9: unknown camera `nere`"):
        told("learn", folder, "--events", log)
    assert "nere" in path.read_text("utf-8")


@pytest.mark.slow
def test_a_file_that_is_no_map_makes_diff_exit_with_two(folder: Path, log: Path) -> None:
    assert told("diff", log, log)[0] == 2
