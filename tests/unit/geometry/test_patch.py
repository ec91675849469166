"""Zones around a camera: what a view shows of them, and which views are certainly blind to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.ids import CameraId, ZoneId
from orchestrator.domain.region import Patch
from orchestrator.geometry.blind import blind
from orchestrator.geometry.fov import sees
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.patch import share_shown

DOME = Camera(
    CameraId("dome"), "192.0.2.1", 80, "d", Mount(0, 0, 6, 0.0, 0.0), Lens(60.0, 60.0, 640, 360)
)
OTHER = Camera(
    CameraId("other"), "192.0.2.2", 80, "d", Mount(9, 0, 6, 0.0, 0.0), Lens(60.0, 60.0, 640, 360)
)
WINDOWS = Patch(
    ZoneId("windows"), DOME.id, ((350.0, 5.0), (10.0, 5.0), (10.0, 25.0), (350.0, 25.0))
)
"""Across north."""


def test_a_view_shows_the_part_of_a_patch_that_lies_in_it() -> None:
    assert share_shown(DOME, Aim(0.0, 15.0, 60.0), WINDOWS) == 1.0
    assert 0.3 < share_shown(DOME, Aim(30.0, 15.0, 60.0), WINDOWS) < 0.7
    assert share_shown(DOME, Aim(180.0, 15.0, 60.0), WINDOWS) == 0.0
    assert share_shown(OTHER, Aim(0.0, 15.0, 60.0), WINDOWS) == 0.0


@pytest.mark.parametrize(
    ("aim", "seen"),
    [
        (Aim(0.0, 0.0, 60.0), True),
        (Aim(45.0, 15.0, 60.0), False),
        (Aim(38.0, 15.0, 60.0), True),
        (Aim(0.0, -20.0, 60.0), False),
    ],
)
def test_a_view_sees_a_patch_where_it_overlaps_it(aim: Aim, seen: bool) -> None:
    assert sees(DOME, aim, WINDOWS, margin_deg=0.0) is seen


def test_another_camera_is_blind_to_it_wherever_it_looks() -> None:
    assert not sees(OTHER, Aim(0.0, 15.0, 60.0), WINDOWS)


angles = st.floats(0.0, 360.0)
aims = st.builds(Aim, angles, st.floats(-85.0, 85.0), st.floats(5.0, 90.0))
boxes = st.tuples(angles, st.floats(-60.0, 50.0), st.floats(1.0, 40.0))
shares = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0))


@given(aims, boxes, shares)
def test_no_direction_of_a_patch_is_in_a_view_that_is_blind_to_it(
    aim: Aim, box: tuple[float, float, float], share: tuple[float, float]
) -> None:
    (west, low, size), (u, v) = box, share
    high = min(89.0, low + size)
    patch = Patch(
        ZoneId("p"),
        DOME.id,
        ((west, low), (west + size, low), (west + size, high), (west, high)),
    )
    at, up = np.radians(west + size * u), np.radians(low + (high - low) * v)
    direction = np.array([np.sin(at) * np.cos(up), np.cos(at) * np.cos(up), np.sin(up)])
    eye = Projection.of(DOME.mount, DOME.lens, aim)
    right, down, forward = (float(direction @ axis) for axis in eye.axes)
    shown = (
        forward > 1e-6
        and abs(right / forward) < eye.width_px / 2 / eye.focal_px
        and abs(down / forward) < eye.height_px / 2 / eye.focal_px
    )

    assert not (shown and blind(DOME, [aim], patch, 0.0)[0])
