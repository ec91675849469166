"""Privacy outranks everybody: views, ways, heads that turn, heads nobody knows the aim of."""

from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.camera import Aim
from orchestrator.domain.ids import PolicyName, PresetName
from orchestrator.domain.instant import Instant
from orchestrator.domain.intent import Band
from orchestrator.domain.sighting import GotoPreset
from orchestrator.geometry.blind import blind
from orchestrator.geometry.fov import sees
from tests.fakes.arbitration_site import (
    AIMS,
    BENCH,
    BREAK,
    EAST,
    EVENING,
    INTRUSION,
    TOUR,
    WEST,
    Night,
    person,
    yard,
)

SITE = yard(INTRUSION, TOUR, BENCH)
RING = next(zone.ring_m for zone in SITE.zones if zone.id == "bench")


def at(minutes: int) -> Instant:
    """Return a moment so many minutes after 22:55; the break begins at 23:00."""
    return replace(BREAK, wall=BREAK.wall.replace(minute=0)).later(60.0 * (minutes - 5))


def test_an_intruder_by_the_bench_is_watched_with_a_view_that_does_not_show_it() -> None:
    night = Night(SITE, BREAK)
    night.aims[WEST] = AIMS[WEST]["south"]

    night.run(3.0, person("T1", 30.0, 23.0))

    shown = {(intent.camera, intent.preset) for d in night.decisions for intent in d.intents}
    assert shown.isdisjoint({(EAST, "north"), (WEST, "north"), (WEST, "home"), (EAST, "bench")})


def test_the_refusal_is_told_with_the_rule_that_made_it() -> None:
    night = Night(SITE, BREAK)
    night.aims[WEST] = AIMS[WEST]["south"]

    night.run(3.0, person("T1", 36.0, 13.0))

    reasons = {
        lost.reason for d in night.decisions for judged in d.judgements for lost in judged.lost
    }
    assert "`home` sees `bench`, which privacy rule `bench` closes now" in reasons


def test_outside_its_hours_a_rule_forbids_nothing() -> None:
    night = Night(SITE, EVENING)

    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("bench")))])

    assert night.answers() == [("accepted", "")]


def test_a_head_that_looks_at_a_zone_when_its_rule_begins_is_turned_away_at_once() -> None:
    night = Night(yard(BENCH), at(4))
    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("bench")))])
    night.run(2.0)

    night.now = at(6)
    night.run(1.0)

    grant = night.granted(EAST)
    assert grant is not None
    assert (grant.band, grant.reason.policy) == (Band.HOME, PolicyName("bench"))
    assert not sees(SITE.camera(EAST), AIMS[EAST][grant.preset], RING, margin_deg=2.0)


def test_an_operator_who_looks_at_a_zone_when_its_rule_begins_loses_the_camera() -> None:
    night = Night(yard(BENCH), at(4))
    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("bench")))])
    night.run(2.0)

    night.now = replace(night.now, wall=at(6).wall)
    night.run(1.0)

    grant = night.granted(EAST)
    assert grant is not None
    assert grant.reason.actor is None


def test_a_head_of_unknown_aim_is_parked_where_the_rule_says_so() -> None:
    night = Night(yard(BENCH), BREAK)
    night.aims[EAST] = None

    night.tick()

    grant = night.granted(EAST)
    assert grant is not None
    assert (grant.preset, grant.reason.policy) == ("home", PolicyName("bench"))


def test_a_head_of_unknown_aim_goes_nowhere_else() -> None:
    night = Night(yard(BENCH.replace("park", "stay")), BREAK)
    night.aims[EAST] = None

    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("south")))])

    assert night.answers() == [("rejected", "privacy")]
    assert night.granted(EAST) is None


def test_a_patrol_passes_over_a_stop_that_may_not_be_shown() -> None:
    night = Night(yard(TOUR, BENCH), BREAK)
    night.aims[WEST] = AIMS[WEST]["south"]

    night.run(12.0)

    tours = [
        intent.preset
        for decision in night.decisions
        for intent in decision.intents
        if intent.band is Band.PATROL
    ]
    assert set(tours) == {"south"}
    assert night.world.desk.tours[PolicyName("tour"), WEST].over


def test_a_turning_head_is_not_sent_across_a_zone() -> None:
    night = Night(yard(BENCH), BREAK, slew_s=3.0)
    night.aims[EAST] = AIMS[EAST]["behind"]

    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("south")))])

    assert night.answers() == [("rejected", "privacy")]


@pytest.mark.parametrize("seed", range(5))
def test_culling_never_calls_an_aim_blind_that_sees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    camera = SITE.camera(EAST)
    aims = [
        Aim(float(rng.uniform(0, 360)), float(rng.uniform(-80, 15)), float(rng.uniform(8, 60)))
        for _ in range(40)
    ]

    safe = blind(camera, aims, RING, 1.0)

    assert not any(
        sees(camera, aim, RING, margin_deg=0.9)
        for aim, clear in zip(aims, safe, strict=True)
        if clear
    )
    assert safe.any()
