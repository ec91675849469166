"""What ``onvif-zeep`` stumbles over is told apart in the words of our own diagnosis."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from lxml import etree

from orchestrator.adapters.onvif.second_opinion import kind_of, skew_s
from orchestrator.onboard.diagnose import Trouble

zeep: Any = import_module("zeep.exceptions")
TIME, WHO, MORE = "GetSystemDateAndTime", "GetDeviceInformation", "GetScopes"
NOW = datetime(2026, 3, 2, 2, 0, 0, tzinfo=UTC)


def fault(code: str, reason: str = "no") -> Exception:
    error: Exception = zeep.Fault(
        reason, subcodes=[etree.QName("http://www.onvif.org/ver10/error", code)]
    )
    return error


@pytest.mark.parametrize(
    ("step", "error", "kind"),
    [
        (TIME, requests.exceptions.ConnectTimeout(), Trouble.UNREACHABLE),
        (WHO, requests.exceptions.ReadTimeout(), Trouble.UNREACHABLE),
        (TIME, requests.exceptions.ConnectionError(), Trouble.UNREACHABLE),
        (TIME, requests.exceptions.SSLError(), Trouble.TLS),
        (TIME, zeep.TransportError("busy", status_code=503), Trouble.BUSY),
        (TIME, zeep.TransportError("no such page", status_code=404), Trouble.NOT_ONVIF),
        (TIME, requests.exceptions.TooManyRedirects(), Trouble.NOT_ONVIF),
        (TIME, zeep.XMLSyntaxError("a page"), Trouble.NOT_ONVIF),
        (WHO, zeep.XMLSyntaxError("nonsense"), Trouble.ANSWER),
        (WHO, fault("ActionNotSupported"), Trouble.ANSWER),
        (WHO, fault("NotAuthorized"), Trouble.AUTHENTICATION),
        (WHO, zeep.TransportError("no", status_code=401), Trouble.AUTHENTICATION),
        (WHO, fault("NotAuthorized", "The user is locked"), Trouble.LOCKED_OUT),
        (
            WHO,
            zeep.TransportError("no", status_code=401, content=b"<lockStatus>lock</lockStatus>"),
            Trouble.LOCKED_OUT,
        ),
        (MORE, fault("NotAuthorized"), Trouble.ROLE),
    ],
)
def test_every_kind_of_trouble_is_told_apart(step: str, error: Exception, kind: Trouble) -> None:
    assert kind_of(step, error) == kind.value


def said(moment: datetime) -> SimpleNamespace:
    date = SimpleNamespace(Year=moment.year, Month=moment.month, Day=moment.day)
    time = SimpleNamespace(Hour=moment.hour, Minute=moment.minute, Second=moment.second)
    return SimpleNamespace(UTCDateTime=SimpleNamespace(Date=date, Time=time))


@pytest.mark.parametrize(("off_s", "found"), [(0, None), (299, None), (-36_000, -36_000.0)])
def test_a_clock_too_far_off_is_told(off_s: int, found: float | None) -> None:
    assert skew_s(said(NOW + timedelta(seconds=off_s)), NOW) == found


def test_a_clock_that_tells_nothing_of_use_is_taken_to_be_right() -> None:
    nonsense = said(NOW)
    nonsense.UTCDateTime.Date.Month = 13

    assert skew_s(nonsense, NOW) is None
    assert skew_s(SimpleNamespace(UTCDateTime=None), NOW) is None
