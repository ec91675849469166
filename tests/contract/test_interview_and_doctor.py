"""`interview` and `doctor` on simulated cameras: what they say, what they ask, and what they do not."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

from orchestrator.cli.interviewing import examine_camera, interview_camera, whom
from orchestrator.errors import AuthorError
from simulators.device.describe import PRE_AUTH
from simulators.device.login import Authentication
from tests.fakes.certificates import self_made
from tests.fakes.hostile_camera import HostileCamera, http
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice, free_port, own_address

SECOND = "second opinion (onvif-zeep): "
STEERING = ("tptz:Goto", "tptz:Absolute", "tptz:Relative", "tptz:Continuous", "tptz:Stop", "tptz:S")


@dataclass
class Desk:
    """A camera, and a person who asks about it."""

    simulated: SimulatedDevice
    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def address(self) -> str:
        scheme = "" if self.simulated.device.tls is None else "https://"
        return f"{scheme}{self.simulated.unit.host}:{self.simulated.unit.onvif_port}"

    def password_file(self, password: str, mode: int = 0o600) -> Path:
        path = self.folder / "password"
        path.write_text(f"{password}\n", "utf-8")
        path.chmod(mode)
        return path

    async def interview(self, password: str | None = None) -> tuple[int, dict[str, object]]:
        login = (None, None) if password is None else (USERNAME, self.password_file(password))
        status = await interview_camera(whom(self.address, *login), as_json=True)
        return status, json.loads(self._printed())

    async def trouble(self, password: str) -> tuple[int, str]:
        """Return the one thing that is wrong."""
        status, said = await self.interview(password)
        complaints = said["complaints"]
        assert isinstance(complaints, list)
        [complaint] = complaints
        return status, complaint["trouble"]

    async def doctor(self, password: str | None = None) -> tuple[int, str]:
        login = (None, None) if password is None else (USERNAME, self.password_file(password))
        status = await examine_camera(whom(self.address, *login))
        return status, self._printed()

    async def opinions(self, password: str) -> tuple[int, str, str]:
        """Return how `doctor` ends, what is wrong in its words, and in those of the second opinion."""
        status, said = await self.doctor(password)
        lines = [line for line in said.splitlines() if not line.startswith("this machine")]
        return status, lines[0].partition(":")[0], lines[-1].removeprefix(SECOND).partition(":")[0]

    def asked(self) -> set[str]:
        return set(self.simulated.device.soap.calls)

    def _printed(self) -> str:
        out, err = self.capsys.readouterr()
        assert PASSWORD not in out + err
        return out


async def desk_with(
    authentication: Authentication,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Desk]:
    simulated = SimulatedDevice(authentication, tls=tls)
    await simulated.device.open()
    yield Desk(simulated, folder, capsys)
    await simulated.device.close()


@pytest.fixture
async def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    async for each in desk_with(Authentication.DIGEST, tmp_path, capsys):
        yield each


@pytest.fixture
async def token_desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    tls = self_made(tmp_path, "camera").context
    async for each in desk_with(Authentication.WSSE, tmp_path, capsys, tls):
        yield each


@pytest.mark.slow
async def test_an_interview_prints_the_passport_and_moves_nothing(desk: Desk) -> None:
    status, said = await desk.interview(PASSWORD)

    passport = said["passport"]
    assert isinstance(passport, dict)
    assert status == 0
    assert passport["serial"] == "SIM-1"
    assert passport["authentication"] == "http-digest"
    assert [preset["name"] for preset in passport["presets"]] == ["home", "wide", "gate"]
    assert passport["events"] == "pull point"
    assert said["unproven"]
    assert not [each for each in desk.asked() if each.startswith(STEERING)]


async def test_without_a_login_only_what_a_camera_tells_anybody_is_asked(desk: Desk) -> None:
    status, said = await desk.interview()

    seen = said["seen"]
    assert isinstance(seen, dict)
    assert (status, said["passport"]) == (0, None)
    assert seen["logins"] == ["http-digest (MD5)"]
    assert set(seen["services"]) == {"device", "media", "media2", "ptz", "imaging", "events"}
    assert desk.asked() <= PRE_AUTH | {"tds:GetDeviceInformation"}
    assert desk.simulated.access.wrong_passwords == 0


async def test_people_read_the_same_as_lines(desk: Desk) -> None:
    about = whom(desk.address, USERNAME, desk.password_file(PASSWORD))

    assert await interview_camera(about, as_json=False) == 0

    printed = desk.capsys.readouterr().out
    assert "serial SIM-1" in printed
    assert "space           PanTiltSpaces/PositionGenericSpace x: -1 to 1" in printed


async def test_a_wrong_password_is_tried_once_and_named(desk: Desk) -> None:
    assert await desk.trouble("wrong") == (1, "authentication")
    assert desk.simulated.access.wrong_passwords == 1


async def test_a_user_who_is_locked_out_is_told_apart(desk: Desk) -> None:
    desk.simulated.access.locks_after = 1
    desk.simulated.access.wrong_passwords = 1

    assert await desk.trouble(PASSWORD) == (1, "locked out")


async def test_a_user_without_the_role_is_told_apart(desk: Desk) -> None:
    desk.simulated.device.soap.reserved = frozenset({"tr2:GetProfiles"})

    assert await desk.trouble(PASSWORD) == (1, "role")


async def test_a_wrong_clock_is_told_and_no_login_sent(desk: Desk) -> None:
    desk.simulated.clock.ahead_s = 36_000.0

    assert await desk.trouble(PASSWORD) == (1, "clock")
    assert desk.simulated.access.wrong_passwords == 0


def wrong_clock(desk: Desk) -> None:
    desk.simulated.clock.ahead_s = 36_000.0


def locked(desk: Desk) -> None:
    desk.simulated.access.locks_after = desk.simulated.access.wrong_passwords = 1


def lesser_role(desk: Desk) -> None:
    desk.simulated.device.soap.reserved = frozenset({"tr2:GetProfiles", "tds:GetScopes"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("password", "set_up", "trouble", "tried"),
    [
        ("wrong", lambda _desk: None, "authentication", 1),
        (PASSWORD, locked, "locked out", 1),
        (PASSWORD, lesser_role, "role", 0),
        (PASSWORD, wrong_clock, "clock", 0),
    ],
    ids=["wrong password", "locked out", "lesser role", "wrong clock"],
)
async def test_doctor_and_its_second_opinion_tell_troubles_apart(
    desk: Desk, password: str, set_up: Callable[[Desk], None], trouble: str, tried: int
) -> None:
    set_up(desk)

    assert await desk.opinions(password) == (1, trouble, trouble)
    assert desk.simulated.access.wrong_passwords == tried


@pytest.mark.slow
async def test_the_second_opinion_logs_in_where_the_first_could_by_the_same_certificate(
    token_desk: Desk,
) -> None:
    status, said = await token_desk.doctor(PASSWORD)

    assert status == 0, said
    assert "GetSystemDateAndTime, GetDeviceInformation and GetScopes answer as they should" in said
    assert token_desk.simulated.access.wrong_passwords == 0
    assert token_desk.simulated.device.events.created == 0


@pytest.mark.slow
async def test_the_second_opinion_logs_in_by_digest_where_a_camera_wants_that(desk: Desk) -> None:
    status, said = await desk.doctor(PASSWORD)

    assert status == 0, said
    assert "nothing is wrong" in said
    assert "GetDeviceInformation and GetScopes answer as they should" in said
    assert desk.simulated.access.wrong_passwords == 0


@pytest.mark.slow
async def test_an_address_where_nothing_is_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    host = own_address()

    assert await examine_camera(whom(f"{host}:{free_port(host)}", None, None)) == 3

    said = capsys.readouterr().out
    assert said.startswith("unreachable: no connection to ")
    assert f"{SECOND}unreachable: " in said


@pytest.mark.slow
async def test_a_port_that_speaks_tls_only_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tls = self_made(tmp_path, "camera").context
    async for desk in desk_with(Authentication.DIGEST, tmp_path, capsys, tls):
        plain = desk.address.removeprefix("https://")

        assert await examine_camera(whom(plain, None, None)) == 3

    said = capsys.readouterr().out
    assert said.startswith(f"tls: {plain} speaks TLS only")
    assert f"{SECOND}tls: " in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (http(b"", 503), "busy: "),
        (b"", "unreachable: "),
        (http(b"<html>a printer</html>"), "not onvif: "),
    ],
    ids=["busy", "hangs up", "a printer"],
)
async def test_what_answers_and_is_of_no_use_is_told_apart(
    answer: bytes, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with HostileCamera(lambda _operation, _request: answer) as other:
        assert await examine_camera(whom(f"{other.host}:{other.port}", None, None)) == 3

    said = capsys.readouterr().out
    assert said.startswith(trouble)
    assert f"{SECOND}{trouble}" in said


def test_a_password_that_others_can_read_is_refused(desk: Desk) -> None:
    with pytest.raises(AuthorError, match="chmod 600"):
        whom(desk.address, USERNAME, desk.password_file(PASSWORD, 0o644))


def test_half_a_login_and_no_address_are_refused() -> None:
    with pytest.raises(typer.BadParameter, match="go together"):
        whom("192.0.2.11", "anna", None)
    with pytest.raises(typer.BadParameter, match="no address"):
        whom("http://192.0.2.11/", None, None)
