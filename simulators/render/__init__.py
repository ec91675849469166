"""Draw what a camera sees of a scene, and say what is truly in the picture.

In: ``Scene`` values. Out: pictures (h, w, 3) uint8 BGR and ``FrameTruth``.
Law: pure; the same scene gives the same bytes on any thread.
"""

from simulators.render.exposure import Shot, render, shoot, truth

__all__ = ["Shot", "render", "shoot", "truth"]
