"""What reading answers and describing people costs, beside plain ways; the last line is JSON.

``python -m tests.benchmarks.bench_models``. All is processor time, ours and the other way in turns.
The re-identification model lies in ``../shared``; without it that figure is left out, aloud.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoDescriber, cards_in
from orchestrator.adapters.inference.files import compiled
from orchestrator.adapters.inference.findings import read
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from orchestrator.watch.ration import Ration
from tests.benchmarks.measures import Measure, tell
from tests.fakes.cards import card_of

ROUNDS, AGAIN = 9, 10
ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
APART = "person-reidentification-retail-0287"
CARD = card_of("yolo-v8", input_px=(640, 640), labels={0: Kind.PERSON, 2: Kind.VEHICLE})


def answer(things: int = 20, boxes_each: int = 12) -> NDArray[np.float32]:
    """Return what YOLOv8 says of a picture with so many people: a few boxes each, and thousands of nothing."""
    rng = np.random.default_rng(1)
    rows = np.empty((8400, 84), np.float32)
    rows[:, :4] = rng.uniform(20, 600, (8400, 4))
    rows[:, 4:] = rng.uniform(0, 0.05, (8400, 80))
    middles = rng.uniform(60, 580, (things, 2)).repeat(boxes_each, axis=0)
    some = rng.choice(8400, things * boxes_each, replace=False)
    rows[some, :2] = middles + rng.normal(0, 2, middles.shape)
    rows[some, 2:4] = (40, 110)
    rows[some, 4] = rng.uniform(0.4, 0.95, len(some))
    return np.ascontiguousarray(rows.T[None])


def plainly(said: NDArray[np.float32]) -> int:
    """Read the answer as scripts do: every box first, then OpenCV's suppression; return how many stay."""
    rows = said[0].T
    scores, labels = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1)
    corners = np.hstack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, 2:4]])
    kept = cv2.dnn.NMSBoxesBatched(
        corners.tolist(), scores.tolist(), labels.tolist(), CARD.threshold, CARD.overlap
    )
    return len(kept)


def in_turns(ours: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the processor time of each in ms: the median of rounds taken in turns."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in zip((ours, other), spent, strict=True):
            began_s = time.process_time()
            for _ in range(AGAIN):
                work()
            times.append(1000 * (time.process_time() - began_s) / AGAIN)
    return statistics.median(spent[0]), statistics.median(spent[1])


def reading() -> Iterator[Measure]:
    """Yield what it costs to read an answer of YOLOv8."""
    said = answer()
    assert len(read(said, CARD, (1280, 720)).scores) == plainly(said)
    ours_ms, plain_ms = in_turns(lambda: read(said, CARD, (1280, 720)), lambda: plainly(said))
    yield Measure("read_yolo_v8_ms", ours_ms, "ms", plain_ms, must=plain_ms)


def rationing(people: int = 10) -> Iterator[Measure]:
    """Yield what it costs to say who is described, in a picture of ten people."""
    ration, rng = Ration(), np.random.default_rng(2)
    left = 100.0 * np.arange(people)
    still = np.stack([left, left * 0 + 20, left + 40, left * 0 + 120], axis=1)
    spent = []
    for number in range(300):
        boxes = (still + rng.normal(0, 1, still.shape)).astype(np.float32)
        began_s = time.process_time()
        rows = ration.due(boxes, np.ones(people, np.bool_), 0.1 * number)
        ration.given(rows, 0.1 * number)
        spent.append(1000 * (time.process_time() - began_s))
    yield Measure("ration_10_people_ms", statistics.median(spent), "ms a picture", must=0.5)


async def describing() -> list[Measure]:
    """Return what it costs to describe one person, beside OpenVINO alone."""
    card = cards_in(ROOT / "config" / "models.yaml")[APART]
    card = replace(card, file=SHARED / card.file.relative_to(ROOT / "config"))
    try:
        describer = await OpenVinoDescriber.opened(card)
    except ModelError as error:
        sys.stdout.write(f"{error}\nnobody is described\n")
        return []
    bare = compiled(card).create_infer_request()
    crops = np.random.default_rng(3).integers(0, 256, (4, 256, 128, 3), np.uint8)
    ours: list[float] = []
    native: list[float] = []
    for _ in range(ROUNDS):
        began_s = time.process_time()
        for _ in range(AGAIN):
            await describer.describe(crops)
        between_s = time.process_time()
        for _ in range(AGAIN):
            for crop in crops:
                bare.infer({0: crop[None]})
        ours.append(1000 * (between_s - began_s) / AGAIN / len(crops))
        native.append(1000 * (time.process_time() - between_s) / AGAIN / len(crops))
    await describer.aclose()
    ratio = statistics.median(one / other for one, other in zip(ours, native, strict=True))
    return [
        Measure("describe_ms", statistics.median(ours), "ms a person", statistics.median(native)),
        Measure("describe_vs_native", ratio, "of its time", 1.0, must=1.05),
    ]


def main() -> None:
    """Measure all of it."""
    tell("models", [*reading(), *rationing(), *asyncio.run(describing())])


if __name__ == "__main__":
    main()
