"""A model's files, read once, checked against their card, and compiled; all of it blocks."""

import hashlib
import os
from pathlib import Path

import openvino as ov

from orchestrator.adapters.inference.cards import ModelCard
from orchestrator.errors import ModelError

LARGEST_BYTES = 512 << 20


def threads_for(cores: int) -> int:
    """Return how many threads inference may take: half the machine, as video and the rest need some.

    >>> [threads_for(cores) for cores in (1, 2, 4, 16)]
    [1, 1, 2, 8]
    """
    return max(1, cores // 2)


def compiled(card: ModelCard) -> ov.CompiledModel:
    """Return the card's model ready to take (1, h, w, 3) uint8 BGR pictures.

    The files are read before they are checked, and what was checked is what runs.
    """
    xml = _checked(card.file, card.sha384)
    weights = _checked(card.file.with_suffix(".bin"), card.weights_sha384)
    core = ov.Core()
    options = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_NUM_THREADS": threads_for(len(os.sched_getaffinity(0))),
    }
    if card.precision == "f32":
        options["INFERENCE_PRECISION_HINT"] = "f32"
    try:
        model = core.read_model(model=xml, weights=weights)
        return core.compile_model(_for_pictures(model, card), "CPU", options)
    except RuntimeError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
        raise ModelError(f"{card.file}: OpenVINO cannot run this model: {first}") from error


def _checked(path: Path, sha384: str) -> bytes:
    """Return a file's bytes; ``ModelError`` unless they are the ones that were promised."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ModelError(f"{path}: larger than {LARGEST_BYTES >> 20} MiB; this is not a model")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise ModelError(f"{path}: {reason.lower()}; put the model's file there") from error
    if hashlib.sha384(data).hexdigest() != sha384:
        raise ModelError(
            f"{path}: not the file that its card names (SHA-384 differs); fetch it again, "
            "or correct the card if the model was changed on purpose"
        )
    return data


def _for_pictures(model: ov.Model, card: ModelCard) -> ov.Model:
    """Return the model with the conversion from decoded pictures inside its graph."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise ModelError(f"{card.file}: a detector has one input and one output, this one does not")
    shape = list(model.inputs[0].shape)
    width, height = card.input_px
    if shape == [1, height, width, 3] and model.inputs[0].element_type == ov.Type.u8:
        return model
    if shape != [1, 3, height, width]:
        raise ModelError(f"{card.file}: takes {shape}, its card says {width}x{height}")
    prepared = ov.preprocess.PrePostProcessor(model)
    prepared.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    prepared.input().model().set_layout(ov.Layout("NCHW"))
    return prepared.build()
