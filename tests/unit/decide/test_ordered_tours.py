"""A policy that has a patrol's tour made: at once, in its own band, whatever the patrol's hours."""

import pytest

from orchestrator.domain.ids import PolicyName
from orchestrator.domain.intent import Band
from orchestrator.domain.sighting import PausePolicy
from tests.fakes.arbitration_site import WEST, Night, person, yard

TOUR = """\
patrol: rounds
version: 1
because: Somebody wants every corner seen.
during: break
every: 10m
stops:
  - {camera: west-ptz, preset: south, dwell: 4s}
  - {camera: west-ptz, preset: north, dwell: 4s}
"""
ORDER = """\
policy: search
version: 1
because: Somebody came in.
band: alarm
priority: 60
on: {enters: [south], who: person}
hold: 500ms
do:
  - patrol: {run: rounds, for: 60s}
"""


@pytest.fixture
def night() -> Night:
    return Night(yard(ORDER, TOUR))


def shown(night: Night) -> list[str]:
    """Return what the west camera was granted for the policy, each preset once in a row."""
    names: list[str] = []
    for decision in night.decisions:
        for intent in decision.intents:
            mine = intent.camera == WEST and intent.reason.policy == "search"
            if mine and names[-1:] != [intent.preset]:
                names.append(intent.preset)
    return names


def test_a_tour_is_made_once_in_the_band_of_who_ordered_it(night: Night) -> None:
    night.run(1.0, person("T1", 26.0, 8.0))
    first = night.granted(WEST)
    night.run(50.0, person("T1", 26.0, 8.0))

    assert first is not None
    assert (first.band, first.preset) == (Band.ALARM, "south")
    assert [clause.text for clause in first.reason.clauses][-1] == "every 10 min"
    assert shown(night) == ["south", "north"]


def test_who_comes_again_has_it_made_again(night: Night) -> None:
    night.run(50.0, person("T1", 26.0, 8.0))
    night.run(70.0)
    night.run(50.0, person("T2", 26.0, 8.0))

    assert shown(night) == ["south", "north", "south", "north"]


def test_a_tour_ends_with_its_time(night: Night) -> None:
    night.run(1.0, person("T1", 26.0, 8.0))
    night.run(65.0)

    after = night.granted(WEST)
    assert after is None or after.reason.policy != "search"


def test_a_patrol_that_is_paused_is_not_made(night: Night) -> None:
    night.tick(orders=[night.order(PausePolicy(PolicyName("rounds"), 100.0))])
    night.run(5.0, person("T1", 26.0, 8.0))

    assert shown(night) == []
