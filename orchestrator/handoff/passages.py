"""Expected arrivals over passages that nobody sees: the map says where they lead, and how long.

Whoever has left a camera at the mouth of passages takes one of them as often as others did, and
comes out of it in its usual time: a bell curve over the logarithm of the travel time, through its
median and its slowest and quickest tenth. Who should have come by then is the less expected.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely
from scipy.special import ndtr

from orchestrator.domain.ids import CameraId, ViewId
from orchestrator.domain.instant import Instant
from orchestrator.domain.learned import Walk
from orchestrator.domain.pictures import Look, Pictures
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival
from orchestrator.domain.topology import View
from orchestrator.topology import Way, known_ways
from orchestrator.track import target_id

GONE_S = 0.5
"""Who was seen within this has not left."""
DECLARED_GONE = 10.0
"""A passage that a person declared counts as gone so often, where nobody has counted."""
ELSEWHERE = 2.0
"""How many more, of those who left, are taken to have gone where no passage is known."""
LIKELY_MIN = 0.1
_TENTH = 1.2816
"""Standard deviations from the median to the slowest tenth."""
_SPREAD_LEAST = 0.1


def over_passages(site: Site, pictures: Pictures, now: Instant) -> Iterator[Arrival]:
    """Yield where those who have gone into a gap are expected, while they may still come."""
    ways = known_ways(site.map, now.wall.date())
    if not ways:
        return
    there = {
        pictures.sharing.name(key)
        for key, look in pictures.reunion.looks.items()
        if now.mono_s - look.last_s <= GONE_S
    }
    views: dict[CameraId, list[View]] = {}
    for view in site.topology.views:
        views.setdefault(view.camera, []).append(view)
    latest: dict[int, Look] = {}
    for key, look in pictures.reunion.looks.items():
        name = pictures.sharing.name(key)
        if name not in there and (name not in latest or look.last_s > latest[name].last_s):
            latest[name] = look
    for name, look in sorted(latest.items()):
        yield from _from(look, ways, views, name, now.mono_s)


def _from(
    look: Look,
    ways: Mapping[tuple[CameraId, CameraId], Way],
    views: Mapping[CameraId, Sequence[View]],
    name: int,
    now_s: float,
) -> Iterator[Arrival]:
    """Yield the arrivals of one person, by their last look."""
    out = [way for (camera, _), way in ways.items() if camera == look.left]
    total = sum(_gone(way) for way in out) + ELSEWHERE
    for way in out:
        walk = way.walk
        share = _gone(way) / total * _yet(walk, now_s - look.last_s)
        if share < LIKELY_MIN:
            continue
        for view in views.get(walk.b, ()):
            yield Arrival(
                target=target_id(name),
                leaves=ViewId(look.left),
                leaves_s=look.last_s,
                view=view.id,
                earliest_s=max(now_s, look.last_s + walk.p10_s),
                latest_s=max(now_s, look.last_s + walk.p90_s),
                probability=share,
                at_m=_entry(view, look.left_m),
            )


def _gone(way: Way) -> float:
    """Return how often a passage was gone, as far as that is believed."""
    return max(float(way.walk.gone), DECLARED_GONE if way.walk.declared else 0.0) * way.belief


def _yet(walk: Walk, away_s: float) -> float:
    """Return how likely it takes longer than somebody has been away."""
    if away_s <= 0:
        return 1.0
    median, p90 = np.log(max(walk.median_s, 0.1)), np.log(max(walk.p90_s, 0.1))
    spread = max(float(p90 - median) / _TENTH, _SPREAD_LEAST)
    return float(ndtr((median - np.log(away_s)) / spread))


def _entry(view: View, left_m: tuple[float, float] | None) -> tuple[float, float]:
    """Return where on a view's floor somebody enters: where it is nearest to where they left."""
    if view.footprint.is_empty:
        return left_m or (0.0, 0.0)
    inside = view.footprint.representative_point()
    start = inside if left_m is None else shapely.Point(left_m)
    x_m, y_m = shapely.shortest_line(start, view.footprint).coords[-1]
    return float(x_m), float(y_m)
