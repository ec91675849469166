from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.handoff import Boxes, cut_changes, identities
from tests.benchmarks.walks import idf1, metas, recorded, ring, strolls

EYES = ring(3)
CAMERAS = list(metas(EYES))
WALKS = recorded(EYES, strolls(5, 1), until_s=8.0, fps=4.0, seed=1)


@pytest.mark.slow
def test_three_cameras_agree_on_who_is_who() -> None:
    gids = identities(WALKS.frames, CAMERAS)
    assert idf1(WALKS, gids) > 0.75


@pytest.mark.slow
def test_nothing_looks_further_ahead_than_a_second() -> None:
    assert cut_changes(WALKS.frames, CAMERAS, identities(WALKS.frames, CAMERAS)) == 0


@pytest.mark.slow
def test_boxes_that_are_no_numbers_and_frames_sent_twice_are_survived() -> None:
    broken = [
        replace(
            frame,
            boxes_px=np.where(np.arange(len(frame.rows))[:, None] == 0, np.nan, frame.boxes_px),
        )
        if index % 7 == 0
        else frame
        for index, frame in enumerate(WALKS.frames)
    ]
    twice: list[Boxes] = [frame for frame in broken for _ in range(1 + (frame.camera == "w1"))]
    gids = identities(twice, CAMERAS)
    assert len(set(gids.values())) < 12
