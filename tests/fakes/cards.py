"""Cards of made-up models, and models so small that a test can make them: constants that answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as op

from orchestrator.config.cards import ModelCard
from orchestrator.domain.sighting import Kind

LABELS = {0: Kind.PERSON, 1: Kind.VEHICLE}


def card_of(decoder: str = "boxes", **other: Any) -> ModelCard:
    """Return the card of a model that nobody has made."""
    card = ModelCard(
        name="made-up",
        file=Path("made-up.xml"),
        sha384="",
        weights_sha384="",
        input_px=(64, 32),
        decoder=decoder,
        labels=LABELS,
        threshold=0.4,
        licence="Apache-2.0",
        purpose="a test",
    )
    return replace(card, **other)


def sealed(card: ModelCard) -> ModelCard:
    """Return a card with the hashes of its files as they are."""
    hashes = [hashlib.sha384(file.path.read_bytes()).hexdigest() for file in card.files]
    return replace(card, sha384=hashes[0], weights_sha384="".join(hashes[1:]))


def answering(folder: Path, card: ModelCard, answers: dict[str, NDArray[np.float32]]) -> ModelCard:
    """Write a model that gives these answers to any picture; return its card.

    Each answer is added to what the picture says, times nothing, so that no graph can do without it.
    """
    width, height = card.input_px
    picture = op.parameter([1, 3, height, width], ov.Type.f32, name="picture")
    nothing = op.multiply(op.reduce_max(picture, [0, 1, 2, 3], keep_dims=False), np.float32(0))
    outputs = []
    for name, answer in answers.items():
        output = op.add(op.constant(answer), nothing)
        output.output(0).set_names({name})
        outputs.append(output)
    return saved(folder, card, ov.Model(outputs, [picture], card.name))


def saved(folder: Path, card: ModelCard, model: ov.Model) -> ModelCard:
    """Write a model's files; return its card."""
    file = folder / f"{card.name}.xml"
    ov.save_model(model, file, compress_to_fp16=False)
    return sealed(replace(card, file=file))


def colours(folder: Path, input_px: tuple[int, int]) -> ModelCard:
    """Write a model whose vectors are mean colours, and not of length one; return its card."""
    picture = op.parameter([1, 3, input_px[1], input_px[0]], ov.Type.f32, name="picture")
    means = op.add(op.reduce_mean(picture, [2, 3], keep_dims=True), np.float32(1.0))
    card = card_of("vector", labels={}, input_px=input_px)
    return saved(folder, card, ov.Model([means], [picture], "colours"))


def onnx_of(answer: NDArray[np.float32], input_px: tuple[int, int]) -> bytes:
    """Return an ONNX file that gives this answer to any picture: onnx.proto3, written by hand.

    Its one node adds the answer to the mean of the picture times nothing.
    """
    width, height = input_px
    mean = _node("ReduceMean", ["picture"], "mean", keepdims=0)
    nothing = _node("Mul", ["mean", "zero"], "nothing")
    added = _node("Add", ["answer", "nothing"], "output")
    graph = b"".join(
        [
            *(_field(1, node) for node in (mean, nothing, added)),
            _field(2, b"made-up"),
            _field(5, _tensor("answer", answer)),
            _field(5, _tensor("zero", np.zeros((), np.float32))),
            _field(11, _value("picture", [1, 3, height, width])),
            _field(12, _value("output", answer.shape)),
        ]
    )
    opset = _field(8, _number(2, 13))
    return _number(1, 8) + _field(7, graph) + opset


def _node(kind: str, inputs: Sequence[str], output: str, **attributes: int) -> bytes:
    written = [_field(1, name.encode()) for name in inputs]
    written += [_field(2, output.encode()), _field(4, kind.encode())]
    for name, value in attributes.items():
        inside = _field(1, name.encode()) + _number(3, value) + _number(20, 2)
        written.append(_field(5, inside))
    return b"".join(written)


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    sides = b"".join(_number(1, side) for side in values.shape)
    return sides + _number(2, 1) + _field(8, name.encode()) + _field(9, values.tobytes())


def _value(name: str, shape: Sequence[int]) -> bytes:
    sides = b"".join(_field(1, _number(1, side)) for side in shape)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, 1) + _field(2, sides)))


def _field(number: int, data: bytes) -> bytes:
    """Return a field of bytes (wire type 2)."""
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _number(number: int, value: int) -> bytes:
    """Return a field that is a number (wire type 0)."""
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    return bytes([*digits, value])
