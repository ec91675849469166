import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.appearance import SIZE, WITHIN, colour_layout, unknown
from orchestrator.track.appearance import LEAST, MOST, MOST_WITHIN, learned, likeness, remembered

colours = st.tuples(*[st.tuples(*[st.floats(0, 255)] * 3)] * 2).map(
    lambda parts: colour_layout(np.array(parts))
)
GREY = colour_layout(np.full((2, 3), 120.0))


def alone(known: np.ndarray, looks: float, seen: np.ndarray) -> float:
    evidence = likeness(known[None].astype(float), np.array([looks]), seen[None], within=WITHIN)
    return float(evidence[0, 0])


@given(colours, colours, st.floats(1, 20))
def test_evidence_is_bounded_and_highest_for_the_same_colours(
    known: np.ndarray, seen: np.ndarray, looks: float
) -> None:
    assert LEAST <= alone(known, looks, seen) <= alone(known, looks, known) <= MOST


@given(colours)
def test_what_nobody_can_tell_is_no_evidence(known: np.ndarray) -> None:
    nobody = unknown(1)[0]

    assert alone(known, 5.0, nobody) == 0.0
    assert alone(nobody, 0.0, known) == 0.0


def test_a_little_shade_speaks_for_the_same_and_another_jacket_against() -> None:
    shaded = GREY - np.array([12, 0, 0, 12, 0, 0])
    red = colour_layout(np.array([[40.0, 40.0, 180.0], [120.0, 120.0, 120.0]]))

    assert alone(GREY, 5.0, shaded) > 1.5
    assert alone(GREY, 5.0, red) < -1.5


def test_what_is_remembered_is_the_mean_of_what_was_seen() -> None:
    seen = np.stack([GREY, GREY + 6.0, GREY + 12.0]).astype(float)
    known, looks = unknown(1).astype(float), np.zeros(1)
    for row in seen:
        known, looks = remembered(known, looks, row[None])

    assert known[0] == pytest.approx(seen.mean(axis=0))
    assert looks.tolist() == [3.0]


def test_what_nobody_can_tell_teaches_nothing() -> None:
    known, looks = remembered(GREY[None].astype(float), np.array([2.0]), unknown(1))
    blank, none = remembered(unknown(1).astype(float), np.zeros(1), unknown(1))

    assert known[0] == pytest.approx(GREY)
    assert (looks.tolist(), none.tolist()) == ([2.0], [0.0])
    assert np.isnan(blank).all()
    assert blank.shape == (1, SIZE)


def test_the_memory_fades_so_that_a_new_light_is_learnt() -> None:
    known, looks = GREY[None].astype(float), np.array([500.0])
    for _ in range(300):
        known, looks = remembered(known, looks, (GREY + 30.0)[None])

    assert known[0] == pytest.approx(GREY + 30.0, abs=3.0)


def strayed(sigma: np.ndarray, *, frames: int, seed: int = 1) -> np.ndarray:
    """Return what is learned from one person whose colours stray by ``sigma``."""
    rng, within = np.random.default_rng(seed), WITHIN
    for _ in range(frames):
        seen = (GREY + rng.normal(0.0, sigma))[None]
        within = learned(within, GREY[None].astype(float), np.array([100.0]), seen)
    return within


def test_steady_light_narrows_what_is_taken_as_the_same_and_unruly_light_widens_it() -> None:
    assert (strayed(0.8 * WITHIN, frames=3000) < 0.9 * WITHIN).all()
    assert (strayed(1.5 * WITHIN, frames=3000) > 1.2 * WITHIN).all()


def test_nothing_is_learned_beyond_bounds_or_from_one_box_of_somebody_else() -> None:
    far = GREY + 100.0

    once = learned(WITHIN, GREY[None].astype(float), np.array([9.0]), far[None])
    always = strayed(10.0 * WITHIN, frames=3000)

    assert (once < 1.05 * WITHIN).all()
    assert (always <= MOST_WITHIN).all()
    assert (always > 2.0 * WITHIN).all()


def test_who_is_hardly_known_or_cannot_be_told_teaches_nothing() -> None:
    new = learned(WITHIN, GREY[None].astype(float), np.array([2.0]), GREY[None])
    nobody = learned(WITHIN, GREY[None].astype(float), np.array([9.0]), unknown(1))

    assert (new == WITHIN).all()
    assert (nobody == WITHIN).all()
