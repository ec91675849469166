"""Who is not judged again would have been judged the same: decisions are those of judging everybody.

Worlds are made at random: people come and go, are better or worse seen, turn out to be vehicles, stand still,
change zones, cross a line, are expected elsewhere; policies are paused, flags set, and a calendar opens
meanwhile; what did not change may be made anew. Beside it everybody is judged from copies of everything, so
that nothing that is found by identity is found again.
"""

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.decide import decided
from orchestrator.domain.camera import LinkState
from orchestrator.domain.desk import Calm, Desk
from orchestrator.domain.ids import CameraId, CommandId, LineId, PersonName, TargetId, ZoneId
from orchestrator.domain.instant import Instant
from orchestrator.domain.sighting import Command, Kind, PausePolicy, ResumePolicy, SetFlag
from orchestrator.domain.target import CROSSED_S, Arrival, Crossing, Presence, Rest, Target
from orchestrator.domain.world import CameraState, World
from tests.fakes.arbitration_site import AIMS, arrival, passport, person, yard
from tests.fakes.arbitration_site import SITE as SITE_TEXT

RULE = """\
policy: {name}
version: 1
because: It is tried.
band: {band}
on: {on}
when: "{when}"
hold: 300ms
clear: 1s
cooldown: {{for: 4s, per: {per}}}
do:
  - look: {{at: {at}, for: 2s}}
  - alarm: {{severity: low, say: "{{target}}"}}
"""
ENTERS = "{enters: [south, north], who: person}"
RULES = tuple(
    RULE.format(name=f"p{number}", band=band, on=on, when=when, at=at, per=per)
    for number, (band, on, when, at, per) in enumerate(
        (
            ("alarm", ENTERS, "target.confidence >= 0.8 && !site.maintenance", "target", "target"),
            ("analytics", ENTERS, "zone.since_s >= 2 && target.confidence > 0.6", "target", "target"),
            ("analytics", ENTERS, "!(target.age_s < 13) && target.confidence > 0.8 || zone.count > 8", "target", "policy"),
            ("alarm", ENTERS, "target.still_s > 1.5 && zone.name == 'north'", "target", "target"),
            ("alarm", ENTERS, "'west-ptz' in target.cameras && 2 > zone.since_s", "target", "target"),
            ("alarm", "{stays: [north], who: person, for: 2s}", "target.speed_mps < 1", "target", "target"),
            ("handoff", "{leaves: any view, who: person, within: 2s}", "arrival.leaves_in_s < 1", "next view", "target"),
            ("handoff", "{leaves: any view, who: person, within: 3s}", "arrival.probability > 0.5", "next view", "target"),
        )
    )
)  # fmt: skip
PERSON_SURE = f"on: {ENTERS}\nwhen: target.confidence > 0.8"
MORE = tuple(
    "\n".join((f"policy: {name}", "version: 1", "because: It is tried.", "band: alarm", *lines))
    for name, *lines in (
        ("slow-to-end", PERSON_SURE, "clear_when: target.confidence < 0.6", "do: [look: {at: target, for: 2s}]"),
        ("ends-by-clock", PERSON_SURE, "clear_when: zone.since_s > 3", "do: [look: {at: target, for: 2s}]"),
        ("pursuit", "on: {enters: bench, who: person}", "do: [follow: {with: best, for: 2s}]"),
        (
            "handing-over",
            "on: {leaves: any view, who: person, within: 2s}",
            "do: [hand over: {to: next view, for: 2s, confirm_within: 1s, otherwise: search last seen}]",
        ),
        (
            "a-crowd",
            "on: {occupied: [south, north], who: person}",
            "when: zone.count >= 3",
            "do: [look: {at: zone, for: 2s}]",
        ),
        ("only-tells", PERSON_SURE, "hold: 1s", "clear: 1s", "do: [alarm: {severity: low, say: Here}]"),
        (
            "on-two-floors",
            "on: {stays: [bench, north], who: person, for: 1s}",
            "when: zone.name == 'north'",
            "do: [look: {at: target, for: 2s}]",
        ),
        (
            "over-the-line",
            "on: {crosses: middle, who: [person, vehicle], towards: in}",
            "when: line.since_s < 2 && target.kind == 'person'",
            "do: [look: {at: target, for: 2s}]",
        ),
    )
)  # fmt: skip
"""Policies that go on for other reasons: until something else is so, after somebody, without a look."""
TEXT = SITE_TEXT + "lines:\n  middle: {from: [0, 14], to: [40, 14]}\n"
WHERE = ((), ("south",), ("north",), ("north", "bench"))
SITE = yard(
    *RULES, *MORE, RULES[0].replace("p0", "p8").replace("band:", "during: night\nband:"), text=TEXT
)
DUSK = Instant(1000.0, datetime(2026, 3, 10, 21, 59, 58, tzinfo=ZoneInfo("Europe/Berlin")))
TICKS, TICK_S = 40, 0.2


def worlds(seed: int) -> Iterator[tuple[World, Sequence[Command], Instant]]:
    """Yield what is known and asked in each tick; little changes from one to the next."""
    rng = Random(seed)
    people: dict[str, Target] = {}
    zones: dict[str, tuple[Presence, ...]] = {}
    rests: dict[TargetId, Rest] = {}
    leaving: dict[str, Arrival] = {}
    crossed: dict[str, Crossing] = {}
    states = {
        camera.id: CameraState(
            LinkState.ONLINE,
            "",
            passport(SITE, camera.id),
            AIMS[camera.id]["home"] if camera.id in AIMS else None,
        )
        for camera in SITE.cameras
    }
    for tick in range(TICKS):
        now = DUSK.later(tick * TICK_S)
        name = f"t{rng.randrange(10)}"
        if rng.random() < 0.15:
            people.pop(name, None)
        elif name not in people or rng.random() < 0.3:
            people[name] = replace(
                person(name, rng.uniform(0, 40), rng.uniform(0, 30), (rng.uniform(0, 2), 0.0)),
                kind=Kind.VEHICLE if rng.random() < 0.1 else Kind.PERSON,
                confidence=rng.choice((0.4, 0.5, 0.7, 0.9)),
                seen_by=((CameraId("west-ptz"), now.mono_s),) if rng.random() < 0.5 else (),
            )
        if rng.random() < 0.4:
            zones[name] = tuple(
                Presence(TargetId(name), ZoneId(zone), now.mono_s - rng.choice((0.0, 0.5)))
                for zone in rng.choice(WHERE)
            )
        if rng.random() < 0.3:  # who made everything anew has told nothing new
            zones = {one: tuple(replace(each) for each in known) for one, known in zones.items()}
        if rng.random() < 0.2:
            rests[TargetId(name)] = Rest((0.0, 0.0), now.mono_s)
        if rng.random() < 0.2:
            leaving[name] = arrival(name, now.mono_s + rng.uniform(0, 5), "west-ptz/south", (9, 9))
        if rng.random() < 0.2:
            crossed[name] = Crossing(
                TargetId(name), LineId("middle"), rng.random() < 0.7, now.mono_s
            )
        world = World(
            now_s=now.mono_s,
            cameras=states,
            targets=tuple(people.values()),
            presences=tuple(each for one in people for each in zones.get(one, ())),
            arrivals=tuple(leaving[one] for one in people if one in leaving),
            crossings=tuple(
                one
                for one in crossed.values()
                if one.target in people and now.mono_s - one.at_s < CROSSED_S
            ),
            rests={one: rest for one, rest in rests.items() if one in people},
        )
        yield world, tuple(_orders(rng, tick, now)), now


def _orders(rng: Random, tick: int, now: Instant) -> Iterator[Command]:
    if rng.random() < 0.1:
        policy = rng.choice(SITE.policies.policies).name
        order = rng.choice(
            (
                PausePolicy(policy, 1.0),
                ResumePolicy(policy),
                SetFlag("maintenance", rng.random() < 0.5),
            )
        )
        yield Command(CommandId(f"c{tick}"), PersonName("anna"), now.mono_s, order)


def copied(world: World) -> World:
    """Return a world that is equal to another, and has no object in common with it."""
    copy: World = pickle.loads(pickle.dumps(world))
    return copy


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000))
def test_judging_whom_something_changed_for_decides_as_judging_everybody(seed: int) -> None:
    sparing = thorough = Desk(run="r")
    for world, orders, now in worlds(seed):
        spared, decision = decided(SITE, replace(world, desk=sparing), orders, now)
        judged, expected = decided(SITE, copied(replace(world, desk=thorough)), orders, now)

        assert decision == expected
        assert spared.desk == judged.desk

        sparing, thorough = spared.desk, replace(judged.desk, calm=Calm())


def test_somebody_is_spared_and_somebody_is_acted_on() -> None:
    desk, spared, started = Desk(run="r"), 0, 0
    for world, orders, now in worlds(1):
        before = desk.cases
        after, decision = decided(SITE, replace(world, desk=desk), orders, now)
        desk = after.desk
        spared += sum(before.get(key) is case for key, case in desk.cases.items())
        started += len(decision.notices)

    assert spared > 15
    assert started > 20
