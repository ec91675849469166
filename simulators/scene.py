"""One instant as a camera could see it: an immutable value that is all a picture depends on."""

from dataclasses import dataclass
from typing import Literal

from simulators.depot import BodyKind, Colour, Depot

Outfit = Literal["shirt", "jacket", "coat", "vest"]
Headwear = Literal["none", "cap", "helmet"]


@dataclass(frozen=True, slots=True)
class Eye:
    """A pinhole camera: where it is (metres), where it looks (degrees), its picture (pixels).

    Azimuth is clockwise from plan north, tilt above the horizon; there is no roll.
    """

    x_m: float
    y_m: float
    z_m: float
    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a person looks; colours are blue, green, red."""

    height_m: float
    build: float
    skin: Colour
    hair: Colour
    upper: Colour
    lower: Colour
    shoes: Colour
    outfit: Outfit = "jacket"
    headwear: Headwear = "none"
    long_hair: bool = False
    short_sleeves: bool = False
    backpack: Colour | None = None


@dataclass(frozen=True, slots=True)
class PersonState:
    """A person now. ``stride_rad`` is the phase of the gait, ``gait`` 0 standing .. 1 walking."""

    id: str
    x_m: float
    y_m: float
    vx_mps: float
    vy_mps: float
    heading_deg: float
    look: Look
    stride_rad: float = 0.0
    gait: float = 1.0


@dataclass(frozen=True, slots=True)
class VehicleState:
    """A vehicle now: the middle of its floor, and where its bonnet points."""

    id: str
    x_m: float
    y_m: float
    vx_mps: float
    vy_mps: float
    heading_deg: float
    body: BodyKind
    colour: Colour


@dataclass(frozen=True, slots=True)
class Light:
    """An evening under clouds: gain and tint of the picture, haze, noise, weak sun from a side."""

    gain: float = 1.0
    warmth: float = 0.0
    contrast: float = 1.0
    noise: float = 2.0
    sun_azimuth_deg: float = 230.0
    shadow: float = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """All that a picture depends on. ``vehicles`` are those that move; parked ones are the depot's."""

    depot: Depot
    camera: str
    time_s: float
    eye: Eye
    people: tuple[PersonState, ...]
    vehicles: tuple[VehicleState, ...]
    light: Light = Light()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One body in a picture.

    ``box_px`` is ``x1 y1 x2 y2`` of the whole body clipped to the picture, ``height_px`` of the
    whole body unclipped, ``visible`` the share 0..1 of its pixels in the picture and not hidden.
    """

    id: str
    box_px: tuple[float, float, float, float]
    height_px: float
    visible: float


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """Everybody and every vehicle whose box meets the picture, hidden or not."""

    people: tuple[Seen, ...]
    vehicles: tuple[Seen, ...]
