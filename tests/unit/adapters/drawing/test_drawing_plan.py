import threading
from dataclasses import replace
from math import atan2, degrees, hypot
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.drawing import draw_topology
from orchestrator.adapters.drawing.around import laid_flat
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.region import Patch, Ring
from orchestrator.domain.site import Site, Zone
from orchestrator.topology import built
from tests.fakes.walkers import dome, fixed, passport, site_of

HOUSE: Ring = ((20.0, 15.0), (30.0, 15.0), (30.0, 22.0), (20.0, 22.0))
YARD = dome("yard", 40, 38, azimuth_deg=180.0)
SITE = replace(
    site_of(fixed("west", 5, 2, 0.0), fixed("east", 24, 2, 0.0), YARD, walls=(HOUSE,)),
    zones=(Zone(ZoneId("gate"), ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0))),),
)
POSES = passport(YARD, gate=PtzPose(0.2, 0.4, 0.2), sky=PtzPose(0.0, 1.0, 0.9))


def drawn(path: Path, site: Site) -> bytes:
    draw_topology(replace(site, topology=built(site, {YARD.id: POSES})), path)
    return path.read_bytes()


@pytest.mark.slow
def test_a_topology_becomes_a_png_of_readable_size_with_the_zones_around_cameras(
    tmp_path: Path,
) -> None:
    windows = Patch(ZoneId("windows"), YARD.id, ((150.0, -5.0), (200.0, -5.0), (200.0, 12.0)))

    data = drawn(tmp_path / "plan.png", SITE)

    assert data.startswith(b"\x89PNG")
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert width > 1500
    assert height > 700
    assert drawn(tmp_path / "plan.png", replace(SITE, patches=(windows,))) != data


@given(st.floats(0, 359), st.floats(-80, 60), st.floats(1, 30))
def test_a_zone_around_a_camera_lies_in_its_directions_and_higher_is_farther_out(
    azimuth_deg: float, tilt_deg: float, wide_deg: float
) -> None:
    end_deg = (azimuth_deg + wide_deg) % 360.0
    corners = ((azimuth_deg, tilt_deg), (end_deg, tilt_deg), (end_deg, tilt_deg + 20.0))
    mount = YARD.mount

    for x_m, y_m in laid_flat(Patch(ZoneId("sky"), YARD.id, corners), YARD, 9.0):
        east, north = x_m - mount.x_m, y_m - mount.y_m
        beside_deg = (degrees(atan2(east, north)) - azimuth_deg) % 360.0
        assert beside_deg <= wide_deg + 1e-6 or beside_deg >= 360.0 - 1e-6
        low, high = (9.0 * (90.0 + each) / 90.0 for each in (tilt_deg, tilt_deg + 20.0))
        assert low - 1e-6 <= hypot(east, north) <= high + 1e-6


@pytest.mark.slow
def test_a_site_without_views_can_be_drawn_from_any_thread(tmp_path: Path) -> None:
    picture = tmp_path / "plan.png"
    worker = threading.Thread(target=draw_topology, args=(site_of(), picture))

    worker.start()
    worker.join()

    assert picture.stat().st_size > 1000
