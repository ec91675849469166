"""One PTZ head by itself: motors, presets, and a clock that somebody else turns.

Nothing runs in between: whenever the head is asked for anything, its motors first catch up with the
clock. So it works in virtual time as well as on a network.
"""

from collections.abc import Callable, Sequence

from simulators.device.steering import Axes, Named, Status
from simulators.heads import Head, Motors, Pose

SLICE_S = 0.02


class SingleHead:
    """Implements ``Steering`` over motors."""

    def __init__(self, motors: Motors, now_s: Callable[[], float]) -> None:
        """Keep the motors; ``now_s`` is the time they live in."""
        self.motors = motors
        self._now_s = now_s
        self._caught_up_s = now_s()
        self._stored: dict[str, Named] = {}
        self.moved_s = -1e9
        """When the head was last seen to move."""

    def now(self) -> Head:
        """Return where the head truly is now."""
        until_s = self._now_s()
        while self._caught_up_s < until_s:
            left_s = until_s - self._caught_up_s
            step_s = left_s if self.motors.resting else min(SLICE_S, left_s)
            self.motors.step(step_s)
            self._caught_up_s += step_s
            if self.motors.head().moving:
                self.moved_s = self._caught_up_s
        return self.motors.head()

    def store(self, token: str, name: str, position: Axes) -> None:
        """Keep a preset."""
        self._stored[token] = Named(token, name, position)

    def status(self) -> Status:
        """Return where the head is."""
        head = self.now()
        return Status(Axes(head.pose.pan, head.pose.tilt, head.pose.zoom), head.moving)

    def presets(self) -> Sequence[Named]:
        """Return the presets."""
        return list(self._stored.values())

    def set_preset(self, token: str | None, name: str) -> str:
        """Keep where the head is."""
        token = token or str(len(self._stored) + 1)
        position = self.status().position
        assert position is not None, "this head tells where it is"
        self.store(token, name, position)
        return token

    def remove_preset(self, token: str) -> None:
        """Forget a preset."""
        del self._stored[token]

    def goto_preset(self, token: str) -> None:
        """Go to a preset."""
        self.absolute(self._stored[token].position)

    def absolute(self, position: Axes) -> None:
        """Go to a position."""
        self.now()
        self.motors.go(_pose(position))

    def relative(self, step: Axes) -> None:
        """Go a step further."""
        self.now()
        self.motors.turn(_pose(step))

    def relative_to_view(self, step: Axes) -> None:
        """Go a step further, in halves of the picture."""
        self.now()
        self.motors.turn_in_view(_pose(step))

    def continuous(self, velocity: Axes, timeout_s: float) -> None:
        """Move until stopped or ``timeout_s`` has passed."""
        self.now()
        self.motors.drive(_pose(velocity), timeout_s)

    def stop(self) -> None:
        """Stop every axis."""
        self.now()
        self.motors.stop()

    def home(self) -> None:
        """Go to the first preset."""
        self.goto_preset(next(iter(self._stored)))

    def set_home(self) -> None:
        """Make the present position the first preset."""
        first = next(iter(self._stored.values()))
        self.set_preset(first.token, first.name)


def _pose(axes: Axes) -> Pose:
    return Pose(axes.pan, axes.tilt, axes.zoom)
