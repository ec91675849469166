"""People on straight walks, and the boxes that cameras of a small site would report of them.

Seeded, and independent of the simulators: these are for tests of the thinking rooms alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from orchestrator.domain.appearance import SIZE, colour_layout, unknown
from orchestrator.domain.camera import Aim, Camera, Lens, Mount, Passport, Preset, PtzPose, PtzRange
from orchestrator.domain.ids import CameraId, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.region import Ring
from orchestrator.domain.sighting import Detections, Kind
from orchestrator.domain.site import Plan, Site
from orchestrator.domain.world import World
from orchestrator.geometry.lens import Projection
from orchestrator.track import tracked

SIZE_PX = (640, 360)
WALL = datetime(2026, 3, 2, 2, 10, tzinfo=UTC)


def instant(mono_s: float) -> Instant:
    return Instant(0.0, WALL).later(mono_s)


def fixed(
    name: str,
    x_m: float,
    y_m: float,
    azimuth_deg: float,
    *,
    tilt_deg: float = -25.0,
    height_m: float = 5.0,
    hfov_deg: float = 70.0,
    roll_deg: float = 0.0,
) -> Camera:
    mount = Mount(x_m, y_m, height_m, azimuth_deg, tilt_deg, roll_deg)
    lens = Lens(hfov_deg, hfov_deg, *SIZE_PX)
    return Camera(CameraId(name), "192.0.2.1", 80, name, mount, lens)


def dome(name: str, x_m: float, y_m: float, azimuth_deg: float = 0.0) -> Camera:
    mount = Mount(x_m, y_m, 6.0, azimuth_deg, 0.0)
    head = PtzRange(-170.0, 170.0, -90.0, 20.0, pan_dps=90.0, tilt_dps=60.0)
    return Camera(CameraId(name), "192.0.2.2", 80, name, mount, Lens(60.0, 10.0, *SIZE_PX), head)


def passport(camera: Camera, **presets: PtzPose | None) -> Passport:
    return Passport(
        camera=camera.id,
        manufacturer="acme",
        model="dome",
        serial="1",
        firmware="1",
        services=frozenset(),
        streams=(),
        presets=tuple(Preset(PresetName(name), pose) for name, pose in presets.items()),
        has_ptz=camera.ptz is not None,
        reports_move_status=True,
        authentication="digest",
        clock_offset_s=0.0,
    )


def site_of(
    *cameras: Camera, walls: tuple[Ring, ...] = (), size_m: tuple[float, float] = (60.0, 40.0)
) -> Site:
    return Site("depot", "Europe/Berlin", Plan(*size_m), cameras, walls=walls)


def rest_aim(camera: Camera) -> Aim:
    return Aim(camera.mount.azimuth_deg, camera.mount.tilt_deg, camera.lens.hfov_wide_deg)


@dataclass(frozen=True)
class Walk:
    """Somebody who is at ``start`` at time 0 and walks on with one velocity."""

    start: tuple[float, float]
    velocity: tuple[float, float]
    kind: Kind = Kind.PERSON
    wears: tuple[tuple[float, float, float], tuple[float, float, float]] | None = None
    """Colours (blue, green, red) of jacket and trousers; None: nobody can tell."""

    def at(self, at_s: float) -> NDArray[np.float64]:
        return np.asarray(self.start) + at_s * np.asarray(self.velocity)


def picture(
    camera: Camera,
    walks: Sequence[Walk],
    at_s: float,
    *,
    aim: Aim | None = None,
    rng: np.random.Generator | None = None,
    detection: float = 1.0,
    noise: float = 0.0,
) -> Detections:
    """Return the boxes of those wholly in the picture, with misses and noise if there is a rng."""
    aim = aim or rest_aim(camera)
    eye = Projection.of(camera.mount, camera.lens, aim, SIZE_PX)
    boxes, kinds, worn = [], [], []
    for walk in walks:
        x, y = walk.at(at_s)
        (u, foot), (_, head) = eye.pixels(np.array([[x, y, 0.0], [x, y, 1.75]]))
        tall = foot - head
        box = np.array([u - 0.2 * tall, head, u + 0.2 * tall, foot])
        if not (np.isfinite(box).all() and 0 <= u <= SIZE_PX[0] and 2 < head < foot < 358):
            continue
        if rng is not None:
            if rng.random() >= detection:
                continue
            box += rng.normal(0.0, noise, 4) * tall
        boxes.append(box)
        kinds.append(walk.kind.value)
        worn.append(unknown(1)[0] if walk.wears is None else colour_layout(np.array(walk.wears)))
    return Detections(
        camera=camera.id,
        exposed_s=at_s,
        aim=aim,
        width_px=SIZE_PX[0],
        height_px=SIZE_PX[1],
        boxes_px=np.array(boxes, dtype=np.float32).reshape(-1, 4),
        scores=np.full(len(boxes), 0.8, dtype=np.float32),
        kinds=np.array(kinds, dtype=np.int8),
        appearances=np.array(worn, dtype=np.float32).reshape(-1, SIZE),
    )


def watched(
    site: Site,
    walks: Sequence[Walk],
    *,
    until_s: float,
    fps: float = 5.0,
    seed: int = 1,
    detection: float = 1.0,
    noise: float = 0.0,
    phase_s: float = 0.0,
    world: World | None = None,
) -> Iterator[World]:
    """Yield the world after each tick; camera i exposes ``i * phase_s`` later than the first."""
    rng = np.random.default_rng(seed)
    world = world or World()
    for tick in range(round(until_s * fps) + 1):
        at_s = tick / fps
        seen = [
            picture(
                camera, walks, at_s + phase_s * index, rng=rng, detection=detection, noise=noise
            )
            for index, camera in enumerate(site.cameras)
        ]
        world = tracked(site, world, seen, instant(at_s + phase_s * len(site.cameras)))
        yield world
