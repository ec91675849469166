"""Several cameras show one moment: whose box is whose, asked of all of them together.

Frame by frame, the first camera has only the prediction to go by, and where it is wrong, the
others follow it. So before a moment's frames are fused, each is asked again, with what all the
others say of everybody: in rounds (coordinate descent), one frame against the prediction and the
boxes that tracks have in the other frames. What they agree on is then fused frame by frame.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.tracks import Tracks
from orchestrator.track.boxes import Boxes, gains, pairs
from orchestrator.track.motion import Expected, agility, expected, inverse

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 2


def agreed(tracks: Tracks, frames: Sequence[Boxes]) -> list[Ints]:
    """Return, frame by frame, (n,) the serial of the track that each box belongs to; 0: none.

    All frames are of different cameras and about one moment, their boxes put right already.
    """
    owners = [np.zeros(len(frame.points), dtype=np.int64) for frame in frames]
    here = tracks.only(~tracks.absent)
    if len(here) == 0 or len(frames) < 2:
        return owners
    states = {at_s: _expected(here, at_s) for at_s in {frame.at_s for frame in frames}}
    said = np.zeros((len(frames), len(here), 2, 3))
    told = np.zeros_like(said[0])
    for _ in range(ROUNDS):
        for number, frame in enumerate(frames):
            state, prior = states[frame.at_s]
            told -= said[number]
            chosen, rows = pairs(gains(here, _with(state, prior + told), frame))
            said[number] = _said(state, frame, chosen, rows)
            told += said[number]
            owners[number] = np.zeros(len(frame.points), dtype=np.int64)
            owners[number][chosen] = here.serials[rows]
    return owners


def _expected(here: Tracks, at_s: float) -> tuple[Expected, Array]:
    """Return where tracks are expected, and (n, 2, 3) that as information, which says nothing else."""
    state = expected(here.means, here.covariances, at_s - here.at_s, agility(here.kinds))
    prior = np.zeros((len(here), 2, 3))
    prior[:, :, :2] = inverse(state.doubts)
    return state, prior


def _said(state: Expected, frame: Boxes, chosen: NDArray[np.intp], rows: NDArray[np.intp]) -> Array:
    """Return (n, 2, 3) what the boxes of a frame say of the tracks they belong to.

    The first two columns are information, in 1/m2, the third is its product with how far off.
    """
    words = np.zeros((len(state.points), 2, 3))
    information = inverse(frame.covariances[chosen])
    off = frame.points[chosen] - state.points[rows]
    words[rows, :, :2] = information
    words[rows, :, 2] = (information @ off[:, :, None])[:, :, 0]
    return words


def _with(state: Expected, words: Array) -> Expected:
    """Return where tracks are expected, given all that is said of them."""
    doubts = inverse(words[:, :, :2])
    points = state.points + (doubts @ words[:, :, 2:])[:, :, 0]
    return replace(state, points=points, doubts=doubts)
