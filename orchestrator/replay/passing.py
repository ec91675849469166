"""Who walked through one camera's picture in some event logs: boxes of whole people, and whose.

The camera is followed in its picture alone, as one that nobody surveyed: what `site.yaml` says of
where it stands is what is to be found out.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from orchestrator.domain.camera import Camera
from orchestrator.domain.ids import TargetId
from orchestrator.domain.sighting import Detections, Kind, Sighting
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.geometry.heights import Passers
from orchestrator.geometry.lens import CUT_SHARE
from orchestrator.replay.play import Moment
from orchestrator.think import informed
from orchestrator.track import tracked

LEAST_SCORE = 0.6
"""A detector that is less sure of somebody is not sure where they end either."""
LEAST_TALL = 0.05
"""Who takes less of the picture's height is measured by too few pixels."""
EDGE_SHARE = 0.005
"""A box so near to an edge of the picture, as a share of it, may be cut by it."""


class Passing:
    """People who passed a fixed camera."""

    def __init__(self, camera: Camera) -> None:
        """Start having seen nobody."""
        self._camera = replace(camera, surveyed=False)
        self._people: dict[tuple[int, TargetId], int] = {}
        self._boxes: list[tuple[float, ...]] = []
        self._who: list[int] = []
        self._runs = 0

    def attend(self, moments: Iterable[Moment]) -> None:
        """Follow people through one more log."""
        world, begun = World(), False
        for moment in moments:
            if moment.begins or not begun:
                world, begun = World(), True
                self._runs += 1
            seen = tuple(
                one for one in moment.seen if getattr(one, "camera", None) == self._camera.id
            )
            site = self._alone(moment.site)
            world = informed(world, seen, moment.now)
            world = tracked(site, world, seen, moment.now)
            sizes = [(f.width_px, f.height_px) for f in seen if isinstance(f, Detections)]
            for sighting in world.sightings:
                self._note(sighting, sizes[-1])

    def passers(self) -> Passers:
        """Return everybody who was seen whole."""
        boxes = np.array(self._boxes, np.float64).reshape(-1, 4)
        return Passers(boxes, np.array(self._who, np.int64))

    def _alone(self, site: Site) -> Site:
        return replace(site, cameras=(self._camera,))

    def _note(self, one: Sighting, size_px: tuple[int, int]) -> None:
        """Keep a sighting of somebody whole, in pixels of the lens's picture."""
        if one.target is None or one.kind is not Kind.PERSON or one.score < LEAST_SCORE:
            return
        wide, high = size_px
        left, top, right, bottom = one.box_px
        tall, edge = bottom - top, EDGE_SHARE * high
        if tall < LEAST_TALL * high or bottom > high - max(CUT_SHARE * tall, edge):
            return
        if left < edge or top < edge or right > wide - edge:
            return
        across, down = self._camera.lens.width_px / wide, self._camera.lens.height_px / high
        self._boxes.append((left * across, top * down, right * across, bottom * down))
        key = (self._runs, one.target)
        self._who.append(self._people.setdefault(key, len(self._people)))
