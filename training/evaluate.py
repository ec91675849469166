"""How good a detector is: precision, recall and average precision, by class and by height.

Each picture first goes through H.264 as a camera would send it. A thing counts when it is at
least half visible and 24 pixels tall (the demo's definition); a box on any other thing of its
class counts neither for nor against. A box is right when its intersection over union is 0.5.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from training.network import CLASSES
from training.renders import Picture, RenderSet

HEIGHTS_PX = (24, 48, 96, 192, 400)


@dataclass(slots=True)
class Tally:
    """Scores of right and wrong boxes, and how many things there were, for one class or bucket."""

    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    things: int = 0

    def at(self, threshold: float) -> tuple[float, float]:
        """Return precision and recall of the boxes that score at least ``threshold``."""
        right = sum(score >= threshold for score in self.right)
        wrong = sum(score >= threshold for score in self.wrong)
        return right / max(1, right + wrong), right / max(1, self.things)

    def average_precision(self) -> float:
        """Return the area under the precision-recall curve, made monotonic."""
        scores = np.array(self.right + self.wrong)
        hits = np.array([1.0] * len(self.right) + [0.0] * len(self.wrong))[np.argsort(-scores)]
        if len(hits) == 0:
            return 0.0
        precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
        precision = np.maximum.accumulate(precision[::-1])[::-1]
        return float((precision * hits).sum() / max(1, self.things))


def through_h264(pictures: Sequence[Picture], kbps: int) -> Iterator[NDArray[np.uint8]]:
    """Return the pixels after real H.264: each picture is held for three frames, the third kept."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = pictures[0].pixels.shape[1], pictures[0].pixels.shape[0]
    encoder.pix_fmt, encoder.bit_rate = "yuv420p", kbps * 1000
    encoder.framerate, encoder.gop_size = 12, 24
    encoder.options = {"preset": "veryfast", "tune": "zerolatency"}
    decoder = av.CodecContext.create("h264", "r")
    number = 0
    for held in [picture for picture in pictures for _ in range(3)]:
        frame = av.VideoFrame.from_ndarray(held.pixels, format="bgr24")
        frame.pts = number
        for packet in encoder.encode(frame):
            for shown in decoder.decode(packet):
                if number % 3 == 2:
                    yield shown.to_ndarray(format="bgr24")
                number += 1
    for shown in decoder.decode(None):
        if number % 3 == 2:
            yield shown.to_ndarray(format="bgr24")
        number += 1


def boxes_in(answer: NDArray[np.float32], floor: float) -> NDArray[np.float32]:
    """Return an answer's rows that score at least ``floor``, without near doubles."""
    rows = answer[0][answer[0][:, 4] >= floor]
    kept: list[NDArray[np.float32]] = []
    for row in rows[np.argsort(-rows[:, 4])]:
        same = [k for k in kept if k[5] == row[5]]
        if not same or overlaps(row[None, :4], np.array(same)[:, :4]).max() < 0.6:
            kept.append(row)
    return np.array(kept, np.float32).reshape(-1, 6)


def overlaps(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the intersection over union of (n, 4) and (m, 4) boxes, (n, m)."""
    low, high = (
        np.maximum(a[:, None, :2], b[None, :, :2]),
        np.minimum(a[:, None, 2:], b[None, :, 2:]),
    )
    both = np.prod(np.maximum(high - low, 0), axis=2)
    area_a, area_b = np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)
    return both / np.maximum(area_a[:, None] + area_b[None] - both, 1e-6)


def judge(rows: NDArray[np.float32], picture: Picture, tallies: dict[str, Tally]) -> None:
    """Add one picture's boxes to the tallies of each class and of each height of person."""
    for code, name in enumerate(CLASSES):
        things = picture.boxes[picture.kinds == code]
        counts = (picture.visible[picture.kinds == code] >= 0.5) & (
            things[:, 3] - things[:, 1] >= 24
        )
        tallies[name].things += int(counts.sum())
        buckets = np.digitize(things[:, 3] - things[:, 1], HEIGHTS_PX)
        if code == 0:
            for bucket in buckets[counts]:
                tallies[_bucket(bucket)].things += 1
        free = np.ones(len(things), bool)
        for row in rows[rows[:, 5] == code]:
            fit = (
                np.where(free, overlaps(row[None, :4], things)[0], 0.0)
                if len(things)
                else np.zeros(0)
            )
            # a thing that counts is preferred to one that does not
            best = int(np.argmax(np.where(fit >= 0.5, fit + counts, 0.0))) if len(fit) else -1
            hit = best >= 0 and fit[best] >= 0.5
            if hit:
                free[best] = False
                if counts[best]:
                    tallies[name].right.append(float(row[4]))
                    if code == 0:
                        tallies[_bucket(buckets[best])].right.append(float(row[4]))
            elif row[3] - row[1] >= 24 and not _excused(row, things[~counts]):
                tallies[name].wrong.append(float(row[4]))
                if code == 0:
                    tallies[_bucket(int(np.digitize(row[3] - row[1], HEIGHTS_PX)))].wrong.append(
                        float(row[4])
                    )


def _bucket(index: int) -> str:
    """Return the name of a bucket of heights."""
    if index >= len(HEIGHTS_PX):
        return f"person of {HEIGHTS_PX[-1]} px or more"
    return (
        f"person below {HEIGHTS_PX[0]} px"
        if index == 0
        else f"person of {HEIGHTS_PX[index - 1]} to {HEIGHTS_PX[index]} px"
    )


def _excused(row: NDArray[np.float32], others: NDArray[np.float32]) -> bool:
    """Return whether a box lies on a thing that does not count."""
    return len(others) > 0 and float(overlaps(row[None, :4], others).max()) >= 0.5


def measured(
    model: Path, renders: RenderSet, *, kbps: int, floor: float = 0.05
) -> dict[str, Tally]:
    """Return the tallies of a model over a set."""
    core = ov.Core()
    compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    high, wide = compiled.inputs[0].shape[1:3]
    names = [*CLASSES, *(_bucket(index) for index in range(len(HEIGHTS_PX) + 1))]
    tallies = {name: Tally() for name in names}
    pictures = [renders[index] for index in range(len(renders))]
    for picture, pixels in zip(pictures, through_h264(pictures, kbps), strict=True):
        answer = compiled(cv2.resize(pixels, (wide, high))[None])[0].copy()
        answer[0, :, 1:4:2] *= pixels.shape[0] / high
        judge(boxes_in(answer, floor), picture, tallies)
    return tallies


def main() -> None:
    """Print a table, and JSON on the last line."""
    parser = argparse.ArgumentParser(description="Measure a detector on a set of renders.")
    parser.add_argument("model", type=Path)
    parser.add_argument("renders", type=Path)
    parser.add_argument("--kbps", type=int, default=900)
    parser.add_argument("--threshold", type=float, default=0.4)
    given = parser.parse_args()
    tallies = measured(given.model, RenderSet.opened(given.renders), kbps=given.kbps)
    figures = {}
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        precision, recall = tallies["person"].at(threshold)
        print(f"person at {threshold}: precision {precision:.3f}, recall {recall:.3f}")
    for name, tally in tallies.items():
        if tally.things:
            precision, recall = tally.at(given.threshold)
            figures[name] = {
                "things": tally.things,
                "precision": round(precision, 4),
                "recall": round(recall, 4),
                "ap50": round(tally.average_precision(), 4),
            }
            print(f"{name:<26} {figures[name]}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
