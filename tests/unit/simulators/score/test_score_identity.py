"""IDF1 rewards one identity per person over all cameras, and nothing else."""

from collections import Counter

import pytest

from simulators.score.identity import idf1, owners, together
from simulators.score.matching import Looked


def look(found: dict[str, str | None], *, missed: int = 0, stray: tuple[str, ...] = ()) -> Looked:
    return Looked("a", 0.0, found, tuple(f"m{n}" for n in range(missed)), stray, 0)


def test_one_identity_per_person_is_one() -> None:
    assert idf1([look({"a": "T1", "b": "T2"}), look({"a": "T1"})]) == 1.0


def test_an_identity_broken_in_half_is_a_half() -> None:
    assert idf1([look({"a": "T1"}), look({"a": "T2"})]) == 0.5


def test_missed_people_and_invented_identities_cost() -> None:
    # two right of 4 true boxes and 3 given identities
    assert idf1([look({"a": "T1"}, missed=1), look({"a": "T1"}, missed=1, stray=("T9",))]) == (
        pytest.approx(4 / 7)
    )


def test_boxes_without_identity_count_as_true_only() -> None:
    assert idf1([look({"a": "T1"}), look({"a": None})]) == pytest.approx(2 / 3)


def test_no_boxes_at_all_is_no_figure() -> None:
    assert idf1([look({})]) is None


def test_an_identity_belongs_to_whom_it_shows_most() -> None:
    frames = [look({"a": "T1"}), look({"a": "T1"}), look({"b": "T1"}), look({"b": "T2"})]

    assert together(frames) == Counter({("T1", "a"): 2, ("T1", "b"): 1, ("T2", "b"): 1})
    assert owners(together(frames)) == {"T1": "a", "T2": "b"}
