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
from orchestrator.ports import CameraLink, Credentials, Secret
from simulators.device.login import Authentication
from tests.fakes.onvif_site import PASSWORD, USERNAME, SimulatedDevice

SIMULATED: dict[str, tuple[Authentication, bool]] = {
    "ptz, digest": (Authentication.DIGEST, True),
    "fixed, token": (Authentication.WSSE, False),
}


@dataclass(frozen=True, slots=True)
class AnyCamera:
    """Where it is, the right login, and whether it may be moved and changed."""

    about: Whom
    credentials: Credentials
    may_move: bool
    cameras: OnvifCameras

    async def link(self, credentials: Credentials | None = None) -> CameraLink:
        """Return a link to it."""
        approval = await word_for(self.about, self.cameras)
        return self.cameras.link(approval, credentials or self.credentials)

    def is_moved(self) -> None:
        """Skip the test where the camera's owner did not allow that."""
        if not self.may_move:
            pytest.skip("it may not be moved or changed: say --camera-may-move")


@asynccontextmanager
async def any_camera(kind: str, config: pytest.Config) -> AsyncIterator[AnyCamera]:
    """Hold the camera of ``--camera``, or a simulated one of this kind."""
    async with OnvifCameras(SystemClock()) as cameras:
        if config.getoption("--camera"):
            yield _real(config, cameras)
            return
        authentication, has_ptz = SIMULATED[kind]
        simulated = SimulatedDevice(authentication, has_ptz=has_ptz)
        await simulated.device.open()
        login = Credentials(USERNAME, Secret(PASSWORD))
        yield AnyCamera(
            Whom(simulated.unit.host, simulated.unit.onvif_port, login), login, True, cameras
        )
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
