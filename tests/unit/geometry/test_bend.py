"""Lenses that bend straight lines: there and back, and what is built on them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from orchestrator.domain.camera import Aim, Lens, Mount
from orchestrator.domain.sighting import Kind
from orchestrator.geometry.bend import bent, coarser, unbent
from orchestrator.geometry.fov import footprint
from orchestrator.geometry.lens import Projection, floor_points
from tests.fakes.walkers import Walk, fixed, picture, rest_aim

BENDS = st.floats(-0.45, 0.3)
OFFS = st.tuples(st.floats(-320, 320), st.floats(-180, 180))
MIDDLE = np.array([320.0, 180.0])
AIM = Aim(30.0, -25.0, 80.0)
MOUNT = Mount(3.0, 4.0, 5.0, 30.0, -25.0)


def eye_with(bend: float) -> Projection:
    return Projection.of(MOUNT, Lens(80.0, 80.0, 640, 360, bend), AIM)


@given(bend=BENDS, off=OFFS)
def test_a_pixel_is_where_it_was_after_there_and_back(
    bend: float, off: tuple[float, float]
) -> None:
    pixel = np.array([off])
    assert bent(unbent(pixel, bend, 640), bend, 640) == pytest.approx(pixel, abs=1e-6)


@given(bend=BENDS, off=OFFS)
def test_a_pixel_is_worth_as_many_straight_ones_as_it_moves_outwards(
    bend: float, off: tuple[float, float]
) -> None:
    pixel = np.array([off]) + 1e-3
    step = 1e-4 * pixel / np.linalg.norm(pixel)
    moved = np.linalg.norm(unbent(pixel + step, bend, 640) - unbent(pixel, bend, 640)) / 1e-4
    assert coarser(pixel, bend, 640)[0, 0] == pytest.approx(moved, rel=1e-3)


@given(bend=BENDS)
def test_the_field_of_view_is_what_the_edges_show(bend: float) -> None:
    eye = eye_with(bend)
    left, right = eye.rays(np.array([[0.0, 180.0], [640.0, 180.0]])) @ eye.axes.T
    across = np.degrees(np.arctan2(right[0], right[2]) - np.arctan2(left[0], left[2]))
    assert across == pytest.approx(80.0)


@given(bend=BENDS, off=OFFS)
def test_what_shows_at_a_pixel_of_the_floor_shows_there(
    bend: float, off: tuple[float, float]
) -> None:
    eye, pixel = eye_with(bend), np.array([off]) + MIDDLE
    spot, _, valid = eye.floor(pixel, np.ones((1, 2)))
    if valid[0]:
        assert eye.pixels(np.append(spot[0], 0.0)) == pytest.approx(pixel, abs=1e-4)


@given(bend=st.floats(-0.45, 0.3), off=OFFS)
def test_all_that_a_picture_shows_of_the_floor_is_in_its_footprint(
    bend: float, off: tuple[float, float]
) -> None:
    camera = replace(fixed("gate", 3.0, 4.0, 30.0), lens=Lens(80.0, 80.0, 640, 360, bend))
    aim = rest_aim(camera)
    eye = Projection.of(camera.mount, camera.lens, aim)
    spot, _, valid = eye.floor(np.array([off]) + MIDDLE, np.ones((1, 2)))
    if valid[0] and np.hypot(*(spot[0] - (3.0, 4.0))) < 59:
        seen = footprint(camera, aim).buffer(1e-6)
        assert seen.contains(Point(*spot[0]))


def test_people_stand_where_they_stand_behind_a_barrel() -> None:
    camera = fixed("gate", 5.0, 10.0, 90.0)
    barrel = replace(camera, lens=replace(camera.lens, bend=-0.2))
    walks = [Walk((13.0, 7.0), (0, 0)), Walk((15.0, 14.0), (0, 0)), Walk((12.5, 10.0), (0, 0))]
    frame = picture(barrel, walks, 0.0)
    points, _, valid = floor_points(barrel, frame)
    wrong, _, _ = floor_points(camera, frame)

    assert valid.all()
    assert (frame.kinds == Kind.PERSON.value).all()
    off = np.linalg.norm(points - [walk.start for walk in walks], axis=1)
    off_unbent = np.linalg.norm(wrong - [walk.start for walk in walks], axis=1)
    assert off.max() < 0.2
    assert off_unbent.min() > off.max()
