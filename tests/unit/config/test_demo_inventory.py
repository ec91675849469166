"""The demo's inventory is what its simulated cameras say: it cannot go stale unnoticed."""

from pathlib import Path

import pytest

from orchestrator.config import read_site, written_inventory
from orchestrator.domain.camera import Aim
from simulators.facility import load

DEMO = Path(__file__).parents[3] / "config" / "demo"
AGAIN = "run the simulator and `orchestrator topology export config/demo`"


def test_the_demo_s_inventory_is_what_its_cameras_are() -> None:
    site, specs = read_site(DEMO), load(DEMO / "facility.yaml").cameras

    assert [known.camera for known in site.inventory] == list(specs), AGAIN
    for known in site.inventory:
        spec = specs[known.camera]
        assert (known.serial, known.model) == (spec.serial, spec.model), AGAIN
        assert [preset.name for preset in known.presets] == [one.name for one in spec.presets]
        for preset, one in zip(known.presets, spec.presets, strict=True):
            assert preset.aim is not None
            assert _near(preset.aim, Aim(one.azimuth_deg, one.tilt_deg, one.hfov_deg)), AGAIN


def test_the_demo_s_inventory_was_written_and_not_edited() -> None:
    site = read_site(DEMO)

    text = (DEMO / "inventory.yaml").read_text("utf-8")

    assert text == written_inventory(site.name, site.inventory)


def _near(one: Aim, other: Aim) -> bool:
    pairs = (
        (one.azimuth_deg, other.azimuth_deg),
        (one.tilt_deg, other.tilt_deg),
        (one.hfov_deg, other.hfov_deg),
    )
    return all(a == pytest.approx(b, abs=0.1) for a, b in pairs)
