"""Every kind of trouble is told apart by what was seen, in a sentence with something to do."""

import pytest

from orchestrator.domain.impression import Answer, Impression
from orchestrator.errors import (
    BadAnswer,
    CameraBusy,
    CameraError,
    CameraTimeout,
    CertificateChanged,
    ClockSkewed,
    NotAuthorised,
    TlsFailed,
    Unreachable,
)
from orchestrator.onboard.diagnose import Trouble, diagnosed

DIGEST = ("http-digest (MD5)",)


def seen(answer: Answer = Answer.CAMERA, *, off_s: float = 0.0) -> Impression:
    return Impression("2001:db8::1", 80, answer, "why", off_s, None, DIGEST)


def failed(
    kind: type[CameraError], operation: str = "GetDeviceInformation", message: str = "no"
) -> CameraError:
    return kind(message, camera="c", operation=operation)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (Answer.NOTHING, Trouble.UNREACHABLE),
        (Answer.SILENT, Trouble.UNREACHABLE),
        (Answer.BUSY, Trouble.BUSY),
        (Answer.TLS, Trouble.TLS),
        (Answer.NO_TLS, Trouble.TLS),
        (Answer.OTHER, Trouble.NOT_ONVIF),
    ],
)
def test_where_no_camera_is_only_that_is_said(answer: Answer, trouble: Trouble) -> None:
    [found] = diagnosed(seen(answer, off_s=9999.0), None, None)

    assert found.trouble is trouble
    assert "[2001:db8::1]:80" in found.says
    assert found.do


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (failed(NotAuthorised), Trouble.AUTHENTICATION),
        (failed(NotAuthorised, "GetProfiles"), Trouble.ROLE),
        (failed(NotAuthorised, message="the user is locked"), Trouble.LOCKED_OUT),
        (failed(Unreachable), Trouble.UNREACHABLE),
        (failed(CameraTimeout), Trouble.UNREACHABLE),
        (failed(BadAnswer), Trouble.ANSWER),
        (failed(CameraBusy), Trouble.BUSY),
        (failed(CertificateChanged), Trouble.TLS),
        (failed(TlsFailed), Trouble.TLS),
    ],
)
def test_how_a_login_fails_says_what_is_wrong(error: CameraError, trouble: Trouble) -> None:
    [found] = diagnosed(seen(), error, None)

    assert found.trouble is trouble
    assert found.do


def test_a_wrong_clock_is_said_once_however_it_shows() -> None:
    [found] = diagnosed(seen(off_s=-400.0), failed(ClockSkewed), None)

    assert found.trouble is Trouble.CLOCK
    assert "-400 s" in found.says


def test_a_clock_that_drifts_is_said_before_it_locks_anybody_out() -> None:
    [clock, login] = diagnosed(seen(off_s=60.0), None, None)

    assert clock.trouble is Trouble.CLOCK
    assert "still work" in clock.says
    assert login.trouble is Trouble.LOGIN_UNTRIED
