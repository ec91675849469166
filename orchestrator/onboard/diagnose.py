"""What is wrong with a camera, told apart: one plain sentence each, and what to do about it.

In: what the address says to anybody, and how the login went if one was tried.
Out: the first thing that has to be mended comes first. Pure: nothing is asked here.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from orchestrator.domain.camera import Passport
from orchestrator.domain.impression import Answer, Impression
from orchestrator.errors import (
    CameraBusy,
    CameraError,
    CameraTimeout,
    CertificateChanged,
    ClockSkewed,
    NotAuthorised,
    TlsFailed,
    Unreachable,
)

MOST_SKEW_S: Final = 300.0
_NOTED_SKEW_S: Final = 10.0
_FIRST_QUESTION: Final = "GetDeviceInformation"


class Trouble(Enum):
    """What kind of thing is wrong; the value is what programs read."""

    UNREACHABLE = "unreachable"
    NOT_ONVIF = "not onvif"
    TLS = "tls"
    BUSY = "busy"
    CLOCK = "clock"
    AUTHENTICATION = "authentication"
    LOCKED_OUT = "locked out"
    ROLE = "role"
    SERVICE = "service"
    ANSWER = "answer"
    LOGIN_UNTRIED = "login untried"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong, or not known: what, and what to do about it."""

    trouble: Trouble
    says: str
    do: str


_NO_CAMERA: Final = {
    Answer.NOTHING: (
        Trouble.UNREACHABLE,
        "no connection to {at}",
        "check the camera's power, its cable and the address; try `orchestrator discover`",
    ),
    Answer.SILENT: (
        Trouble.UNREACHABLE,
        "{at} accepts connections and does not answer",
        "restart the camera; if this lasts, another program may keep all of its connections",
    ),
    Answer.BUSY: (
        Trouble.BUSY,
        "the camera at {at} says that it is too busy",
        "wait a minute; see which other programs talk to it",
    ),
    Answer.TLS: (
        Trouble.TLS,
        "{at} speaks TLS only, and was asked in plain HTTP",
        "write `https://` before the address here, and `tls: true` beside `at` in the site file",
    ),
    Answer.NO_TLS: (
        Trouble.TLS,
        "with {at} no TLS connection comes about ({why})",
        (
            "see that this is the camera's HTTPS port and that it speaks TLS 1.2 or newer; a camera"
            " without is asked without `https://`"
        ),
    ),
    Answer.OTHER: (
        Trouble.NOT_ONVIF,
        "what answers at {at} does not speak ONVIF ({why})",
        "enable ONVIF in the camera's own settings, or try its other ports (80, 8000, 8080, 8899)",
    ),
}


def diagnosed(
    seen: Impression, tried: CameraError | None, passport: Passport | None
) -> tuple[Complaint, ...]:
    """Return everything that is wrong, the first to be mended first; nothing when all is well.

    ``tried`` is how an interview with a login failed, ``passport`` what it found; both None when
    no login was given.
    """
    if seen.answer is not Answer.CAMERA:
        trouble, says, do = _NO_CAMERA[seen.answer]
        at = f"[{seen.host}]:{seen.port}" if ":" in seen.host else f"{seen.host}:{seen.port}"
        return (Complaint(trouble, says.format(at=at, why=seen.why), do),)
    found = [*_clock(seen)]
    if tried is not None and not (found and isinstance(tried, ClockSkewed)):
        found.append(_failed(seen, tried))
    if passport is not None:
        found += _lacking(passport)
    if tried is None and passport is None and seen.logins != ("none",):
        found.append(_untried(seen))
    return tuple(found)


def _clock(seen: Impression) -> list[Complaint]:
    off_s = seen.clock_offset_s or 0.0
    if abs(off_s) <= _NOTED_SKEW_S:
        return []
    refused = abs(off_s) > MOST_SKEW_S
    so = "no login is sent to it" if refused else "logins still work, but not for long"
    return [
        Complaint(
            Trouble.CLOCK,
            f"the camera's clock is {off_s:+.0f} s off, so {so}",
            "set its time, its time zone and an NTP server",
        )
    ]


def _failed(seen: Impression, tried: CameraError) -> Complaint:
    if isinstance(tried, NotAuthorised):
        return _refused(seen, tried)
    if isinstance(tried, CertificateChanged | TlsFailed):
        return Complaint(
            Trouble.TLS,
            f"asked again, it shows {tried.message}",
            "find out what stands between here and the camera: two devices at one address, a proxy",
        )
    if isinstance(tried, CameraBusy):
        return Complaint(
            Trouble.BUSY,
            f"the camera answered, and then was too busy for {tried.operation}",
            "wait a minute; see which other programs talk to it",
        )
    if isinstance(tried, Unreachable | CameraTimeout):
        return Complaint(
            Trouble.UNREACHABLE,
            f"the camera answered, and then no more ({tried.operation}: {tried.message})",
            "see whether it restarts, and whether the network loses packets",
        )
    return Complaint(
        Trouble.ANSWER,
        f"the camera's answer to {tried.operation} cannot be used: {tried.message}",
        "update its firmware; if that does not help, report the model and this sentence",
    )


def _refused(seen: Impression, tried: NotAuthorised) -> Complaint:
    if "locked" in tried.message:
        return Complaint(
            Trouble.LOCKED_OUT,
            "the camera has locked this user out after too many wrong passwords",
            "wait half an hour without trying, or unlock it in the camera; find who keeps trying",
        )
    if tried.operation != _FIRST_QUESTION:
        return Complaint(
            Trouble.ROLE,
            f"the login is right, but this user may not ask for {tried.operation}",
            "give the ONVIF user the role operator, or administrator",
        )
    wants = " or ".join(seen.logins) or "a login"
    return Complaint(
        Trouble.AUTHENTICATION,
        f"the camera wants {wants} and refuses this user name or password (tried once)",
        "ONVIF users are often kept apart from those of the web page: create one there",
    )


def _lacking(passport: Passport) -> list[Complaint]:
    return [
        Complaint(
            Trouble.SERVICE,
            f"the camera lists a service `{name}` whose address leads nowhere",
            "nothing, if you do not need it; else update the firmware",
        )
        for name in sorted(passport.absent)
    ]


def _untried(seen: Impression) -> Complaint:
    wants = " or ".join(seen.logins) or "a login"
    return Complaint(
        Trouble.LOGIN_UNTRIED,
        f"the camera wants {wants}; no login was given, so none was tried",
        "give `--username` and `--password-file`",
    )
