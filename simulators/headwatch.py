"""Watches one head tick by tick: what the truth file and the camera's own events say about it."""

from collections.abc import Callable
from dataclasses import dataclass

from simulators.heads import Aim, Head
from simulators.truth import TruthFile

MOTION_DEG = 0.1
_ALREADY_THERE_S = 0.4
"""A head that has not stirred this long after an order was there before."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """A preset the head was sent to."""

    token: str
    name: str
    ordered_s: float


class HeadWatch:
    """Turns the states of a head into ``head`` and ``motion`` lines and preset events."""

    def __init__(
        self, camera: str, truth: TruthFile, tell: Callable[[str, str, str], None]
    ) -> None:
        """Keep where lines and events go; ``tell`` takes what, token and name."""
        self._camera = camera
        self._truth = truth
        self._tell = tell
        self._rest: Aim | None = None
        self._moved = False
        self._moving = False
        self._errand: _Errand | None = None
        self._at: _Errand | None = None

    def sent_to(self, token: str, name: str, at_s: float) -> None:
        """Note that a preset was ordered."""
        self.aborted()
        self._errand = _Errand(token, name, at_s)
        self._tell("Invoked", token, name)

    def aborted(self) -> None:
        """Note that another command replaced the errand."""
        errand, self._errand = self._errand, None
        if errand is not None:
            self._tell("Aborted", errand.token, errand.name)

    def seen(self, head: Head, at_s: float) -> None:
        """Take in the head's state of a tick."""
        if self._rest is None:
            self._rest = head.aim
            self._write(head, at_s)
        elif head.moving or self._moving:
            self._write(head, at_s)
            self._follow(head, at_s)
        elif self._errand is not None and at_s - self._errand.ordered_s > _ALREADY_THERE_S:
            self._arrived()
        self._moving = head.moving

    def _follow(self, head: Head, at_s: float) -> None:
        assert self._rest is not None, "a head is first seen at rest"
        if not self._moved and apart_deg(head.aim, self._rest) >= MOTION_DEG:
            self._moved = True
            self._truth.write("motion", at_s, camera=self._camera)
            self._left()
        if not head.moving:
            self._rest, self._moved = head.aim, False
            self._arrived()

    def _left(self) -> None:
        left, self._at = self._at, None
        if left is not None:
            self._tell("Left", left.token, left.name)

    def _arrived(self) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            self._at = errand
            self._tell("Reached", errand.token, errand.name)

    def _write(self, head: Head, at_s: float) -> None:
        self._truth.write(
            "head", at_s, camera=self._camera, aim=aim_line(head.aim), moving=head.moving
        )


def aim_line(aim: Aim) -> list[float]:
    """Return an aim as the truth file writes it."""
    return [round(aim.azimuth_deg, 3), round(aim.tilt_deg, 3), round(aim.hfov_deg, 3)]


def apart_deg(one: Aim, other: Aim) -> float:
    """Return the largest of the differences in azimuth, tilt and field of view."""
    turn = (one.azimuth_deg - other.azimuth_deg + 180.0) % 360.0 - 180.0
    return max(abs(turn), abs(one.tilt_deg - other.tilt_deg), abs(one.hfov_deg - other.hfov_deg))
