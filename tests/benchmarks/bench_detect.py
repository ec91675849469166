"""How much of the machine our detection wastes: its rate over that of OpenVINO's bare queue.

Both run the model that ships, on the same pictures, in turn in the same process, so that whatever
else the machine does costs both the same. `make bench-detect`; the last line is JSON.
"""

import asyncio
import json
import statistics
import sys
import time

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoDetector, default_card
from orchestrator.adapters.inference.files import compiled
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Frame

CAMERAS, PICTURES, ROUNDS = 8, 200, 5
LEAST_RATIO = 0.90

Pixels = NDArray[np.uint8]


def pictures(size_px: tuple[int, int]) -> list[Pixels]:
    """Return a few pictures of soft spots, in which there is little to find."""
    rng = np.random.default_rng(1)
    coarse = [rng.integers(60, 200, (6, 10, 3), np.uint8) for _ in range(8)]
    return [np.asarray(cv2.resize(spots, size_px), np.uint8) for spots in coarse]


def bare(model: ov.CompiledModel, shown: list[Pixels]) -> tuple[float, float]:
    """Return the rate (1/s) and the CPU time (ms a picture) of OpenVINO's own queue."""
    queue = ov.AsyncInferQueue(model, model.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS") + 2)
    queue.set_callback(lambda _request, _picture: None)
    began_s, spent_s = time.perf_counter(), time.process_time()
    for number in range(PICTURES):
        queue.start_async({0: shown[number % len(shown)][None]}, None, share_inputs=True)
    queue.wait_all()
    return _rates(began_s, spent_s)


async def ours(detector: OpenVinoDetector, shown: list[Pixels]) -> tuple[float, float]:
    """Return the same for our detector, asked by eight cameras at once."""

    async def camera(name: str) -> None:
        for number in range(PICTURES // CAMERAS):
            pixels = shown[number % len(shown)]
            await detector.detect(Frame(CameraId(name), 0.0, "rtcp", (640, 360), pixels))

    began_s, spent_s = time.perf_counter(), time.process_time()
    await asyncio.gather(*(camera(f"camera-{number}") for number in range(CAMERAS)))
    return _rates(began_s, spent_s)


def _rates(began_s: float, spent_s: float) -> tuple[float, float]:
    """Return pictures a second and CPU milliseconds a picture since then."""
    return (
        PICTURES / (time.perf_counter() - began_s),
        (time.process_time() - spent_s) * 1000 / PICTURES,
    )


async def main() -> None:
    """Measure in turn, and print."""
    card = default_card()
    detector = await OpenVinoDetector.opened(card)
    model, shown = compiled(card), pictures(card.input_px)
    bare(model, shown)
    await ours(detector, shown)
    rounds = [(bare(model, shown), await ours(detector, shown)) for _ in range(ROUNDS)]
    await detector.aclose()
    ratio = statistics.median(own[0] / raw[0] for raw, own in rounds)
    figures = {
        "ratio": round(ratio, 3),
        "least_ratio": LEAST_RATIO,
        "fps": round(statistics.median(own[0] for _, own in rounds), 1),
        "bare_fps": round(statistics.median(raw[0] for raw, _ in rounds), 1),
        "cpu_ms": round(statistics.median(own[1] for _, own in rounds), 2),
        "bare_cpu_ms": round(statistics.median(raw[1] for raw, _ in rounds), 2),
    }
    for name, value in figures.items():
        sys.stdout.write(f"{name:>12}  {value}\n")
    sys.stdout.write(f"{json.dumps(figures)}\n")
    if ratio < LEAST_RATIO:
        raise SystemExit(1)


if __name__ == "__main__":
    asyncio.run(main())
