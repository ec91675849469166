"""A model's files, read once, checked against their card, and compiled; all of it blocks."""

import hashlib
import os

import openvino as ov

from orchestrator.adapters.inference.graph import for_pictures
from orchestrator.config.models import MOST_BYTES, ModelCard, ModelFile
from orchestrator.errors import ModelError


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
    contents = [checked(file) for file in card.files]
    core = ov.Core()
    options = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_NUM_THREADS": threads_for(len(os.sched_getaffinity(0))),
    }
    if card.precision == "f32":
        options["INFERENCE_PRECISION_HINT"] = "f32"
    try:
        model = core.read_model(*contents)
        return core.compile_model(for_pictures(model, card), "CPU", options)
    except RuntimeError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
        raise ModelError(f"{card.file}: OpenVINO cannot run this model: {first}") from error


def checked(file: ModelFile) -> bytes:
    """Return a file's bytes; ``ModelError`` unless they are the ones that were promised."""
    path = file.path
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ModelError(f"{path}: larger than {MOST_BYTES >> 20} MiB; this is not a model")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        todo = "run `orchestrator models fetch`, or put the model's file there"
        raise ModelError(f"{path}: {reason.lower()}; {todo}") from error
    if hashlib.sha384(data).hexdigest() != file.sha384:
        raise ModelError(
            f"{path}: not the file that its card names (SHA-384 differs); fetch it again, "
            "or correct the card if the model was changed on purpose"
        )
    return data
