"""Following, handing over and parking: what differs from a look at the target."""

from dataclasses import replace

import pytest

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Intent, PolicyMoved, Regard
from orchestrator.domain.moving import Moves, Way
from tests.fakes.arbitration_site import BENCH, BREAK, EAST, WEST, Night, arrival, person, yard

HEAD = "version: 1\nbecause: Somebody wants it.\nband: alarm\n"
SOUTH_ONLY = "on: {enters: [south], who: person}\n"
LOOK = f"policy: look\n{HEAD}{SOUTH_ONLY}do:\n  - look: {{at: target, for: 3s}}\n"
FOLLOW = f"policy: follow\n{HEAD}{SOUTH_ONLY}do:\n  - follow: {{for: 3s}}\n"
OVER = (
    f"policy: over\n{HEAD}on: {{leaves: any view, who: person, within: 4s}}\ndo:\n"
    "  - hand over: {to: next view, for: 15s, confirm_within: 3s, otherwise: search last seen}\n"
)
PARK = f"policy: away\n{HEAD}{SOUTH_ONLY}do:\n  - park: {{cameras: [west-ptz], for: 3s}}\n"
SOUTH, NORTH = person("T1", 26.0, 8.0), person("T1", 26.0, 23.0)
FREELY = Moves(frozenset({Way.ABSOLUTE}))
CORNER = person("T1", 36.0, 13.0)


def whats(night: Night) -> list[str]:
    facts = (notice.fact for decision in night.decisions for notice in decision.notices)
    return [fact.what for fact in facts if isinstance(fact, PolicyMoved)]


def named(night: Night) -> set[str | None]:
    return {intent.reason.policy for intent in night.decisions[-1].intents if intent.targets}


def test_a_look_ends_where_its_trigger_does_and_following_goes_on() -> None:
    for rule, goes_on in ((LOOK, False), (FOLLOW, True)):
        night = Night(yard(rule))
        night.run(2.0, SOUTH)
        night.run(20.0, NORTH)

        assert bool(named(night)) is goes_on
        assert ("ended" in whats(night)) is not goes_on


def test_who_is_followed_is_shown_in_every_zone() -> None:
    night = Night(yard(FOLLOW))
    night.run(3.0, CORNER)
    first = {intent.preset for intent in night.decisions[-1].intents if intent.targets}
    night.run(20.0, person("T1", 20.0, 27.0))
    later = {intent.preset for intent in night.decisions[-1].intents if intent.targets}

    assert first
    assert later
    assert first != later


def across(night: Night, y_m: float = 8.0) -> list[Intent]:
    """Have T1 walk through the yard; return every grant of a head while it is followed."""
    found = []
    for step in range(120):
        walker = person("T1", 6.0 + 0.2 * step, y_m, velocity=(2.0, 0.0))
        found += [one for one in night.tick(walker).intents if "T1" in one.targets]
    return found


def test_a_head_that_moves_freely_follows_under_one_grant_whatever_preset_shows_the_target() -> (
    None
):
    night = Night(yard(FOLLOW), moves=FREELY)
    grants = across(night)
    west = [one for one in grants if one.camera == WEST]

    assert {one.pursues for one in west} == {"T1"}
    assert len({one.id for one in west}) == 1


@pytest.mark.parametrize("moves", [None, Moves(), Moves(frozenset({Way.CONTINUOUS}))])
def test_a_head_that_goes_to_presets_only_steps_from_one_to_the_next(moves: Moves | None) -> None:
    grants = across(Night(yard(FOLLOW), moves=moves))
    assert {one.pursues for one in grants} == {None}


def test_a_look_at_a_target_stays_at_presets() -> None:
    assert {one.pursues for one in across(Night(yard(LOOK), moves=FREELY))} == {None}


def test_a_view_that_serves_two_stays_where_it_shows_both() -> None:
    night = Night(yard(FOLLOW), moves=FREELY)
    night.run(3.0, person("T1", 12.0, 6.0), person("T2", 12.5, 7.0))
    grants = [one for one in night.decisions[-1].intents if one.targets]
    assert grants
    assert all(one.pursues is None for one in grants if len(one.targets) > 1)


def test_nobody_is_followed_where_a_closed_zone_would_be_seen() -> None:
    followed = FOLLOW.replace("enters: [south]", "enters: [south, north]")
    pursued = {}
    for closed in (False, True):
        night = Night(yard(followed, *((BENCH,) if closed else ())), now=BREAK, moves=FREELY)
        for step in range(90):
            night.tick(person("T1", 8.0 + 0.28 * step, 6.0 + 0.2 * step))
            who = {one.pursues for one in night.decisions[-1].intents}
            pursued[closed, step] = "T1" in who

    assert pursued[False, 40]
    assert pursued[True, 40]
    assert pursued[False, 89]
    assert not pursued[True, 89]


def test_who_is_lost_is_sought_where_it_was_and_then_given_up() -> None:
    night = Night(yard(FOLLOW))
    night.run(3.0, CORNER)
    shown = night.granted(WEST)
    assert shown is not None
    night.run(1.0)
    sought = night.granted(WEST)
    assert sought is not None
    assert (sought.preset, sought.reason.policy) == (shown.preset, "follow")
    assert sought.until_s > night.now.mono_s
    assert "ended" not in whats(night)

    night.run(4.0)
    assert "ended" in whats(night)


def test_a_hand_over_is_confirmed_by_who_comes() -> None:
    night = Night(yard(OVER))
    leaves = arrival("T1", 1002.0, "west-ptz/south", (10.0, 5.0))
    night.run(2.5, person("T1", 36.0, 25.0), arrivals=[leaves])
    assert night.granted(WEST) is not None
    night.run(4.0, person("T1", 10.0, 5.0))

    assert "handed over" in whats(night)
    assert "not confirmed" not in whats(night)


def test_a_hand_over_that_nobody_comes_to_is_said_once() -> None:
    night = Night(yard(OVER))
    leaves = arrival("T1", 1002.0, "west-ptz/south", (10.0, 5.0))
    night.run(2.5, person("T1", 36.0, 25.0), arrivals=[leaves])
    night.run(6.0)

    assert whats(night).count("not confirmed") == 1
    assert "handed over" not in whats(night)


def test_a_camera_is_parked_and_others_are_not() -> None:
    night = Night(yard(PARK))
    night.aims[WEST] = None
    night.run(2.0, SOUTH)

    west = night.granted(WEST)
    assert west is not None
    assert (west.preset, west.reason.policy) == (PresetName("home"), "away")
    assert night.granted(EAST) is None


def test_whose_head_follows_is_regarded_most_and_who_sees_somebody_more_than_the_rest() -> None:
    night = Night(yard(FOLLOW), moves=FREELY)
    night.run(3.0)
    idle = {one.regard for one in night.decisions[-1].attention}
    seen = replace(SOUTH, seen_by=((EAST, night.now.mono_s),))
    night.run(1.0, seen)
    regards = {one.camera: one.regard for one in night.decisions[-1].attention}
    led = {one.camera for one in night.decisions[-1].intents if one.pursues == "T1"}

    assert idle == {Regard.IDLE}
    assert led
    assert {regards[camera] for camera in led} == {Regard.FOLLOWING}
    assert regards[EAST] >= Regard.LIVE
