"""Weights to the files that ship: an OpenVINO model of 8-bit integers that takes decoded video.

The picture enters as it is decoded, (1, h, w, 3) uint8 BGR; the answer is (1, 100, 6) boxes. The
convolutions are quantised after training on renders as cameras see them; the decoder of the boxes
stays in floating point, as a coordinate does not fit into eight bits.
"""

import argparse
from pathlib import Path

import nncf
import numpy as np
import openvino as ov
import torch

from training.augment import cropped, seen_by_a_camera
from training.network import Answering, DepotDetector
from training.renders import RenderSet

SIZE_PX = (640, 352)


def converted(weights: Path) -> ov.Model:
    """Return the network with its decoder as an OpenVINO model in floating point."""
    network = DepotDetector()
    network.load_state_dict(torch.load(weights, weights_only=True))
    whole = Answering(network, width=SIZE_PX[0], height=SIZE_PX[1]).eval()
    shape = (1, 3, SIZE_PX[1], SIZE_PX[0])
    model = ov.convert_model(whole, example_input=torch.zeros(shape), input=[shape])
    model.inputs[0].set_names({"picture"})
    model.outputs[0].set_names({"boxes"})
    prepared = ov.preprocess.PrePostProcessor(model)
    prepared.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    prepared.input().model().set_layout(ov.Layout("NCHW"))
    return prepared.build()


def quantised(model: ov.Model, renders: RenderSet, *, count: int = 200, seed: int = 7) -> ov.Model:
    """Return the model in 8-bit integers, its ranges taken from ``count`` pictures."""
    rng = np.random.default_rng(seed)

    def picture(index: int) -> np.ndarray:
        window = cropped(renders[index % len(renders)], SIZE_PX, rng)
        return seen_by_a_camera(window.pixels, rng)[None]

    decoder = [
        op.get_friendly_name() for op in model.get_ops() if op.get_type_name() in DECODER_OPS
    ]
    return nncf.quantize(
        model,
        nncf.Dataset(list(range(count)), picture),
        subset_size=count,
        preset=nncf.QuantizationPreset.MIXED,
        ignored_scope=nncf.IgnoredScope(names=decoder),
    )


DECODER_OPS = {"Exp", "Sigmoid", "Clamp", "TopK", "GatherElements", "Subtract", "Divide"}


def main() -> None:
    """Write model.xml and model.bin."""
    parser = argparse.ArgumentParser(description="Export the trained detector to OpenVINO.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("renders", type=Path, help="a set to take the ranges from")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--float", action="store_true", help="do not quantise")
    given = parser.parse_args()
    model = converted(given.weights)
    if not given.float:
        model = quantised(model, RenderSet.opened(given.renders))
    given.folder.mkdir(parents=True, exist_ok=True)
    ov.save_model(model, given.folder / "model.xml", compress_to_fp16=True)


if __name__ == "__main__":
    main()
