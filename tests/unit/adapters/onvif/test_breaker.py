"""A camera that does not answer is left alone for a while, and tried by one."""

from orchestrator.adapters.onvif.breaker import AFTER, FIRST_OPEN_S, LONGEST_OPEN_S, Breaker


def opened(at_s: float = 0.0) -> Breaker:
    breaker = Breaker(lambda _low, high: high)
    for _ in range(AFTER):
        breaker.failed(at_s)
    return breaker


def test_a_few_failures_in_a_row_open_it_and_an_answer_between_them_does_not() -> None:
    breaker = Breaker(lambda _low, high: high)
    for _ in range(AFTER - 1):
        breaker.failed(0.0)
    assert breaker.lets_through(0.0)
    breaker.answered()
    breaker.failed(0.0)
    assert breaker.lets_through(0.0)

    assert not opened().lets_through(FIRST_OPEN_S - 0.1)


def test_one_is_let_through_when_time_is_up_and_the_others_wait_on() -> None:
    breaker = opened()

    assert [breaker.lets_through(FIRST_OPEN_S) for _ in range(3)] == [True, False, False]

    breaker.answered()
    assert breaker.lets_through(FIRST_OPEN_S)


def test_it_stays_open_twice_as_long_each_time_up_to_a_minute() -> None:
    breaker, now_s, pauses = opened(), 0.0, []
    for _ in range(7):
        since_s = now_s
        while not breaker.lets_through(now_s):
            now_s += 0.5
        breaker.failed(now_s)
        pauses.append(now_s - since_s)

    assert pauses == [5.0, 10.0, 20.0, 40.0, *[LONGEST_OPEN_S] * 3]


def test_how_long_it_stays_open_is_drawn_from_the_longer_half() -> None:
    asked: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        asked.append((low, high))
        return low

    breaker = Breaker(draw)
    for _ in range(AFTER):
        breaker.failed(0.0)

    assert asked == [(FIRST_OPEN_S / 2.0, FIRST_OPEN_S)]
    assert breaker.lets_through(FIRST_OPEN_S / 2.0)
