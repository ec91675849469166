"""Who comes into a picture is known again by appearance, when nearly certain, and never by time alone."""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.ids import CameraId
from orchestrator.track.reunion import CERTAIN, Reunion, looked, reunited
from orchestrator.track.sharing import Sharing, View, shared, stepped

A, B = CameraId("a"), CameraId("b")
SIZE_PX = (1280, 720)
Vectors = NDArray[np.float64]


def _people(count: int) -> Vectors:
    """Return (count, 64) looks, as unlike as strangers are."""
    drawn = np.random.default_rng(5).normal(size=(count, 64))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


class _Hall:
    """Two cameras, and who walks through their pictures when."""

    def __init__(self) -> None:
        self.sharing, self.reunion = Sharing(), Reunion()

    def visit(self, camera: CameraId, key: int, look: Vectors, from_s: float) -> int:
        """Let somebody be in a picture for two seconds; return their name at the end."""
        for at_s in np.arange(from_s, from_s + 2.0, 0.1).tolist():
            self.frame(camera, [key], look[None], at_s)
        return self.sharing.names[camera, key]

    def frame(self, camera: CameraId, keys: list[int], looks: Vectors, at_s: float) -> None:
        """Take in one frame with some people, beside each other."""
        boxes = np.array(
            [[600.0 + 90 * row, 200.0, 660.0 + 90 * row, 400.0] for row in range(len(keys))]
        )
        self.sharing = shared(self.sharing, camera, View(np.array(keys), boxes, SIZE_PX, at_s))
        self.reunion = looked(self.reunion, camera, np.array(keys), looks, at_s)
        self.sharing = stepped(self.sharing, at_s)
        self.reunion, self.sharing = reunited(self.reunion, self.sharing, at_s)


def _again(look: Vectors) -> Vectors:
    """Return the same person's look from another camera: alike, not the same."""
    other = look + 0.12 * np.random.default_rng(int(1e6 * abs(look[0]))).normal(size=64)
    return np.asarray(other / np.linalg.norm(other))


def test_somebody_who_looks_the_same_is_known_again_behind_a_gap() -> None:
    hall, (she, he) = _Hall(), _people(2)
    first, second = hall.visit(A, 1, she, 0.0), hall.visit(A, 2, he, 5.0)
    assert hall.visit(B, 1, _again(he), 40.0) == second
    assert hall.visit(B, 2, _again(she), 45.0) == first


def test_a_stranger_in_good_time_is_a_stranger() -> None:
    hall, people = _Hall(), _people(9)
    for row in range(4):
        hall.visit(A, row, people[row], 40.0 * row)
        hall.visit(B, row, _again(people[row]), 40.0 * row + 10.0)
    names = set(hall.sharing.names.values())
    hall.visit(A, 8, people[7], 200.0)
    assert hall.visit(B, 8, people[8], 210.0) not in names | {hall.sharing.names[A, 8]}


def test_nobody_is_merged_without_a_vector() -> None:
    hall, nothing = _Hall(), np.full(64, np.nan)
    assert hall.visit(A, 1, nothing, 0.0) != hall.visit(B, 1, nothing, 10.0)


def test_two_who_are_alike_are_told_as_candidates_and_not_merged() -> None:
    hall, (she, he) = _Hall(), _people(2)
    twin = (she + 0.05 * he) / np.linalg.norm(she + 0.05 * he)
    for at_s in (0.0, 0.1, 0.2, 0.3):
        hall.frame(A, [1, 2], np.stack([she, twin]), at_s)
    before = set(hall.sharing.names.values())
    for at_s in (30.0, 30.1, 30.2, 30.3):
        hall.frame(B, [7], _again(she)[None], at_s)
    told = hall.reunion.candidates[B, 7]
    assert hall.sharing.names[B, 7] not in before
    assert (len(before), len(told)) == (2, 2)
    assert all(0.2 < one.share < CERTAIN for one in told)
    assert sum(one.share for one in told) <= 1.0
