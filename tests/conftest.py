"""What holds for every test: the same properties on every run, and logs that go where they went."""

from collections.abc import Iterator

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
