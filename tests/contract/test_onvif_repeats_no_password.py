"""A camera that says our own password in its answers: it is not repeated anywhere."""

import re
import traceback
from collections.abc import Awaitable, Callable
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from structlog.testing import capture_logs

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.onvif.redaction import MARK, Redaction
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.imaging import Imaging
from orchestrator.errors import CameraError
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device.login import Login
from tests.fakes.hostile_camera import HostileCamera, fault, http, soap
from tests.fakes.onvif_site import USERNAME, SimulatedDevice

PASSWORD = "canary&password<24%chars"
SPELLINGS: dict[str, str] = {
    "as it is": escape(PASSWORD),
    "as an address has it": quote(PASSWORD, safe=""),
    "in numbers": "".join(f"&#{ord(letter)};" for letter in PASSWORD),
    "in pieces": f"<![CDATA[{PASSWORD[:7]}]]><![CDATA[{PASSWORD[7:]}]]>",
}
TEXT = re.compile(r">([^<>]+)<")


def told(*things: object) -> str:
    return "".join(map(repr, things)) + "".join(map(str, things))


def assert_unsaid(said: str) -> None:
    for spelling in (PASSWORD, quote(PASSWORD), quote(PASSWORD, safe=""), escape(PASSWORD)):
        assert spelling not in said


async def everything_said(link: CameraLink) -> str:
    """Return all that comes of asking a camera everything, as text."""
    said: list[object] = []
    calls: list[Callable[[], Awaitable[object]]] = [
        *(link.interview, link.presets, link.head, link.imaging),
        lambda: link.goto_preset(PresetName("gate")),
        lambda: link.set_imaging(Imaging(brightness=0.5)),
        lambda: link.send_auxiliary("tt:Wiper|On"),
    ]
    with capture_logs() as logs:
        for call in calls:
            try:
                said.append(await call())
            except CameraError as error:
                said += [*traceback.format_exception(error), error, vars(error)]
    return told(*said, *logs)


def approval(host: str, port: int) -> Approval:
    return Approval(CameraId("dock"), host, port, "/onvif/device_service", "dock", None, "anna")


@pytest.mark.slow
@settings(max_examples=8)
@given(
    spelling=st.sampled_from(list(SPELLINGS)),
    where=st.sets(st.integers(0, 40), min_size=1, max_size=6),
    whole=st.booleans(),
)
async def test_whatever_text_of_whatever_answer_holds_the_password_it_is_not_repeated(
    spelling: str, where: set[int], *, whole: bool
) -> None:
    def rewritten(answer: str) -> str:
        count = iter(range(10_000))

        def spoken(found: re.Match[str]) -> str:
            if next(count) not in where:
                return found[0]
            return f">{'' if whole else found[1]}{SPELLINGS[spelling]}<"

        return TEXT.sub(spoken, answer)

    simulated = SimulatedDevice()
    simulated.access.login = Login(USERNAME, PASSWORD)
    soap_server = simulated.device.soap
    soap_server.rewrites += [
        (operation, rewritten)
        for operation in soap_server.operations
        if operation != "tds:GetSystemDateAndTime"
    ]
    await simulated.device.open()
    try:
        async with OnvifCameras(SystemClock()) as cameras:
            unit = simulated.unit
            login = Credentials(USERNAME, Secret(PASSWORD))
            link = cameras.link(approval(unit.host, unit.onvif_port), login)
            assert_unsaid(await everything_said(link))
    finally:
        await simulated.device.close()


ODD = {
    "a fault's reason": fault("s:Sender", "ter:X", reason=escape(PASSWORD)),
    "a fault's code": fault("s:Sender", f"ter:{quote(PASSWORD)}"),
    "an element's name": soap(f"<{PASSWORD[:6]}password24/>"),
    "no envelope": http(f"<{PASSWORD[:6]}>{escape(PASSWORD)}</{PASSWORD[:6]}>".encode()),
    "broken XML": http(f"<a><{quote(PASSWORD, safe='').replace('%', '')}></a>".encode()),
    "no HTTP": f"{PASSWORD} is no status line\r\n\r\n".encode(),
    "a status": f"HTTP/1.1 500 {PASSWORD}\r\nContent-Length: 0\r\n\r\n".encode(),
    "a header": f"HTTP/1.1 200 OK\r\n{PASSWORD}\r\n\r\n".encode(),
    "a redirect": f"HTTP/1.1 302 Found\r\nLocation: http://x/{PASSWORD}\r\n\r\n".encode(),
    "a challenge": f'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="{PASSWORD}"\r\nContent-Length: 0\r\n\r\n'.encode(),
}


@pytest.mark.slow
@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
async def test_what_is_no_good_answer_is_not_repeated_with_the_password(answer: bytes) -> None:
    async with (
        HostileCamera(lambda _operation, _request: answer) as camera,
        OnvifCameras(SystemClock()) as cameras,
    ):
        login = Credentials(USERNAME, Secret(PASSWORD))
        said = await everything_said(cameras.link(approval(camera.host, camera.port), login))

    assert_unsaid(said)
    assert "CameraError" in said or "errors." in said


def test_an_attribute_is_cleaned_like_a_text_and_no_name_is_touched() -> None:
    body = f'<a b="{escape(PASSWORD)}"><c>x{escape(PASSWORD)}</c>{escape(PASSWORD)}</a>'.encode()
    root = etree.fromstring(body)

    Redaction(Secret(PASSWORD)).clean(body, root)

    assert etree.tostring(root, encoding="unicode") == (f'<a b="{MARK}"><c>x{MARK}</c>{MARK}</a>')


def test_a_short_password_costs_no_token() -> None:
    body = b'<a token="main">main</a>'
    root = etree.fromstring(body)
    short = Redaction(Secret("main"))

    short.clean(body, root)

    assert etree.tostring(root) == body
    assert short.text("wrong password main") == f"wrong password {MARK}"
