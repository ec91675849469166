"""Who was asked for what, and since when: what every error of a call says."""

import asyncio
from dataclasses import dataclass
from typing import TypeVar

from orchestrator.adapters.onvif.names import Operation
from orchestrator.errors import CameraError

Failure = TypeVar("Failure", bound=CameraError)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to one camera."""

    camera: str
    operation: str
    since_s: float

    @classmethod
    def now(cls, camera: str, operation: Operation) -> "Asked":
        """Start counting."""
        return cls.named(camera, operation.name)

    @classmethod
    def named(cls, camera: str, what: str) -> "Asked":
        """Start counting for what is no operation of ONVIF."""
        return cls(camera, what, asyncio.get_running_loop().time())

    def error(self, kind: type[Failure], message: str) -> Failure:
        """Return the error to raise."""
        return kind(
            message, camera=self.camera, operation=self.operation, elapsed_s=self.elapsed_s()
        )

    def elapsed_s(self) -> float:
        """Return how long ago that was."""
        return asyncio.get_running_loop().time() - self.since_s
