"""From a policy that follows, through every decision of it, to a head that does, over real ONVIF."""

from dataclasses import replace

import pytest

from orchestrator.adapters.onvif.engine import engine
from orchestrator.config import parsed_policies
from orchestrator.decide import decided
from orchestrator.domain.camera import LinkState
from orchestrator.domain.desk import Desk
from orchestrator.domain.ids import ZoneId
from orchestrator.domain.intent import Intent
from orchestrator.domain.sighting import Kind, LinkSeen, PursuitSeen
from orchestrator.domain.site import Plan, Site, Zone
from orchestrator.domain.target import Presence, Target
from orchestrator.domain.world import CameraState, World
from orchestrator.geometry.sight import off_centre, sight
from orchestrator.steer import Granted, Quarry
from orchestrator.think import informed
from orchestrator.topology import built
from tests.benchmarks.steering.posts import posted
from tests.fakes.pursued import TARGET, left, truly
from tests.fakes.quirky_site import DOME, KINDS

YARD = Zone(ZoneId("yard"), ((-40.0, -40.0), (40.0, -40.0), (40.0, 40.0), (-40.0, 40.0)))
FOLLOW = (
    "policy: follow\nversion: 1\nbecause: Somebody wants it.\nband: alarm\n"
    "on: {enters: [yard], who: person}\ndo:\n  - follow: {for: 20s}\n"
)


def site() -> Site:
    bare = Site("depot", "Europe/Berlin", Plan(80.0, 80.0), (DOME,), zones=(YARD,))
    return replace(bare, policies=parsed_policies([("policies/follow/policy.yaml", FOLLOW)], bare))


@pytest.mark.slow
async def test_who_a_policy_follows_stays_in_the_picture_under_one_grant() -> None:
    await engine()
    post = await posted(KINDS["plain"])
    clock, passport = post.site.clock, await post.site.link.interview()
    rules = replace(site(), topology=built(site(), {DOME.id: passport}))
    state = CameraState(LinkState.ONLINE, passport=passport)
    world = World(cameras={DOME.id: state}, desk=Desk(run="t"))
    began_s, told, shown, grants = clock.now().mono_s, 0, [], []
    for step in range(120):
        now = clock.now()
        walked_m = 0.13 * step
        place = (14.0, 4.0 - walked_m)
        target = Target(
            *(TARGET, Kind.PERSON, place, (0.0, -1.3), 0.2, 0.9, began_s, now.mono_s),
            ((DOME.id, now.mono_s),),
        )
        seen, told = post.reports[told:], len(post.reports)
        world = informed(world, [LinkSeen(DOME.id, now.mono_s, LinkState.ONLINE), *seen], now)
        present = Presence(TARGET, YARD.id, began_s)
        world = replace(world, targets=(target,), presences=(present,))
        world, decision = decided(rules, world, seen, now)
        for intent in decision.intents:
            grants.append(intent)
            quarry = None if intent.pursues is None else Quarry.of(target, now.mono_s)
            post.grants.put(Granted(intent, quarry))
        await clock.advance(0.1)
        if step > 30:
            shown.append(off_centre(DOME, truly(post), sight(DOME, place, 1.75)) <= 1.0)
    await left(post)

    pursuits: list[Intent] = [one for one in grants if one.pursues == TARGET]
    assert len({one.id for one in pursuits}) == 1
    assert sum(shown) > 0.95 * len(shown)
    pursuit = world.cameras[DOME.id].pursuit
    assert isinstance(pursuit, PursuitSeen)
    assert (pursuit.target, pursuit.intent) == (TARGET, pursuits[-1].id)
