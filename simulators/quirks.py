"""What heads that people own do otherwise, each quirk a small class over any ``Steering``.

They compose: a quirk wraps a head, which may have quirks already. Those of the numbers a camera
writes are its ``Manner``; slowness of its motors is their ``PtzSpec``. Each is known from real
cameras; the class says what it does.
"""

import math
from collections.abc import Callable, Sequence

from simulators.device.steering import Axes, Named, Status, Steering

STILL = Axes(0.0, 0.0, 0.0)


class Quirk:
    """A head that passes everything on; a quirk overrides what it does otherwise."""

    def __init__(self, head: Steering) -> None:
        """Keep the head it is a quirk of."""
        self._head = head

    def status(self) -> Status:
        """Return where the head says it is."""
        return self._head.status()

    def presets(self) -> Sequence[Named]:
        """Return the stored presets."""
        return self._head.presets()

    def set_preset(self, token: str | None, name: str) -> str:
        """Store the present position."""
        return self._head.set_preset(token, name)

    def remove_preset(self, token: str) -> None:
        """Forget a preset."""
        self._head.remove_preset(token)

    def goto_preset(self, token: str) -> None:
        """Go to a preset, by this head's own way to positions."""
        stored = {preset.token: preset.position for preset in self.presets()}
        self.absolute(stored[token])

    def absolute(self, position: Axes) -> None:
        """Go to a position."""
        self._head.absolute(position)

    def relative(self, step: Axes) -> None:
        """Go a step further."""
        self._head.relative(step)

    def relative_to_view(self, step: Axes) -> None:
        """Go a step further, in halves of the picture."""
        self._head.relative_to_view(step)

    def continuous(self, velocity: Axes, timeout_s: float) -> None:
        """Move at a velocity."""
        self._head.continuous(velocity, timeout_s)

    def stop(self) -> None:
        """Stop every axis."""
        self._head.stop()

    def home(self) -> None:
        """Go home."""
        self._head.home()

    def set_home(self) -> None:
        """Make the present position home."""
        self._head.set_home()


# -- what it says --------------------------------------------------------------------------------


class AlwaysIdle(Quirk):
    """MoveStatus is IDLE while it turns."""

    def status(self) -> Status:
        """Say idle."""
        return Status(super().status().position, moving=False)


class StuckMoving(Quirk):
    """MoveStatus is MOVING for ever after the first move."""

    def __init__(self, head: Steering) -> None:
        """Start idle."""
        super().__init__(head)
        self._stuck = False

    def status(self) -> Status:
        """Say moving once it moved."""
        told = super().status()
        self._stuck = self._stuck or bool(told.moving)
        return Status(told.position, self._stuck)


class NoMoveStatus(Quirk):
    """It does not say whether it moves."""

    def status(self) -> Status:
        """Say where it is only."""
        return Status(super().status().position, None)


class NoPosition(Quirk):
    """It does not say where it is."""

    def status(self) -> Status:
        """Say whether it moves only."""
        return Status(None, super().status().moving)


class Silent(Quirk):
    """It says neither where it is nor whether it moves."""

    def status(self) -> Status:
        """Say nothing."""
        return Status(None, None)


class FrozenPosition(Quirk):
    """It tells for ever where it was when it was switched on."""

    def __init__(self, head: Steering) -> None:
        """Keep the first position."""
        super().__init__(head)
        self._first = head.status().position

    def status(self) -> Status:
        """Tell the first position."""
        return Status(self._first, super().status().moving)


class TellsTheGoal(Quirk):
    """It tells where it was sent, as soon as it was sent, and is idle meanwhile."""

    def __init__(self, head: Steering) -> None:
        """Start honest."""
        super().__init__(head)
        self._goal: Axes | None = None

    def absolute(self, position: Axes) -> None:
        """Go, and say to be there."""
        self._goal = position
        super().absolute(position)

    def status(self) -> Status:
        """Tell the goal."""
        return Status(self._goal or super().status().position, moving=False)


class CoarsePosition(Quirk):
    """It tells positions in coarse steps."""

    step = 0.02

    def status(self) -> Status:
        """Round."""
        told = super().status()
        assert told.position is not None, "a coarse position is one"
        at = told.position
        pan, tilt = (round(each / self.step) * self.step for each in (at.pan, at.tilt))
        return Status(Axes(pan, tilt, at.zoom), told.moving)


class LateStatus(Quirk):
    """What it tells is what was so a second ago."""

    late_s = 1.0

    def __init__(self, head: Steering, now_s: Callable[[], float]) -> None:
        """Keep what was."""
        super().__init__(head)
        self._now_s = now_s
        self._past = [(-math.inf, head.status())]

    def status(self) -> Status:
        """Tell the past."""
        self._past.append((self._now_s(), super().status()))
        told = [status for at_s, status in self._past if at_s <= self._now_s() - self.late_s]
        return told[-1]


# -- what it does --------------------------------------------------------------------------------


class IgnoresTimeout(Quirk):
    """A continuous move goes on until it is stopped."""

    def continuous(self, velocity: Axes, timeout_s: float) -> None:  # noqa: ARG002 it ignores it
        """Move for ever."""
        super().continuous(velocity, math.inf)


class StopsByZeroOnly(Quirk):
    """Stop is answered and not obeyed; a velocity of zero is."""

    def stop(self) -> None:
        """Do nothing."""


class IgnoresPresets(Quirk):
    """GotoPreset is answered with 200 for anything, and nothing turns."""

    def goto_preset(self, token: str) -> None:
        """Do nothing."""


class LosesFirstCommand(Quirk):
    """The first preset it is sent to is accepted and forgotten, as after a start."""

    def __init__(self, head: Steering) -> None:
        """Be about to forget."""
        super().__init__(head)
        self._awake = False

    def goto_preset(self, token: str) -> None:
        """Go from the second time on."""
        if self._awake:
            super().goto_preset(token)
        self._awake = True


class RunsOn(Quirk):
    """Sent anywhere, it turns without end."""

    def absolute(self, position: Axes) -> None:  # noqa: ARG002 it ignores it
        """Drive off."""
        super().continuous(Axes(0.02, 0.0, 0.0), math.inf)


class PanLimits(Quirk):
    """It stops where somebody has set a limit, and says nothing of it."""

    most = 0.2

    def absolute(self, position: Axes) -> None:
        """Go as far as the limit."""
        pan = min(max(position.pan, -self.most), self.most)
        super().absolute(Axes(pan, position.tilt, position.zoom))


class OwnScale(Quirk):
    """A step of 1 in its own units is an eighth of its range, in another head's it would be half."""

    share = 0.25

    def relative(self, step: Axes) -> None:
        """Go a shorter step."""
        super().relative(Axes(step.pan * self.share, step.tilt * self.share, step.zoom))


class Backlash(Quirk):
    """The gears have half a degree of play: it is off by that on the side it came from."""

    play = 0.5 / 170.0

    def __init__(self, head: Steering) -> None:
        """Start without play."""
        super().__init__(head)
        self._off = 0.0

    def absolute(self, position: Axes) -> None:
        """Go not quite as far."""
        told = super().status().position
        self._off = 0.0 if told is None else math.copysign(self.play, told.pan - position.pan)
        pan = min(max(position.pan + self._off, -1.0), 1.0)
        super().absolute(Axes(pan, position.tilt, position.zoom))

    def status(self) -> Status:
        """Tell what the encoder before the gears says."""
        told = super().status()
        assert told.position is not None, "a head with play tells where it is"
        at = told.position
        pan = min(max(at.pan - self._off, -1.0), 1.0)
        return Status(Axes(pan, at.tilt, at.zoom), told.moving)


class Flips(Quirk):
    """Beyond its zenith it turns round by half and comes down on the other side."""

    zenith = 0.1

    def absolute(self, position: Axes) -> None:
        """Flip what is beyond."""
        if position.tilt > self.zenith:
            turned = position.pan - math.copysign(1.0, position.pan)
            position = Axes(turned, 2.0 * self.zenith - position.tilt, position.zoom)
        super().absolute(position)
