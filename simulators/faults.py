"""What can go wrong with a camera; each is undone by ``Site.mend``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """Somebody changed the camera's password: it is no longer the one in the secret."""


@dataclass(frozen=True, slots=True)
class Dead:
    """The power is cut: every socket is gone, and there was no Bye."""


@dataclass(frozen=True, slots=True)
class StreamStall:
    """RTSP sessions stay open, but no packet comes any more."""


@dataclass(frozen=True, slots=True)
class StreamGarbage:
    """RTSP sessions go on, but what their packets carry is noise."""


@dataclass(frozen=True, slots=True)
class SilentSoap:
    """HTTP connections are accepted and never answered."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Every HTTP answer comes ``seconds`` late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ClockWrong:
    """The camera's wall clock is ``seconds`` ahead of the truth (behind when negative)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Covered:
    """Somebody covered the lens: the camera's own tamper detection says so, its picture does not."""


Fault = (
    WrongPassword | Dead | StreamStall | StreamGarbage | SilentSoap | Slow | ClockWrong | Covered
)
