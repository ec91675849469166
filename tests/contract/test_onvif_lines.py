"""The connections to cameras: who waits for whom, what is kept, and what is closed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from orchestrator.adapters.onvif.addresses import Origin
from orchestrator.adapters.onvif.tls import trusting
from orchestrator.adapters.onvif.wire import HungUp, Lane, Lines
from orchestrator.adapters.onvif.wire.lines import PER_DEVICE
from tests.fakes.hostile_camera import HostileCamera, http

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"
GRACE_S = 0.2


@pytest.fixture
async def lines() -> AsyncIterator[Lines]:
    lines = Lines(trusting(None))
    yield lines
    await lines.aclose()


async def asked(lines: Lines, camera: HostileCamera, lane: Lane, for_s: float = 5.0) -> bytes:
    until_s = asyncio.get_running_loop().time() + for_s
    origin = Origin(camera.host, camera.port)
    answer = await lines.exchanged(origin, REQUEST, lane, most_bytes=99, until_s=until_s)
    return answer.body


class Held:
    """Answers when it is let go, and counts who waits."""

    def __init__(self) -> None:
        self.waiting = 0
        self.let_go = asyncio.Event()
        self._more = asyncio.Condition()

    def script(self, _operation: str, _request: bytes) -> AsyncIterator[bytes]:
        return self._answer()

    async def _answer(self) -> AsyncIterator[bytes]:
        async with self._more:
            self.waiting += 1
            self._more.notify_all()
        await self.let_go.wait()
        yield http(b"<a/>", headers=["Connection: close"])

    async def until(self, waiting: int) -> None:
        async with asyncio.timeout(5.0), self._more:
            await self._more.wait_for(lambda: self.waiting >= waiting)


async def test_two_questions_at_a_time_go_to_a_device_and_a_stop_waits_for_none_of_them(
    lines: Lines,
) -> None:
    held = Held()
    async with HostileCamera(held.script) as camera:
        usual = [asyncio.create_task(asked(lines, camera, Lane.TURNS)) for _ in range(5)]
        await held.until(PER_DEVICE)
        await asyncio.sleep(GRACE_S)
        assert held.waiting == PER_DEVICE

        others = [
            asyncio.create_task(asked(lines, camera, lane)) for lane in (Lane.URGENT, Lane.PATIENT)
        ]
        await held.until(PER_DEVICE + 2)
        held.let_go.set()

        assert await asyncio.gather(*usual, *others) == [b"<a/>"] * 7


async def test_a_device_that_hangs_keeps_no_other_one_behind_the_same_address_waiting(
    lines: Lines,
) -> None:
    held, other = Held(), HostileCamera(lambda _operation, _request: http(b"<b/>"))
    async with HostileCamera(held.script) as camera:
        other.host = camera.host
        async with other:
            hanging = [asyncio.create_task(asked(lines, camera, Lane.TURNS, 0.3)) for _ in range(4)]
            await held.until(PER_DEVICE)

            assert await asked(lines, other, Lane.TURNS, 1.0) == b"<b/>"

            ended = await asyncio.gather(*hanging, return_exceptions=True)
            assert [type(each) for each in ended] == [TimeoutError] * 4


async def test_a_connection_is_used_again_and_another_one_opened_where_it_was_closed(
    lines: Lines,
) -> None:
    answers = [http(b"1"), http(b"2"), http(b"3", headers=["Connection: close"]), http(b"4")]
    async with HostileCamera(lambda _operation, _request: answers.pop(0)) as camera:
        said = [await asked(lines, camera, Lane.TURNS) for _ in range(4)]

        assert said == [b"1", b"2", b"3", b"4"]
        assert camera.connections == 2


async def test_what_is_under_way_ends_when_all_connections_are_closed(lines: Lines) -> None:
    held = Held()
    async with HostileCamera(held.script) as camera:
        waiting = asyncio.create_task(asked(lines, camera, Lane.TURNS))
        await held.until(1)

        await lines.aclose()

        with pytest.raises(HungUp):
            await waiting
