"""Who gets a camera: hysteresis, bands, pre-emption, dwell, limits, home, and stable grants."""

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from orchestrator.decide.chart import charted
from orchestrator.domain.camera import LinkState
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Alarm, Band, Intent, Judgement, PolicyMoved
from orchestrator.domain.sighting import GotoPreset, MoveEnd, MoveSeen, Release
from tests.fakes.arbitration_site import (
    AHEAD,
    BREAK,
    EAST,
    INTRUSION,
    TOUR,
    WEST,
    Night,
    arrival,
    person,
    yard,
)

pytestmark = pytest.mark.slow

SOUTH_EAST = person("T1", 30.0, 5.0)
"""Shown by west/home, where that head rests, by west/south and by east/south."""
CORNER = person("T1", 37.5, 1.5)
"""Shown by west/south alone."""
MIDDLE_EAST = person("T1", 36.0, 13.0)
"""Shown by west/home alone."""


def alarms(night: Night) -> list[Alarm]:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [fact for fact in facts if isinstance(fact, Alarm)]


def moves(night: Night) -> list[str]:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [fact.what for fact in facts if isinstance(fact, PolicyMoved)]


def judgements(night: Night) -> list[Judgement]:
    return [one for decision in night.decisions for one in decision.judgements]


def ids(night: Night) -> set[str]:
    return {intent.id for decision in night.decisions for intent in decision.intents}


def test_an_intruder_is_looked_at_with_the_camera_that_shows_it_and_reported_once() -> None:
    night = Night(yard(INTRUSION))

    night.run(3.0, CORNER)

    grant = night.granted(WEST)
    assert grant is not None
    assert (grant.preset, grant.band, grant.targets) == ("south", Band.ALARM, ("T1",))
    assert night.granted(EAST) is None
    [alarm] = alarms(night)
    assert (alarm.say, alarm.zone, alarm.to) == ("Person in south: T1", "south", ("desk",))


def test_a_condition_must_hold_for_a_while_before_anything_happens() -> None:
    night = Night(yard(INTRUSION))

    night.run(0.5, SOUTH_EAST)
    night.run(0.5)
    night.run(0.5, SOUTH_EAST)

    assert alarms(night) == []
    assert ids(night) == set()


def test_who_comes_back_at_once_is_not_reported_again() -> None:
    night = Night(yard(INTRUSION))

    for _ in range(3):
        night.run(2.0, SOUTH_EAST)
        night.run(2.0)

    assert len(alarms(night)) == 1


def test_who_comes_back_much_later_is_reported_again() -> None:
    night = Night(yard(INTRUSION))

    night.run(2.0, SOUTH_EAST)
    night.run(40.0)
    night.run(2.0, SOUTH_EAST)

    assert len(alarms(night)) == 2
    assert moves(night) == ["started", "ended", "started"]


def test_a_false_condition_starts_nothing_and_is_told_to_whoever_asks() -> None:
    night = Night(yard(INTRUSION, TOUR))

    night.run(2.0, person("T1", 30.0, 5.0, confidence=0.4))

    [judgement] = [one for decision in night.decisions for one in decision.judgements][:1]
    [idle] = [refused for refused in judgement.lost if refused.idle]
    assert idle.reason == (
        "did not start: for T1, target.confidence >= 0.5 is false (confidence = 0.4)"
    )


def test_a_policy_sleeps_outside_its_calendar() -> None:
    night = Night(yard(INTRUSION))
    night.now = replace(night.now, wall=night.now.wall.replace(hour=12))

    night.run(2.0, SOUTH_EAST)

    assert (alarms(night), ids(night)) == ([], set())


def test_a_grant_keeps_its_id_while_nothing_changes() -> None:
    night = Night(yard(INTRUSION))

    night.run(10.0, SOUTH_EAST)

    assert len(ids(night)) == 1


def test_a_target_that_walks_is_followed_from_preset_to_preset_without_flapping() -> None:
    night = Night(yard(INTRUSION))
    chart = charted(night.site)
    watched = 0

    for step in range(170):
        place = (12.0, 2.0 + step * 0.15)
        decision = night.tick(person("T1", *place, (0.0, 1.5)))
        x, y = np.array([place[:1], place[1:]])
        watched += any(
            chart.shown(x, y, np.array([chart.numbers[intent.camera, intent.preset]])) > 0
            for intent in decision.intents
            if "T1" in intent.targets and intent.camera not in night.turning
        )

    assert watched / 170 > 0.8
    assert 2 <= len(ids(night)) <= 5


def test_one_view_serves_as_many_targets_as_it_can() -> None:
    night = Night(yard(INTRUSION))

    night.run(3.0, person("T1", 30.0, 5.0), person("T2", 26.0, 6.0), person("T3", 28.0, 4.0))

    [grant] = night.decisions[-1].intents
    assert sorted(grant.targets) == ["T1", "T2", "T3"]


def test_two_far_apart_are_shared_out_over_both_cameras() -> None:
    night = Night(yard(INTRUSION))

    night.run(3.0, person("T1", 12.0, 4.0), person("T2", 28.0, 26.0))

    shown = {target for intent in night.decisions[-1].intents for target in intent.targets}
    assert shown == {"T1", "T2"}


def test_a_camera_that_is_lost_hands_its_target_to_the_next_best() -> None:
    night = Night(yard(INTRUSION))
    night.run(3.0, SOUTH_EAST)
    assert night.granted(WEST) is not None

    night.links[WEST] = LinkState.OFFLINE
    night.run(1.0, SOUTH_EAST)

    assert night.granted(WEST) is None
    east = night.granted(EAST)
    assert east is not None
    assert (east.preset, east.targets) == ("south", ("T1",))


def test_an_awaited_target_has_a_camera_on_its_way_before_it_leaves() -> None:
    night = Night(yard(AHEAD))
    expected = [arrival("T1", 1003.0, "west-ptz/south", (10.0, 5.0))]

    night.run(0.5, person("T1", 16.0, 22.0), arrivals=expected)
    assert night.granted(WEST) is None

    night.run(1.0, person("T1", 16.0, 22.0), arrivals=expected)
    grant = night.granted(WEST)
    assert grant is not None
    assert (grant.preset, grant.band, grant.targets) == ("south", Band.HANDOFF, ("T1",))
    assert [clause.held for clause in grant.reason.clauses] == [True, True]


def test_no_head_turns_for_somebody_who_is_not_expected_any_more() -> None:
    night = Night(yard(AHEAD))
    night.run(
        0.5,
        person("T1", 16.0, 22.0),
        arrivals=[arrival("T1", 1003.0, "west-ptz/south", (10.0, 5.0))],
    )

    night.run(3.0, person("T1", 16.0, 22.0))

    assert not any(decision.intents for decision in night.decisions)


def test_a_place_where_somebody_is_awaited_moves_with_them_until_a_head_is_sent() -> None:
    night = Night(yard(AHEAD))
    walker = person("T1", 16.0, 22.0)
    night.run(0.5, walker, arrivals=[arrival("T1", 1003.0, "west-ptz/south", (10.0, 5.0))])
    night.run(1.5, walker, arrivals=[arrival("T1", 1003.0, "east-ptz/bench", (37.0, 27.0))])
    sent = night.granted(EAST)
    night.run(0.5, walker, arrivals=[arrival("T1", 1003.5, "west-ptz/south", (10.0, 5.0))])

    assert sent is not None
    assert sent.preset == "bench"
    assert night.granted(WEST) is None
    assert night.granted(EAST) == sent


def test_who_leaves_too_late_is_not_awaited_yet() -> None:
    night = Night(yard(AHEAD))

    night.run(
        1.0,
        person("T1", 16.0, 22.0),
        arrivals=[arrival("T1", 1010.0, "west-ptz/south", (10.0, 5.0))],
    )

    assert night.decisions[-1].intents == ()


def test_a_patrol_walks_its_stops_once_per_period() -> None:
    night = Night(yard(TOUR))

    night.run(14.0)

    shown = [
        intent.preset
        for decision in night.decisions
        for intent in decision.intents
        if intent.camera == WEST
    ]
    assert list(dict.fromkeys(shown)) == ["south", "north"]
    night.run(12.0)
    home = night.granted(WEST)
    assert home is not None
    assert (home.preset, home.band) == ("home", Band.HOME)


def test_an_alarm_takes_a_camera_from_a_patrol_which_resumes_at_its_stop() -> None:
    night = Night(yard(INTRUSION, TOUR))
    night.run(2.0)

    night.run(3.0, MIDDLE_EAST)

    west = night.granted(WEST)
    assert west is not None
    assert (west.band, west.preset) == (Band.ALARM, "home")
    night.run(50.0)
    tour = [
        intent.preset
        for decision in night.decisions
        for intent in decision.intents
        if intent.camera == WEST and intent.band is Band.PATROL
    ]
    assert [preset for preset, _ in groupby(tour)] == ["south", "north"]
    assert west.id in ids(night)


def test_an_operator_outranks_an_alarm_which_goes_to_the_next_best_camera() -> None:
    night = Night(yard(INTRUSION))
    night.run(3.0, SOUTH_EAST)

    night.tick(SOUTH_EAST, orders=[night.order(GotoPreset(WEST, PresetName("north")))])
    night.run(2.0, SOUTH_EAST)

    west, east = night.granted(WEST), night.granted(EAST)
    assert east is not None
    assert west is not None
    assert (west.band, west.preset, west.reason.actor) == (Band.OPERATOR, "north", "anna")
    assert (east.band, east.targets) == (Band.ALARM, ("T1",))


def test_a_site_may_put_alarms_above_operators() -> None:
    site = yard(INTRUSION)
    order = (Band.ALARM, Band.OPERATOR, Band.HANDOFF, Band.ANALYTICS, Band.PATROL, Band.HOME)
    night = Night(replace(site, arbitration=replace(site.arbitration, bands=order)))
    night.run(3.0, SOUTH_EAST)

    night.tick(SOUTH_EAST, orders=[night.order(GotoPreset(WEST, PresetName("north")))])
    night.run(2.0, SOUTH_EAST)

    west = night.granted(WEST)
    assert west is not None
    assert west.band is Band.ALARM


def test_a_released_camera_goes_to_who_waits_for_it() -> None:
    night = Night(yard(INTRUSION))
    night.tick(orders=[night.order(GotoPreset(WEST, PresetName("north")))])
    night.links[EAST] = LinkState.OFFLINE
    night.run(3.0, CORNER)
    assert isinstance(night.granted(WEST), Intent)

    night.tick(CORNER, orders=[night.order(Release(WEST), name="c2")])
    night.run(1.0, CORNER)

    west = night.granted(WEST)
    assert west is not None
    assert (west.band, west.preset) == (Band.ALARM, "south")


def test_a_head_that_moved_too_often_stays_where_it_is() -> None:
    site = yard(INTRUSION)
    night = Night(
        replace(site, arbitration=replace(site.arbitration, moves_per_minute=1, min_dwell_s=0.0))
    )
    night.links[WEST] = LinkState.OFFLINE
    night.run(2.0, SOUTH_EAST)

    night.run(5.0, person("T1", 30.0, 26.0))

    assert {intent.preset for decision in night.decisions for intent in decision.intents} == {
        "south"
    }


@pytest.mark.parametrize(
    ("band", "made", "turns"),
    [("analytics", 99, True), ("analytics", 100, False), ("alarm", 100, True)],
)
def test_motors_that_have_done_enough_this_hour_turn_for_alarms_only(
    band: str, made: int, *, turns: bool
) -> None:
    site = yard(INTRUSION.replace("band: alarm", f"band: {band}"))
    limited = replace(site, arbitration=replace(site.arbitration, moves_per_hour=100))
    night = Night(limited, moved_last_hour=made)

    night.run(2.0, CORNER)

    assert (night.granted(WEST) is not None) is turns
    why = {lost.reason for one in judgements(night) for lost in one.lost}
    assert any("100 moves in the last hour" in one for one in why) is not turns


def test_a_preset_that_could_not_be_reached_is_left_alone_for_a_while() -> None:
    night = Night(yard(INTRUSION), slew_s=1e9)
    night.run(1.0, CORNER)
    grant = night.granted(WEST)
    assert grant is not None

    night.seen.append(MoveSeen(WEST, grant.id, night.now.mono_s, MoveEnd.FAILED, 9.0, "stuck"))
    night.run(0.5, CORNER)

    [barred] = night.world.desk.posts[WEST].barred
    assert (barred.preset, barred.band) == ("south", Band.ALARM)
    assert barred.until_s > night.now.mono_s


def test_ids_tell_the_run_apart_and_never_repeat() -> None:
    night = Night(yard(INTRUSION, TOUR))
    night.run(20.0, SOUTH_EAST)

    notices = [notice.id for decision in night.decisions for notice in decision.notices]
    assert len(notices) == len(set(notices))
    assert all(name.startswith("t-") for name in (*notices, *ids(night)))


@pytest.mark.parametrize("hour", [22, 23])
def test_a_camera_that_cannot_be_used_is_never_granted(hour: int) -> None:
    night = Night(yard(INTRUSION, TOUR), BREAK)
    night.now = replace(night.now, wall=night.now.wall.replace(hour=hour))
    night.links = {WEST: LinkState.REFUSED, EAST: LinkState.CONNECTING}

    night.run(2.0, SOUTH_EAST)

    assert ids(night) == set()
