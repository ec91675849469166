"""The inventory stands in for the cameras: the same presets, the same views, where none is asked."""

from dataclasses import replace

import pytest

from orchestrator.domain.camera import Preset, PtzPose
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.inventory import KnownCamera
from orchestrator.topology import aims_of, built, inventoried, renewed, surveyed
from tests.fakes.walkers import dome, fixed, passport, site_of

WEST = fixed("west", 5, 2, 0.0)
YARD = dome("yard", 30, 38, azimuth_deg=180.0)
DOCK = dome("dock", 50, 38, azimuth_deg=180.0)
GATE = PtzPose(0.2, 0.4, 0.2)
ANSWER = passport(YARD, gate=GATE, lost=None, wide=PtzPose(-0.3, 0.4, 0.0))
SITE = site_of(WEST, YARD, DOCK)


def test_the_inventory_gives_the_topology_that_the_cameras_would() -> None:
    known = replace(SITE, inventory=renewed(SITE, {YARD.id: ANSWER}))

    topology = inventoried(known)

    assert topology == built(SITE, {YARD.id: ANSWER})
    assert [view.id for view in topology.views] == ["west", "yard/gate", "yard/wide"]


def test_without_an_inventory_only_fixed_cameras_have_views() -> None:
    assert [view.id for view in inventoried(SITE).views] == ["west"]


def test_a_topology_is_surveyed_from_aims_and_only_those_of_heads_count() -> None:
    aims = aims_of(SITE, {YARD.id: ANSWER, WEST.id: passport(WEST, gate=GATE)})

    assert [name for name, _ in aims[YARD.id]] == ["gate", "wide"]
    assert surveyed(SITE, aims) == built(SITE, {YARD.id: ANSWER})
    assert DOCK.id not in aims


def test_an_inventory_holds_every_preset_also_those_without_a_pose() -> None:
    [known] = renewed(SITE, {YARD.id: ANSWER})

    assert (known.camera, known.serial, known.model) == ("yard", "1", "dome")
    assert [(preset.name, preset.aim is None) for preset in known.presets] == [
        ("gate", False),
        ("lost", True),
        ("wide", False),
    ]
    gate = known.presets[0].aim
    assert gate is not None
    assert gate.azimuth_deg == pytest.approx(180 + 0.2 * 170)


def test_a_camera_that_was_not_asked_stays_and_the_order_is_the_site_s() -> None:
    old = (KnownCamera(DOCK.id, "7", "old"), KnownCamera(YARD.id, "8", "old"))
    site = replace(SITE, inventory=(*old, KnownCamera(CameraId("gone"), "9", "old")))

    known = renewed(site, {YARD.id: ANSWER, WEST.id: passport(WEST, gate=GATE)})

    assert [(camera.camera, camera.model) for camera in known] == [
        ("west", "dome"),
        ("yard", "dome"),
        ("dock", "old"),
    ]
    assert known[0].presets == (), "a camera that cannot turn has none"


def test_of_two_presets_with_one_name_the_first_counts() -> None:
    twins = (Preset(PresetName("gate"), GATE), Preset(PresetName("gate"), None))

    [known] = renewed(SITE, {YARD.id: replace(ANSWER, presets=twins)})

    assert [preset.aim is None for preset in known.presets] == [False]
