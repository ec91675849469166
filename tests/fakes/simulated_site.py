"""A small simulated site on loopback addresses of this process alone, and logins for it."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from simulators.depot import Depot
from simulators.facility import CameraSpec, Facility, FacilityPlan
from simulators.facility_plan import PresetSpec, Trip, Walks
from simulators.heads import PtzSpec

NET = f"127.{1 + os.getpid() % 250}.{os.getpid() // 250 % 250}"
USERNAME = "admin"
PASSWORD = "correct horse battery"
SECRETS: Mapping[str, tuple[str, str]] = {"all": (USERNAME, PASSWORD)}

FIXED = CameraSpec(
    id="fixed",
    host=f"{NET}.11",
    serial=f"T{os.getpid()}-1",
    model="Fixed 640",
    credentials="all",
    at=(1.0, 1.0, 4.0),
    azimuth_deg=45.0,
    tilt_deg=-20.0,
    hfov_deg=(70.0, 70.0),
)
DOME = replace(
    FIXED,
    id="dome",
    host=f"{NET}.12",
    serial=f"T{os.getpid()}-2",
    model="Dome 360",
    azimuth_deg=45.0,
    tilt_deg=0.0,
    hfov_deg=(62.0, 12.0),
    ptz=PtzSpec(),
    presets=(
        PresetSpec(token="1", name="home", azimuth_deg=45.0, tilt_deg=-20.0, hfov_deg=60.0),
        PresetSpec(token="2", name="gate", azimuth_deg=55.0, tilt_deg=-15.0, hfov_deg=50.0),
        PresetSpec(token="3", name="dock", azimuth_deg=80.0, tilt_deg=-25.0, hfov_deg=40.0),
    ),
)


def facility(*cameras: CameraSpec, seed: int = 1) -> Facility:
    """Return an empty yard with these cameras, at its start."""
    walks = Walks(
        places={"west": (2.0, 10.0), "east": (18.0, 10.0)},
        ways=(("west", "east"),),
        trips=(Trip(stops=("west", "east")), Trip(stops=("east", "west"))),
        doors=("west", "east"),
        present=(2, 3),
    )
    plan = FacilityPlan(
        facility="yard",
        depot=Depot(width_m=20.0, height_m=20.0),
        cameras={spec.id: spec for spec in cameras},
        walks=walks,
    )
    site = Facility(plan)
    site.reset(seed)
    return site


def filmed(source: Path) -> CameraSpec:
    """Return a camera that serves a video file."""
    return replace(FIXED, source=source)
