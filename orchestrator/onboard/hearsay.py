"""What the network says of one camera: a reason to look, never believed."""

from dataclasses import dataclass, field

from orchestrator.runtime.channels import Latest


@dataclass(slots=True)
class Hearsay:
    """``nudge`` has the camera looked at now; ``elsewhere`` is where something calls itself so."""

    nudge: Latest[bool] = field(default_factory=Latest)
    elsewhere: str = ""

    def heard(self, elsewhere: str) -> None:
        """Take news: where else something calls itself as the camera does, or nothing."""
        self.elsewhere = elsewhere
        self.nudge.put(True)
