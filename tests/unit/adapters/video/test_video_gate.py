"""A still scene is told from one in which a small person walks, in spite of noise."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.adapters.video.gate import MotionGate

HIGH, WIDE = 360, 640


def scene(number: int, *, walker_px: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Return the luma of a yard with camera noise, and a dark person 24 px high where told."""
    ramp = np.tile(np.linspace(90, 160, WIDE), (HIGH, 1))
    noise = np.random.default_rng(number).normal(0.0, 4.0, (HIGH, WIDE))
    luma = np.clip(ramp + noise, 0, 255).astype(np.uint8)
    if walker_px is not None:
        x, y = walker_px
        cv2.rectangle(luma, (x, y), (x + 8, y + 24), 45, thickness=-1)
    return luma


def test_nothing_moves_in_a_still_scene_but_its_noise() -> None:
    gate = MotionGate()

    assert gate.moved(scene(0)), "the first picture is news"
    assert not any(gate.moved(scene(n)) for n in range(1, 40))


@pytest.mark.parametrize("pixels_a_picture", [2, 9])
def test_a_small_person_who_walks_is_motion(pixels_a_picture: int) -> None:
    gate = MotionGate()
    for number in range(10):
        gate.moved(scene(number))

    seen = [
        gate.moved(scene(20 + n, walker_px=(100 + n * pixels_a_picture, 200))) for n in range(20)
    ]
    assert all(seen)


def test_what_was_put_down_is_still_after_a_while() -> None:
    gate = MotionGate()
    for number in range(10):
        gate.moved(scene(number))

    seen = [gate.moved(scene(20 + n, walker_px=(300, 200))) for n in range(80)]
    assert seen[0]
    assert not any(seen[60:])
