"""What the cameras of a site said of themselves when they were last asked: a record in its files.

It stands in for the cameras where nobody can ask them: while policies are written and tested.
"""

from dataclasses import dataclass

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import CameraId, PresetName


@dataclass(frozen=True, slots=True)
class KnownPreset:
    """A preset as it was; ``aim`` is None when the camera did not say where it looks."""

    name: PresetName
    aim: Aim | None


@dataclass(frozen=True, slots=True)
class KnownCamera:
    """A camera as it was: its serial and model, and its presets in its own order.

    ``imaging`` are the picture settings that it lets be changed, ``auxiliary`` the commands it lists;
    both are empty where it did not say.
    """

    camera: CameraId
    serial: str
    model: str
    presets: tuple[KnownPreset, ...] = ()
    imaging: tuple[str, ...] = ()
    auxiliary: tuple[str, ...] = ()
