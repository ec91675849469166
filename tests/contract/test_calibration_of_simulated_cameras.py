"""`calibrate` against the simulators' own lenses: two programs that share no line of geometry."""

import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from orchestrator.cli.commands import app
from orchestrator.config import parsed_site
from orchestrator.domain.site import Site
from orchestrator.errors import AuthorError
from simulators.render.lens import lens_of
from simulators.scene import Eye

TRUE = Eye(15.6, 7.6, 4.5, 247.0, -21.0, 70.0, 640, 360)
SITE = """\
# The yard, by hand.
site: yard
version: 1
timezone: UTC
plan: {size: [48, 32]}
cameras:
  gate:                                   # over the gate
    at: 192.0.2.11
    credentials: gate
    stands: {at: [14, 9], height: 4 m}    # paced out
    looks:
      azimuth: 230 deg
      tilt: -15 deg   # guessed
    lens: {fov: 70 deg, picture: [640, 360]}
  # the other one comes next year
"""
PLACES = [(10.5, 4.6), (10.2, 7.0), (9.0, 2.5), (8.0, 7.0), (5.0, 1.0), (4.0, 6.0), (7.0, 4.5)]


def points_csv(places: list[tuple[float, float]], eye: Eye = TRUE) -> str:
    lens = lens_of(eye)
    world = np.array([(*place, 0.0) for place in places])
    pixels = lens.project(lens.to_camera(world)).round(0)
    lines = [f"{u:g},{v:g},{x},{y}" for (u, v), (x, y) in zip(pixels, places, strict=True)]
    return "\n".join(["u,v,x,y", *lines, ""])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text(SITE, "utf-8")
    return tmp_path


def calibrate(folder: Path, text: str, *more: str, camera: str = "gate") -> tuple[int, str]:
    points = folder / "points.csv"
    points.write_text(text, "utf-8")
    words = ["calibrate", str(folder), camera, "--points", str(points), *more]
    said = CliRunner().invoke(app, words)
    if isinstance(said.exception, AuthorError):
        raise said.exception
    return said.exit_code, said.output


def read(folder: Path) -> Site:
    return parsed_site((folder / "site.yaml").read_text("utf-8"), "site.yaml")


@pytest.mark.slow
def test_the_simulated_camera_is_found_and_written_and_comments_stay(folder: Path) -> None:
    code, said = calibrate(folder, points_csv(PLACES), "--write")
    assert code == 0, said
    mount = read(folder).cameras[0].mount
    found = (mount.x_m, mount.y_m, mount.height_m, mount.azimuth_deg, mount.tilt_deg)
    assert found == pytest.approx((15.6, 7.6, 4.5, 247.0, -21.0), abs=0.25)
    text = (folder / "site.yaml").read_text("utf-8")
    for kept in (
        "# The yard, by hand.",
        "# over the gate",
        "# paced out",
        "# guessed",
        "next year",
    ):
        assert kept in text
    assert re.search(r"tilt: -2[01]\.\d deg   # guessed\n", text)
    assert not set(SITE.split("\n")[:7]) - set(text.split("\n"))


@pytest.mark.slow
def test_without_write_the_block_is_printed_and_the_file_stays(folder: Path) -> None:
    code, said = calibrate(folder, points_csv(PLACES))
    assert code == 0
    assert "stands: {at: [15." in said
    assert (folder / "site.yaml").read_text("utf-8") == SITE


@pytest.mark.slow
def test_a_wrong_pair_is_named_and_left_out(folder: Path) -> None:
    lines = points_csv(PLACES).split("\n")
    assert lines[4].endswith("8.0,7.0")
    lines[4] = lines[4].replace("8.0,7.0", "7.0,8.0")
    code, said = calibrate(folder, "\n".join(lines))
    assert "pair `line 5` does not fit the others and was left out" in said
    assert code == 0


def test_what_is_unsure_is_not_written(folder: Path) -> None:
    line = [(10.0 - step, 5.5 - 0.42 * step) for step in range(5)]
    code, said = calibrate(folder, points_csv(line), "--write")
    assert code == 1
    assert "nothing was written" in said
    assert (folder / "site.yaml").read_text("utf-8") == SITE


def test_every_mistake_of_the_points_is_told_with_its_line(folder: Path) -> None:
    with pytest.raises(AuthorError) as wrong:
        calibrate(folder, "u,v,x,y\n10,20,1,2\nten,20,1,2\n10,900,1,2\n10,20,,2\n1,2,3,4,5\n")
    lines = [(found.line, found.message) for found in wrong.value.findings]
    assert [line for line, _ in lines] == [3, 4, 5, 6]
    assert "`u` must be a number" in lines[0][1]
    assert "not in a picture of 640 x 360" in lines[1][1]


def test_a_heading_that_says_something_else_is_refused(folder: Path) -> None:
    with pytest.raises(AuthorError, match="the heading needs `v`, `x`, `y`"):
        calibrate(folder, "u\n1\n")
    with pytest.raises(AuthorError, match="unknown column `hight`"):
        calibrate(folder, "u,v,x,y,hight\n")
    with pytest.raises(AuthorError, match="at least 4 are needed"):
        calibrate(folder, points_csv(PLACES[:3]))


def test_an_unknown_camera_comes_with_the_nearest(folder: Path) -> None:
    code, said = calibrate(folder, points_csv(PLACES), camera="gat")
    assert code == 2
    assert "did you mean `gate`?" in " ".join(said.split())
