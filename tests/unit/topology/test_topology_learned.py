"""A learned map over time: what is kept, what is forgotten, what counts as changed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from orchestrator.domain.ids import CameraId
from orchestrator.domain.learned import LearnedMap, SharedFloor, Walk
from orchestrator.topology.learned import changes, relearned

TODAY = date(2026, 5, 31)
A, B, C = CameraId("a"), CameraId("b"), CameraId("c")
WALK = Walk(A, B, 6.8, 6.4, 7.5, 9, TODAY)
FLOOR = SharedFloor(B, C, 12.0, 30, TODAY)


def test_confidence_grows_with_times_and_halves_in_a_month() -> None:
    assert WALK.confidence(TODAY) == pytest.approx(0.75)
    assert WALK.confidence(TODAY + timedelta(days=30)) == pytest.approx(0.375)
    assert replace(WALK, gone=90).confidence(TODAY) > 0.95
    assert replace(WALK, declared=True).confidence(TODAY + timedelta(days=900)) == 1.0
    assert replace(WALK, last=None).confidence(TODAY) == 0.0


def test_what_is_learned_again_is_replaced_and_what_is_not_stays_until_it_is_forgotten() -> None:
    now = replace(WALK, median_s=8.0)
    other = Walk(B, A, 5.0, 4.0, 6.0, 3, TODAY - timedelta(days=20))
    old = LearnedMap((FLOOR,), (WALK, other))
    new = relearned(old, LearnedMap(passages=(now,)), TODAY)
    assert new == LearnedMap((FLOOR,), (now, other))
    later = relearned(new, LearnedMap(), TODAY + timedelta(days=365))
    assert later == LearnedMap()


def test_what_a_person_declared_stays_as_it_is() -> None:
    mine = replace(WALK, median_s=3.0, declared=True)
    years = TODAY + timedelta(days=2000)
    assert relearned(LearnedMap((), (mine,)), LearnedMap((), (WALK,)), years).passages == (mine,)


def test_a_difference_is_what_is_added_removed_or_more_than_chance() -> None:
    back = Walk(B, A, 5.0, 4.0, 6.0, 3, TODAY)
    old = LearnedMap((FLOOR,), (WALK, back))
    assert list(changes(old, old)) == []
    chance = replace(WALK, median_s=7.0, gone=12, last=None)
    assert list(changes(old, replace(old, passages=(chance, back)))) == []
    turned = replace(FLOOR, a=C, b=B)
    assert list(changes(old, replace(old, overlaps=(turned,)))) == []
    slower = replace(WALK, median_s=9.0, p90_s=10.0)
    new = LearnedMap((), (slower, Walk(A, C, 1.0, 1.0, 1.0, 3, TODAY)))
    found = [(one.what, one.old, one.new) for one in changes(old, new)]
    assert found == [
        ("removed", FLOOR, None),
        ("changed", WALK, slower),
        ("added", None, new.passages[1]),
        ("removed", back, None),
    ]
