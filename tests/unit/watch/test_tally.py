"""What is counted of a camera's pictures, and how old answers are."""

import pytest

from orchestrator.watch import AGES_S, Looked, Tally


def test_before_any_answer_nothing_is_said_of_ages() -> None:
    assert Looked().age_at_s(0.5) is None
    assert Tally().looked == Looked()


def test_answers_are_counted_by_age_and_the_newest_is_kept() -> None:
    tally = Tally()
    for age_s in (0.004, 0.012, 0.012, 60.0):
        tally.answer(age_s)

    looked = tally.looked
    assert (looked.answered, looked.age_s) == (4, 60.0)
    assert looked.ages[0] == 1
    assert looked.ages[AGES_S.index(0.015)] == 2
    assert looked.ages[-1] == 1


@pytest.mark.parametrize(("share", "age_s"), [(0.25, 0.005), (0.5, 0.0125), (1.0, AGES_S[-1])])
def test_a_share_of_the_ages_lies_between_bounds(share: float, age_s: float) -> None:
    tally = Tally()
    for each_s in (0.004, 0.012, 0.012, 60.0):
        tally.answer(each_s)

    assert tally.looked.age_at_s(share) == pytest.approx(age_s)
