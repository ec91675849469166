"""A model's files, read once, checked against their card, and compiled; all of it blocks."""

import hashlib
from dataclasses import replace

import openvino as ov

from orchestrator.adapters.inference.device import Device
from orchestrator.adapters.inference.graph import for_pictures
from orchestrator.config.cards import MOST_BYTES, ModelCard, ModelFile
from orchestrator.errors import ModelError

_PLAIN = Device()


def compiled(card: ModelCard, device: Device = _PLAIN) -> ov.CompiledModel:
    """Return the card's model ready to take (1, h, w, 3) uint8 BGR pictures.

    The files are read before they are checked, and what was checked is what runs: where a compiled
    one is kept, it is found by the hash of the graph and of its weights.
    """
    contents = [checked(file) for file in card.files]
    core = ov.Core()
    taken = device.found(core.available_devices)
    options = device.options(taken, card.precision)
    try:
        model = core.read_model(*contents)
        return core.compile_model(for_pictures(model, card), taken, options)
    except RuntimeError as error:
        if device.cache is not None:  # a folder that cannot be written is no reason not to see
            return compiled(card, replace(device, cache=None))
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
