"""Ticks that a rehearsal passes over would have changed nothing: all of them are played beside it.

Nights are made at random, and so are the rules they are played by: some of the shipped ones, with
other times and ranks, some of them in shadow. People stand and walk, come back and are gone, operators move heads, take
them and let them go, pause policies, lift privacy rules and set flags, cameras report, calendars
turn a page, clocks are changed.
"""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.config import read_site
from orchestrator.domain.ids import CameraId, PersonName, PolicyName, PresetName, TargetId
from orchestrator.domain.intent import Severity
from orchestrator.domain.policy import Source
from orchestrator.domain.policy_case import (
    Acknowledges,
    Alarms,
    Appears,
    Event,
    Expectation,
    Expects,
    Orders,
    PolicyCase,
    Says,
    Sets,
    Shows,
    Vanishes,
)
from orchestrator.domain.sighting import (
    CloseGlass,
    GotoPreset,
    Kind,
    LiftRule,
    Order,
    PausePolicy,
    Release,
    Report,
    ResumePolicy,
    TakeControl,
)
from orchestrator.domain.site import Site
from orchestrator.topology import inventoried
from tests.fakes.rehearsals import played_both_ways

HOURS = (
    "2026-03-10T21:59:50+01:00",
    "2026-03-10T02:10+01:00",
    "2026-03-10T12:00+01:00",
    "2026-03-29T01:59:40+01:00",
    "2026-10-25T02:59:45+02:00",
    "2026-03-10T05:59:50+01:00",
)
ANNA = PersonName("anna")


@lru_cache(maxsize=1)
def depot() -> Site:
    site = read_site(Path("config/demo"))
    return replace(site, topology=inventoried(site))


def ruled(rng: Random) -> Site:
    """Return the depot with some of its policies, whose times are others."""
    site = depot()
    policies = tuple(
        replace(
            policy,
            hold_s=rng.choice((0.0, 0.2, 0.7, policy.hold_s)),
            clear_s=rng.choice((0.0, 0.3, 2.0, policy.clear_s)),
            cooldown_s=rng.choice((0.0, 1.1, 5.0, policy.cooldown_s)),
            priority=rng.randint(0, 99),
            shadow=rng.random() < 0.2,
        )
        for policy in site.policies.policies
        if rng.random() < 0.8
    )
    return replace(site, policies=replace(site.policies, policies=policies))


def night(rng: Random) -> PolicyCase:
    """Return a case of half a minute to a minute, at some hour."""
    site = depot()
    events = [_event(rng, site) for _ in range(rng.randint(1, 9))]
    expect = tuple(
        Expectation(aspect, rng.uniform(0.0, 40.0), "-", Source("-", 1))
        for aspect in (Alarms(Severity.CRITICAL), Shows(None, None, None, "nobody"))
    )
    given_ = tuple(sorted(events, key=lambda one: one.at_s))
    at = datetime.fromisoformat(rng.choice(HOURS))
    return PolicyCase("a night", "config/demo", at, given_, expect, (), Source("-", 1))


def _event(rng: Random, site: Site) -> Event:
    at_s = rng.choice((0.0, rng.uniform(0.0, 40.0), rng.randint(0, 50) / 5))
    name = TargetId(f"p{rng.randint(1, 4)}")
    kind = rng.choice((Kind.PERSON, Kind.PERSON, Kind.VEHICLE))
    way = tuple((rng.uniform(0.0, 45.0), rng.uniform(0.0, 30.0)) for _ in range(rng.randint(1, 2)))
    camera = rng.choice(site.cameras).id
    views = [view for view in site.topology.views if view.preset is not None]
    leaves, view = rng.choice(views).id, rng.choice(views).id
    appears = Appears(at_s, name, kind, way, rng.uniform(0.5, 2.0), rng.uniform(0.3, 0.95))
    events: list[Event] = [
        *(appears,) * 4,
        Vanishes(at_s, name),
        Says(at_s, camera, rng.choice(tuple(Report)), rng.random() < 0.7),
        Sets(at_s, rng.choice(site.flags)[0], rng.random() < 0.7),
        Expects(at_s, name, leaves, at_s + 2.0, view, way[0], rng.uniform(0.1, 1.0)),
        Acknowledges(at_s, ANNA, rng.choice(site.policies.policies).name),
        Orders(at_s, ANNA, _order(rng, site, camera)),
    ]
    return rng.choice(events)


def _order(rng: Random, site: Site, camera: CameraId) -> Order:
    presets = [view.preset for view in site.topology.views if view.camera == camera and view.preset]
    policy = PolicyName(rng.choice(site.policies.policies).name)
    rule = site.policies.privacy[0].name
    orders: list[Order] = [
        TakeControl(camera, rng.uniform(5.0, 40.0)),
        Release(camera),
        PausePolicy(policy, rng.choice((None, rng.uniform(3.0, 30.0)))),
        ResumePolicy(policy),
        LiftRule(rule, "a fire", rng.uniform(5.0, 40.0)),
        CloseGlass(rule),
        *(GotoPreset(camera, PresetName(preset)) for preset in presets),
    ]
    return rng.choice(orders)


@pytest.mark.slow
@settings(max_examples=4)
@given(st.integers(0, 2**32))
def test_a_case_goes_as_if_every_tick_were_played(seed: int) -> None:
    rng = Random(seed)
    case = night(rng)
    quick, whole = played_both_ways(rng.choice((depot(), ruled(rng))), case)

    assert len(quick.moments) <= len(whole.moments)
