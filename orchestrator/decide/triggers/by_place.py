"""Triggers whose cause is no target: a zone by who is in it, a camera by what it says, the site."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import shapely

from orchestrator.decide.facts import OfCrowd, OfReport
from orchestrator.decide.judge import shown
from orchestrator.decide.steps import Tick
from orchestrator.decide.triggers.happening import Happening
from orchestrator.decide.triggers.match import Match
from orchestrator.decide.triggers.spoken import spoken
from orchestrator.domain.cause import ByCamera, BySite, ByZone
from orchestrator.domain.ids import CameraId
from orchestrator.domain.policy import Flagged, Occupied, Reports
from orchestrator.domain.region import Ring
from orchestrator.domain.site import Zone
from orchestrator.domain.world import Reported
from orchestrator.recognise import standing


def occupied(on: Occupied, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for each of the zones that somebody of the kinds is in."""
    for zone in tick.site.zones:
        if zone.id in on.zones:
            match = _crowd(on, zone, tick, happening)
            if match is not None:
                yield (match,)


def _crowd(on: Occupied, zone: Zone, tick: Tick, happening: Happening) -> Match | None:
    """Return the match of a zone; None while nobody who counts is in it."""
    people = happening.counting(zone.id, on.kinds)
    if not people:
        return None
    facts = OfCrowd(happening, zone.id, people, _area_m2(zone.ring_m))

    def words() -> tuple[str, str]:
        since = tick.clock(facts.since_s())
        density = shown(facts["zone.density"])
        return spoken(on), f"{len(people)} in {zone.id}, {density} per m2, since {since}"

    return Match(ByZone(zone.id), facts, words, zone=zone.id)


@lru_cache(maxsize=512)
def _area_m2(ring: Ring) -> float:
    """Return the area of a zone; one that is drawn as a mere line counts as a square metre."""
    return float(shapely.make_valid(shapely.Polygon(ring)).area) or 1.0


def reporting(on: Reports, tick: Tick, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match for each camera that says one of the things now, what it says longest first."""
    for camera in on.cameras or tuple(camera.id for camera in tick.site.cameras):
        state = tick.world.cameras.get(camera)
        if state is None or not state.reported:
            continue
        said = [one for one in standing(state.reported, tick.now_s) if one.report in on.reports]
        matches = [_report(on, camera, one, tick, happening) for one in said]
        if matches:
            yield matches


def _report(
    on: Reports, camera: CameraId, reported: Reported, tick: Tick, happening: Happening
) -> Match:
    facts = OfReport(happening, camera, reported)

    def words() -> tuple[str, str]:
        part = f" of {reported.part}" if reported.part else ""
        said = f"{camera} says {reported.report.value}{part}, since {tick.clock(reported.since_s)}"
        return spoken(on), said

    return Match(ByCamera(camera), facts, words)


def flagged(on: Flagged, happening: Happening) -> Iterator[Sequence[Match]]:
    """Yield a match while a flag of the site is up."""
    if happening.shared.get(f"site.{on.flag}") is True:
        yield (Match(BySite(), happening.shared, lambda: (spoken(on), "it is set")),)
