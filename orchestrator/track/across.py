"""Who is who across everything: floor, pictures nobody surveyed, and the gaps between.

The floor's people join in where something can tell them from others behind a gap: vectors of a
model, a map with passages, or pictures they may have gone to. Otherwise nothing here is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np

from orchestrator.domain.ids import TargetId
from orchestrator.domain.learned import LearnedMap
from orchestrator.domain.pictures import Pictures, Sharing
from orchestrator.domain.same import Same
from orchestrator.domain.sighting import Kind
from orchestrator.domain.target import Doubt, Pictured
from orchestrator.domain.tracks import Tracks
from orchestrator.topology import BELIEVED, known_ways
from orchestrator.track.pictures import Followed, Heirs, Known, aged, identified, on_floor
from orchestrator.track.reunion import Looks

SHOWN_S = 1.0
"""A picture that old shows nobody any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Across:
    """The floor's tracks and the pictures after one tick, and whose tracks live on in which."""

    tracks: Tracks
    pictures: Pictures
    heirs: Heirs


def across(
    pictures: Pictures,
    tracks: Tracks,
    after: Sequence[Followed],
    looks: Sequence[Looks],
    *,
    now_s: float,
    known: Known,
) -> Across:
    """Return everybody with their identity; ``after`` are pictures' frames, ``looks`` the floor's."""
    if not pictures.tracks and not pictures.reunion.looks and not looks:
        return Across(tracks, pictures, {})
    sharing = pictures.sharing
    sharing = replace(sharing, next_key=max(sharing.next_key, tracks.next_number))
    pictures, heirs = aged(replace(pictures, sharing=sharing), now_s)
    pictures = on_floor(pictures, tracks, looks, now_s)
    pictures = identified(pictures, after, heirs, now_s, known)
    tracks = replace(tracks, next_number=pictures.sharing.next_key)
    return Across(_once(tracks, pictures.sharing), pictures, heirs)


def _once(tracks: Tracks, sharing: Sharing) -> Tracks:
    """Return the floor without those who are there again under the same name, elsewhere."""
    if not sharing.names or len(tracks) == 0:
        return tracks
    names = np.array([sharing.name(number) for number in tracks.numbers.tolist()])
    kept = np.ones(len(tracks), dtype=bool)
    for row in np.flatnonzero(tracks.confirmed & (names != tracks.numbers)):
        same = (names == names[row]) & (tracks.seen_s < tracks.seen_s[row])
        kept &= ~same
    return tracks.only(kept)


def target_id(name: int) -> TargetId:
    """Return how readers call who has a name."""
    return TargetId(f"T{name}")


def pictured(pictures: Pictures, now_s: float) -> tuple[Pictured, ...]:
    """Return everybody in the pictures that nobody surveyed, camera by camera."""
    found = []
    for camera, shot in sorted(pictures.sharing.shots.items()):
        tracks = pictures.tracks.get(camera)
        if tracks is None or now_s - shot.at_s > SHOWN_S:
            continue
        kinds = dict(zip(tracks.numbers.tolist(), tracks.kinds.tolist(), strict=True))
        shares = np.clip(shot.boxes_px / np.array([*shot.size_px] * 2), 0.0, 1.0).tolist()
        for key, (left, top, right, bottom) in zip(shot.keys.tolist(), shares, strict=True):
            name, kind = target_id(pictures.sharing.name(key)), Kind(kinds.get(key, 0))
            found.append(Pictured(name, kind, camera, (left, top, right, bottom), shot.at_s))
    return tuple(found)


def doubts(pictures: Pictures) -> tuple[Doubt, ...]:
    """Return who came lately and may be somebody who has gone, with their probabilities."""
    name = pictures.sharing.name
    return tuple(
        Doubt(
            target_id(name(key)),
            tuple((target_id(name(one.key)), one.share) for one in some),
        )
        for key, some in sorted(pictures.reunion.candidates.items())
        if some
    )


def known_of(learned: LearnedMap, today: date) -> Known:
    """Return what a site's map says today; the same map is read once a day."""
    return _known_of(Same(learned), today)


@lru_cache(maxsize=4)
def _known_of(learned: Same[LearnedMap], today: date) -> Known:
    overlaps = [one for one in learned.value.overlaps if one.confidence(today) >= BELIEVED]
    pairs = frozenset(frozenset((one.a, one.b)) for one in overlaps)
    return Known(pairs, known_ways(learned.value, today))
