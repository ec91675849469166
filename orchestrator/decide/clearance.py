"""May this head go there now? Privacy of the view and of the way, proved or refused.

Nothing outranks this: it is asked for every grant of every band, operators included. A head at
rest sweeps a known way. A head that is turning may be anywhere between where it was heard of and
where it was sent, and its axes need not be in step: every aim of the box that spans these and the
destination has to be blind. From an unknown aim the box is all that the head can reach, so what
remains are presets of a camera that cannot see the zone at all, and its park preset where the
rule says `unknown_pose: park`.

A head that already sees a zone when its rule comes into force has to get away: then only the
destination counts, and the way that leaves the zone soonest is preferred.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from orchestrator.decide.chart import Chart
from orchestrator.decide.steps import Tick
from orchestrator.domain.camera import Aim, Camera
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.region import Region
from orchestrator.domain.same import Same
from orchestrator.geometry.blind import blind
from orchestrator.geometry.fov import sees
from orchestrator.geometry.ptz import swept
from orchestrator.privacy import Forbidden, forbidden

STEP_DEG = 1.5
"""How far apart the aims of a way are; half of it is taken from the margin."""
BOX_STEP_DEG = 6.0
_EXACT_LIMIT = 12
"""So many aims that culling leaves open are looked at exactly; more are taken as seeing."""


class Clearance:
    """The forbidden zones of one moment, and the answers they lead to."""

    def __init__(self, tick: Tick, chart: Chart) -> None:
        """Find out what is forbidden now; nothing is computed before it is asked."""
        self.zones: tuple[Forbidden, ...] = forbidden(tick.site, tick.now, lifts=tick.desk.lifts)
        self._closed = Same(self.zones)
        self._margin_deg = tick.site.arbitration.privacy_margin_deg
        self._tick = tick
        self._chart = chart

    def exposed(self, camera: CameraId) -> Forbidden | None:
        """Return a forbidden zone that the camera sees where it looks now, or None."""
        state = self._tick.world.cameras.get(camera)
        if state is None or state.aim is None or state.moving:
            return None
        return _exposed(self._chart, camera, _near(state.aim), self._closed) if self.zones else None

    def lost(self, camera: CameraId) -> Forbidden | None:
        """Return a rule that wants a camera of unknown aim parked, or None."""
        state = self._tick.world.cameras.get(camera)
        if state is None or state.aim is not None or not self.zones:
            return None
        return next((zone for zone in self.zones if zone.rule.parks), None)

    def refused_view(self, camera: CameraId, preset: PresetName) -> str:
        """Say why a preset may not be shown now; empty when it may."""
        if not self.zones:
            return ""
        return _refused_view(self._chart, camera, preset, self._closed)

    def refused(self, camera: CameraId, preset: PresetName) -> str:
        """Say why a head may not go to a preset from where it is now; empty when it may."""
        reason = self.refused_view(camera, preset)
        if reason or not self.zones:
            return reason
        grant = self._tick.desk.grants.get(camera)
        post = self._tick.desk.posts.get(camera)
        displaced = post is not None and post.displaced
        if grant is not None and grant.preset == preset and not displaced:
            return ""  # already granted from where the head was then, and on its way or there
        return self._refused_way(camera, preset)

    def refused_aim(self, camera: CameraId, aim: Aim) -> str:
        """Say why a head may not be turned from where it is to an aim; empty when it may."""
        state = self._tick.world.cameras.get(camera)
        head = self._chart.cameras[camera]
        for zone in self.zones:
            if state is None or state.aim is None:
                return f"the head's aim is unknown, and it could see `{_words(zone)}"
            if _sees(Same(head), aim, zone.zone.region, self._margin_deg):
                return f"there it would see `{_words(zone)}"
            spots = (_coarse(state.aim), *self._destination(camera), aim)
            if not _box_blind(head, spots, zone.zone.region, self._margin_deg):
                return f"the way there sweeps `{_words(zone)}"
        return ""

    def refused_pursuit(self, camera: CameraId, preset: PresetName, aims: Sequence[Aim]) -> bool:
        """Say whether a head may not turn freely between where it is, these aims and its preset."""
        if not self.zones:
            return False
        state = self._tick.world.cameras.get(camera)
        number = self._chart.number(camera, preset)
        if state is None or state.aim is None or number is None:
            return True
        spots = (*map(_coarse, (state.aim, *aims)), self._chart.views[number].aim)
        head = self._chart.cameras[camera]
        return not all(
            _box_blind(head, spots, zone.zone.region, self._margin_deg) for zone in self.zones
        )

    def _refused_way(self, camera: CameraId, preset: PresetName) -> str:
        end = self._chart.views[self._chart.numbers[camera, preset]].aim
        state = self._tick.world.cameras.get(camera)
        if state is None or state.aim is None:
            return self._refused_blindly(camera, preset)
        if self.exposed(camera) is not None:
            return ""
        head = self._chart.cameras[camera]
        for zone in self.zones:
            if state.moving:
                spots = (_coarse(state.aim), *self._destination(camera), end)
                clear = _box_blind(head, spots, zone.zone.region, self._margin_deg)
            else:
                clear = _way_blind(head, _near(state.aim), end, zone.zone.region, self._margin_deg)
            if not clear:
                return f"the way to `{preset}` sweeps `{_words(zone)}"
        return ""

    def _refused_blindly(self, camera: CameraId, preset: PresetName) -> str:
        """Say why a head of unknown aim may not move."""
        for zone in self.zones:
            if zone.rule.parks and preset == self._chart.park(camera):
                continue
            head = self._chart.cameras[camera]
            if not _nowhere_seen(head, zone.zone.region, self._margin_deg):
                return f"the head's aim is unknown, and on its way it could see `{_words(zone)}"
        return ""

    def _destination(self, camera: CameraId) -> tuple[Aim, ...]:
        grant = self._tick.desk.grants.get(camera)
        number = None if grant is None else self._chart.number(camera, grant.preset)
        return () if number is None else (self._chart.views[number].aim,)

    def glimpse(self, camera: CameraId, preset: PresetName) -> int:
        """Return for how many steps of the way to a preset a forbidden zone stays in view."""
        state = self._tick.world.cameras.get(camera)
        number = self._chart.number(camera, preset)
        if state is None or state.aim is None or number is None:
            return 0
        head, end = self._chart.cameras[camera], self._chart.views[number].aim
        way = swept(head, _near(state.aim), end, STEP_DEG)
        return sum(
            int((~blind(head, way, zone.zone.region, self._margin_deg)).sum())
            for zone in self.zones
        )


def _words(zone: Forbidden) -> str:
    """Return the end of every refusal: the zone, and the rule that closes it."""
    return f"{zone.zone.id}`, which privacy rule `{zone.rule.name}` closes now"


_Closed = Same[tuple[Forbidden, ...]]
"""What is forbidden: the same object for as long as the hour and the rules are the same."""


@lru_cache(maxsize=4096)
def _exposed(chart: Chart, camera: CameraId, aim: Aim, closed: _Closed) -> Forbidden | None:
    """Return the first forbidden zone that a camera sees that looks along an aim."""
    head, margin_deg = Same(chart.cameras[camera]), chart.site.arbitration.privacy_margin_deg
    return next(
        (zone for zone in closed.value if _sees(head, aim, zone.zone.region, margin_deg)), None
    )


@lru_cache(maxsize=4096)
def _refused_view(chart: Chart, camera: CameraId, preset: PresetName, closed: _Closed) -> str:
    """Say why a preset may not be shown while some zones are closed; empty when it may."""
    aim = chart.aim(camera, preset)
    if aim is None:
        return f"nobody knows where `{preset}` looks, and `{_words(closed.value[0])}"
    zone = _exposed(chart, camera, aim, closed)
    return "" if zone is None else f"`{preset}` sees `{_words(zone)}"


def _near(aim: Aim) -> Aim:
    """Return an aim at rest to half a degree: a head's encoder noise is the same place."""
    return Aim(
        round(aim.azimuth_deg * 2) / 2, round(aim.tilt_deg * 2) / 2, round(aim.hfov_deg * 2) / 2
    )


def _coarse(aim: Aim) -> Aim:
    """Return the aim of a turning head to three degrees; the box's own margin covers it."""
    return Aim(round(aim.azimuth_deg / 3) * 3, round(aim.tilt_deg / 3) * 3, round(aim.hfov_deg))


@lru_cache(maxsize=4096)
def _sees(key: Same[Camera], aim: Aim, region: Region, margin_deg: float) -> bool:
    """Say whether a view sees a zone, walls disregarded."""
    camera = key.value
    if bool(blind(camera, (aim,), region, margin_deg)[0]):
        return False
    return sees(camera, aim, region, margin_deg=margin_deg)


@lru_cache(maxsize=4096)
def _way_blind(camera: Camera, start: Aim, end: Aim, region: Region, margin_deg: float) -> bool:
    """Say whether a head at rest gets from one aim to another without seeing a zone."""
    return _all_blind(camera, swept(camera, start, end, STEP_DEG), region, margin_deg)


@lru_cache(maxsize=4096)
def _box_blind(camera: Camera, aims: tuple[Aim, ...], region: Region, margin_deg: float) -> bool:
    """Say whether a head is blind everywhere in the box of pan and tilt that spans some aims."""
    assert camera.ptz is not None
    middle_deg = camera.mount.azimuth_deg + (camera.ptz.pan_min_deg + camera.ptz.pan_max_deg) / 2
    pans = [(aim.azimuth_deg - middle_deg + 180.0) % 360.0 - 180.0 + middle_deg for aim in aims]
    box = _grid(
        (min(pans), max(pans)),
        (min(aim.tilt_deg for aim in aims), max(aim.tilt_deg for aim in aims)),
        max(aim.hfov_deg for aim in aims),
    )
    return bool(blind(camera, box, region, margin_deg + BOX_STEP_DEG / 2).all())


@lru_cache(maxsize=256)
def _nowhere_seen(camera: Camera, region: Region, margin_deg: float) -> bool:
    """Say whether no aim the head can reach sees a zone."""
    head = camera.ptz
    if head is None:
        return True
    pan, tilt = camera.mount.azimuth_deg, camera.mount.tilt_deg
    box = _grid(
        (pan + head.pan_min_deg, pan + head.pan_max_deg),
        (tilt + head.tilt_min_deg, tilt + head.tilt_max_deg),
        camera.lens.hfov_wide_deg,
    )
    return bool(blind(camera, box, region, margin_deg + BOX_STEP_DEG / 2).all())


def _all_blind(camera: Camera, aims: Sequence[Aim], region: Region, margin_deg: float) -> bool:
    """Say whether every aim is blind, asking exactly where culling leaves it open."""
    doubtful = np.flatnonzero(~blind(camera, aims, region, margin_deg))
    if len(doubtful) > _EXACT_LIMIT:
        return False
    return not any(_sees(Same(camera), aims[int(index)], region, margin_deg) for index in doubtful)


def _grid(pan: tuple[float, float], tilt: tuple[float, float], hfov_deg: float) -> list[Aim]:
    """Return aims that fill a box of angles, ends included, ``BOX_STEP_DEG`` apart."""
    pans, tilts = (
        np.linspace(low, high, max(2, int(np.ceil((high - low) / BOX_STEP_DEG)) + 1))
        for low, high in (pan, tilt)
    )
    return [Aim(float(a) % 360.0, float(b), hfov_deg) for a in pans for b in tilts]
