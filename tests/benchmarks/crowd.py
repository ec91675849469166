"""A site far larger than any demo: fifty cameras, a thousand people and vehicles, a hundred policies.

Everybody moves all the time. In each tick a few enter another zone, and a few others change in
something that a policy reads; the heads follow their grants. About one in fifty is worth a look.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from orchestrator.config import parsed_policies
from orchestrator.decide import decided
from orchestrator.domain.calendar import Calendar, CalendarName, Window
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import TargetId, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import Kind, MoveSeen
from orchestrator.domain.site import Site, Zone
from orchestrator.domain.target import Arrival, Presence, Target
from orchestrator.domain.world import World
from orchestrator.rehearse.heads import Heads
from tests.benchmarks.bench_thinking import HEIGHT_M, WIDTH_M, large_site

TICK_S = 0.1
ZONES = 20
NIGHT = Instant(1000.0, datetime(2026, 3, 10, 23, 0, tzinfo=ZoneInfo("Europe/Berlin")))

_CONDITIONS = (
    "target.confidence >= 0.97 && !site.maintenance",
    "target.confidence >= 0.85 && zone.since_s >= 20 && target.kind == 'vehicle'",
    "target.age_s > 800 && target.confidence > 0.9",
    "(target.kind == 'person' || target.kind == 'vehicle') && target.confidence >= 0.985",
    "zone.name in ['z1', 'z2', 'z3'] && target.confidence > 0.9 || target.confidence > 0.99",
    "target.confidence > 0.95 && 'z7' in target.zones",
)
_PLACES = ("enters: [{0}, {1}]", "enters: [{0}]", "stays: [{0}, {1}], for: 8s")


def policy_text(number: int) -> str:
    """Return one of many policies: nine in ten about zones, a few about leaving, a few about crowds."""
    band = ("alarm", "analytics", "handoff")[number % 3]
    zones = f"z{number % ZONES}", f"z{(number * 7 + 3) % ZONES}"
    if number % 20 == 9:
        trigger = f"{{leaves: any view, who: person, within: {3 + number % 6}s}}"
        condition, at = "arrival.probability >= 0.3 && target.confidence > 0.9", "next view"
    elif number % 20 == 19:
        trigger = f"{{occupied: [{zones[0]}], who: person}}"
        condition, at = "zone.count >= 100 || zone.density > 1.8", "zone"
    else:
        place = _PLACES[number % len(_PLACES)].format(*zones)
        trigger = f"{{{place}, who: [person, vehicle]}}"
        condition, at = _CONDITIONS[number % len(_CONDITIONS)], "target"
    return f"""\
policy: policy-{number}
version: 1
because: Somebody wants to know.
band: {band}
during: night
on: {trigger}
when: {condition}
hold: 500ms
clear: 5s
cooldown: {{for: 60s, per: target}}
do:
  - look: {{at: {at}, for: 12s}}
  - alarm: {{severity: low, say: Look at this}}
"""


def policy_files(count: int) -> list[tuple[str, str]]:
    """Return the files of so many policies, as (path, text)."""
    return [(f"policies/{n}/policy.yaml", policy_text(n)) for n in range(count)]


def crowded_site(policies: int = 100) -> Site:
    """Return the site with its topology built and its policies loaded."""
    site, _ = large_site()
    columns = ZONES // 4
    wide_m, high_m = WIDTH_M / columns, HEIGHT_M / 4
    zones = tuple(
        Zone(ZoneId(f"z{n}"), _box(n % columns * wide_m, n // columns * high_m, wide_m, high_m))
        for n in range(ZONES)
    )
    night = Calendar(CalendarName("night"), daily=(Window(22 * 60, 5 * 60),))
    site = replace(site, zones=zones, calendars=(night,), flags=(("maintenance", False),))
    return replace(site, policies=parsed_policies(policy_files(policies), site))


def _box(x: float, y: float, wide: float, high: float) -> tuple[tuple[float, float], ...]:
    return ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))


@dataclass
class Crowd:
    """The site, who is on it, and the arbiter's desk; ``tick`` lets a tenth of a second pass."""

    site: Site
    people: int = 1000
    entering: int = 50
    changing: int = 50
    notable: int = 20
    world: World = field(default_factory=lambda: World(desk=Desk(run="crowd")))
    now: Instant = NIGHT

    def __post_init__(self) -> None:
        """Put everybody somewhere."""
        self._rng = Random(7)
        self._heads = Heads(self.site)
        self._views = [view.id for view in self.site.topology.views if view.preset is not None]
        self._targets = [self._somebody(number) for number in range(self.people)]
        self._zones = [self._presence(target) for target in self._targets]
        self._arrivals = [
            self._arrival(target) if number % 5 == 0 else None
            for number, target in enumerate(self._targets)
        ]

    def step(self, *, everybody: bool = False) -> tuple[World, Sequence[MoveSeen]]:
        """Let time pass; return the world to decide on, and what heads report."""
        self.now = self.now.later(TICK_S)
        self._targets = [self._walked(target) for target in self._targets]
        numbers = range(self.people)
        count = self.people if everybody else self.entering
        for number in self._rng.sample(numbers, count):
            self._zones[number] = self._presence(self._targets[number])
        for number in numbers if everybody else self._rng.sample(numbers, self.changing):
            confidence = self._confidence(number)
            self._targets[number] = replace(self._targets[number], confidence=confidence)
            if self._arrivals[number] is not None:
                self._arrivals[number] = self._arrival(self._targets[number])
        self.world = replace(
            self.world,
            now_s=self.now.mono_s,
            cameras=self._heads.states(self.now.mono_s),
            targets=tuple(self._targets),
            presences=tuple(self._zones),
            arrivals=tuple(arrival for arrival in self._arrivals if arrival is not None),
        )
        return self.world, tuple(self._heads.arrived(self.now.mono_s))

    def follow(self, world: World, decision: Decision) -> None:
        """Let the heads do what was decided."""
        self.world = world
        self._heads.turned(decision.intents, self.now.mono_s)

    def run(self, ticks: int) -> None:
        """Decide a while, until what is claimed and looked at has settled."""
        for _ in range(ticks):
            world, seen = self.step()
            self.follow(*decided(self.site, world, seen, self.now))

    def _somebody(self, number: int) -> Target:
        return Target(
            id=TargetId(f"t{number}"),
            kind=Kind.PERSON if number % 4 else Kind.VEHICLE,
            position_m=(self._rng.uniform(0, WIDTH_M), self._rng.uniform(0, HEIGHT_M)),
            velocity_mps=(self._rng.gauss(0, 0.8), self._rng.gauss(0, 0.8)),
            sigma_m=0.3,
            confidence=self._confidence(number),
            first_seen_s=self.now.mono_s - self._rng.uniform(0, 900),
            last_seen_s=self.now.mono_s,
            seen_by=(),
        )

    def _confidence(self, number: int) -> float:
        return (
            self._rng.uniform(0.96, 0.99) if number < self.notable else self._rng.uniform(0.3, 0.84)
        )

    def _walked(self, target: Target) -> Target:
        (x, y), (vx, vy) = target.position_m, target.velocity_mps
        x, y = x + vx * TICK_S, y + vy * TICK_S
        vx, vy = (vx if 0 < x < WIDTH_M else -vx), (vy if 0 < y < HEIGHT_M else -vy)
        return Target(
            target.id,
            target.kind,
            (x, y),
            (vx, vy),
            target.sigma_m,
            target.confidence,
            target.first_seen_s,
            self.now.mono_s,
            target.seen_by,
        )

    def _presence(self, target: Target) -> Presence:
        return Presence(target.id, ZoneId(f"z{self._rng.randrange(ZONES)}"), self.now.mono_s)

    def _arrival(self, target: Target) -> Arrival:
        leaves_s = self.now.mono_s + self._rng.uniform(1, 20)
        leaves, view = self._rng.sample(self._views, 2)
        chance = self._rng.uniform(0.1, 0.9)
        x, y = target.position_m
        return Arrival(
            target.id, leaves, leaves_s, view, leaves_s + 1, leaves_s + 4, chance, (x + 5, y)
        )
