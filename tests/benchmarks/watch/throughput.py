"""How much of the machine our detection wastes: its rate over that of OpenVINO's bare queue.

All loops run the same model in turn in one process, so that whatever else the machine does costs all
of them the same.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoDetector, card_named, default_card
from orchestrator.adapters.inference.device import threads_for
from orchestrator.adapters.inference.files import compiled
from orchestrator.config.cards import ModelCard, Task
from orchestrator.domain.ids import CameraId
from orchestrator.errors import ModelError
from orchestrator.ports import Frame
from tests.benchmarks.baselines.detection_loops import (
    Cost,
    bare_queue,
    frigate_style,
    omz_style,
)
from tests.benchmarks.measures import Measure

CAMERAS, PICTURES, ROUNDS = 8, 400, 5
SOURCE_PX = (1280, 720)
LEAST_RATIO, MOST_CPU = 0.93, 1.05

MODEL = "person-vehicle-bike-detection-2000"
ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"

Pixels = NDArray[np.uint8]


def throughput() -> Iterator[Measure]:
    """Yield our rate and processor time, and others', over the bare queue's."""
    rounds = asyncio.run(_rounds(the_card()))
    for name in ("pipeline", "frigate_style", "omz_style"):
        share = statistics.median(one[name].fps / one["bare"].fps for one in rounds)
        must = LEAST_RATIO if name == "pipeline" else None
        yield Measure(f"{name}_vs_native", share, "of its rate", 1.0, must, least=True)
    cpu = statistics.median(one["pipeline"].cpu_ms / one["bare"].cpu_ms for one in rounds)
    yield Measure("cpu_vs_native", cpu, "of its time", 1.0, MOST_CPU)
    bare_ms = statistics.median(one["bare"].cpu_ms for one in rounds)
    yield Measure("native_cpu_ms", bare_ms, "ms a picture")


def the_card() -> ModelCard:
    """Return the card of the model that the figures are about, or else of the one that ships."""
    card = shared_card(MODEL, Task.FIND)
    if card is None:
        sys.stdout.write("measured with the model that ships instead\n")
        return default_card()
    return card


def shared_card(name: str, task: Task) -> ModelCard | None:
    """Return the card of a model that lies beside the repository; None, aloud, where it does not."""
    try:
        card = card_named(name, ROOT / "config" / "models.yaml", task)
        card = replace(card, file=SHARED / card.file.relative_to(ROOT / "config"))
        compiled(card)
    except ModelError as error:
        sys.stdout.write(f"{error}\n")
        return None
    return card


async def _rounds(card: ModelCard) -> list[dict[str, Cost]]:
    detector = await OpenVinoDetector.opened(card)
    model, planar = compiled(card), _in_planes(card)
    ready, whole = _pictures(card.input_px), _pictures(SOURCE_PX)
    rounds = []
    for _ in range(ROUNDS + 1):
        costs = {
            "bare": bare_queue(model, ready, PICTURES),
            "pipeline": await _ours(detector, ready),
            "frigate_style": frigate_style(model, whole, PICTURES),
            "omz_style": omz_style(planar, whole, PICTURES) if planar else Cost(0.0, 0.0),
        }
        rounds.append(costs)
    await detector.aclose()
    return rounds[1:]  # the first warms up


async def _ours(detector: OpenVinoDetector, ready: Sequence[Pixels]) -> Cost:
    """Return what our detector costs, asked by eight cameras at once."""

    async def camera(name: str) -> None:
        for number in range(PICTURES // CAMERAS):
            pixels = ready[number % len(ready)]
            await detector.detect(Frame(CameraId(name), 0.0, "rtcp", SOURCE_PX, pixels))

    began_s, spent_s = time.perf_counter(), time.process_time()
    await asyncio.gather(*(camera(f"camera-{number}") for number in range(CAMERAS)))
    took_s, used_s = time.perf_counter() - began_s, time.process_time() - spent_s
    return Cost(PICTURES / took_s, used_s * 1000 / PICTURES)


def _in_planes(card: ModelCard) -> ov.CompiledModel | None:
    """Return the model as its file is, which takes planes; None when it takes pictures itself."""
    core = ov.Core()
    model = core.read_model(card.file)  # not checked: it is the one that was just compiled
    if list(model.inputs[0].shape)[1] != 3:
        return None
    options = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_NUM_THREADS": threads_for(os.cpu_count() or 1),
    }
    return core.compile_model(model, "CPU", options)


def _pictures(size_px: tuple[int, int]) -> list[Pixels]:
    """Return a few pictures of soft spots, in which there is little to find."""
    rng = np.random.default_rng(1)
    coarse = [rng.integers(60, 200, (6, 10, 3), np.uint8) for _ in range(8)]
    return [np.asarray(cv2.resize(spots, size_px), np.uint8) for spots in coarse]
