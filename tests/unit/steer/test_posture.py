"""A head at rest that nobody here moves: noise is nothing, drift is sent back, a turn is somebody's."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.camera import Aim
from orchestrator.steer.posture import (
    AGAIN_S,
    DRIFT_AGAIN_S,
    DRIFT_DEG,
    HAND_DEG,
    REST_ANSWERS,
    Off,
    Posture,
    commanded,
    looked,
)

HOME = Aim(90.0, -20.0, 60.0)
LOOK_S = 0.4
DRIFTED = Aim(91.0, -20.0, 60.0)
TURNED = Aim(120.0, -20.0, 60.0)


def told(
    posture: Posture, aims: Iterable[Aim], *, from_s: float = 0.0
) -> tuple[Posture, list[Off]]:
    """Return the posture after these answers, and what was wrong at each."""
    found = []
    for number, aim in enumerate(aims):
        posture, off = looked(posture, aim, from_s + number * LOOK_S)
        found += [] if off is None else [off]
    return posture, found


def resting(aim: Aim = HOME) -> Posture:
    return told(Posture(), [aim] * REST_ANSWERS, from_s=-10.0)[0]


def test_a_head_is_known_to_rest_after_some_equal_answers_and_not_before() -> None:
    before, _ = told(Posture(), [HOME] * (REST_ANSWERS - 1))

    assert (before.rest, resting().rest) == (None, HOME)


@given(st.lists(st.floats(-0.9, 0.9), max_size=20))
def test_what_trembles_by_less_than_a_drift_is_nothing(shares: list[float]) -> None:
    aims = [Aim(90.0 + DRIFT_DEG * share, -20.0, 60.0) for share in shares]

    assert told(resting(), aims)[1] == []


def test_a_head_that_drifted_is_told_of_once_a_minute_at_most() -> None:
    posture, found = told(resting(), [DRIFTED] * 10)
    assert [off.by_hand for off in found] == [False]
    assert DRIFT_DEG < found[0].by_deg < HAND_DEG

    further = Aim(92.0, -20.0, 60.0)
    posture, soon = told(posture, [further] * 10, from_s=10.0)
    _, later = told(posture, [further] * 10, from_s=DRIFT_AGAIN_S + 5.0)
    assert (soon, [off.by_hand for off in later]) == ([], [False])


def test_a_single_odd_answer_is_no_drift() -> None:
    assert told(resting(), [HOME, DRIFTED, HOME, HOME])[1] == []


def test_a_head_that_is_elsewhere_was_turned_by_somebody() -> None:
    posture, [off] = told(resting(), [TURNED])

    assert off.by_hand
    assert off.by_deg > HAND_DEG
    assert posture.rest is None


def test_a_longer_lens_is_a_turn_as_well() -> None:
    [off] = told(resting(), [Aim(90.0, -20.0, 30.0)])[1]

    assert off.by_hand


def test_whoever_goes_on_turning_is_told_of_again_until_the_head_rests() -> None:
    turning = [Aim(120.0 + 3.0 * step, -20.0, 60.0) for step in range(10)]
    posture, found = told(resting(), turning)
    assert all(off.by_hand for off in found)
    assert 2 <= len(found) <= 1 + 10 * LOOK_S / AGAIN_S

    posture, after = told(posture, [turning[-1]] * 10, from_s=10.0)
    assert (posture.rest, posture.by_hand, after) == (turning[-1], False, [])


def test_where_a_head_is_that_we_moved_is_nobodys_doing() -> None:
    posture, found = told(commanded(resting()), [TURNED] * REST_ANSWERS)

    assert (posture.rest, found) == (TURNED, [])
