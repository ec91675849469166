"""Calibration: few pairs, bad pairs, pairs that tell little, and heads."""

from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, Lens, Mount, PtzPose, PtzRange
from orchestrator.domain.ids import CameraId
from orchestrator.geometry.calibrate import Calibration, calibrated
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.ptz import aim_of

TRUE = Mount(15.6, 7.6, 4.5, 247.0, -21.0, 1.5)
GATE = Camera(CameraId("gate"), "h", 80, "x", Mount(0, 0, 3, 10, -5), Lens(70, 70, 640, 360))
PLACES = [(12.5, 6.0), (12.0, 7.5), (9.0, 2.5), (8.0, 7.0), (5.0, 1.0), (4.0, 6.0)]


def pairs_at(
    camera: Camera, mount: Mount, places: list[tuple[float, float]], pose: PtzPose | None = None
) -> list[Pair]:
    aim = aim_of(replace(camera, mount=mount), pose or PtzPose(0, 0, 0))
    eye = Projection.of(mount, camera.lens, aim)
    pixels = eye.pixels(np.array([(*place, 0.0) for place in places]))
    return [
        Pair(f"p{index}", float(u), float(v), x, y, stood=pose)
        for index, ((u, v), (x, y)) in enumerate(zip(pixels.tolist(), places, strict=True))
    ]


def close(found: Mount, true: Mount) -> bool:
    return bool(
        np.allclose(
            [found.x_m, found.y_m, found.height_m, found.azimuth_deg, found.tilt_deg],
            [true.x_m, true.y_m, true.height_m, true.azimuth_deg, true.tilt_deg],
            atol=0.02,
        )
    )


def said(found: Calibration) -> str:
    return " ".join(found.warnings)


def test_four_exact_pairs_give_the_camera_whatever_was_written() -> None:
    found = calibrated(GATE, pairs_at(GATE, TRUE, [PLACES[i] for i in (0, 1, 2, 5)]))
    assert close(found.mount, TRUE)
    assert found.mount.roll_deg == pytest.approx(1.5, abs=0.02)
    assert found.rms_px < 0.1
    assert not found.focal_free
    assert found.lens == GATE.lens


def test_residuals_are_in_pixels_and_on_the_floor() -> None:
    pairs = pairs_at(GATE, TRUE, PLACES)
    pairs[3] = replace(pairs[3], u_px=pairs[3].u_px + 6)
    found = calibrated(GATE, pairs)
    worst = max(found.residuals, key=lambda one: one.off_px)
    assert worst.pair == pairs[3]
    assert 1 < worst.off_px < 6
    assert worst.off_m is not None
    assert 0.01 < worst.off_m < 0.3


@pytest.mark.slow
def test_with_four_pairs_a_wrong_one_cannot_be_named_but_is_complained_of() -> None:
    pairs = pairs_at(GATE, TRUE, [PLACES[i] for i in (0, 1, 2, 5)])
    pairs[2] = replace(pairs[2], x_m=pairs[2].x_m + 4, y_m=pairs[2].y_m + 4)
    found = calibrated(GATE, pairs)
    assert not any(one.wrong for one in found.residuals)
    assert found.warnings


@pytest.mark.slow
def test_pairs_on_one_line_are_told_of() -> None:
    places = [(12.0 - step, 6.4 - 0.42 * step) for step in range(6)]
    assert "on one line" in said(calibrated(GATE, pairs_at(GATE, TRUE, places)))


def test_pairs_that_are_all_far_away_do_not_hold_the_camera() -> None:
    places = [(-6.0, -2.0), (-8.0, 0.0), (-7.0, -5.0), (-9.0, -3.0), (-8.5, -1.0)]
    found = calibrated(GATE, pairs_at(GATE, TRUE, places))
    assert "add pairs near" in said(found)


def test_three_pairs_are_too_few() -> None:
    with pytest.raises(ValueError, match="4 pairs are needed"):
        calibrated(GATE, pairs_at(GATE, TRUE, PLACES[:3]))


@pytest.mark.slow
def test_pairs_at_two_poses_give_where_a_head_looks_at_rest() -> None:
    dome = replace(
        GATE,
        mount=Mount(16.0, 8.0, 4.0, 90.0, 0.0),
        lens=Lens(62, 12, 640, 360),
        ptz=PtzRange(-170, 170, -80, 10),
    )
    true = Mount(15.6, 7.6, 4.5, 73.0, 1.0)
    pairs = []
    for azimuth_deg, tilt_deg in ((120.0, -25.0), (200.0, -20.0)):
        aim = Aim(azimuth_deg, tilt_deg, 62.0)
        eye = Projection.of(true, dome.lens, aim)
        pixels = np.array([[100, 330], [500, 300], [330, 120]], float)
        spots, _, valid = eye.floor(pixels, np.ones((3, 2)))
        assert valid.all()
        pose = PtzPose(
            2 * (azimuth_deg - true.azimuth_deg + 170) / 340 - 1,
            2 * (tilt_deg - true.tilt_deg + 80) / 90 - 1,
            0.0,
        )
        pairs += [
            Pair(f"{azimuth_deg:.0f}", u, v, x, y, stood=pose)
            for (u, v), (x, y) in zip(pixels.tolist(), spots.tolist(), strict=True)
        ]
    found = calibrated(dome, pairs)
    assert close(found.mount, true)
    # The same heads, told as where they seemed to look by the mount that was written.
    seemed = [
        replace(one, stood=aim_of(dome, one.stood)) if isinstance(one.stood, PtzPose) else one
        for one in pairs
    ]
    again = calibrated(dome, seemed)
    assert close(again.mount, true)
    assert again.rms_px < 0.1


@pytest.mark.slow
def test_a_lens_that_bends_lines_is_found_by_another_model_of_bending() -> None:
    eye = Projection.of(TRUE, GATE.lens, Aim(247.0, -21.0, 70.0))
    straight = np.array([(u, v) for v in (150, 240, 345) for u in (30, 190, 330, 470, 610)], float)
    spots, _, _ = eye.floor(straight, np.ones((len(straight), 2)))
    flat = (straight - [320, 180]) / eye.focal_px
    bent = (
        [320, 180]
        + straight * 0
        + flat * (1 - 0.25 * (flat**2).sum(1, keepdims=True)) * (eye.focal_px)
    )
    pairs = [Pair("p", *px, *at) for px, at in zip(bent.tolist(), spots.tolist(), strict=True)]
    found = calibrated(GATE, pairs)
    assert found.lens.bend < -0.05
    assert found.mount.height_m == pytest.approx(TRUE.height_m, abs=0.1)
    assert found.mount.tilt_deg == pytest.approx(TRUE.tilt_deg, abs=1.0)
    assert max(one.off_px for one in found.residuals) < 3.0
    assert found.warnings == ()


@pytest.mark.slow
def test_a_barrel_and_a_wrong_pair_are_told_apart() -> None:
    barrel = replace(GATE, lens=replace(GATE.lens, bend=-0.15))
    eye = Projection.of(TRUE, barrel.lens, Aim(247.0, -21.0, 70.0))
    pixels = np.array([(u, v) for v in (130, 240, 350) for u in (20, 190, 430, 620)], float)
    places, _, _ = eye.floor(pixels, np.ones((len(pixels), 2)))
    spots = [(float(x), float(y)) for x, y in places]
    pairs = pairs_at(barrel, TRUE, spots)
    pairs[4] = replace(pairs[4], v_px=pairs[4].v_px + 25)
    found = calibrated(GATE, pairs)
    assert [one.pair for one in found.residuals if one.wrong] == [pairs[4]]
    assert found.lens.bend == pytest.approx(-0.15, abs=0.03)
    assert close(found.mount, TRUE)


def test_a_bend_that_is_written_is_taken_with_few_pairs_too() -> None:
    barrel = replace(GATE, lens=replace(GATE.lens, bend=-0.15))
    found = calibrated(barrel, pairs_at(barrel, TRUE, PLACES))
    assert close(found.mount, TRUE)
    assert found.lens == barrel.lens
