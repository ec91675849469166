"""A simulated camera fails as real ones do, and comes back."""

import asyncio
import time

import pytest

from simulators.faults import ClockWrong, Dead, SilentSoap, Slow
from simulators.serve import running
from tests.fakes.rtsp_caller import RtspCaller
from tests.fakes.simulated_site import DOME, FIXED, PASSWORD, SECRETS, USERNAME, facility
from tests.fakes.soap_caller import CLOCK, INFORMATION, call, token

pytestmark = pytest.mark.slow

URL = f"http://{DOME.host}:{DOME.onvif_port}/onvif/device_service"
OTHER = f"http://{FIXED.host}:{FIXED.onvif_port}/onvif/device_service"


async def refuses(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionRefusedError:
        return True
    writer.transport.abort()
    return False


async def test_a_dead_camera_closes_every_door_and_opens_them_again_when_revived() -> None:
    async with running(facility(DOME, FIXED), secrets=SECRETS) as site:
        watcher = await RtspCaller.connect(DOME.host, DOME.rtsp_port, "main", (USERNAME, PASSWORD))
        await watcher.play()
        await site.fault(DOME.id, Dead())
        assert await watcher.closed()
        watcher.close()
        assert await refuses(DOME.host, DOME.onvif_port)
        assert await refuses(DOME.host, DOME.rtsp_port)
        assert site.watchers(DOME.id) == 0
        assert (await call(OTHER, CLOCK)).status == 200
        await site.mend(DOME.id)
        assert (await call(URL, CLOCK)).status == 200
        assert not await refuses(DOME.host, DOME.rtsp_port)


async def test_a_silent_camera_takes_calls_and_never_answers() -> None:
    async with running(facility(DOME, FIXED), secrets=SECRETS) as site:
        await site.fault(DOME.id, SilentSoap())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await call(URL, CLOCK)
        assert (await call(OTHER, CLOCK)).status == 200
        await site.mend(DOME.id)
        assert (await call(URL, CLOCK)).status == 200


async def test_a_slow_camera_answers_late() -> None:
    async with running(facility(DOME), secrets=SECRETS) as site:
        await site.fault(DOME.id, Slow(0.3))
        began_s = time.monotonic()
        assert (await call(URL, CLOCK)).status == 200
        assert time.monotonic() - began_s >= 0.3


async def test_a_camera_with_a_wrong_clock_says_so_and_judges_tokens_by_it() -> None:
    async with running(facility(DOME), secrets=SECRETS) as site:
        await site.fault(DOME.id, ClockWrong(400 * 86400.0))
        told = await call(URL, CLOCK)
        right = await call(URL, INFORMATION, header=token(USERNAME, PASSWORD))
        adjusted = token(USERNAME, PASSWORD, skew_s=400 * 86400.0)
        shifted = await call(URL, INFORMATION, header=adjusted)

    assert int(told.texts("Year")[0]) > time.gmtime().tm_year
    assert (right.status, shifted.status) == (401, 200)
