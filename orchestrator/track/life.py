"""Birth, marriage and death of tracks, all in seconds.

Confirmed after three boxes within a second, or once two cameras agree within half a second; until
then a track has no number and nobody hears of it. Two tracks that stay close enough to be one, and
are never in one frame together, become one under the older number. A track nobody sees ends after
three seconds if a camera should have seen it for the last one and a half, and after six if none
looks where it should be; it is then absent, and only remembered if it could be known again.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.tracks import Tracks
from orchestrator.track.appearance import likeness, remembered
from orchestrator.track.fuse import placed
from orchestrator.track.returns import known_again, memorable

Array = NDArray[np.float64]

BIRTH_S = 1.0
AGREED_S = 0.5
STILLBORN_S = 1.0
DEATH_SEEN_S = 3.0
DEATH_UNSEEN_S = 6.0
MISSED_S = 1.5
GLIMPSE_S = 0.7
"""Unseen for less than this is a missed frame or two, not an absence."""
MERGE_S = 0.8
MERGE_GATE = 11.0
MERGE_M = 1.5
UNLIKE = -1.5
"""Two who look so unlike (log-likelihood ratio) are not made one, however close they are."""
APART_S = 4.0
"""How long the proof that two tracks are two people holds."""
_ROUNDING_S = 1e-6


def settled(
    tracks: Tracks, now_s: float, covered: NDArray[np.bool_] | None = None
) -> tuple[Tracks, dict[int, int]]:
    """Return the tracks that live on, confirmed where due, and which serial lives on in which.

    ``covered`` (n,) says whether a working view looks at where a track should be (default: yes).
    """
    if len(tracks) == 0:
        return tracks, {}
    if covered is None:
        covered = np.ones(len(tracks), dtype=bool)
    tracks = _missed(tracks, now_s, covered)
    tracks = _departed(tracks, now_s)
    tracks = _compared(_confirmed(tracks), now_s)
    tracks, heirs = _merged(tracks, _close_for_long(tracks, now_s))
    tracks, again = _merged(tracks, known_again(tracks, now_s))
    return tracks, heirs | again


def _missed(tracks: Tracks, now_s: float, covered: NDArray[np.bool_]) -> Tracks:
    """Return the tracks with ``missed_s`` brought up to date."""
    since = np.minimum(tracks.missed_s, np.maximum(tracks.seen_s, now_s - GLIMPSE_S))
    missed = covered & (now_s - tracks.seen_s > GLIMPSE_S)
    return replace(tracks, missed_s=np.where(missed, since, np.inf))


def _departed(tracks: Tracks, now_s: float) -> Tracks:
    """Return the tracks without those nobody will know again; who has gone is marked absent."""
    alive = _alive(tracks, now_s)
    return replace(tracks, absent=~alive).only(alive | memorable(tracks, now_s))


def _alive(tracks: Tracks, now_s: float) -> NDArray[np.bool_]:
    """Return (n,) which tracks have been seen lately enough."""
    missed = now_s - tracks.missed_s >= MISSED_S - _ROUNDING_S
    patience = np.where(
        tracks.confirmed, np.where(missed, DEATH_SEEN_S, DEATH_UNSEEN_S), STILLBORN_S
    )
    here = ~tracks.absent & (now_s - tracks.seen_s <= patience + _ROUNDING_S)
    return np.asarray(here, dtype=np.bool_)


def _confirmed(tracks: Tracks) -> Tracks:
    """Return the tracks, with a number for those that have been seen often enough."""
    often = tracks.seen_s - tracks.hits_s[:, 0] <= BIRTH_S + _ROUNDING_S
    lately = tracks.seen_s[:, None] - tracks.camera_seen_s <= AGREED_S + _ROUNDING_S
    due = ~tracks.confirmed & (often | (lately.sum(axis=1) >= 2))
    if not due.any():
        return tracks
    numbers = tracks.numbers.copy()
    numbers[due] = tracks.next_number + np.arange(int(due.sum()))
    return replace(tracks, numbers=numbers, next_number=tracks.next_number + int(due.sum()))


def _compared(tracks: Tracks, now_s: float) -> Tracks:
    """Return the tracks with ``close_s`` brought up to date."""
    close = _close(tracks, now_s)
    since = np.where(close, np.minimum(tracks.close_s, now_s), np.inf)
    return replace(tracks, close_s=since)


def _close(tracks: Tracks, now_s: float) -> NDArray[np.bool_]:
    """Return (n, n) which pairs could be one: place and velocity agree, never in one frame."""
    means, covariances = placed(tracks, now_s)
    off = means[:, None] - means
    could: NDArray[np.bool_] = tracks.kinds[:, None] == tracks.kinds
    could &= ~np.eye(len(tracks), dtype=bool)
    present = tracks.confirmed & ~tracks.absent
    could &= present[:, None] & present
    could &= (off[..., :2] ** 2).sum(axis=-1) <= MERGE_M**2
    could &= now_s - tracks.apart_s > APART_S
    one, other = np.nonzero(np.triu(could))
    if len(one) == 0:
        return could
    doubt = covariances[one] + covariances[other]
    far = np.einsum("ki,kij,kj->k", off[one, other], np.linalg.inv(doubt), off[one, other])
    same = (far <= MERGE_GATE) & (_alike(tracks, one, other) > UNLIKE)
    could[one, other] = could[other, one] = same
    return could


def _alike(tracks: Tracks, one: NDArray[np.intp], other: NDArray[np.intp]) -> Array:
    """Return (k,) how much likelier k pairs of rows are to be one person than two, by clothes."""
    known, looks = tracks.appearances, tracks.looks
    evidence = likeness(
        known[one], looks[one], known[other], within=tracks.within, seen_looks=looks[other]
    )
    return evidence.diagonal()


def _close_for_long(tracks: Tracks, now_s: float) -> list[tuple[int, int]]:
    """Return the pairs of rows that have been close enough to be one for long enough."""
    ripe = np.triu(now_s - tracks.close_s >= MERGE_S - _ROUNDING_S)
    return [(int(one), int(other)) for one, other in zip(*np.nonzero(ripe), strict=True)]


def _merged(tracks: Tracks, pairs: Sequence[tuple[int, int]]) -> tuple[Tracks, dict[int, int]]:
    """Return the tracks without the younger of each pair of rows, and which serial has which heir."""
    heirs: dict[int, int] = {}
    gone = np.zeros(len(tracks), dtype=bool)
    taken = np.zeros(len(tracks), dtype=bool)
    for a, b in pairs:
        if taken[a] or taken[b]:
            continue
        older, younger = (a, b) if tracks.numbers[a] < tracks.numbers[b] else (b, a)
        taken[a] = taken[b] = gone[younger] = True
        heirs[int(tracks.serials[younger])] = int(tracks.serials[older])
        tracks = _joined(tracks, older, younger)
    return tracks.only(~gone), heirs


def _joined(tracks: Tracks, older: int, younger: int) -> Tracks:
    """Return the tracks with the older of two carrying on what the younger knew."""
    means, covariances, times = tracks.means.copy(), tracks.covariances.copy(), tracks.at_s.copy()
    if tracks.seen_s[younger] > tracks.seen_s[older]:
        means[older], covariances[older] = means[younger], covariances[younger]
        times[older] = times[younger]
    hits, seen, trust = tracks.hits_s.copy(), tracks.camera_seen_s.copy(), tracks.trust.copy()
    hits[older] = np.sort(np.r_[hits[older], hits[younger]])[-3:]
    seen[older] = np.maximum(seen[older], seen[younger])
    trust[older] = max(trust[older], trust[younger])
    known, looks = tracks.appearances.copy(), tracks.looks.copy()
    known[[older]], looks[[older]] = remembered(
        known[[older]], looks[[older]], known[[younger]], looks[[younger]]
    )
    born = tracks.born_s.copy()
    born[older] = min(born[older], born[younger])
    absent = tracks.absent.copy()
    absent[older] &= absent[younger]
    apart = tracks.apart_s.copy()
    apart[older] = np.maximum(apart[older], apart[younger])
    apart[:, older] = apart[older]
    return replace(
        tracks,
        means=means,
        covariances=covariances,
        at_s=times,
        hits_s=hits,
        camera_seen_s=seen,
        trust=trust,
        born_s=born,
        apart_s=apart,
        appearances=known,
        looks=looks,
        absent=absent,
    )
