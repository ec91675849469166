"""What people wear, read off a picture: painted bodies go in, their colours come out."""

import numpy as np
import pytest

from orchestrator.domain.appearance import colour_layout
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.ports import Found, Frame
from orchestrator.watch.appearance import described

JACKET, TROUSERS, FLOOR = (40, 40, 180), (120, 60, 30), (90, 90, 90)
WORN = colour_layout(np.array([JACKET, TROUSERS], dtype=float))
Box = tuple[float, float, float, float]


def frame(*boxes: Box, source_px: tuple[int, int] = (640, 360)) -> Frame:
    """Return a picture, half of the source's size, with a body painted into each box."""
    pixels = np.full((180, 320, 3), FLOOR, np.uint8)
    scale = np.array([320, 180, 320, 180]) / np.array([*source_px, *source_px])
    for box in boxes:
        left, top, right, bottom = (np.array(box) * scale).round().astype(int)
        waist = top + (bottom - top) // 2
        pixels[max(top, 0) : waist, max(left, 0) : right] = JACKET
        pixels[waist:bottom, max(left, 0) : right] = TROUSERS
    return Frame(CameraId("gate"), 1.0, "arrival", source_px, pixels)


def found(*boxes: Box, kind: Kind = Kind.PERSON) -> Found:
    count = len(boxes)
    return Found(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, 0.9, np.float32),
        np.full(count, kind.value, np.int8),
    )


def test_a_person_is_described_by_jacket_and_trousers() -> None:
    box = (100.0, 80.0, 140.0, 200.0)

    [worn] = described(frame(box), found(box))

    assert worn == pytest.approx(WORN, abs=1.0)


def test_boxes_are_in_pixels_of_the_stream_whatever_size_was_looked_at() -> None:
    box = (400.0, 300.0, 560.0, 900.0)

    [worn] = described(frame(box, source_px=(1920, 1080)), found(box))

    assert worn == pytest.approx(WORN, abs=1.0)


@pytest.mark.parametrize(
    ("box", "why"),
    [
        ((100.0, 260.0, 150.0, 360.0), "the feet are below the picture"),
        ((-5.0, 100.0, 40.0, 220.0), "one half is beside the picture"),
        ((100.0, 0.0, 150.0, 120.0), "the head is above the picture"),
        ((100.0, 100.0, 106.0, 130.0), "it is a few pixels wide"),
        ((150.0, 100.0, 150.0, 100.0), "there is nothing in it"),
    ],
)
def test_a_body_that_is_not_whole_is_not_described(box: Box, why: str) -> None:
    assert np.isnan(described(frame(box), found(box))).all(), why


def test_two_who_hide_each_other_are_not_described_and_a_third_is() -> None:
    boxes = (100.0, 80.0, 140.0, 200.0), (120.0, 90.0, 160.0, 210.0), (300.0, 80.0, 340.0, 200.0)

    worn = described(frame(*boxes), found(*boxes))

    assert np.isnan(worn[:2]).all()
    assert worn[2] == pytest.approx(WORN, abs=1.0)


def test_vehicles_are_not_described() -> None:
    box = (100.0, 80.0, 240.0, 160.0)

    assert np.isnan(described(frame(box), found(box, kind=Kind.VEHICLE))).all()


def test_an_empty_picture_describes_nobody() -> None:
    assert described(frame(), found()).shape == (0, WORN.size)
