"""The calls that move a head and stop it, written by hand in the numbers of its own spaces.

Each is proven equal to zeep's (``tests/properties``). A space is always named, since some cameras
list one without making it the default; an axis the head does not have is left out; a speed is only
said where the head lists a space for it. A continuous move always says when it ends.
"""

from collections.abc import Callable
from typing import Final

from orchestrator.adapters.onvif import fast, names
from orchestrator.adapters.onvif.calls import Question
from orchestrator.adapters.onvif.interview import Head
from orchestrator.adapters.onvif.names import PAN_TILT_GENERIC, ZOOM_GENERIC, Operation
from orchestrator.adapters.onvif.spaces import (
    PAN_TILT_SPEED,
    PAN_TILT_STEP,
    PAN_TILT_VELOCITY,
    PAN_TILT_VIEW,
    ZOOM_SPEED,
    ZOOM_STEP,
    ZOOM_VELOCITY,
    Spaces,
)
from orchestrator.adapters.onvif.transport import PTZ_DEADLINE_S
from orchestrator.adapters.onvif.wire import Lane
from orchestrator.domain.camera import PtzPose
from orchestrator.domain.moving import MOST_DRIVE_S, StopWay, Turn


class Lacking(Exception):
    """The head does not list what is needed for this move."""


Made = Callable[[Head], Question]


def goto_preset(token: str) -> Made:
    """Return GotoPreset, at the camera's default speed."""
    return lambda head: _question(head, names.GOTO_PRESET, fast.goto_preset(head.profile, token))


def move_to(pose: PtzPose, speed: float | None) -> Made:
    """Return AbsoluteMove to a position."""

    def made(head: Head) -> Question:
        pan, tilt, zoom = head.spaces.position
        where = _vector(
            head.spaces,
            pan_tilt=(pan.written(pose.pan, -1.0), tilt.written(pose.tilt, -1.0)),
            pan_tilt_space=PAN_TILT_GENERIC,
            zoom=zoom.written(pose.zoom, 0.0),
            zoom_space=ZOOM_GENERIC,
        )
        inside = f"<tptz:Position>{where}</tptz:Position>{_speed(head.spaces, speed)}"
        return _question(head, names.ABSOLUTE_MOVE, _call(head, names.ABSOLUTE_MOVE, inside))

    return made


def move_by(turn: Turn, speed: float | None, *, in_view: bool) -> Made:
    """Return RelativeMove by a step, in the camera's units or in halves of the picture."""

    def made(head: Head) -> Question:
        space = PAN_TILT_VIEW if in_view else PAN_TILT_STEP
        where = _scaled(head.spaces, turn, space, ZOOM_STEP, only_what_moves=True)
        inside = f"<tptz:Translation>{where}</tptz:Translation>{_speed(head.spaces, speed)}"
        return _question(head, names.RELATIVE_MOVE, _call(head, names.RELATIVE_MOVE, inside))

    return made


def drive(velocity: Turn, for_s: float) -> Made:
    """Return ContinuousMove that ends by itself after ``for_s``, at most ``MOST_DRIVE_S``."""
    if not 0.0 < for_s <= MOST_DRIVE_S:
        raise ValueError(f"a continuous move lasts up to {MOST_DRIVE_S:g} s, not {for_s:g} s")

    def made(head: Head) -> Question:
        where = _scaled(head.spaces, velocity, PAN_TILT_VELOCITY, ZOOM_VELOCITY)
        least_s = 0.0 if head.spaces.timeout_s is None else head.spaces.timeout_s[0]
        if least_s > MOST_DRIVE_S:
            raise Lacking(f"its continuous moves last {least_s:g} s at least")
        ends = f"<tptz:Timeout>PT{_digits(max(for_s, least_s))}S</tptz:Timeout>"
        inside = f"<tptz:Velocity>{where}</tptz:Velocity>{ends}"
        return _question(head, names.CONTINUOUS_MOVE, _call(head, names.CONTINUOUS_MOVE, inside))

    return made


def go_home(speed: float | None) -> Made:
    """Return GotoHomePosition."""

    def made(head: Head) -> Question:
        if not head.spaces.home:
            raise Lacking("it has no home position")
        inside = _speed(head.spaces, speed)
        return _question(head, names.GOTO_HOME, _call(head, names.GOTO_HOME, inside))

    return made


def stop(way: StopWay) -> Made:
    """Return what stops every axis, in one of three ways."""

    def made(head: Head) -> Question:
        match way:
            case StopWay.STOP:
                return _question(head, names.STOP, fast.stop(head.profile), Lane.URGENT)
            case StopWay.BARE:
                return _question(head, names.STOP, _call(head, names.STOP, ""), Lane.URGENT)
            case StopWay.ZERO:
                where = _scaled(head.spaces, Turn(), PAN_TILT_VELOCITY, ZOOM_VELOCITY)
                inside = f"<tptz:Velocity>{where}</tptz:Velocity>"
                payload = _call(head, names.CONTINUOUS_MOVE, inside)
                return _question(head, names.CONTINUOUS_MOVE, payload, Lane.URGENT)

    return made


def _question(
    head: Head, operation: Operation, payload: bytes, lane: Lane = Lane.TURNS
) -> Question:
    return Question(operation, payload, head.target, PTZ_DEADLINE_S, lane=lane)


def _call(head: Head, operation: Operation, inside: str) -> bytes:
    profile = f"<tptz:ProfileToken>{fast.escaped(head.profile)}</tptz:ProfileToken>"
    return fast.ptz_call(operation.name, profile + inside)


def _scaled(
    spaces: Spaces,
    turn: Turn,
    pan_tilt_space: str,
    zoom_space: str,
    *,
    only_what_moves: bool = False,
) -> str:
    """Return a step or a speed as a vector; ``only_what_moves`` leaves the other axes out."""
    pan_tilt = zoom = None
    if pan_tilt_space in spaces.pan_tilt:
        pan, tilt = spaces.pan_tilt[pan_tilt_space]
        pan_tilt = pan.scaled(turn.pan), tilt.scaled(turn.tilt)
    elif turn.pan or turn.tilt:
        raise Lacking("it does not list the space of this move for pan and tilt")
    if zoom_space in spaces.zoom:
        zoom = spaces.zoom[zoom_space].scaled(turn.zoom)
    elif turn.zoom:
        raise Lacking("it does not list the space of this move for zoom")
    if only_what_moves:
        zoom = zoom if turn.zoom or pan_tilt is None else None
        pan_tilt = pan_tilt if turn.pan or turn.tilt or zoom is None else None
    return _vector(
        spaces,
        pan_tilt=pan_tilt,
        pan_tilt_space=pan_tilt_space,
        zoom=zoom,
        zoom_space=zoom_space,
    )


def _vector(
    spaces: Spaces,
    *,
    pan_tilt: tuple[float, float] | None,
    pan_tilt_space: str,
    zoom: float | None,
    zoom_space: str,
) -> str:
    parts = []
    if pan_tilt is not None and pan_tilt_space in spaces.pan_tilt:
        x, y = (_digits(each) for each in pan_tilt)
        parts.append(f'<tt:PanTilt x="{x}" y="{y}" space="{pan_tilt_space}"/>')
    if zoom is not None and zoom_space in spaces.zoom:
        parts.append(f'<tt:Zoom x="{_digits(zoom)}" space="{zoom_space}"/>')
    if not parts:
        raise Lacking("it does not list the space of this move")
    return "".join(parts)


def _speed(spaces: Spaces, share: float | None) -> str:
    """Return a Speed for the axes that have a space for it; nothing where none has."""
    if share is None:
        return ""
    parts = []
    if PAN_TILT_SPEED in spaces.pan_tilt:
        pan, _ = spaces.pan_tilt[PAN_TILT_SPEED]
        said = _digits(share * pan.high)
        parts.append(f'<tt:PanTilt x="{said}" y="{said}" space="{PAN_TILT_SPEED}"/>')
    if ZOOM_SPEED in spaces.zoom:
        said = _digits(share * spaces.zoom[ZOOM_SPEED].high)
        parts.append(f'<tt:Zoom x="{said}" space="{ZOOM_SPEED}"/>')
    return f"<tptz:Speed>{''.join(parts)}</tptz:Speed>" if parts else ""


_DECIMALS: Final = 6


def _digits(value: float) -> str:
    """Return a number without an exponent, which not every camera reads.

    >>> _digits(2.0), _digits(-0.25), _digits(0.00001)
    ('2.0', '-0.25', '0.00001')
    """
    whole, _, part = f"{value + 0.0:.{_DECIMALS}f}".partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"
