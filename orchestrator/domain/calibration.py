"""What somebody measured to find out where a camera stands and looks."""

from dataclasses import dataclass

from orchestrator.domain.camera import Aim, PtzPose


@dataclass(frozen=True, slots=True)
class Pair:
    """A place in the picture and where it is on the plan; ``name`` is how its author calls it.

    ``stood`` is how the head stood then: its pose, or where it looked by the site file of today;
    None for a camera that is fixed.
    """

    name: str
    u_px: float
    v_px: float
    x_m: float
    y_m: float
    z_m: float = 0.0
    stood: PtzPose | Aim | None = None
