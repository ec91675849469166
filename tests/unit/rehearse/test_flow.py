"""A time that grows tells how long whatever was found out with it stays so."""

from collections.abc import Callable
from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchestrator.rehearse.flow import Flow, Ledger

NOW_S = 100.0
moments = st.integers(0, 4000).map(lambda tenths: tenths / 10)
spans = st.integers(1, 600).map(lambda tenths: tenths / 10)
Question = Callable[[float, float, float], object]
QUESTIONS: dict[str, Question] = {
    "held long enough": lambda now, since, span: now - since >= span,
    "not yet": lambda now, since, span: now - since < span,
    "still": lambda now, until, span: until - now < span / 2,
    "over": lambda now, until, span: now >= until + span,
    "before": lambda now, until, span: until > now + span,
    "the later": lambda now, until, span: max(now, until) + span > until,
    "which period": lambda now, begun, period: (now - begun) // period,
    "the same": lambda now, until, _: now == until,
    "other": lambda now, until, _: now - until != 0.0,
    "half as fast": lambda now, until, span: 0.5 * now < until - span,
    "backwards": lambda now, until, span: -(now / 2.0) > -until + span,
    "how far": lambda now, until, span: abs(now - until) < span,
    "at all": lambda now, until, _: bool(until - now),
}


def ledger_and_now() -> tuple[Ledger, Flow]:
    ledger = Ledger()
    return ledger, ledger.begin(NOW_S)


@given(st.sampled_from(sorted(QUESTIONS)), moments, spans, st.floats(0.0, 1.0))
def test_until_a_comparison_is_due_it_comes_out_the_same(
    name: str, moment: float, span: float, share: float
) -> None:
    ledger, now = ledger_and_now()
    question = QUESTIONS[name]

    answer = question(now, moment, span)

    assert answer == question(NOW_S, moment, span)
    wait_s = min(ledger.wait_s, 1000.0)
    assume(wait_s > 1e-6)
    assert question(NOW_S + share * (wait_s - 1e-6), moment, span) == answer


@pytest.mark.parametrize(
    ("question", "wait_s"),
    [
        (lambda now: now - 97.0 >= 5.0, 2.0),
        (lambda now: now < 100.4, 0.4),
        (lambda now: 107.5 - now < 3.0, 4.5),
        (lambda now: (now - 20.0) // 50.0, 20.0),
        (lambda now: now > 99.0, inf),
        (lambda now: now - now > 1.0, inf),
    ],
)
def test_it_is_told_when_a_comparison_is_due(
    question: Callable[[float], object], wait_s: float
) -> None:
    ledger, now = ledger_and_now()

    question(now)

    assert ledger.wait_s == pytest.approx(wait_s)


@pytest.mark.parametrize(
    "use",
    [
        lambda now: f"{now:.1f} s",
        str,
        int,
        round,
        hash,
        lambda now: now % 60.0,
        lambda now: now * now,
        lambda now: now / now,
    ],
)
def test_a_time_that_goes_where_nobody_can_follow_it_makes_the_next_tick_another(
    use: Callable[[float], object],
) -> None:
    ledger, now = ledger_and_now()

    assert use(now) == use(NOW_S)
    assert ledger.wait_s == 0.0


def test_words_that_decide_nothing_are_not_counted() -> None:
    ledger, now = ledger_and_now()
    ledger.texts = False

    assert f"{now:.0f}" == "100"
    assert ledger.wait_s == inf


def test_a_time_of_the_tick_before_may_stand_still_or_go_on() -> None:
    ledger, left = ledger_and_now()
    now = ledger.begin(NOW_S + 0.2)

    assert not now - left >= 3.0
    assert ledger.wait_s == pytest.approx(2.8), "it may stand still"
    assert left < NOW_S + 1.0
    assert ledger.wait_s == pytest.approx(1.0), "it may go on"


def test_an_older_time_stands_still() -> None:
    ledger, left = ledger_and_now()
    ledger.begin(NOW_S + 0.2)
    ledger.begin(NOW_S + 0.4)

    assert left < NOW_S + 0.6
    assert ledger.wait_s == inf


def test_a_time_that_is_known_to_go_on_keeps_its_distance_to_now() -> None:
    ledger, now = ledger_and_now()
    lease = now + 30.0
    assert isinstance(lease, Flow)
    written = lease.as_of(NOW_S + 60.0)
    now = ledger.begin(NOW_S + 60.2)

    assert float(written) == NOW_S + 90.0
    assert written - now < 100.0
    assert ledger.wait_s == inf
