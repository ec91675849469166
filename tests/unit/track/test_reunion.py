"""Who comes into a picture is known again by appearance, when nearly certain, and never by time alone."""

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import WITHIN, colour_layout, unknown
from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import Walk
from orchestrator.domain.pictures import Reunion, Sharing, Shot
from orchestrator.topology import Way, Ways
from orchestrator.track.reunion import CERTAIN, Here, Looks, looked, reunited
from orchestrator.track.sharing import shared, stepped

A, B = CameraId("a"), CameraId("b")
SIZE_PX = (1280, 720)
Vectors = NDArray[np.float64]
NO_WAYS: Ways = MappingProxyType({})
RED = colour_layout(np.array([[20.0, 20.0, 200.0], [30.0, 30.0, 30.0]]))
BLUE = colour_layout(np.array([[200.0, 40.0, 20.0], [180.0, 180.0, 180.0]]))


def _people(count: int) -> Vectors:
    """Return (count, 64) looks, as unlike as strangers are."""
    drawn = np.random.default_rng(5).normal(size=(count, 64))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


class _Hall:
    """Two cameras, and who walks through their pictures when."""

    def __init__(self, ways: Ways = NO_WAYS) -> None:
        self.sharing, self.reunion, self.ways = Sharing(), Reunion(), ways

    def visit(
        self,
        camera: CameraId,
        key: int,
        from_s: float,
        *,
        look: Vectors | None = None,
        wears: NDArray[np.float32] | None = None,
    ) -> int:
        """Let somebody be in a picture for two seconds; return their name at the end."""
        for at_s in np.arange(from_s, from_s + 2.0, 0.1).tolist():
            worn = unknown(1) if wears is None else wears[None]
            self.frame(camera, [key], at_s, looks=None if look is None else look[None], worn=worn)
        return self.sharing.name(key)

    def frame(
        self,
        camera: CameraId,
        keys: list[int],
        at_s: float,
        *,
        looks: Vectors | None = None,
        worn: NDArray[np.float32] | None = None,
    ) -> None:
        """Take in one frame with some people, beside each other."""
        boxes = np.array(
            [[600.0 + 90 * row, 200.0, 660.0 + 90 * row, 400.0] for row in range(len(keys))]
        )
        who = np.array(keys)
        self.sharing = shared(self.sharing, camera, Shot(who, boxes, SIZE_PX, at_s))
        worn = unknown(len(keys)) if worn is None else worn
        self.reunion = looked(self.reunion, Looks(camera, at_s, who, looks, worn))
        self.sharing = stepped(self.sharing, at_s)
        here = Here(at_s, WITHIN, self.ways)
        self.reunion, self.sharing = reunited(self.reunion, self.sharing, here)


def _again(look: Vectors) -> Vectors:
    """Return the same person's look from another camera: alike, not the same."""
    other = look + 0.12 * np.random.default_rng(int(1e6 * abs(look[0]))).normal(size=64)
    return np.asarray(other / np.linalg.norm(other))


def _way(median_s: float, *, declared: bool) -> Ways:
    walk = Walk(A, B, median_s, 0.8 * median_s, 1.2 * median_s, 20, None, declared=declared)
    return {(A, B): Way(walk, 1.0)}


def test_somebody_who_looks_the_same_is_known_again_behind_a_gap() -> None:
    hall, (she, he) = _Hall(), _people(2)
    first, second = hall.visit(A, 1, 0.0, look=she), hall.visit(A, 2, 5.0, look=he)
    assert hall.visit(B, 3, 40.0, look=_again(he)) == second
    assert hall.visit(B, 4, 45.0, look=_again(she)) == first


def test_a_stranger_in_good_time_is_a_stranger() -> None:
    hall, people = _Hall(), _people(9)
    for row in range(4):
        hall.visit(A, 1 + 2 * row, 40.0 * row, look=people[row])
        hall.visit(B, 2 + 2 * row, 40.0 * row + 10.0, look=_again(people[row]))
    hall.visit(A, 18, 200.0, look=people[7])
    assert hall.visit(B, 19, 210.0, look=people[8]) == 19


def test_nobody_is_merged_without_appearance() -> None:
    hall = _Hall(_way(8.0, declared=False))
    hall.visit(A, 1, 0.0)
    assert hall.visit(B, 2, 10.0) == 2
    told = hall.reunion.candidates[2]
    assert [one.key for one in told] == [1]
    assert told[0].share > 0.5


def test_who_comes_alone_and_in_time_over_a_declared_passage_is_known_again() -> None:
    hall = _Hall(_way(8.0, declared=True))
    hall.visit(A, 1, 0.0)
    assert hall.visit(B, 2, 10.0) == 1


def test_of_two_who_may_have_come_over_a_declared_passage_neither_is_chosen() -> None:
    hall = _Hall(_way(8.0, declared=True))
    for at_s in (0.0, 0.1, 0.2, 0.3):
        hall.frame(A, [1, 2], at_s)
    assert hall.visit(B, 3, 8.3) == 3
    assert {one.key for one in hall.reunion.candidates[3]} == {1, 2}


def test_colours_of_clothes_and_a_learned_passage_are_enough_together() -> None:
    hall = _Hall(_way(8.0, declared=False))
    hall.visit(A, 1, 0.0, wears=RED)
    hall.visit(A, 2, 0.5, wears=BLUE)
    assert hall.visit(B, 3, 10.0, wears=RED) == 1


def test_colours_that_somebody_there_wears_too_say_nothing() -> None:
    hall = _Hall(_way(8.0, declared=False))
    hall.visit(A, 1, 0.0, wears=RED)
    for at_s in np.arange(8.0, 12.0, 0.1).tolist():
        who = [4, 3] if at_s >= 10.0 else [4]
        hall.frame(B, who, at_s, worn=np.stack([RED] * len(who)))
    assert hall.sharing.name(3) == 3


def test_two_who_are_alike_are_told_as_candidates_and_not_merged() -> None:
    hall, (she, he) = _Hall(), _people(2)
    twin = (she + 0.05 * he) / np.linalg.norm(she + 0.05 * he)
    for at_s in (0.0, 0.1, 0.2, 0.3):
        hall.frame(A, [1, 2], at_s, looks=np.stack([she, twin]))
    for at_s in (30.0, 30.1, 30.2, 30.3):
        hall.frame(B, [7], at_s, looks=_again(she)[None])
    told = hall.reunion.candidates[7]
    assert hall.sharing.name(7) == 7
    assert len(told) == 2
    assert all(0.2 < one.share < CERTAIN for one in told)
    assert sum(one.share for one in told) <= 1.0
