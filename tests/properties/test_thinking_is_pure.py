"""``think`` changes nothing it was given, and the same log thought twice decides the same."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from orchestrator.config import read_site
from orchestrator.domain.camera import Aim, Camera, LinkState, PtzPose
from orchestrator.domain.desk import Desk
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Decision
from orchestrator.domain.sighting import HeadSeen, Interviewed, LinkSeen, Observation
from orchestrator.domain.site import Site
from orchestrator.domain.world import World
from orchestrator.geometry.ptz import aim_of, pose_of
from orchestrator.think import think
from orchestrator.topology import built
from tests.fakes.walkers import Walk, passport, picture

DEMO = Path(__file__).parents[2] / "config" / "demo"
NIGHT = Instant(0.0, datetime(2026, 11, 20, 22, 30, tzinfo=ZoneInfo("Europe/Berlin")))
TICK_S = 0.2
WALKS = (Walk((5.3, 1.2), (0.2, 1.3)), Walk((28.0, 18.0), (-1.2, 0.0)))
PRESETS = {"home": Aim(130.0, -22.0, 61.0), "west": Aim(230.0, -20.0, 50.0)}


def depot() -> Site:
    return read_site(DEMO)


def poses(camera: Camera) -> dict[str, PtzPose | None]:
    return {name: pose_of(camera, aim) for name, aim in PRESETS.items()} if camera.ptz else {}


def night(site: Site) -> Iterator[tuple[tuple[Observation, ...], Instant]]:
    """Yield what is seen in each tick of 7 s: cameras come up, two people walk."""
    rng = np.random.default_rng(5)
    up: list[Observation] = []
    for camera in site.cameras:
        up += [
            Interviewed(camera.id, 0.0, passport(camera, **poses(camera))),
            LinkSeen(camera.id, 0.0, LinkState.ONLINE),
        ]
        if camera.ptz:
            up.append(
                HeadSeen(camera.id, 0.0, aim_of(camera, pose_of(camera, PRESETS["home"])), False)
            )
    yield tuple(up), NIGHT
    for tick in range(35):
        at_s = tick * TICK_S
        seen = tuple(
            picture(camera, WALKS, at_s, rng=rng, detection=0.9, noise=0.02)
            for camera in site.cameras
            if not camera.ptz
        )
        yield seen, NIGHT.later(at_s)


def thought(site: Site) -> Iterator[tuple[World, Decision]]:
    """Yield each tick's world and decision, checking that nothing given was changed."""
    passports = {c.id: passport(c, **poses(c)) for c in site.cameras}
    site = replace(site, topology=built(site, passports))
    world = World(desk=Desk(run="night"))
    for seen, now in night(site):
        given = pickle.dumps((site, world, seen))
        after, decision = think(site, world, seen, now)
        assert pickle.dumps((site, world, seen)) == given, "think changed what it was given"
        yield after, decision
        world = after


@pytest.mark.slow
def test_the_same_night_thought_twice_is_the_same_to_the_last_bit_and_somebody_is_looked_at() -> (
    None
):
    once = list(thought(depot()))
    again = list(thought(depot()))

    assert [decision for _, decision in once] == [decision for _, decision in again]
    assert once[-1][0].targets == again[-1][0].targets
    assert once[-1][0].targets
    assert any(decision.intents for _, decision in once)
