"""One suite for the ``Detector`` port: the fake, and the model that ships, run by OpenVINO."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
import pytest

from orchestrator.adapters.inference import default_detector
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError
from orchestrator.ports import Detector, Frame
from tests.fakes.detector import FakeDetector

GATE = CameraId("gate")


@pytest.fixture(params=["fake", "openvino"])
async def detector(request: pytest.FixtureRequest) -> AsyncIterator[Detector]:
    made: Detector = FakeDetector() if request.param == "fake" else await default_detector()
    yield made
    await made.aclose()


def picture(size_px: tuple[int, int], *, seed: int = 1) -> Frame:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (size_px[1], size_px[0], 3), np.uint8)
    return Frame(GATE, 1.0, "arrival", (1280, 720), pixels)


@pytest.mark.slow
async def test_an_answer_is_arrays_of_one_length_inside_the_source_picture(
    detector: Detector,
) -> None:
    found = await detector.detect(picture(detector.input_px))

    assert found.boxes_px.shape == (len(found.scores), 4)
    assert found.kinds.shape == found.scores.shape
    assert found.boxes_px.dtype == np.float32
    assert found.scores.dtype == np.float32
    assert found.kinds.dtype == np.int8
    assert (found.boxes_px[:, [0, 2]] <= 1280).all()
    assert (found.boxes_px[:, [1, 3]] <= 720).all()


@pytest.mark.slow
async def test_many_pictures_may_be_asked_about_at_once(detector: Detector) -> None:
    frames = [picture(detector.input_px, seed=seed) for seed in range(20)]
    alone = [await detector.detect(frame) for frame in frames]
    together = await asyncio.gather(*(detector.detect(frame) for frame in frames))

    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.boxes_px, other.boxes_px)


@pytest.mark.slow
async def test_a_picture_of_another_size_is_a_model_error(detector: Detector) -> None:
    width, height = detector.input_px
    with pytest.raises(ModelError):
        await detector.detect(picture((width + 2, height)))


@pytest.mark.slow
async def test_a_caller_that_gives_up_does_not_cost_the_next_one_its_answer(
    detector: Detector,
) -> None:
    frame = picture(detector.input_px)
    for _ in range(8):
        given_up = asyncio.create_task(detector.detect(frame))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait({given_up})

    await asyncio.wait_for(detector.detect(frame), 30.0)


@pytest.mark.slow
async def test_a_closed_detector_answers_with_a_model_error(detector: Detector) -> None:
    await detector.aclose()

    with pytest.raises(ModelError):
        await detector.detect(picture(detector.input_px))


@pytest.mark.slow
async def test_turns_go_by_regard_and_one_that_is_not_used_is_given_back(
    detector: Detector,
) -> None:
    came: list[Regard] = []
    frame = picture(detector.input_px)

    async def come(regard: Regard) -> None:
        async with detector.turn(regard) as look:
            came.append(regard)
            await look(frame)

    async with AsyncExitStack() as taken:
        rooms = await _all_of(detector, taken)
        tasks = [asyncio.create_task(come(regard)) for regard in (*Regard, *Regard)]
        await asyncio.sleep(0)
        assert came == []
    await asyncio.wait_for(asyncio.gather(*tasks), 30.0)

    assert rooms > 0
    assert came[:2] == [Regard.FOLLOWING, Regard.FOLLOWING]


async def _all_of(detector: Detector, taken: AsyncExitStack) -> int:
    """Take turns until there is no room left; return how many there were."""
    for rooms in range(100):
        try:
            await asyncio.wait_for(taken.enter_async_context(detector.turn(Regard.IDLE)), 0.05)
        except TimeoutError:
            return rooms
    raise AssertionError("there is no end of rooms")
