"""The head: ONVIF's normalised spaces to angles and back, and the way a head takes.

Both axes start at once and run at their own top speed, so the shorter turn is done first and
the axis of view draws a bent line. Between the ends a zoom is anywhere between its two values;
the path is therefore reported with the wider of both fields of view.
"""

import math
from itertools import pairwise

import numpy as np

from orchestrator.domain.camera import Aim, Camera, Lens, PtzPose, PtzRange

SPIN_UP_S = 0.5
"""How long an axis takes to its top speed; a guess, since cameras do not tell."""
QUICKEST_SPIN_UP_S = 0.25
"""No head is thought to be quicker than this, where privacy depends on it."""


def aim_of(camera: Camera, pose: PtzPose) -> Aim:
    """Return where a head at ``pose`` looks; a fixed camera always looks along its mount.

    >>> from orchestrator.domain.camera import Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> dome = Camera(CameraId("yard"), "192.0.2.1", 80, "yard", Mount(0, 0, 6, 350.0, 0.0),
    ...               Lens(60.0, 6.0, 1280, 720), PtzRange(-170.0, 170.0, -90.0, 10.0))
    >>> aim_of(dome, PtzPose(pan=0.5, tilt=0.0, zoom=0.0))
    Aim(azimuth_deg=75.0, tilt_deg=-40.0, hfov_deg=60.0)
    """
    if camera.ptz is None:
        return Aim(camera.mount.azimuth_deg, camera.mount.tilt_deg, camera.lens.hfov_wide_deg)
    head = camera.ptz
    pan_deg = head.pan_min_deg + (pose.pan + 1) / 2 * (head.pan_max_deg - head.pan_min_deg)
    tilt_deg = head.tilt_min_deg + (pose.tilt + 1) / 2 * (head.tilt_max_deg - head.tilt_min_deg)
    return Aim(
        (camera.mount.azimuth_deg + pan_deg) % 360.0,
        camera.mount.tilt_deg + tilt_deg,
        _hfov_deg(camera.lens, pose.zoom),
    )


def pose_of(camera: Camera, aim: Aim) -> PtzPose:
    """Return the pose that looks along ``aim``, or the nearest one the head can reach."""
    if camera.ptz is None:
        return PtzPose(0.0, 0.0, 0.0)
    head = camera.ptz
    pan_deg, tilt_deg = _angles(camera, head, aim)
    return PtzPose(
        _normalised(pan_deg, head.pan_min_deg, head.pan_max_deg),
        _normalised(tilt_deg, head.tilt_min_deg, head.tilt_max_deg),
        _zoom(camera.lens, aim.hfov_deg),
    )


def swept(camera: Camera, start: Aim, end: Aim, step_deg: float = 2.0) -> tuple[Aim, ...]:
    """Return the aims a head passes on its way, first and last included, ``step_deg`` apart.

    A head keeps off the stop of its pan axis. One that can turn full circle may take the short
    way round instead, and then the aims of both ways are returned.
    """
    if camera.ptz is None:
        return (start, end)
    head = camera.ptz
    pan_from, tilt_from = _angles(camera, head, start)
    pan_to, tilt_to = _angles(camera, head, end)
    hfov_deg = max(start.hfov_deg, end.hfov_deg)
    ways = [pan_to - pan_from]
    if head.pan_max_deg - head.pan_min_deg >= 359.0 and abs(ways[0]) > 180.0:
        ways.append(ways[0] - np.copysign(360.0, ways[0]))
    between = [
        Aim((start.azimuth_deg + pan) % 360.0, start.tilt_deg + tilt, hfov_deg)
        for way in ways
        for pan, tilt in _bent(head, way, tilt_to - tilt_from, step_deg)
    ]
    return (start, *between, end)


def angle_between(a: Aim, b: Aim) -> float:
    """Return the angle between two axes of view, in degrees.

    >>> round(angle_between(Aim(350.0, 0.0, 60.0), Aim(20.0, 0.0, 10.0)), 6)
    30.0
    """
    tilt_a, tilt_b = math.radians(a.tilt_deg), math.radians(b.tilt_deg)
    turn, rise = math.radians(a.azimuth_deg - b.azimuth_deg), tilt_a - tilt_b
    level = math.cos(tilt_a) * math.cos(tilt_b)
    chord = math.sin(rise / 2) ** 2 + level * math.sin(turn / 2) ** 2
    return math.degrees(2 * math.asin(math.sqrt(min(chord, 1.0))))


def turn_between(camera: Camera, start: Aim, end: Aim) -> tuple[float, float, float]:
    """Return how far pan and tilt (degrees) and zoom (0..1) have to go, within the head's range."""
    if camera.ptz is None:
        return 0.0, 0.0, 0.0
    pan_from, tilt_from = _angles(camera, camera.ptz, start)
    pan_to, tilt_to = _angles(camera, camera.ptz, end)
    zoom = _zoom(camera.lens, end.hfov_deg) - _zoom(camera.lens, start.hfov_deg)
    return pan_to - pan_from, tilt_to - tilt_from, zoom


def turned(camera: Camera, aim: Aim, right_deg: float, up_deg: float, closer: float) -> Aim:
    """Return an aim that is turned a little and ``closer`` times as near, as far as the head can."""
    near = Aim(
        aim.azimuth_deg + right_deg,
        aim.tilt_deg + up_deg,
        float(np.degrees(2 * np.arctan(1 / (focal_of(aim.hfov_deg) * closer)))),
    )
    return aim_of(camera, pose_of(camera, near))


def slew_s(camera: Camera, start: Aim, end: Aim) -> float:
    """Return how long a head needs: the slower axis, with time to get up to speed and to stop."""
    if camera.ptz is None:
        return 0.0
    head = camera.ptz
    pan_from, tilt_from = _angles(camera, head, start)
    pan_to, tilt_to = _angles(camera, head, end)
    return max(
        _turn_s(abs(pan_to - pan_from), head.pan_dps),
        _turn_s(abs(tilt_to - tilt_from), head.tilt_dps),
    )


def reach_deg(camera: Camera, within_s: float, *, from_rest: bool) -> float:
    """Return the most that an axis of view can have turned within a time, whoever moved the head.

    >>> from orchestrator.domain.camera import Mount
    >>> from orchestrator.domain.ids import CameraId
    >>> dome = Camera(CameraId("yard"), "192.0.2.1", 80, "yard", Mount(0, 0, 6, 350.0, 0.0),
    ...               Lens(60.0, 6.0, 1280, 720), PtzRange(-170.0, 170.0, -90.0, 10.0, 80.0, 60.0))
    >>> reach_deg(dome, 0.1, from_rest=True), reach_deg(dome, 0.1, from_rest=False)
    (2.0, 10.0)
    """
    if camera.ptz is None:
        return 0.0
    even = math.hypot(camera.ptz.pan_dps, camera.ptz.tilt_dps) * within_s
    return even * min(1.0, within_s / QUICKEST_SPIN_UP_S / 2) if from_rest else even


def _turn_s(turn_deg: float, top_dps: float) -> float:
    """Return how long one axis takes: a trapezoid of speed, or a triangle when it is short."""
    if turn_deg <= top_dps * SPIN_UP_S:
        return 2.0 * float(np.sqrt(turn_deg * SPIN_UP_S / top_dps))
    return turn_deg / top_dps + SPIN_UP_S


def _bent(
    head: PtzRange, pan_deg: float, tilt_deg: float, step_deg: float
) -> list[tuple[float, float]]:
    """Return offsets from the start along the bent path, no axis moving more than a step."""
    pan_s, tilt_s = abs(pan_deg) / head.pan_dps, abs(tilt_deg) / head.tilt_dps
    bends = sorted({0.0, min(pan_s, tilt_s), max(pan_s, tilt_s)})
    fastest_dps = max(head.pan_dps, head.tilt_dps)
    times: list[float] = [0.0]
    for begin, finish in pairwise(bends):
        steps = int(np.ceil((finish - begin) * fastest_dps / step_deg))
        times.extend(np.linspace(begin, finish, steps + 1)[1:])
    return [
        (
            float(np.copysign(min(at * head.pan_dps, abs(pan_deg)), pan_deg)),
            float(np.copysign(min(at * head.tilt_dps, abs(tilt_deg)), tilt_deg)),
        )
        for at in times
    ]


def _angles(camera: Camera, head: PtzRange, aim: Aim) -> tuple[float, float]:
    """Return the head's own pan and tilt angles for an aim, within its range where possible."""
    pan_deg = aim.azimuth_deg - camera.mount.azimuth_deg
    middle_deg = (head.pan_min_deg + head.pan_max_deg) / 2
    pan_deg = middle_deg + (pan_deg - middle_deg + 180.0) % 360.0 - 180.0
    tilt_deg = aim.tilt_deg - camera.mount.tilt_deg
    return (
        min(max(pan_deg, head.pan_min_deg), head.pan_max_deg),
        min(max(tilt_deg, head.tilt_min_deg), head.tilt_max_deg),
    )


def _normalised(angle_deg: float, low_deg: float, high_deg: float) -> float:
    """Return -1..1 for an angle between two ends; the middle when both are the same."""
    if high_deg == low_deg:
        return 0.0
    return 2 * (angle_deg - low_deg) / (high_deg - low_deg) - 1


def _hfov_deg(lens: Lens, zoom: float) -> float:
    """Return the horizontal field of view at a zoom of 0..1: the focal length is linear in it."""
    wide, tele = focal_of(lens.hfov_wide_deg), focal_of(lens.hfov_tele_deg)
    if wide == tele or zoom == 0.0:
        return lens.hfov_wide_deg
    return float(np.degrees(2 * np.arctan(1 / (wide + zoom * (tele - wide)))))


def _zoom(lens: Lens, hfov_deg: float) -> float:
    """Return the zoom of 0..1 with that field of view, or the nearest the lens has."""
    wide, tele = focal_of(lens.hfov_wide_deg), focal_of(lens.hfov_tele_deg)
    if wide == tele:
        return 0.0
    return min(max((focal_of(hfov_deg) - wide) / (tele - wide), 0.0), 1.0)


def focal_of(hfov_deg: float) -> float:
    """Return the focal length in half picture widths."""
    return float(1 / np.tan(np.radians(hfov_deg) / 2))
