"""A camera that people alone tell of: its tilt, its height, and what they leave open."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.domain.calibration import Pair
from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.geometry.heights import LEAST_PEOPLE, Passers, levelled
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.standing import standing

LENS = Lens(70.0, 70.0, 640, 360)
WRITTEN = Camera(CameraId("gate"), "h", 80, "x", Mount(2.0, 3.0, 3.0, 10.0, -5.0), LENS)
TRUE = Mount(2.0, 3.0, 4.5, 10.0, -21.0, 1.5)
AIM = Aim(10.0, -21.0, 70.0)


def passing(
    mount: Mount, *, people: int = 40, seed: int = 1, near_m: float = 3.0, far_m: float = 16.0
) -> Passers:
    """People of many statures on straight walks, in boxes with the noise of a detector."""
    random = np.random.default_rng(seed)
    eye = Projection.of(mount, LENS, Aim(mount.azimuth_deg, mount.tilt_deg, LENS.hfov_wide_deg))
    boxes: list[NDArray[np.float64]] = []
    who: list[int] = []
    for person in range(people):
        tall_m = random.normal(1.72, 0.08)
        begin, end = (spot(mount, random, near_m, far_m) for _ in range(2))
        for share in np.linspace(0, 1, 12):
            foot = np.append(begin + share * (end - begin), 0.0)
            shown = eye.pixels(np.array([foot, [foot[0], foot[1], tall_m]]))
            tall_px = shown[0, 1] - shown[1, 1]
            middle = shown[:, 0].mean()
            box = np.array([middle - tall_px / 6, shown[1, 1], middle + tall_px / 6, shown[0, 1]])
            box += random.normal(0.0, 0.03 * tall_px, 4)
            if box[0] > 1 and box[1] > 1 and box[2] < 639 and box[3] < 356:
                boxes.append(box)
                who.append(person)
    return Passers(np.array(boxes), np.array(who))


def spot(
    mount: Mount, random: np.random.Generator, near_m: float, far_m: float
) -> NDArray[np.float64]:
    azimuth = np.radians(mount.azimuth_deg + random.uniform(-28, 28))
    away_m = random.uniform(near_m, far_m)
    return np.array([mount.x_m, mount.y_m]) + away_m * np.array([np.sin(azimuth), np.cos(azimuth)])


@settings(max_examples=15)
@given(
    height_m=st.floats(2.2, 8.0),
    tilt_deg=st.floats(-35.0, -8.0),
    roll_deg=st.floats(-3.0, 3.0),
    seed=st.integers(0, 1000),
)
def test_people_tell_how_high_a_camera_hangs_and_how_it_is_tilted(
    height_m: float, tilt_deg: float, roll_deg: float, seed: int
) -> None:
    true = Mount(2.0, 3.0, height_m, 10.0, tilt_deg, roll_deg)
    far_m = height_m / np.tan(np.radians(max(-tilt_deg - 16.0, 6.0)))
    passers = passing(true, seed=seed, near_m=height_m, far_m=min(far_m, 20.0))
    if passers.people < LEAST_PEOPLE or len(passers.who) < 100:
        return
    found = levelled(WRITTEN, passers)

    assert abs(found.mount.height_m - height_m) < max(4 * found.height_sigma_m, 0.1)
    assert abs(found.mount.tilt_deg - tilt_deg) < max(4 * found.tilt_sigma_deg, 0.5)
    assert abs(found.mount.roll_deg - roll_deg) < max(4 * found.roll_sigma_deg, 1.0)
    assert found.misfit < 1.2


def test_place_and_azimuth_stay_as_they_were_written() -> None:
    found = levelled(WRITTEN, passing(TRUE))

    assert (found.mount.x_m, found.mount.y_m, found.mount.azimuth_deg) == (2.0, 3.0, 10.0)
    assert found.mount.height_m == pytest.approx(4.5, rel=0.05)
    assert found.mount.tilt_deg == pytest.approx(-21.0, abs=0.7)
    assert found.warnings == ()


def test_a_fifth_of_boxes_that_are_no_people_change_little() -> None:
    passers = passing(TRUE)
    random = np.random.default_rng(2)
    rows = random.random(len(passers.who)) < 0.2
    boxes = passers.boxes_px.copy()
    boxes[rows, 1] -= random.uniform(0.3, 1.0, rows.sum()) * (boxes[rows, 3] - boxes[rows, 1])
    found = levelled(WRITTEN, Passers(boxes, passers.who))

    assert found.mount.height_m == pytest.approx(4.5, rel=0.15)


def test_one_who_stands_about_for_hours_does_not_outweigh_those_who_pass() -> None:
    passers = passing(TRUE)
    child = passers.boxes_px[:1].repeat(3000, axis=0)
    child[:, 1] = child[:, 3] - 0.6 * (child[:, 3] - child[:, 1])
    boxes = np.concatenate([passers.boxes_px, child])
    who = np.concatenate([passers.who, np.full(3000, 999)])

    assert levelled(WRITTEN, Passers(boxes, who)).mount.height_m == pytest.approx(4.5, rel=0.06)


def test_people_who_are_all_equally_far_do_not_hold_a_camera() -> None:
    found = levelled(WRITTEN, passing(TRUE, near_m=9.9, far_m=10.1, people=14))

    assert found.tilt_sigma_deg > 1.5 * levelled(WRITTEN, passing(TRUE)).tilt_sigma_deg


def test_what_stands_on_no_floor_is_told_of() -> None:
    passers = passing(TRUE)
    random = np.random.default_rng(3)
    boxes = passers.boxes_px.copy()
    boxes[:, 1] = boxes[:, 3] - random.uniform(10, 200, len(boxes))
    found = levelled(WRITTEN, Passers(boxes, passers.who))

    assert "do not fit people" in found.warnings[0]


def test_too_few_people_are_counted_aloud() -> None:
    with pytest.raises(ValueError, match="12 people in 60 boxes are needed, found 5"):
        levelled(WRITTEN, passing(TRUE, people=5))


def test_two_places_say_where_it_stands_and_how_tall_people_are_there() -> None:
    eye = Projection.of(TRUE, LENS, AIM)
    places = [(3.0, 8.0), (5.0, 12.0)]
    pixels = eye.pixels(np.array([(*place, 0.0) for place in places])).tolist()
    pairs = [Pair("p", u, v, *place) for (u, v), place in zip(pixels, places, strict=True)]
    hung = replace(TRUE, x_m=0.0, y_m=0.0, azimuth_deg=0.0, height_m=4.5 / 1.05)
    found = standing(hung, LENS, pairs)

    assert found.mount.x_m == pytest.approx(2.0, abs=1e-6)
    assert found.mount.y_m == pytest.approx(3.0, abs=1e-6)
    assert found.mount.azimuth_deg == pytest.approx(10.0)
    assert found.mount.height_m == pytest.approx(4.5)
    assert found.stretch == pytest.approx(1.05)
    assert found.plausible
    assert found.off_m == pytest.approx((0.0, 0.0), abs=1e-6)


def test_a_place_above_the_horizon_is_no_place_on_the_floor() -> None:
    pairs = [Pair("sky", 320.0, 1.0, 3.0, 8.0), Pair("drain", 320.0, 200.0, 5.0, 12.0)]

    with pytest.raises(ValueError, match="2 places"):
        standing(replace(TRUE, tilt_deg=-5.0), LENS, pairs)


def test_places_that_would_make_giants_of_people_are_implausible() -> None:
    pairs = [Pair("a", 200.0, 200.0, 0.0, 0.0), Pair("b", 400.0, 200.0, 90.0, 0.0)]

    assert not standing(TRUE, LENS, pairs).plausible
