"""Two streams of outcomes: the same, later, otherwise, added, removed."""

from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.instant import Instant
from orchestrator.replay.compare import WITHIN_S, Comparison, Difference
from orchestrator.replay.outcomes import Outcome

START = Instant(0.0, datetime(2026, 1, 1, tzinfo=UTC))
Times = dict[str, list[float]]


def outcome(says: str, at_s: float) -> Outcome:
    return Outcome("alarm", START.later(at_s), says[0], says, "watch")


def compared(before: Times, after: Times) -> Iterator[Difference]:
    comparison = Comparison()
    for at_s in sorted(
        {at_s for side in (before, after) for each in side.values() for at_s in each}
    ):
        old, new = (
            [outcome(says, at_s) for says, times in side.items() if at_s in times]
            for side in (before, after)
        )
        yield from comparison.take(
            old, new, at_s, not_before=lambda _: "not before", not_after=lambda _: "not after"
        )
    yield from comparison.end()


def test_what_says_the_same_within_a_second_is_the_same() -> None:
    assert not list(compared({"a": [1.0, 50.0]}, {"a": [1.9, 49.1]}))


def test_what_says_the_same_later_is_told_with_how_much_later() -> None:
    [one] = compared({"a": [1.0]}, {"a": [4.0]})
    assert (one.change, one.why) == ("otherwise", "3.0 s later: not after")
    [one] = compared({"a": [4.0]}, {"a": [1.0]})
    assert (one.change, one.why) == ("otherwise", "3.0 s earlier: not before")


def test_what_says_something_else_about_the_same_came_about_otherwise() -> None:
    [one] = compared({"a1": [1.0]}, {"a2": [2.0]})

    assert one.before is not None
    assert one.after is not None
    assert (one.change, one.before.says, one.after.says) == ("otherwise", "a1", "a2")


def test_what_has_no_counterpart_in_time_was_removed_and_added() -> None:
    found = list(compared({"a": [1.0]}, {"a": [1.0 + WITHIN_S + 0.1], "b": [2.0]}))

    assert [(one.change, one.outcome.says, one.why) for one in found] == [
        ("removed", "a", "not after"),
        ("added", "b", "not before"),
        ("added", "a", "not before"),
    ]


SIDE = st.dictionaries(
    st.sampled_from(["a1", "a2", "b1"]),
    st.lists(st.integers(0, 40).map(lambda half: half / 2), max_size=6, unique=True),
)


@given(SIDE)
def test_nothing_differs_from_itself(side: Times) -> None:
    assert not list(compared(side, side))


@given(SIDE, SIDE)
def test_every_outcome_is_told_at_most_once_and_sides_mirror_each_other(a: Times, b: Times) -> None:
    there, back = list(compared(a, b)), list(compared(b, a))
    counts = [[one.change for one in found].count("added") for found in (there, back)]
    removed = [[one.change for one in found].count("removed") for found in (there, back)]

    told = [(one.before.says, one.before.at) for one in there if one.before is not None]
    assert len(told) == len(set(told))
    assert counts == removed[::-1]
