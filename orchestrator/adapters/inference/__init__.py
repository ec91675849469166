"""Inference: OpenVINO models that find people and vehicles and look at them, each described by a card.

In: frames at the model's size; parts of pictures.
Out: boxes in pixels of the stream, scores, kinds; vectors that tell people apart, what vehicles are like.
Law: a model runs only when its file is the one its card names, to the last bit.
"""

from orchestrator.adapters.inference.cards import DEFAULT, card_named, cards_in, default_card
from orchestrator.adapters.inference.crops import (
    OpenVinoClassifier,
    OpenVinoDescriber,
    describer_named,
)
from orchestrator.adapters.inference.device import Device
from orchestrator.adapters.inference.kept import KeptDetector
from orchestrator.adapters.inference.openvino import (
    OpenVinoDetector,
    default_detector,
    detector_named,
)

__all__ = [
    "DEFAULT",
    "Device",
    "KeptDetector",
    "OpenVinoClassifier",
    "OpenVinoDescriber",
    "OpenVinoDetector",
    "card_named",
    "cards_in",
    "default_card",
    "default_detector",
    "describer_named",
    "detector_named",
]
