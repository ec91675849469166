"""Scaling the planes gives the picture that scaling the coloured picture would have given."""

import av
import cv2
import numpy as np
import pytest

from orchestrator.adapters.video.planes import luma, scaled_bgr


def picture(width: int, height: int) -> av.VideoFrame:
    rng = np.random.default_rng(3)
    coarse = rng.integers(30, 220, (9, 16, 3), np.uint8)
    pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return av.VideoFrame.from_ndarray(np.asarray(pixels, np.uint8), format="bgr24")


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (322, 182), (704, 576)])
@pytest.mark.parametrize("form", ["yuv420p", "nv12", "yuv422p", "yuvj420p"])
def test_a_frame_of_any_size_and_form_becomes_the_small_picture(
    size: tuple[int, int], form: str
) -> None:
    frame = picture(*size).reformat(format=form)

    small = np.empty((192, 320, 3), np.uint8)
    scaled_bgr(frame, small)

    whole = frame.to_ndarray(format="bgr24")
    expected = cv2.resize(whole, (320, 192), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected.astype(int)).mean() < 3.0


@pytest.mark.parametrize("form", ["yuv420p", "nv12"])
def test_how_light_a_frame_is_is_its_luma(form: str) -> None:
    frame = picture(322, 182).reformat(format=form)

    expected = frame.to_ndarray(format="gray")
    assert luma(frame).shape == (182, 322)
    assert np.abs(luma(frame).astype(int) - expected.astype(int)).mean() < 8.0


@pytest.mark.parametrize("form", ["yuv420p", "nv12", "yuv422p"])
@pytest.mark.parametrize("size", [(64, 48), (61, 33)])
def test_a_box_of_a_frame_is_drawn_from_the_whole_picture(size: tuple[int, int], form: str) -> None:
    frame = picture(640, 360).reformat(format=form)
    left, top, right, bottom = 100, 50, 228, 146

    part = np.empty((size[1], size[0], 3), np.uint8)
    scaled_bgr(frame, part, (left, top, right, bottom))

    whole = frame.to_ndarray(format="bgr24")[top:bottom, left:right]
    expected = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
    assert np.abs(part.astype(int) - expected.astype(int)).mean() < 3.0
