"""A small yard with two domes and a bench nobody may look at, and a world to decide in.

Plan metres: the yard is 40 x 30. `west-ptz` and `east-ptz` look inwards from the middle of its
sides; `fixed` cannot turn. The bench is in the north-east corner.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from orchestrator.config import parsed_policies, parsed_site
from orchestrator.decide import decided, swapped
from orchestrator.domain.camera import Aim, LinkState, Passport, Preset
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import (
    CameraId,
    CommandId,
    PersonName,
    PresetName,
    TargetId,
    ViewId,
    ZoneId,
)
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Answer, Decision, Intent
from orchestrator.domain.moving import Moves, Rungs
from orchestrator.domain.sighting import Command, Kind, MoveEnd, MoveSeen, Observation, Order
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Presence, Target
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.ptz import pose_of
from orchestrator.topology import built

SITE = """\
site: yard
version: 1
timezone: Europe/Berlin
plan: {size: [40, 30]}
cameras:
  fixed:
    at: 192.0.2.1
    credentials: all
    stands: {at: [20, 0], height: 5 m}
    looks: {azimuth: 0 deg, tilt: -20 deg}
    lens: {fov: 70 deg, picture: [640, 360]}
  west-ptz:
    at: 192.0.2.2
    credentials: all
    stands: {at: [0, 15], height: 6 m}
    looks: {azimuth: 90 deg, tilt: 0 deg}
    lens: {fov: 60 deg to 10 deg, picture: [640, 360]}
    ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg, speed: {pan: 100 deg/s, tilt: 80 deg/s}}
    presets: from camera
  east-ptz:
    at: 192.0.2.3
    credentials: all
    stands: {at: [40, 15], height: 6 m}
    looks: {azimuth: 270 deg, tilt: 0 deg}
    lens: {fov: 60 deg to 10 deg, picture: [640, 360]}
    ptz: {pan: -170 deg to 170 deg, tilt: -90 deg to 20 deg, speed: {pan: 100 deg/s, tilt: 80 deg/s}}
    presets: from camera
zones:
  south: [[0, 0], [40, 0], [40, 14], [0, 14]]
  north: [[0, 14], [40, 14], [40, 30], [0, 30]]
  bench: [[34, 26], [39, 26], [39, 29], [34, 29]]
calendars:
  night: {daily: 22:00 to 05:00}
  break: {daily: 23:00 to 23:30}
people:
  desk: {mail: desk@yard.example}
arbitration: {operator_hold: 60s, moves_per_minute: 12, min_dwell: 2s, home_after: 10s, linger: 4s}
"""
AIMS: Mapping[str, Mapping[str, Aim]] = {
    "west-ptz": {
        "home": Aim(90.0, -22.0, 60.0),
        "south": Aim(125.0, -22.0, 55.0),
        "north": Aim(50.0, -22.0, 55.0),
    },
    "east-ptz": {
        "home": Aim(262.0, -22.0, 60.0),
        "south": Aim(235.0, -22.0, 55.0),
        "north": Aim(315.0, -22.0, 55.0),
        "bench": Aim(345.0, -20.0, 50.0),
        "behind": Aim(60.0, -25.0, 40.0),
    },
}
INTRUSION = """\
policy: intrusion
version: 1
because: Nobody works here at night.
band: alarm
during: night
on: {enters: [south, north], who: person}
when: target.confidence >= 0.5 && !site.maintenance
hold: 500ms
clear: 5s
cooldown: {for: 30s, per: target}
do:
  - look: {at: target, with: best, for: 20s}
  - alarm: {severity: high, say: "Person in {zone}: {target}", to: desk}
"""
AHEAD = """\
policy: ahead
version: 1
because: Who leaves a view is awaited in the next.
band: handoff
on: {leaves: any view, who: person, within: 4s}
when: arrival.probability >= 0.5
do:
  - look: {at: next view, for: 15s, otherwise: search last seen}
"""
TOUR = """\
patrol: tour
version: 1
because: The insurance asks for it.
during: night
every: 10m
stops:
  - {camera: west-ptz, preset: south, dwell: 4s}
  - {camera: west-ptz, preset: north, dwell: 4s}
interrupted: resume
"""
BENCH = """\
privacy: bench
version: 1
because: Works agreement.
during: break
zones: [bench]
never: [look, record, detect, identify]
unknown_pose: park
"""
EVENING = Instant(1000.0, datetime(2026, 3, 10, 22, 15, tzinfo=ZoneInfo("Europe/Berlin")))
BREAK = Instant(1000.0, datetime(2026, 3, 10, 23, 5, tzinfo=ZoneInfo("Europe/Berlin")))
TICK_S = 0.1
WEST, EAST = CameraId("west-ptz"), CameraId("east-ptz")


def passport(site: Site, camera: CameraId) -> Passport:
    known = site.camera(camera)
    presets = tuple(
        Preset(PresetName(name), pose_of(known, aim)) for name, aim in AIMS.get(camera, {}).items()
    )
    return Passport(
        camera, "none", "dome", "S1", "1", frozenset(), (), presets, True, True, "digest", 0.0
    )


def yard(*policies: str, text: str = SITE) -> Site:
    """Return the yard with these policies, its topology built."""
    site = parsed_site(text, "site.yaml")
    files = [(f"policies/{number}/policy.yaml", text) for number, text in enumerate(policies)]
    site = replace(site, policies=parsed_policies(files, site))
    passports = {camera.id: passport(site, camera.id) for camera in site.cameras}
    return replace(site, topology=built(site, passports))


def person(
    name: str,
    x_m: float,
    y_m: float,
    velocity: tuple[float, float] = (0.0, 0.0),
    confidence: float = 0.9,
) -> Target:
    return Target(
        TargetId(name), Kind.PERSON, (x_m, y_m), velocity, 0.3, confidence, 990.0, 1000.0, ()
    )


def arrival(name: str, leaves_s: float, view: str, at_m: tuple[float, float]) -> Arrival:
    return Arrival(
        TargetId(name), ViewId("fixed"), leaves_s, ViewId(view), leaves_s, leaves_s + 3, 0.8, at_m
    )


@dataclass
class Night:
    """A night of deciding: heads that take half a second to arrive, in virtual time."""

    site: Site
    now: Instant = EVENING
    world: World = field(default_factory=lambda: World(desk=Desk(run="t")))
    slew_s: float = 0.5
    decisions: list[Decision] = field(default_factory=list)
    seen: list[Observation] = field(default_factory=list)
    links: dict[CameraId, LinkState] = field(default_factory=dict)
    aims: dict[CameraId, Aim | None] = field(default_factory=dict)
    moves: Moves | None = None
    moved_last_hour: int = 0
    _going: dict[CameraId, tuple[Intent, float]] = field(default_factory=dict)
    _last: dict[CameraId, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put every head at its home preset."""
        for camera, presets in AIMS.items():
            self.aims.setdefault(CameraId(camera), presets["home"])

    def tick(
        self, *targets: Target, arrivals: Sequence[Arrival] = (), orders: Iterable[Command] = ()
    ) -> Decision:
        """Think once, and let a tenth of a second pass."""
        observations = (*self._arrived(), *self.seen, *orders)
        self.seen = []
        self.world = replace(
            self.world,
            now_s=self.now.mono_s,
            cameras={camera.id: self._state(camera.id) for camera in self.site.cameras},
            targets=targets,
            arrivals=tuple(arrivals),
            presences=self._presences(targets),
        )
        self.world, decision = decided(self.site, self.world, observations, self.now)
        self.decisions.append(decision)
        for intent in decision.intents:
            if self._last.get(intent.camera) != intent.id:
                self._last[intent.camera] = intent.id
                self._going[intent.camera] = intent, self.now.mono_s + self.slew_s
                self.seen.append(
                    MoveSeen(intent.camera, intent.id, self.now.mono_s, MoveEnd.STARTED)
                )
        self.now = self.now.later(TICK_S)
        return decision

    def run(self, seconds: float, *targets: Target, arrivals: Sequence[Arrival] = ()) -> Decision:
        """Think for a while with people where they are; return the last decision."""
        decision = self.tick(*targets, arrivals=arrivals)
        for _ in range(round(seconds / TICK_S) - 1):
            decision = self.tick(*targets, arrivals=arrivals)
        return decision

    @property
    def turning(self) -> frozenset[CameraId]:
        """Return which heads are on their way."""
        return frozenset(self._going)

    def swap(self, site: Site) -> None:
        """Put another set of rules in force before the next tick."""
        self.world, ended = swapped(self.site, site, self.world, self.now)
        self.site = site
        self.decisions.append(Decision(notices=ended))

    def order(self, order: Order, actor: str = "anna", name: str = "c1") -> Command:
        return Command(CommandId(name), PersonName(actor), self.now.mono_s, order)

    def granted(self, camera: CameraId) -> Intent | None:
        intents = self.decisions[-1].intents
        return next((intent for intent in intents if intent.camera == camera), None)

    def answers(self, name: str = "c1") -> list[tuple[str, str]]:
        """Return the step and code of every answer to a command so far."""
        facts = (notice.fact for decision in self.decisions for notice in decision.notices)
        return [
            (fact.step.value, fact.code)
            for fact in facts
            if isinstance(fact, Answer) and fact.command == name
        ]

    def _arrived(self) -> list[MoveSeen]:
        done = []
        for camera, (intent, at_s) in list(self._going.items()):
            if self.now.mono_s >= at_s:
                del self._going[camera]
                self.aims[camera] = intent.aim or AIMS[camera][intent.preset]
                done.append(MoveSeen(camera, intent.id, self.now.mono_s, MoveEnd.ARRIVED, 0.1))
        return done

    def _state(self, camera: CameraId) -> CameraState:
        link = self.links.get(camera, LinkState.ONLINE)
        aim = self.aims.get(camera) if link is LinkState.ONLINE else None
        moving = camera in self._going
        known = replace(passport(self.site, camera), moves=self.moves)
        rungs = Rungs(moves_last_hour=self.moved_last_hour)
        return CameraState(link, "", known, aim, self.now.mono_s, moving, rungs=rungs)

    def _presences(self, targets: Iterable[Target]) -> tuple[Presence, ...]:
        return tuple(
            Presence(target.id, ZoneId("south" if target.position_m[1] < 14 else "north"), 999.0)
            for target in targets
        )
