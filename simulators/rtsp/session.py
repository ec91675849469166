"""One watcher: packets from the moment of the first keyframe, and a sender report every second."""

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

from simulators.rtsp.carriers import Carrier
from simulators.rtsp.payloads import PAYLOAD_TYPES, payloads
from simulators.rtsp.rtp import RtpStream
from simulators.video import AccessUnit, Format

Sink = Callable[[AccessUnit], None]
_REPORT_PERIOD_S = 1.0


class Live(Protocol):
    """A live picture that is rendered only while somebody watches."""

    @property
    def form(self) -> Format:
        """Return size, rate and keyframe distance."""
        ...

    @property
    def sets(self) -> tuple[bytes, ...]:
        """Return the parameter sets of the stream."""
        ...

    def attach(self, sink: Sink) -> None:
        """Call ``sink`` with every access unit from a fresh keyframe on."""
        ...

    def refresh(self) -> None:
        """Make the next picture a keyframe."""
        ...

    def detach(self, sink: Sink) -> None:
        """Stop calling ``sink``."""
        ...


class Clock(Protocol):
    """Both clocks of a camera."""

    def now_s(self) -> float:
        """Return the exposure clock (monotonic)."""
        ...

    def wall_s(self) -> float:
        """Return what the camera believes is the time (seconds since 1970)."""
        ...


class Session:
    """What one SETUP made.

    ``stalled`` says whether the camera has stopped sending, ``garbled`` whether it sends noise.
    """

    def __init__(
        self,
        live: Live,
        carrier: Carrier,
        clock: Clock,
        stalled: Callable[[], bool],
        garbled: Callable[[], bool],
    ) -> None:
        """Draw the random start values that RTP demands."""
        self.id = f"{random.getrandbits(64):016x}"
        self.carrier = carrier
        self._live = live
        self._clock = clock
        self._stalled = stalled
        self._garbled = garbled
        self._stream = RtpStream(
            PAYLOAD_TYPES[live.form.encoding],
            source=random.getrandbits(32),
            sequence=random.getrandbits(16),
            offset=random.getrandbits(32),
        )
        self._keyed = False
        self._reporting: asyncio.Task[None] | None = None

    @property
    def playing(self) -> bool:
        """Return whether it is being sent to."""
        return self._reporting is not None

    @property
    def sequence(self) -> int:
        """Return the sequence number of the next packet."""
        return self._stream.sequence

    def play(self) -> None:
        """Send from the next keyframe on."""
        if self.playing:
            return
        self._keyed = False
        self._reporting = asyncio.get_running_loop().create_task(self._report())
        self._live.attach(self._send)

    async def pause(self) -> None:
        """Stop sending."""
        task, self._reporting = self._reporting, None
        if task is None:
            return
        self._live.detach(self._send)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def close(self) -> None:
        """Stop sending and let go of the ports, even when cancelled meanwhile."""
        try:
            await self.pause()
        finally:
            self.carrier.close()

    def _send(self, unit: AccessUnit) -> None:
        if self._stalled():
            self._keyed = False
            return
        if self.carrier.crowded:
            self._keyed = False
            return
        if not self._keyed and not unit.key:
            self._live.refresh()
            return
        self._keyed = True
        sets = self._live.sets if unit.key else ()
        packed = payloads(self._live.form.encoding, (*sets, *unit.units))
        if self._garbled():
            self._keyed = False
            packed = (random.randbytes(len(payload)) for payload in packed)
        self.carrier.rtp(self._stream.packets(packed, unit.exposed_s))

    async def _report(self) -> None:
        while True:
            if not self._stalled():
                now_s, wall_s = self._clock.now_s(), self._clock.wall_s()
                self.carrier.rtcp(self._stream.sender_report(now_s=now_s, wall_s=wall_s))
            await asyncio.sleep(_REPORT_PERIOD_S)
