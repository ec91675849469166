"""Datagrams in order again: whatever the network does to them, nothing comes twice or late."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.video.reordering import LATEST_S, Reordering, ahead
from orchestrator.adapters.video.rtp import Gaps

FIRST = 65_530
"""Soon before the numbers wrap."""


def numbered(count: int) -> list[tuple[int, bytes]]:
    return [((FIRST + n) % 65_536, bytes([n])) for n in range(count)]


@given(st.permutations(numbered(12)[1:]), st.integers(0, 11))
def test_what_is_only_swapped_and_repeated_comes_out_whole_and_in_order(
    swapped: list[tuple[int, bytes]], twice: int
) -> None:
    order = Reordering()
    come = [numbered(12)[0], *swapped]
    come.insert(twice, come[twice])

    given_on = [one for number, data in come for one in order.taken(number, data, 5.0)]

    assert given_on == [data for _, data in numbered(12)]
    assert order.due_s is None


@given(st.sets(st.integers(1, 30), max_size=12))
def test_what_is_missing_holds_up_the_rest_for_a_moment_only(lost: set[int]) -> None:
    order = Reordering()
    come = [pair for n, pair in enumerate(numbered(32)) if n not in lost]

    given_on = [one for number, data in come for one in order.taken(number, data, 5.0)]
    given_on += order.overdue(5.0 + LATEST_S - 0.01)
    assert given_on == [data for _, data in numbered(min(lost, default=32))]
    given_on += order.overdue(5.0 + LATEST_S)

    assert given_on == [data for _, data in come]
    assert order.overdue(99.0) == []


def test_a_camera_that_counts_anew_is_followed_at_once() -> None:
    order, gaps = Reordering(), Gaps()

    assert order.taken(40_000, b"old", 1.0) == [b"old"]
    assert order.taken(7, b"new", 1.0) == [b"new"]
    assert [gaps.before(number) for number in (40_000, 7, 8, 11)] == [0, 0, 0, 2]


def test_a_flood_after_a_gap_is_not_held_for_ever() -> None:
    order = Reordering()
    order.taken(0, b"x", 1.0)
    given_on = [one for n in range(2, 1200) for one in order.taken(n, b"y", 1.0)]

    assert len(given_on) == 1198


@given(st.integers(0, 65_535), st.integers(-32_768, 32_767))
def test_how_far_a_number_is_ahead_is_known_across_the_wrap(number: int, by: int) -> None:
    assert ahead((number + by) % 65_536, number) == by
