"""Whatever cameras and people call things: what is written of them is read back as it was."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.config import parsed_inventory, written_inventory
from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.inventory import KnownCamera, KnownPreset
from tests.fakes.walkers import dome, fixed, site_of

SITE = site_of(dome("yard", 5, 5), dome("no", 9, 9), fixed("west", 5, 2, 0.0))


def tenths(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least * 10, most * 10).map(lambda angle: angle / 10)


words = st.sampled_from(["on", "null", "~", "<<", "unknown", "1.5", "{a: b}", "a: b", "# a", "- a"])
names = words | st.text(max_size=64)
aims = st.builds(
    Aim, st.integers(0, 3599).map(lambda angle: angle / 10), tenths(-90, 90), tenths(1, 150)
)
presets = st.builds(KnownPreset, names.map(PresetName), st.none() | aims)
cameras = st.builds(
    KnownCamera,
    st.sampled_from([camera.id for camera in SITE.cameras]),
    names,
    names,
    st.lists(presets, max_size=5, unique_by=lambda preset: preset.name).map(tuple),
)
inventories = st.lists(cameras, max_size=3, unique_by=lambda camera: camera.camera).map(tuple)
floats = st.floats(-90.0, 90.0)


@given(inventories)
def test_an_inventory_that_was_written_is_read_back_as_it_was(
    inventory: tuple[KnownCamera, ...],
) -> None:
    text = written_inventory(SITE.name, inventory)

    assert parsed_inventory(text, "inventory.yaml", SITE) == inventory


@given(st.floats(0.0, 360.0), floats, st.floats(0.5, 150.0))
def test_an_inventory_is_written_the_same_again(azimuth: float, tilt: float, fov: float) -> None:
    aim = Aim(azimuth, tilt, fov)
    known = KnownCamera(CameraId("yard"), "1", "dome", (KnownPreset(PresetName("gate"), aim),))

    text = written_inventory(SITE.name, [known])
    [read] = parsed_inventory(text, "inventory.yaml", SITE)

    assert written_inventory(SITE.name, [read]) == text
    [preset] = read.presets
    assert preset.aim is not None
    assert abs((preset.aim.azimuth_deg - azimuth + 180.0) % 360.0 - 180.0) <= 0.051
    assert abs(preset.aim.tilt_deg - tilt) <= 0.051
    assert abs(preset.aim.hfov_deg - fov) <= 0.051
    assert replace(read, presets=()) == replace(known, presets=())
