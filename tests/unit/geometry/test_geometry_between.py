"""Homographies between pictures: exact where four places are, none where the floor is turned over."""

import numpy as np

from orchestrator.geometry.between import carried, homographies

SQUARE = np.array([[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]])
TILTED = np.array([[1.2, 0.1, 0.3], [0.0, 0.8, 0.2], [0.05, -0.3, 1.0]])


def test_four_places_give_back_the_map_that_moved_them() -> None:
    found = homographies(SQUARE, carried(TILTED[None], SQUARE[0]))[0]
    assert np.allclose(found / found[2, 2], TILTED / TILTED[2, 2])


def test_what_is_above_the_horizon_goes_nowhere() -> None:
    assert np.isnan(carried(TILTED[None], np.array([[0.0, 9.0]]))).all()


def test_a_map_that_turns_some_of_its_places_over_is_none() -> None:
    crossed = SQUARE[:, [0, 2, 1, 3]]
    assert np.isnan(homographies(SQUARE, crossed)).all()


def test_places_that_are_not_known_give_no_map() -> None:
    there = SQUARE.copy()
    there[0, 0, 0] = np.nan
    assert np.isnan(homographies(SQUARE, there)).all()
