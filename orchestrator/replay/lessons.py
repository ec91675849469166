"""What an event log teaches of the map: the same tracker, and who was seen where and when.

Only fixed cameras teach: whoever leaves the view of a head may have stood still while it turned.
What was cut off, by the end of a run or by a camera that failed, is no coming and no going.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import numpy as np
import shapely

from orchestrator.domain.ids import CameraId, TargetId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.domain.sighting import Detections
from orchestrator.domain.world import World
from orchestrator.replay.play import Moment
from orchestrator.think import informed
from orchestrator.topology.learn import EDGE_S, TOGETHER_S, Visit, blind_links, overlapping
from orchestrator.topology.visits import AWAY_S, Sight, visits_of
from orchestrator.track import tracked

Key = tuple[CameraId, int]


class Lessons:
    """Everybody who was followed in the runs of some logs; times are seconds since 1970."""

    def __init__(self) -> None:
        """Start having seen nobody."""
        self._sights: dict[Key, list[Sight]] = {}
        self._frames: dict[CameraId, list[float]] = {}
        self._people: dict[TargetId, int] = {}
        self._numbers = count()

    def attend(self, moments: Iterable[Moment]) -> None:
        """Follow people through one more log."""
        world, before = World(), None
        for moment in moments:
            if moment.begins or before is None or moment.site.cameras != before.cameras:
                world, self._people = World(), {}
            before = moment.site
            world = informed(world, moment.seen, moment.now)
            world = tracked(moment.site, world, moment.seen, moment.now)
            self._note(moment, world)

    def _note(self, moment: Moment, world: World) -> None:
        """Keep what fixed cameras saw in one tick."""
        fixed = {camera.id for camera in moment.site.cameras if camera.ptz is None}
        shift_s = moment.now.wall.timestamp() - moment.now.mono_s
        for frame in moment.seen:
            if isinstance(frame, Detections) and frame.camera in fixed:
                self._frames.setdefault(frame.camera, []).append(frame.exposed_s + shift_s)
        for one in world.sightings:
            if one.camera in fixed and one.target is not None:
                person = self._people.get(one.target)
                if person is None:
                    person = self._people[one.target] = next(self._numbers)
                sight = Sight(one.at_s + shift_s, one.ground_m)
                self._sights.setdefault((one.camera, person), []).append(sight)

    def map(self) -> LearnedMap:
        """Return what all of it teaches."""
        visits = [
            self._cut(visit)
            for (camera, person), seen in self._sights.items()
            for visit in visits_of(camera, person, sorted(seen, key=lambda one: one.at_s))
        ]
        pairs = overlapping(visits, known=True)
        links = blind_links(visits, pairs, known=True)
        return LearnedMap(
            tuple(self._shared(a, b) for a, b in pairs),
            tuple(
                Walk(one.a, one.b, one.median_s, one.p10_s, one.p90_s, one.n, _day(one.last_s))
                for one in links
            ),
        )

    def _cut(self, visit: Visit) -> Visit:
        """Return a visit that knows whether the camera had just begun to see, or ended then."""
        frames = np.sort(self._frames[visit.camera])
        breaks = np.flatnonzero(np.diff(frames) > AWAY_S)
        starts, ends = frames[[0, *(breaks + 1)]], frames[[*breaks, len(frames) - 1]]
        # Somebody is seen first when they are confirmed, which is after the frame they came with.
        run = int(np.searchsorted(starts, visit.begin_s, "right")) - 1
        begin_s = float(starts[max(run, 0)])
        run = int(np.searchsorted(ends, visit.end_s))
        end_s = float(ends[min(run, len(ends) - 1)])
        return replace(
            visit,
            came=visit.begin_s - begin_s > EDGE_S,
            went=end_s - visit.end_s > EDGE_S,
        )

    def _shared(self, a: CameraId, b: CameraId) -> SharedFloor:
        """Return the floor on which two cameras saw the same people at once."""
        places: list[tuple[float, float]] = []
        people, last_s = 0, 0.0
        for (camera, person), mine in self._sights.items():
            other = self._sights.get((b, person), [])
            both = list(_together(mine, other)) if camera == a else []
            places += [one.place_m for one in both if one.place_m is not None]
            people += bool(both)
            last_s = max([last_s, *(one.at_s for one in both)])
        hull = shapely.MultiPoint(places).convex_hull if places else shapely.Point()
        return SharedFloor(a, b, float(hull.area), people, _day(last_s))


def _together(mine: Sequence[Sight], other: Sequence[Sight]) -> Iterator[Sight]:
    """Yield the sights of one camera at which the other one had the person as well."""
    times = np.sort([one.at_s for one in other])
    for one in mine:
        low, high = np.searchsorted(times, [one.at_s - TOGETHER_S, one.at_s + TOGETHER_S])
        if high > low:
            yield one


def _day(at_s: float) -> date:
    return datetime.fromtimestamp(at_s, UTC).date()
