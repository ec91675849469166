import threading
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.drawing import draw_topology
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.site import Ring, Zone
from orchestrator.topology import built
from tests.fakes.walkers import dome, fixed, passport, site_of

HOUSE: Ring = ((20.0, 15.0), (30.0, 15.0), (30.0, 22.0), (20.0, 22.0))
YARD = dome("yard", 40, 38, azimuth_deg=180.0)
SITE = replace(
    site_of(fixed("west", 5, 2, 0.0), fixed("east", 24, 2, 0.0), YARD, walls=(HOUSE,)),
    zones=(Zone(ZoneId("gate"), ((0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0))),),
)
POSES = passport(YARD, gate=PtzPose(0.2, 0.4, 0.2), sky=PtzPose(0.0, 1.0, 0.9))


@pytest.mark.slow
def test_a_topology_becomes_a_png_of_readable_size(tmp_path: Path) -> None:
    picture = tmp_path / "plan.png"

    draw_topology(replace(SITE, topology=built(SITE, {YARD.id: POSES})), picture)

    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    assert width > 1500
    assert height > 700


@pytest.mark.slow
def test_a_site_without_views_can_be_drawn_from_any_thread(tmp_path: Path) -> None:
    picture = tmp_path / "plan.png"
    worker = threading.Thread(target=draw_topology, args=(site_of(), picture))

    worker.start()
    worker.join()

    assert picture.stat().st_size > 1000
