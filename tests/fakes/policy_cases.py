"""Runs `policies/*/cases/*.yaml` in virtual time: the demo's cameras, people who stand where told.

A minimal reader and player of cases: enough for the shipped pack to prove what it says of itself.
Heads take a second to arrive, and sweep the way that the geometry says.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import shapely

from orchestrator.config import read_site
from orchestrator.config.tree import Entries, Items, Node, Scalar, tree_of
from orchestrator.decide import decided
from orchestrator.domain.camera import Aim, LinkState
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import CameraId, CommandId, PersonName, PresetName, TargetId, ViewId
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Alarm, Answer, Decision, Intent
from orchestrator.domain.sighting import Command, GotoPreset, Kind, MoveEnd, MoveSeen, Observation
from orchestrator.domain.site import Site
from orchestrator.domain.target import Arrival, Target
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.fov import sees
from orchestrator.geometry.ptz import swept
from orchestrator.recognise import recognised
from orchestrator.topology import inventoried

ROOT = Path(__file__).parents[2]
TICK_S = 0.2
ARRIVES_S = 1.0

Plain = str | dict[str, "Plain"] | list["Plain"]


def plain(node: Node) -> Plain:
    """Return a tree as texts, lists and maps."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    assert isinstance(node, Entries)
    return {key.text: plain(value) for key, value in node.entries}


def seconds(text: Plain) -> float:
    match = re.fullmatch(r"([0-9.]+)s", str(text))
    assert match, f"`{text}` is not a number of seconds"
    return float(match[1])


@lru_cache(maxsize=2)
def site_of(folder: str) -> Site:
    """Return a site with the presets that its cameras said they have."""
    site = read_site(ROOT / folder)
    return replace(site, topology=inventoried(site))


@dataclass
class Played:
    """A case as it went: what was decided when, and what each head saw on its way."""

    site: Site
    decisions: list[tuple[float, Decision]] = field(default_factory=list)
    aims: list[tuple[CameraId, Aim]] = field(default_factory=list)

    def wrong(self, expected: Plain) -> str:
        """Say what was expected and did not happen; empty when it did."""
        assert isinstance(expected, dict)
        if "never" in expected:
            unwanted = expected["never"]
            assert isinstance(unwanted, dict)
            return f"happened: {unwanted}" if self._ever(unwanted, float("inf")) else ""
        return "" if self._ever(expected, seconds(expected["by"])) else f"missing: {expected}"

    def _ever(self, wanted: dict[str, Plain], by_s: float) -> bool:
        if "sees" in wanted:
            ring = next(zone.ring_m for zone in self.site.zones if zone.id == wanted["sees"])
            return any(
                sees(self.site.camera(camera), aim, ring, margin_deg=0.0)
                for camera, aim in self.aims
                if camera == wanted["camera"]
            )
        return any(_fits(decision, wanted) for at_s, decision in self.decisions if at_s <= by_s)


def _fits(decision: Decision, wanted: dict[str, Plain]) -> bool:
    facts = [notice.fact for notice in decision.notices]
    if "alarm" in wanted:
        return any(isinstance(f, Alarm) and f.severity.value == wanted["alarm"] for f in facts)
    if "answer" in wanted:
        return any(isinstance(f, Answer) and f.code == wanted["answer"] for f in facts)
    return any(
        intent.camera == wanted.get("camera", intent.camera)
        and intent.preset == wanted.get("preset", intent.preset)
        and ("looks_at" not in wanted or wanted["looks_at"] in intent.targets)
        and _holder(intent) == wanted.get("because", _holder(intent))
        for intent in decision.intents
    )


def _holder(intent: Intent) -> str:
    if intent.reason.actor is not None:
        return f"operator {intent.reason.actor}"
    return intent.reason.policy or "home"


def played(path: Path) -> tuple[Played, list[Plain]]:
    """Play a case to a little after its last expectation; return it and what it expects."""
    case = plain(tree_of(path.read_text("utf-8"), str(path)))
    assert isinstance(case, dict)
    given, expect = case["given"], case["expect"]
    assert isinstance(given, list)
    assert isinstance(expect, list)
    ends = [seconds(one["by"]) for one in expect if isinstance(one, dict) and "by" in one]
    player = _Player(site_of(str(case["site"])), datetime.fromisoformat(str(case["at"])), given)
    player.play(max([*ends, 15.0]) + 1.0)
    return player.played, expect


class _Player:
    """The world of one case."""

    def __init__(self, site: Site, at: datetime, given: list[Plain]) -> None:
        self.played = Played(site)
        self._site = site
        self._start = Instant(0.0, at)
        self._given = [one for one in given if isinstance(one, dict)]
        self._people: dict[str, Target] = {}
        self._arrivals: dict[str, Arrival] = {}
        self._heads = {
            view.camera: view.aim
            for view in site.topology.views
            if view.preset == site.camera(view.camera).home
        }
        self._turns: dict[CameraId, tuple[Intent, float]] = {}
        self._sent: dict[CameraId, str] = {}

    def play(self, length_s: float) -> None:
        world = World(desk=Desk(run="case"))
        for tick in range(round(length_s / TICK_S)):
            now = self._start.later(tick * TICK_S)
            seen = [*self._reports(now.mono_s), *self._happens(now.mono_s)]
            world = replace(
                world,
                now_s=now.mono_s,
                cameras={camera.id: self._state(camera.id) for camera in self._site.cameras},
                targets=tuple(self._people.values()),
                arrivals=tuple(self._arrivals.values()),
            )
            world, decision = decided(self._site, recognised(self._site, world, now), seen, now)
            self.played.decisions.append((now.mono_s, decision))
            self._steer(decision, now.mono_s)

    def _state(self, camera: CameraId) -> CameraState:
        return CameraState(
            LinkState.ONLINE, aim=self._heads.get(camera), moving=camera in self._turns
        )

    def _happens(self, now_s: float) -> Iterator[Observation]:
        for number, event in enumerate(self._given):
            if abs(seconds(event["at"]) - now_s) > TICK_S / 2:
                continue
            if "operator" in event:
                goto = event["goto"]
                assert isinstance(goto, dict)
                order = GotoPreset(CameraId(str(goto["camera"])), PresetName(str(goto["preset"])))
                actor = PersonName(str(event["operator"]))
                yield Command(CommandId(f"c{number}"), actor, now_s, order)
            elif "gone" in event:
                self._people.pop(str(event["target"]), None)
            else:
                self._person(event, now_s)

    def _person(self, event: dict[str, Plain], now_s: float) -> None:
        name = TargetId(str(event["target"]))
        self._people[name] = Target(
            id=name,
            kind=Kind[str(event.get("who", "person")).upper()],
            position_m=self._place(event),
            velocity_mps=(0.0, 0.0),
            sigma_m=0.3,
            confidence=float(str(event.get("confidence", "0.9"))),
            first_seen_s=now_s,
            last_seen_s=now_s,
            seen_by=(),
        )
        if "leaves" in event:
            leaves_s = now_s + seconds(event["in"])
            self._arrivals[name] = Arrival(
                target=name,
                leaves=ViewId(str(event["leaves"])),
                leaves_s=leaves_s,
                view=ViewId(str(event["towards"])),
                earliest_s=leaves_s + 1.0,
                latest_s=leaves_s + 6.0,
                probability=0.8,
                at_m=_pair(event["there"]),
            )

    def _place(self, event: dict[str, Plain]) -> tuple[float, float]:
        if "stands" in event:
            return _pair(event["stands"])
        ring = next(zone.ring_m for zone in self._site.zones if zone.id == event["enters"])
        middle = shapely.Polygon(ring).representative_point()
        return middle.x, middle.y

    def _reports(self, now_s: float) -> list[MoveSeen]:
        done = []
        for camera, (intent, at_s) in list(self._turns.items()):
            if now_s >= at_s:
                del self._turns[camera]
                done.append(MoveSeen(camera, intent.id, now_s, MoveEnd.ARRIVED, 0.1))
        return done

    def _steer(self, decision: Decision, now_s: float) -> None:
        for intent in decision.intents:
            if self._sent.get(intent.camera) == intent.id:
                continue
            self._sent[intent.camera] = intent.id
            end = next(
                view.aim
                for view in self._site.topology.views
                if (view.camera, view.preset) == (intent.camera, intent.preset)
            )
            way = swept(self._site.camera(intent.camera), self._heads[intent.camera], end, 2.0)
            self.played.aims += [(intent.camera, aim) for aim in way]
            self._heads[intent.camera] = end
            self._turns[intent.camera] = intent, now_s + ARRIVES_S


def _pair(value: Plain) -> tuple[float, float]:
    assert isinstance(value, list)
    return float(str(value[0])), float(str(value[1]))
