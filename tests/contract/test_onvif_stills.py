"""A still picture is fetched by the rules of every call: no stranger gets a login, nothing is believed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.domain.ids import CameraId
from orchestrator.errors import BadAnswer, NotAuthorised
from orchestrator.ports import Approval, CameraLink, Credentials, Secret
from simulators.device import quirks
from simulators.device.login import Authentication
from tests.fakes.hostile_camera import HostileCamera, http
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice, grey_jpeg

CHALLENGE = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
BASIC = 'WWW-Authenticate: Basic realm="r"'


@dataclass
class Scene:
    simulated: SimulatedDevice
    link: CameraLink

    def named(self, uri: str) -> None:
        """Have the camera name this address for its picture."""
        told = f"<tr2:GetSnapshotUriResponse><tr2:Uri>{uri}</tr2:Uri></tr2:GetSnapshotUriResponse>"
        self.simulated.device.soap.rewrites.append(("tr2:GetSnapshotUri", lambda _said: told))


@asynccontextmanager
async def scene(kind: Authentication = Authentication.DIGEST) -> AsyncIterator[Scene]:
    simulated = SimulatedDevice(kind)
    await simulated.device.open()
    unit = simulated.unit
    path = "/onvif/device_service"
    approval = Approval(CameraId("dock"), unit.host, unit.onvif_port, path, "dock", None, "anna")
    try:
        async with OnvifCameras(SystemClock()) as cameras:
            yield Scene(simulated, cameras.link(approval, Credentials(USERNAME, Secret(PASSWORD))))
    finally:
        await simulated.device.close()


async def test_a_picture_that_is_said_to_be_elsewhere_is_fetched_from_the_approved_camera() -> None:
    async with scene() as at:
        quirks.SnapshotElsewhere().put_on(at.simulated.device)

        still = await at.link.still()

    assert (still.width_px, still.height_px) == (640, 360)


@pytest.mark.parametrize(
    "kind", [Authentication.DIGEST_SHA256, Authentication.BOTH, Authentication.WSSE]
)
async def test_a_picture_wants_a_login_of_its_own(kind: Authentication) -> None:
    async with scene(kind) as at:
        for _ in range(3):
            await at.link.still()

        assert at.simulated.access.wrong_passwords == 0


@asynccontextmanager
async def next_door(at: Scene, answer: bytes) -> AsyncIterator[HostileCamera]:
    """Have the picture lie at another port of the same host, where this is answered."""
    other = HostileCamera(lambda _operation, _request: answer)
    other.host = at.simulated.unit.host
    async with other:
        at.named(f"http://{other.host}:{other.port}/picture.jpg")
        yield other


async def test_at_another_port_a_picture_is_asked_for_without_a_login() -> None:
    async with scene() as at, next_door(at, http(grey_jpeg())) as other:
        still = await at.link.still()

        assert still.width_px == 640
        assert [b"Authorization" in request for request in other.requests] == [False]


@pytest.mark.parametrize("challenge", [CHALLENGE, BASIC])
async def test_another_port_that_wants_a_login_gets_none(challenge: str) -> None:
    async with scene() as at, next_door(at, http(b"", 401, [challenge])) as other:
        with pytest.raises(NotAuthorised, match="is approved"):
            await at.link.still()

        assert len(other.requests) == 1
        assert b"Authorization" not in other.requests[0]


async def test_a_redirect_is_not_followed() -> None:
    away = http(b"", 302, ["Location: http://192.0.2.66/picture.jpg"])
    async with scene() as at, next_door(at, away) as other:
        with pytest.raises(BadAnswer, match="redirects"):
            await at.link.still()

        assert len(other.requests) == 1


async def test_a_picture_that_is_too_large_is_refused() -> None:
    async with scene() as at:
        at.simulated.picture = b"\xff\xd8\xff" + bytes(5 << 20)

        with pytest.raises(BadAnswer, match="larger than"):
            await at.link.still()


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (b"", "no JPEG"),
        (b"<html>not a picture</html>", "no JPEG"),
        (grey_jpeg()[:-40], "cut off"),
        (b"\xff\xd8\xff\xe0\x00\x04\x00\x00\xff\xd9", "tells no size"),
    ],
)
async def test_what_is_no_picture_is_refused(picture: bytes, why: str) -> None:
    async with scene() as at:
        at.simulated.picture = picture

        with pytest.raises(BadAnswer, match=why):
            await at.link.still()


@pytest.mark.parametrize("uri", ["ftp://127.0.0.1/a.jpg", "javascript:alert(1)", "http:///", "x y"])
async def test_an_address_that_is_none_is_refused(uri: str) -> None:
    async with scene() as at:
        at.named(uri)

        with pytest.raises(BadAnswer):
            await at.link.still()
