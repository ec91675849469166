"""A policy in shadow says what it would have done, once, and does nothing."""

from orchestrator.domain.ids import PresetName
from orchestrator.domain.intent import Alarm, Shadowed
from orchestrator.domain.sighting import GotoPreset
from tests.fakes.arbitration_site import INTRUSION, TOUR, WEST, Night, person, yard

SHADOW = INTRUSION.replace("policy: intrusion", "policy: trial\nmode: shadow").replace(
    "with: best", "with: [west-ptz]"
)


def told(night: Night) -> list[Shadowed]:
    return [one for decision in night.decisions for one in decision.shadows]


def watched(night: Night, ticks: int = 30) -> Night:
    for _ in range(ticks):
        night.tick(person("T1", 12.0, 8.0))
    return night


def test_it_tells_what_it_would_have_looked_at_and_whom_it_would_have_alarmed() -> None:
    night = watched(Night(yard(SHADOW)))

    assert [(one.what, one.say) for one in told(night)] == [
        ("started", "would have started"),
        ("alarm", 'would have raised alarm high "Person in south: T1"'),
        ("look", "would have turned west-ptz to `south` for T1"),
    ]
    assert {one.source for one in told(night)} == {"policies/0/policy.yaml:7"}
    assert told(night)[2].clauses[-1].text == "held 0.5 s"
    assert not any(isinstance(one.fact, Alarm) for each in night.decisions for one in each.notices)
    assert all(intent.reason.policy is None for each in night.decisions for intent in each.intents)


def test_it_tells_from_whom_it_would_have_taken_a_camera() -> None:
    shadow = SHADOW.replace("at: target", "at: south")
    tour = TOUR.replace("preset: south", "preset: north")
    night = watched(Night(yard(tour, shadow)))

    [look] = [one for one in told(night) if one.what == "look"]
    assert (look.camera, look.preset, look.holder) == (WEST, "south", "tour")
    assert look.say.endswith(", taken from tour")


def test_it_tells_once_that_and_why_it_would_have_got_no_camera() -> None:
    night = Night(yard(SHADOW))
    night.tick(orders=[night.order(GotoPreset(WEST, PresetName("north")), "anna", "c1")])
    watched(night)

    [lost] = [one for one in told(night) if one.what == "lose"]
    assert lost.camera == WEST
    assert "band alarm is below operator (operator anna)" in lost.say


def test_what_a_camera_shows_anyway_is_not_told() -> None:
    night = watched(Night(yard(INTRUSION, SHADOW)))

    assert "look" not in {one.what for one in told(night)}
