"""Rules swapped in the middle of a night: what goes on, what ends, what holds from that very tick."""

from dataclasses import replace

import pytest

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Alarm, Band, PolicyMoved
from orchestrator.domain.sighting import GotoPreset, PausePolicy
from tests.fakes.arbitration_site import (
    AHEAD,
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

pytestmark = pytest.mark.slow

WALKER = person("T1", 30.0, 5.0)


def told(night: Night) -> list[tuple[str, str]]:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [(fact.policy, fact.what) for fact in facts if isinstance(fact, PolicyMoved)]


def alarms(night: Night) -> int:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return sum(isinstance(fact, Alarm) for fact in facts)


def watched() -> Night:
    """Return a night in which the intruder has been watched for three seconds."""
    night = Night(yard(INTRUSION, TOUR), EVENING)
    night.run(3.0, WALKER)
    assert night.world.desk.cases
    return night


def test_cases_and_leases_of_an_unchanged_policy_survive_bit_for_bit() -> None:
    night = watched()
    desk = night.world.desk

    night.swap(yard(INTRUSION, TOUR, AHEAD, BENCH))

    assert night.world.desk == desk
    before = night.decisions[-2].intents
    assert night.tick(WALKER).intents == before
    assert told(night) == [("intrusion", "started")]


def test_a_changed_condition_is_judged_by_its_new_text_and_alarms_nobody_twice() -> None:
    night = watched()
    cases = night.world.desk.cases

    night.swap(yard(INTRUSION.replace("0.5", "0.4"), TOUR))
    assert night.world.desk.cases == cases
    night.run(3.0, WALKER)

    assert told(night) == [("intrusion", "started")]
    assert alarms(night) == 1


def test_the_case_of_a_removed_policy_ends_and_its_camera_goes_home() -> None:
    night = watched()
    taken = {intent.camera for intent in night.decisions[-1].intents if intent.band is Band.ALARM}

    night.swap(yard(TOUR))

    assert told(night) == [("intrusion", "started"), ("intrusion", "ended")]
    assert night.world.desk.cases == {}
    night.run(30.0, WALKER)
    assert all(grant is None or grant.band is not Band.ALARM for grant in map(night.granted, taken))


@pytest.mark.parametrize(
    ("old", "new"),
    [("[south, north]", "[south]"), ("who: person", "who: [person, vehicle]")],
)
def test_a_case_ends_when_its_policy_starts_by_something_else(old: str, new: str) -> None:
    night = watched()

    night.swap(yard(INTRUSION.replace(old, new), TOUR))

    assert told(night)[-1] == ("intrusion", "ended")
    night.run(2.0, WALKER)
    assert told(night)[-1] == ("intrusion", "ended"), "its cause stays quiet for the cooldown"


def test_a_case_ends_when_its_zone_lies_elsewhere() -> None:
    night = watched()
    site = yard(INTRUSION, TOUR)
    zones = tuple(
        replace(zone, ring_m=((0.0, 0.0), (40.0, 0.0), (40.0, 13.0), (0.0, 13.0)))
        if zone.id == "south"
        else zone
        for zone in site.zones
    )

    night.swap(replace(site, zones=zones))

    assert told(night)[-1] == ("intrusion", "ended")


def test_an_operator_keeps_the_camera_and_a_paused_policy_stays_paused() -> None:
    night = Night(yard(INTRUSION, TOUR), EVENING)
    pause = PausePolicy(night.site.policies.names[0], None)
    night.tick(
        orders=[
            night.order(GotoPreset(EAST, PresetName("north"))),
            night.order(pause, name="c2"),
        ]
    )
    night.run(2.0)
    holds = night.world.desk.holds

    night.swap(yard(INTRUSION, AHEAD))
    night.run(2.0, WALKER)

    assert night.world.desk.holds == holds
    grant = night.granted(EAST)
    assert grant is not None
    assert (grant.band, grant.preset) == (Band.OPERATOR, "north")
    assert ("intrusion", "started") not in told(night)


def test_the_pause_of_a_removed_policy_is_forgotten() -> None:
    night = Night(yard(INTRUSION, TOUR), EVENING)
    night.tick(orders=[night.order(PausePolicy(night.site.policies.names[0], None))])

    night.swap(yard(TOUR))

    assert night.world.desk.paused == {}


def test_a_tour_goes_on_at_its_stop_unless_its_stops_are_others() -> None:
    night = Night(yard(TOUR), EVENING)
    night.run(8.0)
    [tour] = night.world.desk.tours.values()
    assert tour.stop == 1

    night.swap(yard(TOUR.replace("dwell: 4s", "dwell: 5s")))
    assert list(night.world.desk.tours.values()) == [tour]
    night.swap(yard(TOUR.replace("preset: south", "preset: home")))
    assert night.world.desk.tours == {}


def test_an_added_privacy_rule_sends_heads_away_from_the_very_next_tick_on() -> None:
    night = Night(yard(INTRUSION), BREAK)
    night.aims[EAST] = AIMS[EAST]["bench"]
    night.run(1.0)

    night.swap(yard(INTRUSION, BENCH))
    night.tick()

    grant = night.granted(EAST)
    assert grant is not None
    assert grant.reason.policy == "bench"
    assert grant.preset != "bench"


def test_an_added_privacy_rule_takes_a_closed_view_from_an_operator_at_once() -> None:
    night = Night(yard(INTRUSION), BREAK)
    night.tick(orders=[night.order(GotoPreset(EAST, PresetName("bench")))])
    night.run(2.0)
    grant = night.granted(EAST)
    assert grant is not None
    assert grant.preset == "bench"

    night.swap(yard(INTRUSION, BENCH))
    night.tick()

    grant = night.granted(EAST)
    assert grant is None or grant.preset != "bench"


def test_the_same_set_again_changes_nothing() -> None:
    night = watched()
    world = night.world

    night.swap(night.site)

    assert night.world is world
    assert night.granted(WEST) is None or night.decisions[-1].notices == ()
