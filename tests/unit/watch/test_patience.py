"""When a failed stream is opened again, and when not for an hour."""

from collections.abc import Iterable

from orchestrator.watch.patience import MOST_HOSTILE, QUARANTINE_S, Failure, Patience, Pause

GONE = Failure("gone")
ODD = Failure("the camera's answer is not RTSP", hostile=True)
QUARANTINE = Pause(QUARANTINE_S, quarantined=True)


def pauses(patience: Patience, times_s: Iterable[float], failure: Failure = ODD) -> list[Pause]:
    """Return how a stream is left alone that fails at each of these times, as soon as it is open."""
    return [patience.after(failure, began_s=at_s, now_s=at_s) for at_s in times_s]


def test_hostile_failures_that_are_many_and_close_together_end_in_quarantine() -> None:
    told = pauses(Patience(0.0), [70.0 * number for number in range(MOST_HOSTILE)])

    assert [pause.quarantined for pause in told] == [False] * (MOST_HOSTILE - 1) + [True]
    assert told[-1] == QUARANTINE


def test_hostile_failures_far_apart_do_not() -> None:
    assert QUARANTINE not in pauses(Patience(0.0), [90.0 * number for number in range(20)])


def test_other_failures_never_do() -> None:
    assert QUARANTINE not in pauses(Patience(0.0), range(100), GONE)


def test_after_its_quarantine_a_stream_has_one_trial() -> None:
    patience = Patience(0.0)
    pauses(patience, range(MOST_HOSTILE))

    assert pauses(patience, [4000.0]) == [QUARANTINE]
    assert QUARANTINE not in pauses(patience, [8000.0], GONE), "silence is no crime"
    assert pauses(patience, [8030.0]) == [QUARANTINE], "nor did it go well"


def test_one_that_went_well_for_a_while_may_fail_again_like_any_other() -> None:
    patience = Patience(0.0)
    pauses(patience, range(MOST_HOSTILE))

    assert patience.after(ODD, began_s=4000.0, now_s=4011.0) == Pause(0.5)


def test_pictures_in_between_do_not_hide_that_a_decoder_dies_again_and_again() -> None:
    patience, told = Patience(0.0), list[Pause]()
    for number in range(MOST_HOSTILE):
        told.append(patience.after(ODD, began_s=60.0 * number, now_s=60.0 * number + 59.0))

    assert told[-1] == QUARANTINE


def test_who_is_forgiven_begins_anew() -> None:
    patience = Patience(0.0)
    pauses(patience, range(MOST_HOSTILE))
    patience.forgive(10.0)

    assert QUARANTINE not in pauses(patience, range(10, 10 + MOST_HOSTILE - 1))


def test_operators_read_how_to_end_a_quarantine() -> None:
    assert "quarantined for 60 min" in str(QUARANTINE)
    assert "`retry_video`" in str(QUARANTINE)
