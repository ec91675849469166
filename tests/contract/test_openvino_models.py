"""Models that are missing, altered or answer nonsense: said plainly, and the process lives on."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as op

from orchestrator.adapters.inference import Device, KeptDetector, OpenVinoDetector, default_card
from orchestrator.adapters.inference.files import compiled
from orchestrator.adapters.inference.kept import FIRST_PAUSE_S
from orchestrator.config.cards import ModelCard
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Regard
from orchestrator.errors import ModelError
from orchestrator.ports import Frame
from tests.fakes.clock import VirtualClock
from tests.fakes.frames import until

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


def without_numbers(folder: Path, *, above: float) -> ModelCard:
    """Return the card of a model whose answers are no numbers where a picture is lighter than that."""
    picture = op.parameter([1, 32, 64, 3], ov.Type.u8, name="picture")
    lightest = op.reduce_max(op.convert(picture, "f32"), [0, 1, 2, 3], keep_dims=True)
    root = op.sqrt(op.subtract(np.float32(above), lightest))
    nothing = op.multiply(root, np.float32(0))
    rows = op.broadcast(op.reshape(nothing, [1, 1, 1], special_zero=False), [1, 10, 6])
    ov.save_model(ov.Model([rows], [picture], "nonsense"), folder / "model.xml")
    blank = replace(default_card(), file=folder / "model.xml", input_px=(64, 32))
    return resealed(blank)


async def test_a_model_that_never_answers_with_numbers_is_found_before_a_camera_asks(
    tmp_path: Path,
) -> None:
    assert "not numbers" in await refused(without_numbers(tmp_path, above=0))


async def test_a_picture_that_is_answered_with_no_numbers_costs_the_next_one_nothing(
    tmp_path: Path,
) -> None:
    detector = await OpenVinoDetector.opened(without_numbers(tmp_path, above=200))
    dark, light = (
        Frame(CameraId("gate"), 1.0, "arrival", (64, 32), np.full((32, 64, 3), grey, np.uint8))
        for grey in (10, 250)
    )

    for _ in range(3):
        with pytest.raises(ModelError, match="not numbers"):
            await detector.detect(light)
        assert len((await detector.detect(dark)).scores) == 0
    await detector.aclose()


async def test_a_device_that_is_missing_is_named_and_replaced_only_where_that_is_said() -> None:
    card = default_card()
    with pytest.raises(ModelError, match=r"finds no NPU here .*`otherwise: CPU`"):
        await OpenVinoDetector.opened(card, Device("NPU"))
    with pytest.raises(ModelError, match="neither NPU nor GPU"):
        await OpenVinoDetector.opened(card, Device("NPU", otherwise="GPU"))
    detector = await OpenVinoDetector.opened(card, Device("NPU", otherwise="CPU"))
    await detector.aclose()


def test_a_compiled_model_is_kept_and_a_kept_one_that_is_spoilt_does_no_harm(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        compiled(default_card(), Device(cache=tmp_path))
        [kept] = tmp_path.iterdir()
        kept.write_bytes(kept.read_bytes()[:5000])


async def test_where_nothing_can_be_kept_the_model_runs_all_the_same() -> None:
    detector = await OpenVinoDetector.opened(default_card(), Device(cache=Path("/proc/nowhere")))
    await detector.aclose()


async def test_a_model_that_is_put_in_its_place_later_is_loaded_and_cameras_see(
    tmp_path: Path,
) -> None:
    clock, card = VirtualClock(), copied(tmp_path)
    shutil.move(card.file, tmp_path / "away.xml")
    async with KeptDetector(lambda: OpenVinoDetector.opened(card), clock).running() as kept:
        with pytest.raises(ModelError, match="no such file"):
            kept.turn(Regard.IDLE)
        shutil.move(tmp_path / "away.xml", card.file)
        await clock.advance(FIRST_PAUSE_S)
        await until(lambda: kept.is_loaded)
        assert kept.input_px == card.input_px
    with pytest.raises(ModelError, match="closed"):
        kept.turn(Regard.IDLE)
