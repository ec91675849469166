"""A session of the simulated camera's RTSP server: what it holds, and when it lets go."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from simulators.live import Exposure, LivePicture
from simulators.rtsp.session import Session
from simulators.video import Format

FORM = Format(width_px=320, height_px=180, fps=10, bitrate_bps=200_000, gop=10)


class Ports:
    """A carrier that only remembers whether it was closed."""

    transport = "RTP/AVP"
    crowded = False

    def __init__(self) -> None:
        self.closed = False

    def rtp(self, packets: Iterable[bytes]) -> None:
        raise AssertionError("nobody makes pictures here")

    def rtcp(self, packet: bytes) -> None:
        assert len(packet) > 20

    def close(self) -> None:
        self.closed = True


class Clocks:
    def now_s(self) -> float:
        return 1.0

    def wall_s(self) -> float:
        return 1_700_000_000.0


def _nothing() -> Exposure:
    raise AssertionError("nobody makes pictures here")


def session_on(carrier: Ports) -> tuple[Session, LivePicture]:
    idle = ThreadPoolExecutor(1)
    live = LivePicture(FORM, _nothing, pool=idle, now_s=lambda: 0.0)
    return Session(live, carrier, Clocks(), lambda: False, lambda: False), live


async def test_a_session_that_is_cancelled_while_it_closes_gives_its_ports_back() -> None:
    carrier = Ports()
    session, live = session_on(carrier)
    session.play()
    await asyncio.sleep(0)

    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)

    assert closing.cancelled()
    assert carrier.closed
    assert live.watchers == 0
