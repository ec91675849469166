"""One camera to be held to what every camera has to keep to: a simulated one, or a real one."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrator.adapters.onvif import OnvifCameras
from orchestrator.adapters.system import SystemClock
from orchestrator.cli.interviewing import Whom, whom, word_for
from orchestrator.domain.camera import Passport
from orchestrator.ports import CameraLink, Credentials, Secret
from simulators.device.login import Authentication
from simulators.device.quirks import Quirk
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

SIMULATED: dict[str, tuple[Authentication, bool]] = {
    "ptz, digest": (Authentication.DIGEST, True),
    "fixed, token": (Authentication.WSSE, False),
}


@dataclass(slots=True)
class AnyCamera:
    """Where it is, the right login, and whether it may be moved and changed."""

    about: Whom
    credentials: Credentials
    may_move: bool
    cameras: OnvifCameras
    _link: CameraLink | None = None
    _passport: Passport | None = None

    async def link(self) -> CameraLink:
        """Return the link to it."""
        if self._link is None:
            self._link = await self.link_with(self.credentials)
        return self._link

    async def link_with(self, credentials: Credentials) -> CameraLink:
        """Return another link to it, with this login."""
        return self.cameras.link(await word_for(self.about, self.cameras), credentials)

    async def passport(self) -> Passport:
        """Return what its first interview found."""
        if self._passport is None:
            self._passport = await (await self.link()).interview()
        return self._passport

    def is_moved(self) -> None:
        """Skip the test where the camera's owner did not allow that."""
        if not self.may_move:
            pytest.skip("it may not be moved or changed: say --camera-may-move")


@asynccontextmanager
async def any_camera(kind: str, config: pytest.Config) -> AsyncIterator[AnyCamera]:
    """Hold the camera of ``--camera``, or a simulated one of this kind."""
    if config.getoption("--camera"):
        async with OnvifCameras(SystemClock()) as cameras:
            yield _real(config, cameras)
        return
    authentication, has_ptz = SIMULATED[kind]
    async with simulated_camera(SimulatedDevice(authentication, has_ptz=has_ptz)) as camera:
        yield camera


@asynccontextmanager
async def otherwise(worn: type[Quirk]) -> AsyncIterator[AnyCamera]:
    """Hold a simulated camera with a quirk."""
    simulated = SimulatedDevice(worn.authentication)
    worn().put_on(simulated.device)
    async with simulated_camera(simulated) as camera:
        yield camera


@asynccontextmanager
async def simulated_camera(simulated: SimulatedDevice) -> AsyncIterator[AnyCamera]:
    """Hold a simulated camera."""
    await simulated.device.open()
    login = Credentials(USERNAME, Secret(PASSWORD))
    about = Whom(simulated.unit.host, simulated.unit.onvif_port, login)
    try:
        async with OnvifCameras(SystemClock()) as cameras:
            yield AnyCamera(about, login, True, cameras)
    finally:
        await simulated.device.close()


def _real(config: pytest.Config, cameras: OnvifCameras) -> AnyCamera:
    username = config.getoption("--camera-username") or os.environ.get("CAMERA_USERNAME")
    written = os.environ.get("CAMERA_PASSWORD_FILE")
    file = config.getoption("--camera-password-file") or (Path(written) if written else None)
    about = whom(config.getoption("--camera"), username, file)
    if about.credentials is None:
        raise pytest.UsageError("--camera wants --camera-username and --camera-password-file")
    may_move = bool(config.getoption("--camera-may-move"))
    return AnyCamera(about, about.credentials, may_move, cameras)
