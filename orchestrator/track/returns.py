"""Somebody new who was here before: those nobody sees any more are remembered, and known again.

Time and place alone are worse than nothing (half of such links are wrong), so nobody is known
again without evidence of appearance: the newcomer has to look like one who is missing, unlike
everybody else who is known, and the way between has to be short enough for the time. Those who are
there are asked too, since they show what is usual: where every second person wears a yellow vest,
a yellow vest says nothing. What is not certain stays two identities.
"""

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.tracks import Tracks
from orchestrator.track.appearance import likeness

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

FRESH_S = 3.0
"""For so long after the first box somebody is a newcomer; later the new name has been acted on."""
MISSING_S = 0.7
BOTH_S = 0.3
"""Somebody seen for longer than this beside the other is another."""
MEMORY_S = 60.0
"""How long somebody who has gone is remembered; nobody whom nothing tells apart is."""
LOOKS_OLD = 4.0
LOOKS_NEW = 2.0
ALIKE = 1.5
"""Log-likelihood ratio from which on two appearances may be one person's."""
MARGIN = 1.0
"""And by how much any other explanation has to be less likely."""
PACE_MPS = 2.2
SLACK_M = 1.5


def known_again(tracks: Tracks, now_s: float) -> list[tuple[int, int]]:
    """Return pairs of rows: one who is missing, and the newcomer who is the same."""
    new, missing = np.flatnonzero(_newcomers(tracks, now_s)), _missing(tracks, now_s)
    if len(new) == 0 or not missing.any():
        return []
    known, looks = tracks.appearances, tracks.looks
    alike = likeness(known, looks, known[new], within=tracks.within, seen_looks=looks[new])
    alike[np.arange(len(new)), new] = -np.inf
    likely = (alike >= ALIKE) & missing & _possible(tracks, new)
    return [
        (int(old), int(new[row]))
        for row, old in zip(*np.nonzero(likely), strict=True)
        if _stands_out(alike[row], old) and _stands_out(alike[:, old], row)
    ]


def memorable(tracks: Tracks, now_s: float) -> Mask:
    """Return (n,) who could be known again by now, if they are missing."""
    lately = now_s - tracks.seen_s <= MEMORY_S
    return np.asarray(tracks.confirmed & lately & (tracks.looks >= LOOKS_OLD), dtype=np.bool_)


def _stands_out(evidence: Array, chosen: int) -> bool:
    """Say whether one explanation is clearly better than every other."""
    others = np.delete(evidence, chosen)
    return bool(evidence[chosen] - others.max(initial=-np.inf) >= MARGIN)


def _newcomers(tracks: Tracks, now_s: float) -> Mask:
    """Return (n,) who came a moment ago and can be described."""
    fresh = tracks.confirmed & ~tracks.absent & (now_s - tracks.born_s <= FRESH_S)
    return np.asarray(fresh & (tracks.looks >= LOOKS_NEW), dtype=np.bool_)


def _missing(tracks: Tracks, now_s: float) -> Mask:
    """Return (n,) whom nobody sees, and who could be described when somebody did."""
    return np.asarray(memorable(tracks, now_s) & (now_s - tracks.seen_s > MISSING_S))


def _possible(tracks: Tracks, new: Rows) -> Mask:
    """Return (new, n): of one kind, never both seen at once, and near enough for the time."""
    possible: Mask = tracks.kinds[new][:, None] == tracks.kinds
    possible &= tracks.born_s[new][:, None] >= tracks.seen_s - BOTH_S
    gone_s = tracks.at_s[new][:, None] - tracks.at_s
    off = tracks.means[new, None, :2] - tracks.means[:, :2]
    possible &= np.hypot(off[..., 0], off[..., 1]) <= SLACK_M + PACE_MPS * gone_s
    return possible
