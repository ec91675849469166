"""Inference: OpenVINO models that find people and vehicles, each described by a card.

In: frames at the model's size.
Out: boxes in pixels of the stream, scores, kinds.
Law: a model runs only when its file is the one its card names, to the last bit.
"""

from orchestrator.adapters.inference.cards import card_named, cards_in, default_card
from orchestrator.adapters.inference.openvino import (
    OpenVinoDetector,
    default_detector,
    detector_named,
)

__all__ = [
    "OpenVinoDetector",
    "card_named",
    "cards_in",
    "default_card",
    "default_detector",
    "detector_named",
]
