from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely.geometry import Point

from orchestrator.domain.camera import Aim, PtzPose
from orchestrator.geometry.fov import footprint, inside, sees
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.ptz import aim_of, angle_between, pose_of, slew_s, swept
from tests.fakes.walkers import SIZE_PX, dome, fixed

azimuths = st.floats(0.0, 359.9)
tilts = st.floats(-80.0, -5.0)
rolls = st.floats(-15.0, 15.0)
shares = st.floats(0.02, 0.98)
poses = st.builds(PtzPose, st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1))
dome_aims = st.builds(Aim, st.floats(-165.0, 165.0), st.floats(-85.0, 15.0), st.floats(10, 60))


@given(azimuths, tilts, rolls, shares, shares)
def test_a_pixel_on_the_floor_projects_back_to_itself(
    azimuth: float, tilt: float, roll: float, across: float, down: float
) -> None:
    camera = fixed("any", 5, 7, azimuth, tilt_deg=tilt, roll_deg=roll)
    eye = Projection.of(camera.mount, camera.lens, Aim(azimuth, tilt, 70.0))
    pixel = np.array([[across * SIZE_PX[0], down * SIZE_PX[1]]])

    points, covariances, valid = eye.floor(pixel, np.ones((1, 2)))

    if valid[0]:
        back = eye.pixels(np.array([[*points[0], 0.0]]))
        assert np.allclose(back, pixel, atol=1e-5)
        assert (np.linalg.eigvalsh(covariances[0]) >= -1e-12).all()


@given(azimuths, tilts, rolls, shares, shares)
def test_the_covariance_is_the_jacobian_of_the_map(
    azimuth: float, tilt: float, roll: float, across: float, down: float
) -> None:
    camera = fixed("any", 5, 7, azimuth, tilt_deg=tilt, roll_deg=roll)
    pixel = np.array([[across * SIZE_PX[0], down * SIZE_PX[1]]])

    def place(
        du: float = 0.0, dv: float = 0.0, turn: float = 0.0, rise: float = 0.0
    ) -> NDArray[np.float64]:
        eye = Projection.of(camera.mount, camera.lens, Aim(azimuth + turn, tilt + rise, 70.0))
        points, _, valid = eye.floor(pixel + np.array([du, dv]), np.ones((1, 2)))
        return points[0] if valid[0] else np.full(2, np.nan)

    eye = Projection.of(camera.mount, camera.lens, Aim(azimuth, tilt, 70.0))
    [point], [covariance], [valid] = eye.floor(pixel, np.full((1, 2), 2.0))
    if not valid or np.hypot(*(point - [5, 7])) > 40.0:
        return
    small = 1e-4
    spread = np.stack(
        [
            2.0 * (place(du=small) - place(du=-small)) / (2 * small),
            2.0 * (place(dv=small) - place(dv=-small)) / (2 * small),
            0.2 * (place(turn=small) - place(turn=-small)) / (2 * small),
            0.2 * (place(rise=small) - place(rise=-small)) / (2 * small),
        ]
    )
    assert np.allclose(covariance, spread.T @ spread, rtol=1e-3, atol=1e-6)


@given(azimuths, tilts, rolls, st.floats(-20, 30), st.floats(-20, 30))
def test_a_footprint_holds_exactly_the_floor_that_is_in_the_picture(
    azimuth: float, tilt: float, roll: float, x: float, y: float
) -> None:
    camera = fixed("any", 5, 7, azimuth, tilt_deg=tilt, roll_deg=roll)
    aim = Aim(azimuth, tilt, 70.0)
    [[u, v]] = Projection.of(camera.mount, camera.lens, aim).pixels(np.array([[x, y, 0.0]]))
    seen = footprint(camera, aim)
    border = 0.0 if seen.is_empty else seen.boundary.distance(Point(x, y))

    in_picture = bool(0 <= u <= SIZE_PX[0] and 0 <= v <= SIZE_PX[1])

    if border > 0.05:
        assert seen.covers(Point(x, y)) == in_picture
        assert inside(camera, aim, (x, y), height_m=0.0) == in_picture


@given(azimuths, tilts, st.floats(-20, 30), st.floats(-20, 30), st.floats(0.0, 2.0))
def test_whoever_is_in_the_picture_is_seen_by_the_guard_of_privacy(
    azimuth: float, tilt: float, x: float, y: float, height: float
) -> None:
    camera = fixed("any", 5, 7, azimuth, tilt_deg=tilt)
    aim = Aim(azimuth, tilt, 40.0)
    zone = ((x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1))

    if inside(camera, aim, (x, y), height_m=height):
        assert sees(camera, aim, zone)


@given(poses)
def test_a_pose_and_its_aim_are_the_same_thing(pose: PtzPose) -> None:
    camera = dome("yard", 0, 0, azimuth_deg=123.0)

    back = pose_of(camera, aim_of(camera, pose))

    assert np.allclose(
        [back.pan, back.tilt, back.zoom], [pose.pan, pose.tilt, pose.zoom], atol=1e-6
    )


@given(dome_aims, dome_aims)
def test_a_swept_path_starts_and_ends_where_it_should_and_never_jumps(start: Aim, end: Aim) -> None:
    camera = dome("yard", 0, 0)

    path = swept(camera, start, end)

    assert (path[0], path[-1]) == (start, end)
    assert all(angle_between(a, b) < 3.0 for a, b in pairwise(path))
    assert all(aim.hfov_deg >= min(start.hfov_deg, end.hfov_deg) for aim in path)


@given(dome_aims, dome_aims)
def test_a_slew_takes_as_long_back_as_forth(start: Aim, end: Aim) -> None:
    camera = dome("yard", 0, 0)

    assert np.isclose(slew_s(camera, start, end), slew_s(camera, end, start))
