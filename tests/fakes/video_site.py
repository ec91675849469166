"""Simulated cameras that serve video over real RTSP on this test's own loopback addresses."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import av
import numpy as np

from orchestrator.domain.camera import Stream
from orchestrator.domain.ids import CameraId
from orchestrator.ports import Credentials, Secret
from simulators.depot import Area, Depot, ParkedCar
from simulators.facility import Facility
from simulators.facility_plan import CameraSpec, FacilityPlan, Trip, Walks
from simulators.render import shoot
from simulators.serve import Site, running
from simulators.video import Encoding
from tests.fakes.onvif_site import free_port, own_address

PASSWORD = "canary: p@ss/w?rd #1"
LOGIN = Credentials("operator", Secret(PASSWORD))
FPS = 10.0


def film(path: Path, seconds: float = 2.0) -> Path:
    """Write a small film that grows lighter from frame to frame, and return its path."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=int(FPS), options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(int(seconds * FPS)):
            grey = np.full((180, 320, 3), 20 + number * 8 % 200, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(grey, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


class VideoSite:
    """Cameras on the network; made by ``serving``."""

    def __init__(self, site: Site, specs: dict[CameraId, CameraSpec]) -> None:
        """Keep the site and its cameras."""
        self.site = site
        self._specs = specs

    def host_of(self, camera: CameraId) -> str | None:
        """Return a camera's approved host."""
        spec = self._specs.get(camera)
        return None if spec is None else spec.host

    def web_port(self, camera: CameraId) -> int:
        """Return the port of a camera's web server."""
        return self._specs[camera].onvif_port

    def stream(self, camera: CameraId) -> Stream:
        """Return a camera's only stream."""
        spec = self._specs[camera]
        uri = f"rtsp://{spec.host}:{spec.rtsp_port}/{self.site.stations[camera].rtsp.path}"
        return Stream("main", uri, spec.width_px, spec.height_px, spec.fps, spec.encoding)


@asynccontextmanager
async def serving(
    cameras: Sequence[str],
    *,
    source: Path | None,
    size_px: tuple[int, int] = (320, 180),
    truth: Path | None = None,
    encoding: Encoding = Encoding.H264,
) -> AsyncIterator[VideoSite]:
    """Serve ``source`` from every camera (None: a parked car in a small yard) until the end."""
    specs = {name: _camera(name, source, size_px, encoding) for name in cameras}
    facility = Facility(_plan(specs))
    facility.reset(1)
    if source is None:
        for name in specs:  # a first picture takes long to draw, later ones do not
            await asyncio.to_thread(shoot, facility.scene(name))
    login = (LOGIN.username, LOGIN.password.reveal())
    async with running(facility, secrets={"video": login}, truth=truth, seed=1) as site:
        yield VideoSite(site, {CameraId(name): spec for name, spec in specs.items()})


def _camera(
    name: str, source: Path | None, size_px: tuple[int, int], encoding: Encoding
) -> CameraSpec:
    host = own_address()
    return CameraSpec(
        id=name,
        host=host,
        serial=f"SIM-{name}",
        model="Test",
        credentials="video",
        at=(2.0, 2.0, 4.0),
        azimuth_deg=45.0,
        tilt_deg=-20.0,
        hfov_deg=(70.0, 70.0),
        onvif_port=free_port(host),
        rtsp_port=free_port(host),
        width_px=size_px[0],
        height_px=size_px[1],
        fps=FPS,
        source=source,
        encoding=encoding,
    )


def _plan(cameras: dict[str, CameraSpec]) -> FacilityPlan:
    yard = Area("asphalt", ((-20, -20), (40, -20), (40, 40), (-20, 40)))
    depot = Depot(20.0, 20.0, areas=(yard,), parked=(ParkedCar((7.0, 7.0), 90.0),))
    places = {"a": (1.0, 18.0), "b": (18.0, 18.0)}
    walks = Walks(
        places, ways=(("a", "b"),), trips=(Trip(("a", "b")), Trip(("b", "a"))), doors=("a", "b")
    )
    return FacilityPlan("test", depot, cameras, walks)
