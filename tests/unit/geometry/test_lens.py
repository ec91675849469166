from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.camera import Aim
from orchestrator.domain.sighting import Kind
from orchestrator.geometry.lens import BOX_SIGMA, FLOOR_SIGMA_M, Projection, floor_points
from tests.fakes.walkers import SIZE_PX, Walk, fixed, picture, rest_aim


def test_what_lies_clockwise_of_the_axis_is_right_in_the_picture() -> None:
    camera = fixed("east", 0, 0, 90.0, tilt_deg=0.0)
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera))

    [[u, v]] = eye.pixels(np.array([[10.0, -1.0, 6.0]]))

    assert u > SIZE_PX[0] / 2
    assert v < SIZE_PX[1] / 2


def test_a_rolled_camera_sees_the_picture_turn_the_other_way() -> None:
    camera = fixed("tilted", 0, 0, 0.0, tilt_deg=0.0, roll_deg=10.0)
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera))

    [[left_u, left_v], [right_u, right_v]] = eye.pixels(
        np.array([[-1.0, 10.0, 5.0], [1.0, 10.0, 5.0]])
    )

    assert left_u < right_u
    assert left_v > right_v


def test_a_point_behind_the_camera_has_no_pixel() -> None:
    camera = fixed("north", 0, 0, 0.0)
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera))

    assert np.isnan(eye.pixels(np.array([[0.0, -5.0, 0.0]]))).all()


def test_a_person_is_placed_where_the_feet_are() -> None:
    camera = fixed("yard", 3, 4, 30.0)
    walk = Walk((9.0, 15.0), (0, 0))

    points, covariances, valid = floor_points(camera, picture(camera, [walk], 0.0))

    assert valid.tolist() == [True]
    assert points[0] == pytest.approx(walk.start, abs=0.15)
    assert (np.linalg.eigvalsh(covariances[0]) >= FLOOR_SIGMA_M**2 - 1e-9).all()


def test_doubt_covers_where_noisy_boxes_fall_without_exaggeration() -> None:
    camera = fixed("yard", 3, 4, 30.0)
    walk = Walk((12.0, 20.0), (0, 0))
    clean = picture(camera, [walk], 0.0)
    rng = np.random.default_rng(3)
    tall = clean.boxes_px[0, 3] - clean.boxes_px[0, 1]
    shifts = (rng.normal(0.0, 1.0, (4000, 2)) * np.array(BOX_SIGMA) * tall).astype(np.float32)
    many = replace(
        clean,
        boxes_px=clean.boxes_px + np.c_[shifts, shifts],
        scores=np.ones(4000, dtype=np.float32),
        kinds=np.zeros(4000, dtype=np.int8),
    )

    points, covariances, valid = floor_points(camera, many)

    assert valid.all()
    off = points - np.asarray(walk.start)
    distance = np.einsum("ni,nij,nj->n", off, np.linalg.inv(covariances), off)
    assert 0.3 < distance.mean() / 2 < 1.0


@pytest.mark.parametrize("beside_m", [-7.0, 0.0, 7.0])
def test_somebody_who_leans_in_the_picture_is_placed_where_the_feet_are(beside_m: float) -> None:
    camera = fixed("steep", 0, 0, 0.0, tilt_deg=-35.0, hfov_deg=90.0)
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera), SIZE_PX)
    foot, head = eye.pixels(np.array([[beside_m, 8.0, 0.0], [beside_m, 8.0, 1.75]]))
    box = [min(foot[0], head[0]) - 8, head[1], max(foot[0], head[0]) + 8, foot[1]]
    seen = replace(
        picture(camera, [Walk((0.0, 9.0), (0, 0))], 0.0),
        boxes_px=np.array([box], dtype=np.float32),
    )

    points, _, valid = floor_points(camera, seen)

    assert valid.all()
    assert points[0] == pytest.approx((beside_m, 8.0), abs=0.15)


def test_a_further_person_is_placed_with_more_doubt() -> None:
    camera = fixed("yard", 0, 0, 0.0, tilt_deg=-15.0)

    near, far = (
        floor_points(camera, picture(camera, [Walk((0.0, y), (0, 0))], 0.0))[1][0, 1, 1]
        for y in (14.0, 35.0)
    )

    assert far > 3 * near


def test_a_person_whose_feet_are_below_the_picture_is_placed_by_the_head() -> None:
    camera = fixed("gate", 0, 0, 0.0, tilt_deg=-20.0)
    clean = picture(camera, [Walk((0.0, 8.0), (0, 0))], 0.0)
    eye = Projection.of(camera.mount, camera.lens, rest_aim(camera), SIZE_PX)
    [[_, head]] = eye.pixels(np.array([[0.0, 5.0, 1.75]]))
    cut = replace(clean, boxes_px=np.array([[300, head, 340, 359.5]], dtype=np.float32))

    points, covariances, valid = floor_points(camera, cut)

    assert valid.tolist() == [True]
    assert points[0] == pytest.approx((0.0, 5.0), abs=0.3)
    assert covariances[0, 1, 1] > floor_points(camera, clean)[1][0, 1, 1]


def test_a_vehicle_that_is_cut_is_not_placed() -> None:
    camera = fixed("gate", 0, 0, 0.0)
    clean = picture(camera, [Walk((0.0, 12.0), (0, 0), Kind.VEHICLE)], 0.0)
    cut = replace(clean, boxes_px=np.array([[200, 200, 400, 359.9]], dtype=np.float32))

    assert floor_points(camera, clean)[2].tolist() == [True]
    assert floor_points(camera, cut)[2].tolist() == [False]


def test_a_vehicles_middle_lies_behind_its_near_edge_and_is_doubtful() -> None:
    camera = fixed("gate", 0, 0, 0.0)
    near_edge = (0.0, 12.0)

    points, covariances, _ = floor_points(
        camera, picture(camera, [Walk(near_edge, (0, 0), Kind.VEHICLE)], 0.0)
    )

    assert points[0, 1] > near_edge[1] + 0.5
    assert covariances[0, 1, 1] > 1.0


@pytest.mark.parametrize("foot_px", [100.0, 20.0])
def test_feet_at_or_above_the_horizon_stand_nowhere(foot_px: float) -> None:
    camera = fixed("level", 0, 0, 0.0, tilt_deg=0.0)
    clean = picture(camera, [Walk((0.0, 15.0), (0, 0))], 0.0)
    high = replace(clean, boxes_px=np.array([[300, foot_px - 15, 320, foot_px]], dtype=np.float32))

    points, covariances, valid = floor_points(camera, high)

    assert not valid.any()
    assert np.isfinite(points).all()
    assert np.isfinite(covariances).all()


def test_feet_beyond_sixty_metres_are_not_believed() -> None:
    camera = fixed("level", 0, 0, 0.0, tilt_deg=-5.0)
    far = picture(camera, [Walk((0.0, 80.0), (0, 0))], 0.0)

    assert len(far.boxes_px) == 1
    assert not floor_points(camera, far)[2].any()


def test_without_an_aim_nothing_is_placed() -> None:
    camera = fixed("yard", 0, 0, 0.0)
    blind = replace(picture(camera, [Walk((0.0, 12.0), (0, 0))], 0.0), aim=None)

    points, covariances, valid = floor_points(camera, blind)

    assert (points.shape, covariances.shape, valid.tolist()) == ((1, 2), (1, 2, 2), [False])


def test_a_smaller_stream_of_the_same_lens_places_people_alike() -> None:
    camera = fixed("yard", 0, 0, 0.0)
    full = picture(camera, [Walk((2.0, 12.0), (0, 0))], 0.0)
    half = replace(full, width_px=320, height_px=180, boxes_px=full.boxes_px / np.float32(2))

    assert floor_points(camera, half)[0] == pytest.approx(floor_points(camera, full)[0], abs=1e-4)


def test_looking_elsewhere_moves_the_picture_the_other_way() -> None:
    camera = fixed("yard", 0, 0, 0.0, tilt_deg=-10.0)
    point = np.array([[0.0, 20.0, 0.0]])

    def seen(aim: Aim) -> tuple[float, float]:
        [[u, v]] = Projection.of(camera.mount, camera.lens, aim).pixels(point)
        return float(u), float(v)

    straight = seen(Aim(0.0, -10.0, 60.0))
    assert seen(Aim(10.0, -10.0, 60.0))[0] < straight[0]
    assert seen(Aim(0.0, -20.0, 60.0))[1] < straight[1]
