"""What holds for every test: the same properties on every run, and logs that go where they went."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command has configured: its lines go to a file that is closed by now."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let ``tests/contract/test_any_camera.py`` run on a camera of yours."""
    group = parser.getgroup("camera", "a real camera instead of simulated ones")
    group.addoption("--camera", metavar="ADDRESS", help="HOST, HOST:PORT or https://HOST")
    group.addoption("--camera-username", metavar="NAME", help="or CAMERA_USERNAME")
    group.addoption(
        "--camera-password-file", metavar="FILE", type=Path, help="or CAMERA_PASSWORD_FILE"
    )
    group.addoption(
        "--camera-may-move",
        action="store_true",
        help="its head may be moved, and its picture changed and put back",
    )
