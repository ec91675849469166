"""What each rung of the move ladder sends, for a head that is to look somewhere: pure.

Every goal is an aim in degrees. A rung that steps sends the part of the way it can, and is asked
again once the head rests; the velocity rung is asked again at every look. Only ``adapters`` know
the numbers of a camera's own spaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.camera import Aim, Camera, PtzPose
from orchestrator.domain.ids import PresetName
from orchestrator.domain.moving import Turn, Way
from orchestrator.geometry.ptz import angle_between, pose_of, turn_between

STEPWISE = frozenset({Way.VIEW, Way.RELATIVE})
"""Ways that go a step at a time."""
CLOSED = STEPWISE | {Way.CONTINUOUS}
"""Ways that need a head to tell where it is."""
APPROACH_S = 0.45
"""A velocity is such that the rest of the way would take this long: latency and braking fit in."""
SLOWEST = 0.02
"""Of top speed: what is slower some motors do not obey."""
CLOSE_DEG = 0.25
CLOSE_ZOOM = 0.01
"""An axis within this of its goal is not driven any more."""
DRIVE_S = 0.5
"""Each velocity is told to end this soon, unless it is renewed."""
HALF_RANGE = 2.0
"""A step of 1 is usually half a range; what it is on this head is learned."""
LEAST_LEARNED_DEG = 1.0
LEARNED_WITHIN = 8.0


@dataclass(frozen=True, slots=True)
class Scale:
    """How far a step of 1 in the camera's own units turns pan and tilt."""

    pan_deg: float
    tilt_deg: float


@dataclass(frozen=True, slots=True)
class ToPreset:
    """Go to a preset."""

    preset: PresetName


@dataclass(frozen=True, slots=True)
class ToPose:
    """Go to a position."""

    pose: PtzPose


@dataclass(frozen=True, slots=True)
class ByStep:
    """Go a step: in halves of the picture, or in the camera's own units."""

    turn: Turn
    in_view: bool


@dataclass(frozen=True, slots=True)
class AtVelocity:
    """Turn at shares of top speed, and end that after ``for_s``."""

    turn: Turn
    for_s: float


Order = ToPreset | ToPose | ByStep | AtVelocity


def usual_scale(camera: Camera) -> Scale:
    """Return what a step of 1 turns where nobody has measured it."""
    assert camera.ptz is not None, "a head has ranges"
    head = camera.ptz
    return Scale(
        (head.pan_max_deg - head.pan_min_deg) / HALF_RANGE,
        (head.tilt_max_deg - head.tilt_min_deg) / HALF_RANGE,
    )


def learned(scale: Scale, sent: Turn, turned_deg: tuple[float, float]) -> Scale:
    """Return the scale after a step of ``sent`` turned the head so far; small steps teach nothing.

    >>> learned(Scale(170.0, 45.0), Turn(0.1, 0.0), (8.5, 0.0))
    Scale(pan_deg=85.0, tilt_deg=45.0)
    """
    return Scale(
        _learned(scale.pan_deg, sent.pan, turned_deg[0]),
        _learned(scale.tilt_deg, sent.tilt, turned_deg[1]),
    )


def order_of(
    way: Way,
    camera: Camera,
    *,
    here: Aim | None,
    goal: Aim,
    scale: Scale,
    presets: Mapping[PresetName, Aim],
    approach_s: float = APPROACH_S,
    zooms: bool = True,
) -> Order | None:
    """Return what to send by this rung so that the head comes to look at ``goal``.

    None where the rung leads no nearer: a closed one from an unknown place, presets of a camera
    none of which shows the goal.
    """
    if way is Way.ABSOLUTE:
        return ToPose(pose_of(camera, goal))
    if way is Way.PRESET:
        return _nearest(goal, presets)
    if here is None or camera.ptz is None:
        return None
    pan_deg, tilt_deg, closer = turn_between(camera, here, goal)
    zoom = closer if zooms else 0.0
    if way is Way.VIEW:
        half_deg = here.hfov_deg / 2.0
        up_deg = half_deg * camera.lens.height_px / camera.lens.width_px
        return ByStep(_turn(pan_deg / half_deg, tilt_deg / up_deg, zoom), in_view=True)
    if way is Way.RELATIVE:
        turn = _turn(pan_deg / scale.pan_deg, tilt_deg / scale.tilt_deg, zoom)
        return ByStep(turn, in_view=False)
    return AtVelocity(
        _turn(
            _share(pan_deg, camera.ptz.pan_dps, approach_s, CLOSE_DEG),
            _share(tilt_deg, camera.ptz.tilt_dps, approach_s, CLOSE_DEG),
            _share(zoom, 1.0, approach_s, CLOSE_ZOOM),
        ),
        DRIVE_S,
    )


def _nearest(goal: Aim, presets: Mapping[PresetName, Aim]) -> ToPreset | None:
    """Return the preset in whose picture the goal is nearest to the middle; None if in nobody's."""
    off = {
        name: angle_between(aim, goal) / (aim.hfov_deg / 2.0)
        for name, aim in presets.items()
        if angle_between(aim, goal) <= aim.hfov_deg / 2.0
    }
    return ToPreset(min(off, key=lambda name: off[name])) if off else None


def _turn(pan: float, tilt: float, zoom: float) -> Turn:
    return Turn(*(min(max(each, -1.0), 1.0) for each in (pan, tilt, zoom)))


def _share(left: float, top_per_s: float, approach_s: float, close: float) -> float:
    """Return the share of top speed to go what is left with; none when it is close enough."""
    if abs(left) <= close:
        return 0.0
    share = left / approach_s / top_per_s
    return share if abs(share) >= SLOWEST else (SLOWEST if left > 0.0 else -SLOWEST)


def _learned(scale_deg: float, sent: float, turned_deg: float) -> float:
    if abs(sent * scale_deg) < LEAST_LEARNED_DEG or abs(turned_deg) < LEAST_LEARNED_DEG:
        return scale_deg
    seen_deg = turned_deg / sent
    sound = scale_deg / LEARNED_WITHIN <= seen_deg <= scale_deg * LEARNED_WITHIN
    return seen_deg if sound else scale_deg
