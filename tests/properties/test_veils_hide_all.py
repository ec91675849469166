"""No pixel that a veil leaves clear shows any part of a closed zone's prism, whatever the camera."""

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.ids import CameraId, ZoneId
from orchestrator.domain.region import Patch, Ring
from orchestrator.domain.veil import Veil
from orchestrator.geometry.blind import HEIGHT_M, blind
from orchestrator.geometry.lens import Projection
from orchestrator.geometry.veil import Hidden, hidden

SOURCE_PX, SIZE_PX = (640, 360), (96, 64)
EYE = CameraId("eye")

cameras = st.builds(
    lambda height, roll, hfov, bend: Camera(
        EYE,
        "192.0.2.1",
        80,
        "eye",
        Mount(0.0, 0.0, height, 0.0, 0.0, roll),
        Lens(hfov, hfov, *SOURCE_PX, bend),
    ),
    st.floats(0.5, 12.0),
    st.floats(-20.0, 20.0),
    st.floats(5.0, 130.0),
    st.sampled_from([0.0, 0.0, -0.25, 0.15]),
)
turns = st.tuples(st.floats(0.0, 359.9), st.floats(-90.0, 40.0))
doubts = st.tuples(st.floats(0.0, 20.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))


@st.composite
def rings(draw: st.DrawFn) -> Ring:
    """A star around some place: convex or not, near the camera or far, even around it."""
    x, y = draw(st.floats(-25.0, 25.0)), draw(st.floats(-25.0, 25.0))
    reaches = draw(st.lists(st.floats(0.3, 6.0), min_size=3, max_size=7))
    angles = np.linspace(0.0, 2 * np.pi, len(reaches), endpoint=False)
    return tuple(
        (float(x + reach * np.cos(angle)), float(y + reach * np.sin(angle)))
        for reach, angle in zip(reaches, angles, strict=True)
    )


def somewhere(ring: Ring, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points all over a prism, its corners among them; which ones is in (n, 3) numbers 0..1."""
    low, high = np.min(ring, axis=0), np.max(ring, axis=0)
    inside = low + shares[:, :2] * (high - low)
    inside = inside[shapely.contains_xy(shapely.Polygon(ring), inside[:, 0], inside[:, 1])]
    plan = np.vstack([inside, np.asarray(ring)])
    return np.column_stack([plan, HEIGHT_M * np.resize(shares[:, 2], len(plan))])


def clear(pixels: NDArray[np.float64], covered: Hidden | None) -> int:
    """How many of these pixels of the source are in the picture and are not hidden."""
    in_view = (pixels >= 0).all(axis=1) & (pixels < SOURCE_PX).all(axis=1)
    if covered is None:
        return int(in_view.sum())
    at = (pixels[in_view] * SIZE_PX / np.array(SOURCE_PX)).astype(int)
    return int((~covered.pixels[at[:, 1], at[:, 0]]).sum())


@settings(max_examples=60)
@given(cameras, turns, rings(), doubts, st.integers(0, 2**32 - 1))
def test_no_clear_pixel_shows_a_closed_prism(
    camera: Camera,
    turn: tuple[float, float],
    ring: Ring,
    doubt: tuple[float, float, float],
    seed: int,
) -> None:
    """The camera looks a little elsewhere than is believed, as far as the doubt allows."""
    believed = Aim(*turn, camera.lens.hfov_wide_deg)
    off_deg = doubt[0] / 2.0 * np.array(doubt[1:])
    true = Aim(turn[0] + off_deg[0], turn[1] + off_deg[1], believed.hfov_deg)

    covered = hidden(
        camera, believed, Veil((ring,)), source_px=SOURCE_PX, size_px=SIZE_PX, doubt_deg=doubt[0]
    )

    spots = somewhere(ring, np.random.default_rng(seed).random((200, 3)))
    pixels = Projection.of(camera.mount, camera.lens, true, SOURCE_PX).pixels(spots)
    assert clear(pixels[~np.isnan(pixels).any(axis=1)], covered) == 0


@settings(max_examples=30)
@given(cameras, turns, st.floats(0.0, 359.0), st.floats(2.0, 60.0), st.floats(-40.0, 60.0))
def test_no_clear_pixel_shows_a_closed_patch(
    camera: Camera, turn: tuple[float, float], left: float, wide: float, low: float
) -> None:
    corners = ((left, low), (left + wide, low), (left + wide, low + 15.0), (left, low + 15.0))
    patch = Patch(ZoneId("windows"), EYE, corners)
    aim = Aim(*turn, camera.lens.hfov_wide_deg)

    # a patch's edges are chords of one degree, which cut off slivers of its level edges
    veil = Veil((patch,), 0.2)
    covered = hidden(camera, aim, veil, source_px=SOURCE_PX, size_px=SIZE_PX)

    azimuth, tilt = np.meshgrid(np.linspace(left, left + wide, 9), np.linspace(low, low + 15.0, 9))
    azimuth, tilt = np.radians(azimuth.ravel()), np.radians(tilt.ravel())
    ways = [np.sin(azimuth) * np.cos(tilt), np.cos(azimuth) * np.cos(tilt), np.sin(tilt)]
    eye = Projection.of(camera.mount, camera.lens, aim, SOURCE_PX)
    pixels = eye.pixels(eye.position_m + 100.0 * np.column_stack(ways))
    assert clear(pixels[~np.isnan(pixels).any(axis=1)], covered) == 0


@settings(max_examples=30)
@given(cameras, turns, rings(), st.floats(0.0, 10.0))
def test_a_view_that_is_blind_to_a_zone_loses_no_pixel(
    camera: Camera, turn: tuple[float, float], ring: Ring, margin_deg: float
) -> None:
    aim = Aim(*turn, camera.lens.hfov_wide_deg)
    # the small cones that stand for the margin reach a little further than it
    assume(blind(camera, [aim], ring, 1.1 * margin_deg + 0.5)[0])

    veil = Veil((ring,), margin_deg)
    assert hidden(camera, aim, veil, source_px=SOURCE_PX, size_px=SIZE_PX) is None
