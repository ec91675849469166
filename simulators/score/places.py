"""The simulated site as the score needs it: from ``facility.yaml`` and the product's ``site.yaml``.

Where cameras, presets and walls really are is the simulator's file. Which parts of the floor are
private is said by the product's files only: a rule ``privacy:`` names zones of ``site.yaml``. A
rule is taken to hold during the whole run; a demo is to be run at an hour when it does.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from simulators.depot import Depot, Ring
from simulators.facility_plan import CameraSpec, load
from simulators.score.records import Aim
from simulators.score.sight import Layout, Obstacle, Station, Zone


class Login(msgspec.Struct, frozen=True):
    """An operator: the name of the secret to log in with, and what they may do."""

    credentials: str
    role: str = "operator"


class Place(msgspec.Struct, frozen=True):
    """Something that listens at ``at`` (host, or host:port) and wants a login."""

    at: str
    credentials: str

    def address(self, usual_port: int) -> tuple[str, int]:
        """Return host and port."""
        host, _, port = self.at.partition(":")
        return host, int(port or usual_port)


class SiteFile(msgspec.Struct, frozen=True):
    """The part of ``site.yaml`` that a demo needs."""

    site: str
    cameras: dict[str, Place]
    mqtt: Place
    operators: dict[str, Login] = {}
    zones: dict[str, Ring] = {}
    policies: str | None = None


class _Rule(msgspec.Struct, frozen=True):
    policy: str | None = None
    patrol: str | None = None
    privacy: str | None = None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The names of a site's policies and patrols, and the zones its privacy rules name."""

    policies: tuple[str, ...]
    patrols: tuple[str, ...]
    private: frozenset[str]

    @property
    def to_pause(self) -> str:
        """Return the rule whose pause costs a demo least: a patrol, if there is one."""
        return (self.patrols + self.policies)[0]


def read_site(folder: Path) -> SiteFile:
    """Return what the demo needs of ``site.yaml``."""
    return msgspec.convert(_yaml(folder / "site.yaml"), SiteFile)


def read_rules(folder: Path) -> Rules:
    """Return the policies, patrols and privacy rules of a site, in the order of their folders."""
    policies = read_site(folder).policies
    files = [] if policies is None else sorted((folder / policies).glob("*/policy.yaml"))
    rules = [msgspec.convert(_yaml(file), _Rule) for file in files]
    return Rules(
        policies=tuple(rule.policy for rule in rules if rule.policy),
        patrols=tuple(rule.patrol for rule in rules if rule.patrol),
        private=frozenset(zone for rule in rules if rule.privacy for zone in rule.zones),
    )


def private_zones(folder: Path) -> tuple[Zone, ...]:
    """Return every zone that a privacy rule names."""
    rings = read_site(folder).zones
    return tuple(Zone(name, rings[name]) for name in sorted(read_rules(folder).private))


def read_depot(folder: Path) -> Depot:
    """Return what stands still on the simulated site."""
    return load(folder / "facility.yaml").depot


def read_layout(folder: Path) -> Layout:
    """Return cameras, walls and private zones of a site's folder."""
    plan = load(folder / "facility.yaml")
    return Layout(
        stations={name: _station(spec) for name, spec in plan.cameras.items()},
        obstacles=tuple(Obstacle(one.ring, one.height_m) for one in plan.depot.buildings),
        private=private_zones(folder),
        size_m=(plan.depot.width_m, plan.depot.height_m),
    )


def _station(spec: CameraSpec) -> Station:
    presets: dict[str, Aim] = {
        preset.name: (preset.azimuth_deg, preset.tilt_deg, preset.hfov_deg)
        for preset in spec.presets
    }
    rest = (spec.azimuth_deg, spec.tilt_deg, spec.hfov_deg[0])
    size_px = (spec.width_px, spec.height_px)
    aim = rest if spec.ptz is None else None
    return Station(spec.id, spec.at, size_px, spec.ptz is not None, presets, aim)


def _yaml(path: Path) -> dict[str, object]:
    """Return a file's top map; the key ``on``, which YAML 1.1 takes for a truth, as a string."""
    top = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {str(key): value for key, value in top.items()}
