"""Inside a band priority decides who has a head, and nothing a weaker claim did counts against it."""

from dataclasses import replace

import pytest

from orchestrator.domain.desk import Barred, Moved, Post
from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Band, Intent
from tests.fakes.arbitration_site import SITE, WEST, Night, person, yard

SOMEBODY = person("T1", 10.0, 5.0)


def wanting(name: str, preset: str, more: str = "") -> str:
    return (
        f"policy: {name}\nversion: 1\nbecause: It matters.\nband: analytics\n{more}"
        "on: {enters: [south], who: person}\ndo:\n"
        f"  - look: {{at: {{camera: west-ptz, preset: {preset}}}, for: 5s}}\n"
    )


def after(night: Night, post: Post) -> Intent | None:
    """Return what the west camera is granted for somebody, with this behind it."""
    desk = replace(night.world.desk, posts={WEST: post})
    night.world = replace(night.world, desk=desk)
    night.run(0.5, SOMEBODY)
    return night.granted(WEST)


@pytest.mark.parametrize(
    ("priority", "moves"),
    [(49, True), (50, False), (60, False)],
    ids=["weaker", "equal", "stronger"],
)
def test_moves_for_weaker_claims_do_not_count_against_a_stronger_one(
    priority: int, moves: bool
) -> None:
    made = tuple(Moved(999.0, Band.ANALYTICS, priority) for _ in range(12))

    grant = after(Night(yard(wanting("high", "south"))), Post(moves=made))

    assert (grant is not None) is moves


@pytest.mark.parametrize(("priority", "tries"), [(49, True), (50, False)])
def test_a_preset_that_a_weaker_claim_could_not_reach_is_tried(priority: int, tries: bool) -> None:
    barred = (Barred(PresetName("south"), 1010.0, Band.ANALYTICS, priority),)

    grant = after(Night(yard(wanting("high", "south"))), Post(barred=barred))

    assert (grant is not None) is tries


def test_the_higher_priority_has_the_head_and_the_other_is_told_by_whom() -> None:
    night = Night(yard(wanting("a", "south"), wanting("b", "north", "priority: 51\n")))
    night.run(0.5, SOMEBODY)

    grant = night.granted(WEST)
    assert grant is not None
    assert (grant.preset, grant.priority) == ("north", 51)
    assert [lost.reason for lost in grant.lost if lost.claim == "a"] == [
        "priority 50 is below 51 (b)"
    ]


@pytest.mark.parametrize(("margin", "preset"), [(1, "north"), (20, "south")])
def test_a_camera_is_stolen_inside_a_band_only_by_the_margin(margin: int, preset: str) -> None:
    rules = (
        wanting("first", "south"),
        wanting("second", "north", "priority: 60\nhold: 1s\n"),
    )
    text = SITE.replace("arbitration: {", f"arbitration: {{steal_margin: {margin}, ")
    night = Night(yard(*rules, text=text))
    night.run(3.0, SOMEBODY)

    grant = night.granted(WEST)
    assert grant is not None
    assert grant.preset == preset


def test_a_head_has_not_arrived_until_it_has_settled() -> None:
    text = SITE.replace("arbitration: {", "arbitration: {settle: 1500ms, ")
    night = Night(yard(wanting("high", "south"), text=text))
    night.run(0.8, SOMEBODY)

    shown_s = night.world.desk.posts[WEST].shown_s
    assert shown_s is not None
    assert shown_s > night.now.mono_s + 0.5
