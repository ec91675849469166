"""One suite for the ``Describer`` port: the fake, and a model that OpenVINO runs, made on the spot."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoClassifier, OpenVinoDescriber
from orchestrator.errors import ModelError
from orchestrator.ports import Describer
from tests.fakes.cards import answering, card_of, colours
from tests.fakes.describer import FakeDescriber

SIZE = (8, 16)


@pytest.fixture(params=["fake", "openvino"])
async def describer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Describer]:
    made: Describer = FakeDescriber(SIZE)
    if request.param == "openvino":
        made = await OpenVinoDescriber.opened(colours(tmp_path, SIZE))
    yield made
    await made.aclose()


def crops(*bgr: tuple[int, int, int]) -> NDArray[np.uint8]:
    flat = np.array(bgr, np.uint8).reshape(-1, 1, 1, 3)
    return np.broadcast_to(flat, (len(bgr), SIZE[1], SIZE[0], 3)).copy()


async def test_crops_have_vectors_of_length_one_alike_for_what_is_alike(
    describer: Describer,
) -> None:
    vectors = await describer.describe(crops((255, 0, 0), (250, 5, 5), (0, 0, 255)))

    assert vectors is not None
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-3)
    assert vectors[0] @ vectors[1] > 0.99
    assert vectors[0] @ vectors[2] < 0.1


async def test_a_crop_of_another_size_is_a_model_error(describer: Describer) -> None:
    with pytest.raises(ModelError):
        await describer.describe(np.zeros((1, 4, 4, 3), np.uint8))


async def test_a_closed_describer_answers_with_a_model_error(describer: Describer) -> None:
    await describer.aclose()

    with pytest.raises(ModelError):
        await describer.describe(crops((1, 2, 3)))


async def test_who_gives_up_costs_nobody_else_an_answer(describer: Describer) -> None:
    for _ in range(6):
        given_up = asyncio.ensure_future(describer.describe(crops((1, 2, 3))))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.wait({given_up})

    async with asyncio.timeout(20.0):
        while await describer.describe(crops((1, 2, 3))) is None:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)


async def test_more_callers_than_seats_are_turned_away_at_once(tmp_path: Path) -> None:
    describer = await OpenVinoDescriber.opened(colours(tmp_path, SIZE))

    answers = await asyncio.gather(*(describer.describe(crops((9, 9, 9))) for _ in range(5)))

    assert [answer is not None for answer in answers] == [True, True, False, False, False]
    await describer.aclose()


@pytest.mark.parametrize("value", [np.nan, 0.0])
async def test_a_vector_of_no_numbers_or_no_length_is_a_model_error(
    value: float, tmp_path: Path
) -> None:
    card = card_of("vector", labels={}, input_px=SIZE)
    nonsense = np.full((1, 4), value, np.float32)
    describer = await OpenVinoDescriber.opened(answering(tmp_path, card, {"vector": nonsense}))

    with pytest.raises(ModelError, match=r"not numbers|no length"):
        await describer.describe(crops((1, 2, 3)))
    await describer.aclose()


async def test_a_classifier_says_the_likeliest_word_of_each_attribute(tmp_path: Path) -> None:
    words = {"type": ("car", "bus", "van"), "colour": ("white", "red")}
    card = replace(card_of("attributes", attributes=words), labels={}, input_px=SIZE)
    said = {
        "colour": np.array([[0.2, 0.8]], np.float32),
        "type": np.array([[0.1, 0.3, 0.6]], np.float32),
    }
    classifier = await OpenVinoClassifier.opened(answering(tmp_path, card, said))

    told = await classifier.classify(crops((1, 2, 3), (4, 5, 6)))

    assert [[(each.name, each.word) for each in one] for one in told] == [
        [("type", "van"), ("colour", "red")]
    ] * 2
    assert told[0][1].score == pytest.approx(0.8)
    await classifier.aclose()
