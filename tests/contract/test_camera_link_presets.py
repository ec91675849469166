"""The ``CameraLink`` suite: presets are called by name."""

import pytest

from orchestrator.domain.camera import PtzPose
from orchestrator.domain.ids import PresetName
from orchestrator.errors import CameraFault
from tests.fakes.camera_benches import GATE, PRESETS, WIDE, Bench


async def test_a_preset_is_reached_by_its_name(bench: Bench) -> None:
    link = bench.link()

    await link.goto_preset(GATE)

    assert bench.pose() == PRESETS["3"][1]
    assert (await link.head()).pose == PRESETS["3"][1]


async def test_a_renumbered_preset_is_still_found_by_its_name(bench: Bench) -> None:
    link = bench.link()
    await link.goto_preset(GATE)
    bench.presets_are({"17": PRESETS["2"], "18": PRESETS["3"]})

    await link.goto_preset(WIDE)

    assert bench.pose() == PRESETS["2"][1]


async def test_a_preset_made_after_the_interview_is_found(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    bench.presets_are(PRESETS | {"9": ("yard", PtzPose(0.125, 0.25, 0.5))})

    await link.goto_preset(PresetName("yard"))

    assert bench.pose() == PtzPose(0.125, 0.25, 0.5)


async def test_a_missing_preset_is_an_error_and_no_guess(bench: Bench) -> None:
    before = bench.pose()

    with pytest.raises(CameraFault, match="wdie") as error:
        await bench.link().goto_preset(PresetName("wdie"))

    assert error.value.code == "PresetMissing"
    assert bench.pose() == before


async def test_two_presets_of_one_name_are_an_error_and_no_guess(bench: Bench) -> None:
    bench.presets_are(PRESETS | {"4": ("gate", PtzPose(0.0, 0.0, 0.0))})

    with pytest.raises(CameraFault) as error:
        await bench.link().goto_preset(GATE)

    assert error.value.code == "PresetAmbiguous"


async def test_presets_are_read_as_they_are_now(bench: Bench) -> None:
    link = bench.link()
    await link.interview()
    bench.presets_are({"1": ("yard", PtzPose(0.5, 0.5, 0.5))})

    [preset] = await link.presets()

    assert (preset.name, preset.pose) == ("yard", PtzPose(0.5, 0.5, 0.5))
