"""Pictures are pure and their truth is what can be seen in them."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from simulators.depot import Area, Building, Depot, ParkedCar, Prop
from simulators.looks import look_of
from simulators.render import render, shoot, truth
from simulators.scene import Eye, Light, PersonState, Scene, VehicleState

WALL = Building("wall", ((8.0, 14.0), (12.0, 14.0), (12.0, 15.0), (8.0, 15.0)), 4.0)
DEPOT = Depot(
    width_m=20.0,
    height_m=24.0,
    areas=(Area("asphalt", ((0.0, 0.0), (20.0, 0.0), (20.0, 24.0), (0.0, 24.0))),),
    buildings=(WALL,),
    props=(Prop("barrel", (4.0, 12.0)),),
    parked=(ParkedCar((15.0, 10.0), 20.0),),
)
EYE = Eye(10.0, 1.0, 4.5, 0.0, -18.0, 65.0, 640, 360)
LOOK = replace(look_of(Random(3)), height_m=1.8, upper=(40, 40, 200), backpack=None)


def person(x_m: float, y_m: float, name: str = "p1", *, gait: float = 1.0) -> PersonState:
    return PersonState(name, x_m, y_m, 0.0, 0.0, 90.0, LOOK, 1.0, gait)


def scene(*people: PersonState, vehicles: tuple[VehicleState, ...] = (), eye: Eye = EYE) -> Scene:
    return Scene(DEPOT, "eye", 1.0, eye, people, vehicles, Light(noise=0.0, shadow=0.0))


def changed(first: Scene, second: Scene) -> tuple[int, int, int, int]:
    """Return the box around the pixels in which two pictures differ."""
    gap = np.abs(render(first).astype(int) - render(second).astype(int)).max(axis=2) > 12
    ys, xs = np.nonzero(gap)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def pinhole(x_m: float, y_m: float, z_m: float) -> tuple[float, float]:
    """Return the pixel of a point for the eye above, by school trigonometry."""
    focal = 320.0 / math.tan(math.radians(32.5))
    tilt = math.radians(-18.0)
    ahead, up = y_m - 1.0, z_m - 4.5
    depth = ahead * math.cos(tilt) + up * math.sin(tilt)
    down = ahead * math.sin(tilt) - up * math.cos(tilt)
    return 320.0 + focal * (x_m - 10.0) / depth, 180.0 + focal * down / depth


@pytest.mark.slow
def test_threads_do_not_change_a_picture() -> None:
    shots = [scene(person(9.0 + 0.2 * i, 7.0 + i)) for i in range(6)]
    alone = [render(shot).tobytes() for shot in shots]
    with ThreadPoolExecutor(4) as pool:
        together = [picture.tobytes() for picture in pool.map(render, shots * 3)]
    assert together == alone * 3


def test_shooting_is_rendering_and_telling_the_truth_at_once() -> None:
    shot = shoot(scene(person(9.0, 9.0)))
    assert shot.picture.shape == (360, 640, 3)
    assert shot.picture.dtype == np.uint8
    assert shot.picture.tobytes() == render(scene(person(9.0, 9.0))).tobytes()
    assert shot.truth == truth(scene(person(9.0, 9.0)))


@pytest.mark.parametrize("place", [(10.0, 8.5), (7.0, 10.0), (4.5, 17.0)])
def test_the_box_is_where_the_person_is_drawn(place: tuple[float, float]) -> None:
    (seen,) = truth(scene(person(*place))).people
    assert seen.visible == 1.0
    drawn = changed(scene(), scene(person(*place)))
    assert np.abs(np.array(drawn) - np.array(seen.box_px)).max() <= 2.5


@pytest.mark.parametrize("place", [(10.0, 8.5), (7.0, 10.0), (14.0, 20.0)])
def test_a_person_stands_on_the_floor_and_is_as_tall_as_the_lens_says(
    place: tuple[float, float],
) -> None:
    standing = person(*place, gait=0.0)
    (seen,) = truth(scene(standing)).people
    foot, head = pinhole(*place, 0.0), pinhole(*place, 1.8)
    assert seen.box_px[3] == pytest.approx(foot[1], abs=0.04 * seen.height_px + 2.0)
    assert seen.box_px[1] == pytest.approx(head[1], abs=0.04 * seen.height_px + 1.0)
    assert (seen.box_px[0] + seen.box_px[2]) / 2.0 == pytest.approx(
        foot[0], abs=0.1 * seen.height_px
    )


def test_a_wall_hides_whoever_is_behind_it() -> None:
    (behind,) = truth(scene(person(10.0, 17.0))).people
    assert behind.visible == 0.0
    (before,) = truth(scene(person(10.0, 13.0))).people
    assert before.visible == 1.0


def test_the_nearer_person_hides_the_farther_one() -> None:
    near, far = person(10.0, 8.0, "near"), person(10.05, 9.0, "far")
    seen = {s.id: s for s in truth(scene(far, near)).people}
    assert seen["near"].visible == 1.0
    assert seen["far"].visible < 0.6


def test_a_box_is_clipped_and_the_height_is_not() -> None:
    (seen,) = truth(scene(person(10.0, 6.0))).people
    assert seen.box_px[3] == 360.0
    assert seen.height_px > seen.box_px[3] - seen.box_px[1]
    assert 0.05 < seen.visible < 0.95


def test_nobody_is_told_of_behind_the_camera_or_beside_the_picture() -> None:
    away = replace(EYE, azimuth_deg=180.0)
    assert truth(scene(person(10.0, 10.0), eye=away)).people == ()
    assert truth(scene(person(0.5, 4.0))).people == ()


def test_vehicles_are_told_parked_or_not() -> None:
    car = VehicleState("v1", 7.4, 11.0, 0.0, 0.0, 70.0, "van", (200, 200, 60))
    seen = {s.id: s for s in truth(scene(vehicles=(car,))).vehicles}
    assert set(seen) == {"parked1", "v1"}
    assert seen["v1"].visible > 0.9
    drawn = changed(scene(), scene(vehicles=(car,)))
    assert np.abs(np.array(drawn) - np.array(seen["v1"].box_px)).max() <= 6.0


def test_noise_differs_from_frame_to_frame_and_the_same_frame_stays_the_same() -> None:
    noisy = replace(scene(), light=Light(noise=2.0))
    later = replace(noisy, time_s=1.1)
    assert render(noisy).tobytes() == render(replace(noisy)).tobytes()
    assert render(noisy).tobytes() != render(later).tobytes()


@pytest.mark.parametrize("tilt_deg", [0.0, -30.0, -60.0, -89.0])
def test_any_tilt_gives_a_picture(tilt_deg: float) -> None:
    picture = render(scene(person(10.0, 4.0), eye=replace(EYE, tilt_deg=tilt_deg)))
    assert 20.0 < float(picture.mean()) < 230.0
