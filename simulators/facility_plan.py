"""``facility.yaml`` as values: the depot, the cameras as they really stand, who walks and drives."""

from pathlib import Path
from typing import Literal

import msgspec
import yaml
from msgspec import Struct

from simulators.depot import Depot, Point, Ring
from simulators.heads import Aim, Preset, PtzSpec, pose_of
from simulators.video import Encoding

Span = tuple[float, float]


class PlanError(ValueError):
    """A facility file cannot be read; the message says which file, where in it and why."""


class PresetSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A preset as a direction in the world; ``preset_of`` makes it a pose of the head."""

    token: str
    name: str
    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float


class CameraSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A camera as it really stands. ``hfov_deg`` is wide and tele; ``at`` is x, y, z in metres.

    ``azimuth_deg`` and ``tilt_deg`` are the optical axis at rest (pan = tilt = 0 degrees).
    ``source`` is a video file to serve in place of renders, ``encoding`` what the stream is coded in
    (its ONVIF profile says H264 all the same, as Media1 knows no H.265). ``authentication`` is the proof of the
    login that its SOAP services accept.
    """

    host: str
    serial: str
    model: str
    credentials: str
    at: tuple[float, float, float]
    azimuth_deg: float
    tilt_deg: float
    hfov_deg: Span
    id: str = ""
    onvif_port: int = 8000
    rtsp_port: int = 8554
    width_px: int = 640
    height_px: int = 360
    fps: float = 10.0
    ptz: PtzSpec | None = None
    presets: tuple[PresetSpec, ...] = ()
    source: Path | None = None
    encoding: Encoding = Encoding.H264
    authentication: Literal["both", "digest", "digest-sha256", "wsse", "none"] = "both"

    @property
    def rest(self) -> Aim:
        """Return where the camera looks at rest, at its widest."""
        return Aim(self.azimuth_deg, self.tilt_deg, self.hfov_deg[0])


class Trip(Struct, frozen=True, forbid_unknown_fields=True):
    """Places somebody goes to one after the other; ``share`` is how often it is chosen."""

    stops: tuple[str, ...]
    share: float = 1.0


class Walks(Struct, frozen=True, forbid_unknown_fields=True):
    """Where people walk: places, ways between them, and the trips they make."""

    places: dict[str, Point]
    ways: tuple[tuple[str, ...], ...]
    trips: tuple[Trip, ...]
    doors: tuple[str, ...] = ()
    present: tuple[int, int] = (3, 5)
    every_s: Span = (8.0, 15.0)
    speed_mps: Span = (1.0, 1.6)
    linger_s: Span = (1.5, 5.0)


class Route(Struct, frozen=True, forbid_unknown_fields=True):
    """A way through for vehicles, with one stop on it."""

    path: tuple[Point, ...]
    stop: Point
    wait_s: Span


class Traffic(Struct, frozen=True, forbid_unknown_fields=True):
    """How vehicles come and go."""

    routes: tuple[Route, ...] = ()
    at_once: int = 1
    every_s: Span = (16.0, 34.0)
    speed_mps: float = 4.2


class FacilityPlan(Struct, frozen=True, eq=False, forbid_unknown_fields=True):
    """Everything that ``facility.yaml`` says."""

    facility: str
    depot: Depot
    cameras: dict[str, CameraSpec]
    walks: Walks
    traffic: Traffic = Traffic()
    private: dict[str, Ring] = {}
    """Floor that nobody may look at; the simulator only measures by it."""


def load(path: Path) -> FacilityPlan:
    """Read a facility file; ``PlanError`` says what is wrong with it and where."""
    try:
        text = path.read_text(encoding="utf-8")
        plan = msgspec.convert(yaml.safe_load(text), FacilityPlan, dec_hook=_read)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise PlanError(f"{path}: {error}") from error
    named = {
        name: msgspec.structs.replace(
            spec, id=name, source=None if spec.source is None else path.parent / spec.source
        )
        for name, spec in plan.cameras.items()
    }
    plan = msgspec.structs.replace(plan, cameras=named)
    _check(plan, path)
    return plan


def _read(kind: type, written: object) -> object:
    """Return what msgspec cannot read by itself: a path."""
    if kind is Path and isinstance(written, str):
        return Path(written)
    raise NotImplementedError(kind)


def preset_of(spec: CameraSpec, preset: PresetSpec) -> Preset:
    """Return a preset as a pose of the camera's head; ``ValueError`` when out of its range."""
    assert spec.ptz is not None
    aim = Aim(preset.azimuth_deg, preset.tilt_deg, preset.hfov_deg)
    pose = pose_of(aim, spec.rest, spec.ptz, spec.hfov_deg[0], spec.hfov_deg[1])
    return Preset(preset.token, preset.name, pose)


def _check(plan: FacilityPlan, path: Path) -> None:
    places = plan.walks.places
    named = [n for way in plan.walks.ways for n in way] + list(plan.walks.doors)
    named += [stop for trip in plan.walks.trips for stop in trip.stops]
    for name in named:
        if name not in places:
            raise PlanError(f"{path}: `walks` names the place `{name}`, which is not in `places`")
    for name, spec in plan.cameras.items():
        if spec.ptz is None and spec.presets:
            raise PlanError(f"{path}: camera `{name}` has presets but no `ptz`")
        for preset in spec.presets:
            try:
                preset_of(spec, preset)
            except ValueError as error:
                raise PlanError(
                    f"{path}: camera `{name}`, preset `{preset.name}`: {error}"
                ) from error
