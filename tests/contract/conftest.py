"""The cameras of the ``CameraLink`` suite: each test runs on the fake and on a simulated device."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.camera_benches import Bench, a_bench


@pytest.fixture(params=["fake", "onvif"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Return a camera with a head."""
    async with a_bench(request.param, has_ptz=True) as each:
        yield each


@pytest.fixture(params=["fake", "onvif"])
async def fixed(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Return a camera without a head."""
    async with a_bench(request.param, has_ptz=False) as each:
        yield each
