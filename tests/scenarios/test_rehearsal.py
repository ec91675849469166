"""The product's thinking on the demo's depot, in virtual time, with a detector that errs a little."""

from pathlib import Path

import pytest

from tests.scenarios.pretended_eyes import Faults
from tests.scenarios.rehearsal import rehearsed

pytestmark = pytest.mark.slow


def test_people_keep_their_identity_over_the_depot_and_nobody_looks_at_the_rest_area() -> None:
    found = rehearsed(Path("config/demo"), seed=1, length_s=30.0).summary

    assert found.handoffs is not None
    assert found.handoffs >= 5
    assert found.handoff_success is not None
    assert found.handoff_success >= 0.8
    assert found.handoff_wrong is not None
    assert found.handoff_wrong <= 0.1
    assert found.idf1 is not None
    assert found.idf1 >= 0.8
    assert found.time_on_target is not None
    assert found.time_on_target >= 0.6
    assert found.privacy_violations == 0


def test_a_blind_detector_gives_no_identities_and_no_false_confidence() -> None:
    found = rehearsed(
        Path("config/demo"), seed=2, length_s=8.0, faults=Faults(misses=1.0, inventions=0.0)
    ).summary

    assert (found.people, found.detection_recall, found.idf1) == (0, 0.0, 0.0)
    assert found.time_on_target is None
