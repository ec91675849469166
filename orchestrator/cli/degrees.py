"""Degrees for a head that belongs to no site: how far it turns is told by it, or by a data sheet."""

from dataclasses import dataclass

from orchestrator.domain.moving import Moves

SPHERICAL = "SphericalPositionSpaceDegrees"
"""ONVIF's name for positions in degrees; a camera that lists it says how far its head turns."""

Three = tuple[float, float, float]
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reach:
    """The angles at both ends of pan and of tilt."""

    pan_deg: Ends
    tilt_deg: Ends

    def place(self, to: Three) -> Three:
        """Return a place in degrees as one of -1 to 1; zoom stays as it is.

        >>> Reach((-170.0, 170.0), (-80.0, 10.0)).place((85.0, -35.0, 0.5))
        (0.5, 0.0, 0.5)
        """
        pan_deg, tilt_deg, zoom = to
        return _share(pan_deg, self.pan_deg), _share(tilt_deg, self.tilt_deg), zoom

    def step(self, by: Three) -> Three:
        """Return a step in degrees as one of halves of the range.

        >>> Reach((-170.0, 170.0), (-80.0, 10.0)).step((17.0, -4.5, 0.0))
        (0.1, -0.1, 0.0)
        """
        pan_deg, tilt_deg, closer = by
        return pan_deg / _half(self.pan_deg), tilt_deg / _half(self.tilt_deg), closer


def reach_of(moves: Moves | None, span_deg: tuple[float, float] | None) -> Reach | None:
    """Return how far a head turns: ``span_deg`` from end to end, else what it lists; None: unknown.

    >>> reach_of(None, (340.0, 90.0))
    Reach(pan_deg=(-170.0, 170.0), tilt_deg=(-45.0, 45.0))
    """
    if span_deg is not None:
        pan_deg, tilt_deg = span_deg
        return Reach((-pan_deg / 2.0, pan_deg / 2.0), (-tilt_deg / 2.0, tilt_deg / 2.0))
    spaces = () if moves is None else moves.spaces
    told = {each.axis: (each.low, each.high) for each in spaces if each.space == SPHERICAL}
    if not {"x", "y"} <= told.keys():
        return None
    return Reach(told["x"], told["y"])


def _half(ends: Ends) -> float:
    low, high = ends
    return (high - low) / 2.0


def _share(angle_deg: float, ends: Ends) -> float:
    return (angle_deg - ends[0]) / _half(ends) - 1.0
