"""Turns of the detector, over virtual time: who comes first, and that all come.

Time counts in searches: the machine searches one picture at a time, and a camera that shows one is
in the line, once, until it is served.
"""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.adapters.inference.turns import BY_AGE, next_of
from orchestrator.domain.intent import Regard

LINES = st.lists(st.sampled_from(list(Regard)), min_size=1, max_size=30)
FEW = settings(max_examples=40)


def served(regards: Sequence[Regard], every: int, turns: int) -> list[int]:
    """Return how often each camera was searched, each showing a picture ``every`` so many searches."""
    count = [0] * len(regards)
    line: list[int] = []
    for turn in range(1, turns + 1):
        line += [n for n in range(len(regards)) if (turn + n) % every == 0 and n not in line]
        if line:
            chosen = line.pop(next_of([regards[camera] for camera in line], turn))
            count[chosen] += 1
    return count


@given(LINES, st.integers(0, 10_000))
def test_the_highest_regard_is_next_but_for_the_turns_that_go_by_age(
    line: list[Regard], turn: int
) -> None:
    chosen = next_of(line, turn)

    if turn % BY_AGE == 0:
        assert chosen == 0
    else:
        assert line[chosen] is max(line)
        assert max(line) not in line[:chosen], "among equals who has waited longest"


@FEW
@given(LINES, LINES, st.integers(0, 100))
def test_nobody_waits_longer_than_their_share_whoever_comes_after(
    line: list[Regard], comers: list[Regard], turn: int
) -> None:
    waiting = list(enumerate(line))
    last, turns = len(line) - 1, 0
    while any(number == last for number, _ in waiting):
        turns += 1
        waiting.pop(next_of([regard for _, regard in waiting], turn + turns))
        waiting.append((-1, comers[turns % len(comers)]))
        assert turns <= BY_AGE * len(line)


@FEW
@given(st.integers(1, 20), st.integers(1, 40), st.sampled_from(list(Regard)))
def test_equals_are_served_equally_however_much_there_is_to_do(
    cameras: int, every: int, regard: Regard
) -> None:
    count = served([regard] * cameras, every, 400)

    assert max(count) - min(count) <= 1


@FEW
@given(st.integers(1, 40), st.integers(1, 3))
def test_who_is_followed_keeps_every_picture_while_idle_cameras_ask_for_too_much(
    idle: int, followed: int
) -> None:
    every, turns = 5, 400
    count = served([Regard.IDLE] * idle + [Regard.FOLLOWING] * followed, every, turns)

    assert min(count[idle:]) >= turns // every - 1
    assert min(count[:idle]) >= turns // (BY_AGE * (idle + followed)) - 1
