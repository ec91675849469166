"""What a model runs on: the device that was asked for, or what was said to be taken otherwise."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from orchestrator.errors import ModelError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Device:
    """A device by OpenVINO's name, whether single answers matter more than many, and what else to take.

    ``otherwise`` is taken where the device is missing; None: nothing is. ``cache`` is a folder where
    compiled models are kept from start to start; None: nowhere.
    """

    name: str = "CPU"
    latency: bool = False
    otherwise: str | None = None
    cache: Path | None = None

    def found(self, there: Sequence[str]) -> str:
        """Return the device to take of those that are ``there``; ``ModelError`` where there is none.

        >>> Device("GPU", otherwise="CPU").found(["CPU"]), Device("GPU").found(["CPU", "GPU.0"])
        ('CPU', 'GPU')
        """
        if _is_there(self.name, there):
            return self.name
        known = ", ".join(there)
        if self.otherwise is None:
            raise ModelError(
                f"OpenVINO finds no {self.name} here (there is: {known}): install its driver, or write"
                f" `otherwise: CPU` beside `device: {self.name}` in site.yaml"
            )
        if not _is_there(self.otherwise, there):
            raise ModelError(
                f"OpenVINO finds neither {self.name} nor {self.otherwise} here (there is: {known})"
            )
        log.warning("device missing", wanted=self.name, taken=self.otherwise, there=known)
        return self.otherwise

    def options(self, taken: str, precision: str) -> dict[str, object]:
        """Return how OpenVINO is to compile for the device that was taken."""
        options: dict[str, object] = {
            "PERFORMANCE_HINT": "LATENCY" if self.latency else "THROUGHPUT"
        }
        if taken == "CPU":
            options["INFERENCE_NUM_THREADS"] = threads_for(len(os.sched_getaffinity(0)))
        if precision == "f32":
            options["INFERENCE_PRECISION_HINT"] = "f32"
        if self.cache is not None:
            options["CACHE_DIR"] = str(self.cache)
        return options


def threads_for(cores: int) -> int:
    """Return how many threads inference may take: half the machine, as video and the rest need some.

    >>> [threads_for(cores) for cores in (1, 2, 4, 16)]
    [1, 1, 2, 8]
    """
    return max(1, cores // 2)


def _is_there(name: str, there: Sequence[str]) -> bool:
    """Return whether a device is there; one of several is called such as ``GPU.0``."""
    return name == "AUTO" or any(each.partition(".")[0] == name or each == name for each in there)
