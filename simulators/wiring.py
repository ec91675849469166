"""A facility's head as the PTZ service steers it; every accepted command is told."""

from collections.abc import Callable, Sequence

from simulators.device.steering import Axes, Named, Status
from simulators.facility import Facility
from simulators.heads import Pose
from simulators.headwatch import HeadWatch

HOME = "home"
"""The preset that a facility's heads go to when sent home."""


class FacilityHead:
    """Implements ``Steering`` for one camera of a facility."""

    def __init__(
        self,
        facility: Facility,
        camera: str,
        watch: HeadWatch,
        *,
        now_s: Callable[[], float],
        accepted: Callable[[str], None],
    ) -> None:
        """Keep the head; ``accepted`` hears the words of every motion command."""
        self._facility = facility
        self._camera = camera
        self._watch = watch
        self._now_s = now_s
        self._accepted = accepted

    def status(self) -> Status:
        """Return where the head is now."""
        head = self._facility.head(self._camera)
        return Status(_axes(head.pose), head.moving)

    def presets(self) -> Sequence[Named]:
        """Return the stored presets."""
        stored = self._facility.presets(self._camera).values()
        return [Named(preset.token, preset.name, _axes(preset.pose)) for preset in stored]

    def set_preset(self, token: str | None, name: str) -> str:
        """Store the present position, anew or under ``token``; return its token."""
        return self._facility.set_preset(self._camera, name, token)

    def remove_preset(self, token: str) -> None:
        """Forget a preset."""
        self._facility.remove_preset(self._camera, token)

    def goto_preset(self, token: str) -> None:
        """Go to a preset."""
        name = self._facility.presets(self._camera)[token].name
        self._facility.goto_preset(self._camera, token)
        self._watch.sent_to(token, name, self._now_s())
        self._accepted(f"goto preset {name}")

    def absolute(self, position: Axes) -> None:
        """Go to a position."""
        self._facility.absolute(self._camera, _pose(position))
        self._otherwise("absolute move")

    def relative(self, step: Axes) -> None:
        """Go a step further."""
        self._facility.relative(self._camera, _pose(step))
        self._otherwise("relative move")

    def relative_to_view(self, step: Axes) -> None:
        """Go a step further, in halves of the picture."""
        self._facility.relative_to_view(self._camera, _pose(step))
        self._otherwise("relative move")

    def continuous(self, velocity: Axes, timeout_s: float) -> None:
        """Move at a velocity until stopped or ``timeout_s`` has passed."""
        self._facility.continuous(self._camera, _pose(velocity), timeout_s)
        self._otherwise("continuous move")

    def stop(self) -> None:
        """Stop every axis."""
        self._facility.stop(self._camera)
        self._otherwise("stop")

    def home(self) -> None:
        """Go home."""
        self._facility.home(self._camera)
        self._otherwise("goto home")

    def set_home(self) -> None:
        """Make the present position home: the preset of that name is stored anew."""
        homes = [preset.token for preset in self.presets() if preset.name == HOME]
        self._facility.set_preset(self._camera, HOME, homes[0] if homes else None)

    def _otherwise(self, what: str) -> None:
        self._watch.aborted()
        self._accepted(what)


def _axes(pose: Pose) -> Axes:
    return Axes(pose.pan, pose.tilt, pose.zoom)


def _pose(axes: Axes) -> Pose:
    return Pose(axes.pan, axes.tilt, axes.zoom)
