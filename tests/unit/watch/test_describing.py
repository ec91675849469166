"""Who is described by a model, who is not, and that nothing waits for it or fails with it."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.domain.camera import Aim, Camera, Lens, Mount
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.domain.veil import CLEAR, DARK, Veil
from orchestrator.ports import Found, Frame
from orchestrator.watch import Describing, Means
from orchestrator.watch.describing import AGAIN_S
from tests.fakes.describer import FakeDescriber
from tests.fakes.frames import FakeFrames

GATE = CameraId("gate")
CAMERA = Camera(GATE, "192.0.2.1", 80, "gate", Mount(0, 0, 4, 0, -30), Lens(70, 70, 640, 360))
AIM = Aim(0.0, -30.0, 70.0)
SOURCE_PX = (640, 360)
LEFT, RIGHT = (100.0, 100.0, 160.0, 300.0), (420.0, 100.0, 480.0, 300.0)
RIGHT_HALF = Veil((((0.5, 2.0), (20.0, 2.0), (20.0, 12.0), (0.5, 12.0)),))
"""A zone that reaches from a little right of the middle to the picture's edge."""


class Cuttings(FakeFrames):
    """Parts of pictures that are always there, each as light as its box is far to the right."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[NDArray[np.float32]] = []
        self.there = True
        self.slow = False

    async def crops(
        self, frame: Frame, boxes_px: NDArray[np.float32], size_px: tuple[int, int]
    ) -> NDArray[np.uint8] | None:
        self.asked.append(boxes_px)
        if self.slow:
            await asyncio.sleep(60.0)
        grey = (boxes_px[:, 0] / 4).astype(np.uint8)
        crops = np.zeros((len(boxes_px), size_px[1], size_px[0], 3), np.uint8)
        crops[..., 2] = grey[:, None, None]
        return crops if self.there else None


@dataclass(slots=True)
class Desk:
    """A camera's describing, with everything around it in a test's hand."""

    frames: Cuttings = field(default_factory=Cuttings)
    describer: FakeDescriber = field(default_factory=FakeDescriber)
    nameless: Veil | None = CLEAR
    aim: Aim | None = AIM
    at_s: float = 0.0
    describing: Describing = field(init=False)

    def __post_init__(self) -> None:
        means = Means(CAMERA, self.frames, self.describer, lambda: self.nameless)
        self.describing = Describing(means)

    async def see(
        self, *boxes: tuple[float, ...], kind: Kind = Kind.PERSON
    ) -> NDArray[np.float32] | None:
        """Return the vectors of these people, a tenth of a second later."""
        self.at_s += 0.1
        pixels = np.zeros((180, 320, 3), np.uint8)
        frame = Frame(GATE, self.at_s, "rtcp", SOURCE_PX, pixels, aim=self.aim)
        given = np.array(boxes, np.float32).reshape(-1, 4)
        kinds = np.full(len(boxes), kind.value, np.int8)
        found = Found(given, np.ones(len(boxes), np.float32), kinds)
        return await self.describing.vectors(frame, found)


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def described(desk: Desk, *boxes: tuple[float, ...]) -> list[bool]:
    """Return who of these has a vector once everybody has been there for a while."""
    has = np.zeros(len(boxes), np.bool_)
    for _ in range(5):
        vectors = await desk.see(*boxes)
        if vectors is not None:
            has |= np.isfinite(vectors).all(axis=1)
    return [bool(one) for one in has]


async def test_people_have_vectors_of_what_is_cut_out_of_the_picture_around_them(
    desk: Desk,
) -> None:
    await desk.see(LEFT, RIGHT)
    vectors = await desk.see(LEFT, RIGHT)

    assert vectors is not None
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    assert vectors[1, 2] > vectors[0, 2]
    np.testing.assert_array_equal(desk.frames.asked[0], np.array([LEFT, RIGHT], np.float32))


async def test_what_is_no_person_and_who_is_not_due_have_rows_of_nothing(desk: Desk) -> None:
    assert await described(desk, LEFT) == [True]
    for _ in range(3):
        assert await desk.see(LEFT, kind=Kind.VEHICLE) is None

    await desk.see(LEFT, RIGHT)
    vectors = await desk.see(LEFT, RIGHT)

    assert vectors is not None
    assert np.isnan(vectors[0]).all()
    assert np.isfinite(vectors[1]).all()


async def test_nobody_is_described_where_nobody_may_be(desk: Desk) -> None:
    desk.nameless = None

    assert await described(desk, LEFT, RIGHT) == [False, False]
    assert desk.frames.asked == []
    assert desk.describer.asked == []


async def test_nobody_whose_box_touches_a_closed_place_is_cut_out(desk: Desk) -> None:
    desk.nameless = RIGHT_HALF

    assert await described(desk, LEFT, RIGHT) == [True, False]
    assert all((boxes[:, 0] == LEFT[0]).all() for boxes in desk.frames.asked)


@pytest.mark.parametrize("why", ["the aim is unknown", "all of it is closed"])
async def test_nobody_is_described_while_nobody_can_tell_what_is_seen(why: str, desk: Desk) -> None:
    desk.nameless, desk.aim = (RIGHT_HALF, None) if why == "the aim is unknown" else (DARK, AIM)

    assert await described(desk, LEFT, RIGHT) == [False, False]
    assert desk.frames.asked == []


async def test_who_is_cut_small_or_shares_a_box_is_not_described(desk: Desk) -> None:
    cut, small = (-5.0, 100.0, 60.0, 300.0), (300.0, 100.0, 310.0, 130.0)
    one, other = (400.0, 100.0, 460.0, 300.0), (430.0, 110.0, 490.0, 310.0)

    assert await described(desk, cut, small, one, other, LEFT) == [False] * 4 + [True]


async def test_what_is_due_stays_due_while_the_model_is_busy_or_the_picture_is_gone(
    desk: Desk,
) -> None:
    desk.describer.busy = True
    assert await described(desk, LEFT) == [False]
    desk.describer.busy, desk.frames.there = False, False
    assert await described(desk, LEFT) == [False]
    desk.frames.there = True

    assert await described(desk, LEFT) == [True]


async def test_a_part_of_a_picture_that_does_not_come_is_not_waited_for(desk: Desk) -> None:
    desk.frames.slow = True
    await desk.see(LEFT)

    async with asyncio.timeout(20.0):
        assert await desk.see(LEFT) is None


async def test_a_model_that_fails_costs_vectors_and_no_more_and_is_asked_again_later(
    desk: Desk,
) -> None:
    desk.describer.broken = True
    assert await described(desk, LEFT) == [False]
    asked = len(desk.frames.asked)
    desk.describer.broken = False
    assert await described(desk, LEFT) == [False]
    assert len(desk.frames.asked) == asked == 1

    desk.at_s += AGAIN_S

    assert await described(desk, LEFT) == [True]
