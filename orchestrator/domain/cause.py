"""What makes a policy act: somebody, a zone, a camera that reports, or the site as a whole."""

from dataclasses import dataclass

from orchestrator.domain.ids import CameraId, PolicyName, TargetId, ZoneId


@dataclass(frozen=True, slots=True)
class ByTarget:
    """Somebody or something that is tracked."""

    target: TargetId

    def __str__(self) -> str:
        """Return its name."""
        return self.target


@dataclass(frozen=True, slots=True)
class ByZone:
    """A zone, by all who are in it together."""

    zone: ZoneId

    def __str__(self) -> str:
        """Return its name."""
        return self.zone


@dataclass(frozen=True, slots=True)
class ByCamera:
    """A camera, by what it reports itself."""

    camera: CameraId

    def __str__(self) -> str:
        """Return its name."""
        return self.camera


@dataclass(frozen=True, slots=True)
class BySite:
    """The site as a whole."""

    def __str__(self) -> str:
        """Return what explanations call it."""
        return "the site"


Cause = ByTarget | ByZone | ByCamera | BySite
CaseKey = tuple[PolicyName, Cause]
"""Each policy remembers each of its causes by itself."""


def target_of(cause: Cause) -> TargetId | None:
    """Return whom a cause is; None when it is nobody in particular.

    >>> target_of(ByTarget(TargetId("T1"))), target_of(BySite())
    ('T1', None)
    """
    return cause.target if isinstance(cause, ByTarget) else None


def zone_of(cause: Cause) -> ZoneId | None:
    """Return the zone that a cause is, if it is one."""
    return cause.zone if isinstance(cause, ByZone) else None


def camera_of(cause: Cause) -> CameraId | None:
    """Return the camera that a cause is, if it is one."""
    return cause.camera if isinstance(cause, ByCamera) else None
