"""Calibration finds the camera that the pairs were taken with, and names a pair that is wrong."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.geometry.calibrate import calibrated
from orchestrator.geometry.lens import Projection

WRITTEN = Mount(0.0, 0.0, 3.0, 0.0, -10.0)
"""What stands in the site file before anybody measured: nothing like the camera."""
# Where pairs are clicked: a grid that fills the picture below its upper third.
CLICKS = [(u, v) for v in (0.45, 0.7, 0.95) for u in (0.08, 0.35, 0.65, 0.92)]

mounts = st.builds(
    Mount,
    st.floats(5, 40),
    st.floats(5, 40),
    st.floats(2.5, 8),
    st.floats(0, 359),
    st.floats(-45, -22),
    st.floats(-4, 4),
)


def taken(mount: Mount, hfov_deg: float, seed: int, count: int) -> list[Pair]:
    """Return pairs of a camera, with the noise of a hand and of a tape measure."""
    noise = np.random.default_rng(seed)
    lens = Lens(hfov_deg, hfov_deg, 1280, 720)
    eye = Projection.of(mount, lens, Aim(mount.azimuth_deg, mount.tilt_deg, hfov_deg))
    chosen = noise.permutation(len(CLICKS))[:count] if count < len(CLICKS) else range(count)
    pixels = np.array([CLICKS[index] for index in chosen]) * [1280, 720]
    places, _, valid = eye.floor(pixels, np.ones((len(pixels), 2)))
    assert valid.all()
    pixels = np.clip(pixels + noise.normal(0, 1.0, pixels.shape), 0, [1280, 720])
    places += noise.normal(0, 0.02, places.shape)
    spots = np.column_stack([pixels, places]).tolist()
    return [Pair(f"p{index}", *spot) for index, spot in enumerate(spots)]


def camera(hfov_deg: float) -> Camera:
    return Camera(CameraId("gate"), "h", 80, "x", WRITTEN, Lens(hfov_deg, hfov_deg, 1280, 720))


def off_m(found: Mount, true: Mount) -> float:
    place = (found.x_m - true.x_m, found.y_m - true.y_m, found.height_m - true.height_m)
    return float(np.linalg.norm(place))


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(mounts, st.floats(45, 90), st.floats(45, 90), st.integers(0, 99))
def test_a_camera_and_its_lens_are_found_from_twelve_pairs(
    mount: Mount, hfov_deg: float, written_deg: float, seed: int
) -> None:
    found = calibrated(camera(written_deg), taken(mount, hfov_deg, seed, 12))
    turned = (found.mount.azimuth_deg - mount.azimuth_deg + 180) % 360 - 180
    assert off_m(found.mount, mount) < max(0.5, 5 * found.doubt.place_m)
    assert abs(turned) < max(1.0, 5 * found.doubt.azimuth_deg)
    assert abs(found.mount.tilt_deg - mount.tilt_deg) < max(1.0, 5 * found.doubt.tilt_deg)
    assert abs(found.lens.hfov_wide_deg - hfov_deg) < max(1.5, 5 * found.doubt.hfov_deg)
    assert not any(one.wrong for one in found.residuals)
    assert found.rms_px < 8


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(mounts, st.floats(45, 90), st.integers(0, 99), st.integers(0, 6), st.floats(0, 6.28))
def test_the_one_wrong_pair_of_seven_is_named_or_at_least_suspected(
    mount: Mount, hfov_deg: float, seed: int, which: int, way: float
) -> None:
    pairs: Sequence[Pair] = taken(mount, hfov_deg, seed, 7)
    bad = replace(
        pairs[which],
        x_m=pairs[which].x_m + 3 * np.cos(way),
        y_m=pairs[which].y_m + 3 * np.sin(way),
    )
    found = calibrated(camera(hfov_deg), [bad if one is pairs[which] else one for one in pairs])
    left_out = [one.pair.name for one in found.residuals if one.wrong]
    if found.suspects:
        assert bad in found.suspects
        assert found.warnings
    else:
        assert left_out == [bad.name]
        assert off_m(found.mount, mount) < max(0.6, 5 * found.doubt.place_m)
