"""A picture stands still while people walk through it, and not while its camera turns."""

import numpy as np

from orchestrator.watch.stillness import sampled, still


def scene(shift_px: int = 0, noise: float = 0.0) -> np.ndarray:
    texture = np.random.default_rng(3).integers(0, 255, (30, 60), dtype=np.uint8)
    picture = np.kron(texture, np.ones((12, 12), dtype=np.uint8))
    noisy = picture + np.random.default_rng(4).normal(0.0, noise, picture.shape)
    grey = np.roll(np.clip(noisy, 0, 255).astype(np.uint8), shift_px, axis=1)
    return np.repeat(grey[:, :, None], 3, axis=2)


def test_the_same_scene_with_noise_stands_still() -> None:
    assert still(sampled(scene()), sampled(scene(noise=2.0)))


def test_a_scene_that_shifts_does_not() -> None:
    assert not still(sampled(scene()), sampled(scene(shift_px=16)))


def test_somebody_who_walks_through_does_not_move_the_picture() -> None:
    walker = scene()
    walker[100:340, 300:420] = 255

    assert still(sampled(scene()), sampled(walker))
