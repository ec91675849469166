"""Simulated cameras in a process of their own, so that what they cost is theirs alone.

Run as a module it is that process: one film, so many cameras, each with a phase of its own; it prints
where their streams are and serves them until its standard input ends. Lines on it are faults: ``stall
NAME``, ``garble NAME``, ``mend NAME``; each is answered, once it stands, with the processor time that
serving has taken (s).
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from simulators.clock import CameraClock
from simulators.device.access import Access
from simulators.device.login import Authentication, Login
from simulators.rtsp.server import RtspServer
from simulators.video import Format
from tests.benchmarks.watch.reel import Reel, encoded
from tests.fakes.onvif_site import free_port, own_address
from tests.fakes.video_site import LOGIN

SIZE_PX = (640, 360)
SECONDS = 8
FPS = 10
BITRATE_BPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Cameras:
    """Streams by camera, and the process that serves them."""

    streams: dict[CameraId, Stream]
    process: asyncio.subprocess.Process

    def host_of(self, camera: CameraId) -> str | None:
        """Return the approved host of a camera."""
        uri = self.streams[camera].uri
        return uri.split("/")[2].rsplit(":", 1)[0]

    def uri_with_login(self, camera: CameraId) -> str:
        """Return a stream's address as programs take it that know no better."""
        password = LOGIN.password.reveal().replace("%", "%25")
        for sign in ": @/?#":
            password = password.replace(sign, f"%{ord(sign):02X}")
        return self.streams[camera].uri.replace("rtsp://", f"rtsp://{LOGIN.username}:{password}@")

    async def say(self, line: str) -> float:
        """Tell the process of a fault, wait until it stands; return what serving has cost (s)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n".encode())
        return float((await self.process.stdout.readline()).split()[1])


@asynccontextmanager
async def cameras(count: int, film: Path) -> AsyncIterator[Cameras]:
    """Have so many cameras that show a film, until the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(count), str(film)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        told = json.loads(await process.stdout.readline())
        streams = {
            CameraId(name): Stream("main", uri, *SIZE_PX, float(FPS), "H264")
            for name, uri in told.items()
        }
        yield Cameras(streams, process)
    finally:
        process.stdin.close()
        await process.wait()


def busy_film(path: Path) -> Path:
    """Write a film of walking rectangles over a textured floor, as dense as a busy yard."""
    rng = np.random.default_rng(1)
    wide, high = SIZE_PX
    floor = rng.integers(70, 160, (high // 4, wide // 4, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    walkers = rng.uniform((0, 60, -6, 24), (wide, high - 90, 6, 80), (8, 4))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        for number in range(SECONDS * FPS):
            picture = np.clip(floor + rng.normal(0, 3, floor.shape), 0, 255).astype(np.uint8)
            for index, (x, y, pace, tall) in enumerate(walkers):
                left = int(x + pace * number) % wide
                picture[int(y) : int(y + tall), left : left + int(tall / 3)] = 30 + index * 20
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


async def serve(names: Sequence[str], film: Path) -> None:
    """Serve until standard input ends."""
    form = Format(*SIZE_PX, float(FPS), BITRATE_BPS, gop=2 * FPS)
    units = await asyncio.to_thread(encoded, film, form)
    random.seed(1)
    reels = {name: Reel(form, units, random.random()) for name in names}
    servers = {name: _server(reel) for name, reel in reels.items()}
    tasks = [asyncio.create_task(reel.run()) for reel in reels.values()]
    told = {}
    for name, server in servers.items():
        host = own_address()
        port = free_port(host)
        await server.open(host, port)
        told[name] = f"rtsp://{host}:{port}/{server.path}"
    _print(json.dumps(told))
    while line := await asyncio.to_thread(sys.stdin.readline):
        what, _, name = line.strip().partition(" ")
        servers[name].stalled = what == "stall"
        servers[name].garbled = what == "garble"
        _print(f"{what} {time.process_time():.3f}")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*(server.close() for server in servers.values()))


def _server(reel: Reel) -> RtspServer:
    login = Login(LOGIN.username, LOGIN.password.reveal())
    access = Access(login, Authentication.DIGEST, realm="a reel")
    return RtspServer("reel", reel, access, CameraClock())


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve([f"camera-{n}" for n in range(int(sys.argv[1]))], Path(sys.argv[2])))
