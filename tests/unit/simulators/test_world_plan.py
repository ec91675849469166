"""The demo's facility is laid out well, and a file with a mistake says where it is."""

from pathlib import Path

import numpy as np
import pytest

from simulators.facility import FacilityPlan, PlanError, load
from simulators.plan_check import Report, check_site, looks_at
from simulators.render.lens import lens_of
from simulators.scene import Eye

DEMO = Path(__file__).parents[3] / "config" / "demo" / "facility.yaml"


@pytest.fixture(scope="module")
def report() -> Report:
    return check_site(load(DEMO), seeds=(1,))


@pytest.mark.slow
def test_nearly_every_place_where_people_walk_is_seen(report: Report) -> None:
    every = list(report.seen)
    fixed = [name for name in every if "/" not in name]
    presets = [name for name in every if "/" in name]
    assert report.share(every, 1) > 0.97
    assert report.share(every, 2) > 0.9
    assert report.share(fixed, 1) > 0.45
    assert report.share(presets, 1) > 0.97


@pytest.mark.slow
def test_people_are_tall_enough_to_be_found(report: Report) -> None:
    for name, where in report.seen.items():
        if where.any():
            assert report.least_px[name] >= 24.0, name


@pytest.mark.slow
def test_one_preset_looks_at_private_floor_and_one_sweep_passes_it(report: Report) -> None:
    assert report.views_on_private == ("dock-ptz/north-east",)
    assert "dock-ptz: dock - east-fence" in report.sweeps_over_private
    assert all(sweep.startswith("dock-ptz: ") for sweep in report.sweeps_over_private)
    assert all("east-fence" in sweep for sweep in report.sweeps_over_private)


def test_private_floor_within_two_degrees_of_the_frame_counts_as_looked_at() -> None:
    ring = ((-0.5, 9.5), (0.5, 9.5), (0.5, 10.5), (-0.5, 10.5))
    azimuth_beside = 30.0 + np.degrees(np.arctan2(0.5, 9.5))
    for beyond, looked in ((1.0, True), (3.0, False)):
        eye = Eye(0.0, 0.0, 1.0, azimuth_beside + beyond, 0.0, 60.0, 640, 360)
        assert looks_at(lens_of(eye), ring) is looked


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("gate: [5.3, 1.2]", "gait: [5.3, 1.2]"), "`gate`"),
        (("facade: panels", "facade: cardboard"), "cardboard"),
        (("name: gate, azimuth_deg: 160", "name: gate, azimuth_deg: 310"), "`gate`"),
        (("height_m: 32", "height_m: tall"), "height_m"),
        (("texture_seed: 41", "texture_sead: 41"), "texture_sead"),
        (("depot:\n", "depot: [\n"), "facility.yaml"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "facility.yaml"
    text = DEMO.read_text(encoding="utf-8")
    assert change[0] in text
    path.write_text(text.replace(change[0], change[1], 1), encoding="utf-8")
    with pytest.raises(PlanError, match=said) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_camera_may_serve_a_film_that_lies_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "facility.yaml"
    text = DEMO.read_text(encoding="utf-8")
    path.write_text(
        text.replace("model: Fixed 640\n", "model: Fixed 640\n    source: clip.mp4\n", 1),
        encoding="utf-8",
    )
    plan: FacilityPlan = load(path)
    assert plan.cameras["gate-fixed"].source == tmp_path / "clip.mp4"
    assert plan.cameras["yard-fixed"].source is None
