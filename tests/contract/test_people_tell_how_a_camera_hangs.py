"""`calibrate --people` as people run it, on a log of a camera that hangs otherwise than written."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.config import parsed_site, read_site
from orchestrator.domain.camera import Mount
from orchestrator.domain.intent import Decision
from orchestrator.geometry.lens import Projection
from orchestrator.replay.record import Recorder
from tests.fakes.walkers import Walk, fixed, instant, picture, rest_aim

TRUE = fixed("gate", 5.0, 10.0, 90.0, tilt_deg=-22.0, height_m=4.2)
SITE = """\
site: hall
version: 1
timezone: UTC
plan: {size: [60, 40]}
cameras:
  gate:
    at: 192.0.2.11
    credentials: gate
    stands: {at: [5, 10], height: 3 m}
    looks: {azimuth: 90 deg, tilt: -10 deg}  # guessed
    lens: {fov: 70 deg, picture: [640, 360]}
"""
UNKNOWN = SITE.replace("{at: [5, 10], height: 3 m}", "unknown").replace(
    "{azimuth: 90 deg, tilt: -10 deg}", "unknown"
)
LANES = [(x_m, -3.0 - 3.2 * turn) for turn in range(5) for x_m in (10.0, 12.5, 15.0, 18.0)]
PEOPLE = [Walk(start, (0.05 * (number % 5 - 2), 1.3)) for number, start in enumerate(LANES)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text(SITE, "utf-8")
    site, recorder, rng = read_site(tmp_path), Recorder("a"), np.random.default_rng(1)
    lines = []
    for tick in range(3 * 22):
        seen = [picture(TRUE, PEOPLE, tick / 3, rng=rng, noise=0.02)]
        lines += list(recorder.tick(site, seen, instant(tick / 3), Decision()))
    log = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    (tmp_path / "events.jsonl").write_bytes(log)
    return tmp_path


def calibrate(folder: Path, *more: str, people: bool = True) -> tuple[int, str]:
    events = ["--people", str(folder / "events.jsonl")] if people else []
    said = CliRunner().invoke(app, ["calibrate", str(folder), "gate", *events, *more])
    return said.exit_code, " ".join(said.output.split())


def found(folder: Path) -> Mount:
    return parsed_site((folder / "site.yaml").read_text("utf-8"), "site.yaml").cameras[0].mount


def places(folder: Path, *spots: tuple[float, float]) -> list[str]:
    eye = Projection.of(TRUE.mount, TRUE.lens, rest_aim(TRUE))
    pixels = eye.pixels(np.array([(*spot, 0.0) for spot in spots])).tolist()
    rows = [f"{u:.0f},{v:.0f},{x},{y}" for (u, v), (x, y) in zip(pixels, spots, strict=True)]
    (folder / "two.csv").write_text("\n".join(["u,v,x,y", *rows]), "utf-8")
    return ["--points", str(folder / "two.csv")]


@pytest.mark.slow
def test_height_and_tilt_are_found_and_written_and_the_rest_stays(folder: Path) -> None:
    code, said = calibrate(folder, "--write")

    assert code == 0, said
    assert "people" in said
    mount = found(folder)
    assert mount.height_m == pytest.approx(4.2, rel=0.06)
    assert mount.tilt_deg == pytest.approx(-22.0, abs=1.0)
    assert (mount.x_m, mount.y_m, mount.azimuth_deg) == (5.0, 10.0, 90.0)
    assert "# guessed" in (folder / "site.yaml").read_text("utf-8")


@pytest.mark.slow
def test_where_nobody_knows_where_it_stands_two_places_are_asked_for_and_do(folder: Path) -> None:
    (folder / "site.yaml").write_text(UNKNOWN, "utf-8")
    code, said = calibrate(folder, "--write")
    assert code == 1
    assert "give 2 places on the floor with --points" in said
    assert (folder / "site.yaml").read_text("utf-8") == UNKNOWN

    code, said = calibrate(folder, *places(folder, (12.0, 8.0), (16.0, 14.0)), "--write")
    assert code == 0, said
    mount = found(folder)
    assert (mount.x_m, mount.y_m) == pytest.approx((5.0, 10.0), abs=0.4)
    assert mount.azimuth_deg == pytest.approx(90.0, abs=2.0)
    assert mount.height_m == pytest.approx(4.2, abs=0.3)


def test_too_few_people_and_no_source_are_told_in_sentences(folder: Path) -> None:
    (folder / "events.jsonl").write_bytes(b"")
    code, said = calibrate(folder)
    assert code == 2
    assert "12 people in 60 boxes are needed, found 0 in 0" in said
    code, said = calibrate(folder, people=False)
    assert code == 2
    assert "give --points, --people or both" in said
