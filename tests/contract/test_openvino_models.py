"""Models that are missing, altered or answer nonsense: said plainly, and the process lives on."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as op

from orchestrator.adapters.inference import OpenVinoDetector, default_card
from orchestrator.config.models import ModelCard
from orchestrator.domain.ids import CameraId
from orchestrator.errors import ModelError
from orchestrator.ports import Frame

pytestmark = pytest.mark.slow


def copied(folder: Path) -> ModelCard:
    """Return the card that ships, its files copied to where a test may spoil them."""
    card = default_card()
    for suffix in (".xml", ".bin"):
        shutil.copy(card.file.with_suffix(suffix), folder / f"model{suffix}")
    return replace(card, file=folder / "model.xml")


def resealed(card: ModelCard) -> ModelCard:
    """Return the card with the hashes of the files as they are now."""
    return replace(
        card,
        sha384=hashlib.sha384(card.file.read_bytes()).hexdigest(),
        weights_sha384=hashlib.sha384(card.file.with_suffix(".bin").read_bytes()).hexdigest(),
    )


async def refused(card: ModelCard) -> str:
    with pytest.raises(ModelError) as caught:
        await OpenVinoDetector.opened(card)
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".xml", ".bin"])
async def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path, suffix: str) -> None:
    card = copied(tmp_path)
    (tmp_path / f"model{suffix}").unlink()

    message = await refused(card)

    assert f"model{suffix}: no such file" in message
    assert "put the model's file there" in message


@pytest.mark.parametrize("suffix", [".xml", ".bin"])
async def test_a_file_with_one_bit_changed_does_not_run(tmp_path: Path, suffix: str) -> None:
    card = copied(tmp_path)
    path = tmp_path / f"model{suffix}"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    assert "SHA-384 differs" in await refused(card)


async def test_a_file_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    card = copied(tmp_path)
    card.file.write_text("<net></net>")

    assert "OpenVINO cannot run this model" in await refused(resealed(card))


async def test_a_card_that_gives_another_size_is_a_model_error(tmp_path: Path) -> None:
    card = replace(copied(tmp_path), input_px=(320, 192))

    assert "its card says 320x192" in await refused(card)


async def test_a_model_that_answers_with_no_numbers_is_a_model_error(tmp_path: Path) -> None:
    picture = op.parameter([1, 32, 64, 3], ov.Type.u8, name="picture")
    one = op.reduce_max(op.convert(picture, "f32"), [0, 1, 2, 3], keep_dims=True)
    nothing = op.log(op.subtract(op.multiply(one, np.float32(0)), np.float32(1)))
    rows = op.broadcast(op.reshape(nothing, [1, 1, 1], special_zero=False), [1, 10, 6])
    model = ov.Model([rows], [picture], "nonsense")
    ov.save_model(model, tmp_path / "model.xml")
    blank = replace(default_card(), file=tmp_path / "model.xml", input_px=(64, 32))
    detector = await OpenVinoDetector.opened(resealed(blank))
    frame = Frame(CameraId("gate"), 1.0, "arrival", (64, 32), np.ones((32, 64, 3), np.uint8))

    for _ in range(3):
        with pytest.raises(ModelError, match="not numbers"):
            await detector.detect(frame)
    await detector.aclose()
