"""From a file on disk to boxes, through OpenVINO, for every family: with models made on the spot."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from numpy.typing import NDArray
from openvino import opset13 as op

from orchestrator.adapters.inference.files import compiled
from orchestrator.adapters.inference.findings import read
from orchestrator.config.cards import PictureForm
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from tests.fakes.cards import answering, card_of, onnx_of, saved, sealed

SIZE = (64, 32)
BLANK = np.zeros((1, 32, 64, 3), np.uint8)
CELL = 13
"""Row 1, column 5 of YOLOX's finest grid: eight columns of cells of eight pixels."""


def yolox() -> NDArray[np.float32]:
    answer = np.zeros((1, 42, 7), np.float32)
    answer[0, CELL] = (-1.0, 1.0, np.log(2.0), np.log(2.0), 0.9, 0.1, 1.0)
    return answer


def rows(*row: float) -> NDArray[np.float32]:
    return np.array([[row]], np.float32)


ANSWERS: dict[str, dict[str, NDArray[np.float32]]] = {
    "boxes": {"found": rows(24, 8, 40, 24, 0.9, 1)},
    "ssd": {"found": rows(0, 1, 0.9, 0.375, 0.25, 0.625, 0.75)[None]},
    "yolox": {"found": yolox()},
    "yolo-v5": {"found": rows(32, 16, 16, 16, 0.9, 0.1, 1.0)},
    "yolo-v8": {"found": rows(32, 16, 16, 16, 0.1, 0.9).transpose(0, 2, 1)},
    "detr": {"logits": rows(0.0, 4.0, 0.0), "pred_boxes": rows(0.5, 0.5, 0.25, 0.5)},
    "rt-detr": {"pred_boxes": rows(0.5, 0.5, 0.25, 0.5), "logits": rows(-1.0, 2.2)},
}
"""What each family answers of a vehicle in the middle of a picture of 64x32."""


@pytest.mark.parametrize("decoder", ANSWERS)
def test_a_vehicle_is_found_through_a_compiled_model(decoder: str, tmp_path: Path) -> None:
    card = answering(tmp_path, card_of(decoder), ANSWERS[decoder])

    answer = compiled(card)(BLANK)[0]

    seen = read(answer, card, (640, 320))
    assert seen.kinds.tolist() == [Kind.VEHICLE.value]
    assert seen.scores[0] == pytest.approx(0.9, abs=0.1)
    np.testing.assert_allclose(seen.boxes_px, [[240, 80, 400, 240]], atol=1e-3)


def test_an_onnx_file_runs_as_it_is(tmp_path: Path) -> None:
    card = card_of("yolo-v8", file=tmp_path / "made-up.onnx")
    card.file.write_bytes(onnx_of(ANSWERS["yolo-v8"]["found"], SIZE))
    card = sealed(card)

    seen = read(compiled(card)(BLANK)[0], card, SIZE)

    assert seen.kinds.tolist() == [Kind.VEHICLE.value]
    np.testing.assert_allclose(seen.boxes_px, [[24, 8, 40, 24]], atol=1e-4)


def test_colours_scale_and_means_are_those_of_the_card(tmp_path: Path) -> None:
    picture = op.parameter([1, 3, 32, 64], ov.Type.f32, name="picture")
    echo = ov.Model([op.reduce_mean(picture, [2, 3], keep_dims=False)], [picture], "echo")
    form = PictureForm(rgb=True, scale=255.0, mean=(0.5, 0.25, 0.0), deviation=(0.5, 0.25, 2.0))
    card = saved(tmp_path, card_of(form=form), echo)
    blue = np.broadcast_to(np.array([255, 51, 0], np.uint8), BLANK.shape)

    told = compiled(card)(blue)[0]

    np.testing.assert_allclose(told, [[-1.0, -0.2, 0.5]], atol=1e-2)


def test_a_model_of_any_size_is_given_that_of_its_card(tmp_path: Path) -> None:
    picture = op.parameter([-1, 3, -1, -1], ov.Type.f32, name="picture")
    size = op.convert(op.shape_of(picture), "f32")
    card = saved(tmp_path, card_of(), ov.Model([size], [picture], "size"))

    assert compiled(card)(BLANK)[0].tolist() == [1, 3, 32, 64]


def test_the_outputs_of_a_classifier_come_in_the_order_of_its_card(tmp_path: Path) -> None:
    card = card_of("attributes", attributes={"colour": ("red", "blue"), "type": ("car", "van")})
    said = {"type": rows(0.1, 0.9)[0], "colour": rows(0.7, 0.3).reshape(1, 2, 1, 1)}

    answer = compiled(answering(tmp_path, card, said))(BLANK)[0]

    np.testing.assert_allclose(answer, [[0.7, 0.3, 0.1, 0.9]], atol=1e-6)


@pytest.mark.parametrize(
    ("decoder", "answers", "message"),
    [
        ("boxes", {"one": rows(1), "other": rows(1)}, r"several outputs \(one, other\)"),
        ("detr", {"logits": rows(1, 2, 3)}, "two outputs"),
        ("detr", {"logits": rows(1, 2, 3), "boxes": rows(1, 2, 3)}, "two outputs"),
        ("detr", {"logits": rows(1, 2, 3), "boxes": rows(1, 2, 3, 4)[0]}, "two outputs"),
        ("attributes", {"hue": rows(1, 2)}, r"no output `colour` \(outputs: hue"),
        ("attributes", {"colour": rows(1, 2, 3)}, "cannot run this model"),
    ],
)
def test_a_model_that_answers_otherwise_than_its_card_says_is_a_model_error(
    decoder: str, answers: dict[str, NDArray[np.float32]], message: str, tmp_path: Path
) -> None:
    attributes = {"colour": ("red", "blue")} if decoder == "attributes" else {}
    card = answering(tmp_path, card_of(decoder, attributes=attributes), answers)

    with pytest.raises(ModelError, match=message):
        compiled(card)


def test_a_model_of_two_inputs_is_a_model_error(tmp_path: Path) -> None:
    pictures = [op.parameter([1, 3, 32, 64], ov.Type.f32, name=name) for name in ("a", "b")]
    card = saved(tmp_path, card_of(), ov.Model([op.add(*pictures)], pictures, "two"))

    with pytest.raises(ModelError, match="takes 2 inputs"):
        compiled(card)


def test_an_onnx_file_that_is_none_is_a_model_error(tmp_path: Path) -> None:
    card = replace(card_of(), file=tmp_path / "made-up.onnx")
    card.file.write_bytes(b"no such thing")

    with pytest.raises(ModelError, match="cannot run this model"):
        compiled(sealed(card))
