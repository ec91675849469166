"""A model's graph, made to take pictures as cameras give them and to answer with one array.

In comes (1, h, w, 3) uint8 BGR; the order of colours, scale and means of the card are part of the
graph, where they cost next to nothing. What a model says in several outputs is put side by side, so
that one array is all that has to be copied out of a request.
"""

import openvino as ov
from openvino import opset13 as op

from orchestrator.config.cards import ModelCard, PictureForm
from orchestrator.errors import ModelError

SEPARATE = frozenset({"detr", "rt-detr"})
"""Decoders of models that answer with boxes and classes apart."""


def for_pictures(model: ov.Model, card: ModelCard) -> ov.Model:
    """Return the model as the service runs it; ``ModelError`` when it is not what its card says."""
    if len(model.inputs) != 1:
        raise ModelError(f"{card.file}: takes {len(model.inputs)} inputs; a picture is all we have")
    model = _with_one_answer(model, card)
    width, height = card.input_px
    if model.inputs[0].partial_shape.is_dynamic:
        model.reshape([1, 3, height, width])
    shape = list(model.inputs[0].shape)
    takes_bytes = model.inputs[0].element_type == ov.Type.u8
    if shape == [1, height, width, 3] and takes_bytes and card.form == PictureForm():
        return model
    if shape != [1, 3, height, width]:
        raise ModelError(f"{card.file}: takes {shape}, its card says {width}x{height}")
    return _converting(model, card.form)


def _converting(model: ov.Model, form: PictureForm) -> ov.Model:
    """Return a model of planes of floats with the conversion from decoded pictures inside."""
    prepared = ov.preprocess.PrePostProcessor(model)
    tensor, steps = prepared.input().tensor(), prepared.input().preprocess()
    tensor.set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    tensor.set_color_format(ov.preprocess.ColorFormat.BGR)
    prepared.input().model().set_layout(ov.Layout("NCHW"))
    plain = PictureForm(form.fit, pad=form.pad)
    if form != plain:
        steps.convert_element_type(ov.Type.f32)
    if form.rgb:
        steps.convert_color(ov.preprocess.ColorFormat.RGB)
    if form.scale != plain.scale:
        steps.scale(form.scale)
    if form.mean != plain.mean:
        steps.mean(list(form.mean))
    if form.deviation != plain.deviation:
        steps.scale(list(form.deviation))
    return prepared.build()


def _with_one_answer(model: ov.Model, card: ModelCard) -> ov.Model:
    """Return the model with its outputs side by side."""
    if card.decoder in SEPARATE:
        return _beside(model, card)
    if card.attributes:
        return _in_a_row(model, card)
    if len(model.outputs) != 1:
        names = ", ".join(_name(output) for output in model.outputs)
        raise ModelError(f"{card.file}: answers in several outputs ({names}), where one is read")
    return model


def _beside(model: ov.Model, card: ModelCard) -> ov.Model:
    """Return the model with (1, n, 4) boxes and (1, n, c) classes as (1, n, 4 + c)."""
    named = sorted(model.outputs, key=lambda output: "box" not in _name(output))
    ranks = [len(output.partial_shape) for output in named]
    if len(named) != 2 or ranks != [3, 3] or str(named[0].partial_shape[2]) != "4":
        raise ModelError(
            f"{card.file}: answers not as `{card.decoder}` is read: two outputs, of which one has"
            " `box` in its name and is (1, n, 4), the other holds (1, n, classes)"
        )
    return ov.Model([op.concat([_source(output) for output in named], 2)], model.get_parameters())


def _in_a_row(model: ov.Model, card: ModelCard) -> ov.Model:
    """Return the model with the outputs of its attributes as one row, in the order of the card."""
    outputs = {name: output for output in model.outputs for name in _names(output)}
    missing = [name for name in card.attributes if name not in outputs]
    if missing:
        known = ", ".join(sorted(outputs))
        raise ModelError(f"{card.file}: has no output `{missing[0]}` (outputs: {known})")
    rows = [
        op.reshape(_source(outputs[name]), [1, len(words)], special_zero=False)
        for name, words in card.attributes.items()
    ]
    return ov.Model([op.concat(rows, 1)], model.get_parameters())


def _source(output: ov.Output) -> ov.Output:
    """Return where an output's values come from."""
    return output.node.input_value(0)


def _name(output: ov.Output) -> str:
    return _names(output)[0]


def _names(output: ov.Output) -> list[str]:
    """Return the names of an output: its tensor's, or where it has none that of the node behind it."""
    return sorted(output.get_names()) or [_source(output).node.get_friendly_name()]
