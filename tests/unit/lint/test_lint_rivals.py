"""P003 and P004: two policies that want one camera at the same time."""

import pytest

from tests.fakes.arbitration_site import Night, person
from tests.fakes.remarked_site import BENCH, codes, said, written

SOUTH = "do:\n  - look: {at: {camera: west-ptz, preset: south}, for: 30s}"
NORTH = "do:\n  - look: {at: {camera: west-ptz, preset: north}, for: 15s}"
WINNER = f"policy: anybody\nband: alarm\n{SOUTH}"
LOSER = f"policy: fast\nband: analytics\nwhen: target.speed_mps > 3\n{NORTH}"
LEAVING = "on: {leaves: any view, who: person, within: 4s}\n"
SOON = "on: {leaves: any view, who: person, within: 2s}\n"


def test_the_look_that_is_shadowed_is_told_with_the_policy_that_takes_its_camera() -> None:
    [found] = said(written(LOSER, WINNER))

    assert str(found.source) == "policies/0/policy.yaml:5"
    assert found.says == (
        "`fast` never gets to show `north` of `west-ptz` while its trigger holds:"
        " `anybody` always starts too, and takes the camera"
    )
    assert "policies/1/policy.yaml" in found.hint


@pytest.mark.parametrize(
    "twin",
    [
        f"{WINNER}\nhold: 1s",
        f"{WINNER}\ncooldown: 60s",
        f"{WINNER}\nduring: night",
        f"{WINNER}\nwhen: target.confidence >= 0.5",
        f"{WINNER}\non: {{enters: south, who: person}}",
        f"{WINNER}\non: {{enters: [south, north], who: vehicle}}",
        WINNER.replace("band: alarm", "band: handoff").replace("west-ptz", "east-ptz"),
        WINNER.replace("south", "north"),
    ],
)
def test_a_policy_that_does_not_always_win_shadows_nobody(twin: str) -> None:
    assert codes(LOSER, twin) == []


@pytest.mark.parametrize(
    "loser",
    [
        f"{LOSER}\nduring: break",
        f"{LOSER}\non: {{enters: north, who: person}}",
        f"{LOSER}\nhold: 2s\nclear: 10s",
    ],
)
def test_a_narrower_policy_is_shadowed(loser: str) -> None:
    assert codes(loser, f"{WINNER}\nduring: night" if "during" in loser else WINNER) == ["P003"]


def test_a_condition_that_implies_the_winners_is_shadowed() -> None:
    assert codes(LOSER, f"{WINNER}\nwhen: target.speed_mps > 2") == ["P003"]
    assert codes(LOSER, f"{WINNER}\nwhen: target.speed_mps > 4") == []


def test_a_winner_that_asks_for_its_zone_may_be_asked_of_another_one() -> None:
    first = f"{WINNER}\nwhen: zone.since_s >= 1"
    both = f"{LOSER} && zone.since_s >= 2".replace(f"\n{NORTH} &&", " &&") + f"\n{NORTH}"

    assert codes(both, first) == ["P003"]
    assert codes(f"{both}\non: {{enters: north, who: person}}", first) == []


def test_a_winner_whose_preset_may_be_closed_leaves_the_camera_sometimes() -> None:
    bench = WINNER.replace("camera: west-ptz, preset: south", "camera: east-ptz, preset: bench")
    loser = LOSER.replace("west-ptz", "east-ptz").replace("north", "south")

    assert codes(loser, bench) == ["P003"]
    assert codes(loser, bench, BENCH) == ["P006"]


def test_in_one_band_the_older_claim_wins_if_it_also_lasts() -> None:
    equal = LOSER.replace("band: analytics", "band: alarm")

    assert codes(equal, WINNER) == ["P003"]
    assert codes(equal.replace("for: 15s", "for: 20s"), WINNER) == ["P004"]
    assert codes(equal, WINNER.replace("anybody", "zanybody")) == ["P004"]


def test_a_hand_off_that_is_awaited_sooner_is_shadowed_by_one_that_waits_longer() -> None:
    assert codes(f"{LOSER}\n{SOON}", f"{WINNER}\n{LEAVING}") == ["P003"]
    assert codes(f"{LOSER}\n{LEAVING}", f"{WINNER}\n{SOON}") == []


def _shown(*rules: str) -> set[str]:
    """Return the presets that `west-ptz` is granted while somebody runs through the yard."""
    night = Night(written(*rules))
    for step in range(50):
        night.tick(person("T1", 10 + step * 0.4, 7, velocity=(4.0, 0.0)))
    intents = (intent for decision in night.decisions for intent in decision.intents)
    return {intent.preset for intent in intents if intent.camera == "west-ptz"}


@pytest.mark.parametrize("loser", [LOSER, LOSER.replace("band: analytics", "band: alarm")])
def test_a_look_that_is_called_shadowed_is_not_granted_when_it_is_decided(loser: str) -> None:
    assert "north" not in _shown(loser, WINNER)
    assert "north" in _shown(loser, f"{WINNER}\nhold: 1s")


FIRST = f"policy: first\nhold: 1s\n{SOUTH}"
SECOND = f"policy: second\nhold: 1s\n{NORTH}"


def test_the_second_of_two_that_conflict_is_told_with_the_place_of_the_first() -> None:
    [found] = said(written(f"{FIRST}\nduring: night", f"{SECOND}\nduring: break"))

    assert found.code == "P004"
    assert str(found.source) == "policies/1/policy.yaml:4"
    assert found.says == (
        "`first` and `second` can want `south` and `north` of `west-ptz` at once at 23:00:"
        " who starts first has it"
    )
    assert "policies/0/policy.yaml:4" in found.hint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (FIRST, f"{SECOND}\nband: analytics"),
        (FIRST, SECOND.replace("west-ptz", "east-ptz")),
        (FIRST, SECOND.replace("north", "south")),
        (FIRST, f"{SECOND}\non: {{enters: [south, north], who: vehicle}}"),
        (FIRST, f"{SECOND}\n{LEAVING}"),
        (
            f"{FIRST}\non: {{enters: south, who: person}}",
            f"{SECOND}\non: {{enters: north, who: person}}",
        ),
        (f"{FIRST}\nwhen: target.speed_mps > 3", f"{SECOND}\nwhen: target.speed_mps <= 3"),
    ],
)
def test_policies_that_cannot_want_one_camera_at_once_do_not_conflict(one: str, other: str) -> None:
    assert codes(one, other) == []


def test_zones_that_overlap_on_the_floor_are_entered_together() -> None:
    one = f"{FIRST}\non: {{enters: north, who: person}}"
    other = f"{SECOND}\non: {{enters: bench, who: person}}"

    assert codes(one, other) == ["P004"]


def test_a_policy_that_wants_two_presets_of_one_camera_conflicts_with_itself() -> None:
    second = "  - look: {at: {camera: west-ptz, preset: north}, for: 15s}"

    [found] = said(written(f"{FIRST}\n{second}"))

    assert found.code == "P004"
    assert "only one can be shown" in found.says
    assert codes(f"{FIRST}\n{second.replace('west-ptz', 'east-ptz')}") == []
