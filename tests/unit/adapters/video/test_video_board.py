"""The board: pictures and wishes that two processes see, in a file that neither can change in size."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from orchestrator.adapters.video.board import SLOTS, Board

WIDE, HIGH = 64, 32


@pytest.fixture
def file() -> Iterator[int]:
    handle = Board.file(WIDE, HIGH)
    yield handle
    os.close(handle)


def test_what_one_side_writes_the_other_reads(file: int) -> None:
    ours, theirs = Board(file, WIDE, HIGH), Board(file, WIDE, HIGH)
    ours.fps, ours.still_fps, ours.taken = 7.5, 1.0, 3
    theirs.slot(4)[:] = 200
    theirs.count(decoded=5, left_out=2)
    theirs.count(decoded=1)

    assert (theirs.fps, theirs.still_fps, theirs.taken) == (7.5, 1.0, 3)
    assert (ours.decoded, ours.left_out) == (6, 2)
    assert ours.slot(4 + SLOTS).shape == (HIGH, WIDE, 3)
    assert np.all(ours.slot(4 + SLOTS) == 200)
    assert not ours.slot(5).any()


def test_a_decoder_cannot_pull_the_file_away_from_under_the_parent(file: int) -> None:
    for size in (0, 1 << 30):
        with pytest.raises(PermissionError):
            os.ftruncate(file, size)
