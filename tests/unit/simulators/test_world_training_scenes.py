"""Training scenes are endless, repeatable and varied."""

from itertools import islice

import pytest

from simulators.render import truth
from simulators.training_scenes import random_scenes


@pytest.mark.slow
def test_the_same_seed_gives_the_same_scenes_and_another_seed_others() -> None:
    first, again = (list(islice(random_scenes(7), 8)) for _ in range(2))
    other = list(islice(random_scenes(8), 8))
    assert [s.eye for s in first] == [s.eye for s in again]
    assert [s.people for s in first] == [s.people for s in again]
    assert [s.eye for s in first] != [s.eye for s in other]


def test_depots_change_within_a_stream() -> None:
    depots = {id(scene.depot) for scene in islice(random_scenes(1), 60)}
    assert len(depots) >= 2


@pytest.mark.slow
def test_people_appear_at_every_size_some_hidden_and_some_cut() -> None:
    seen = [p for scene in islice(random_scenes(2), 40) for p in truth(scene).people]
    heights = [p.height_px for p in seen if p.visible > 0.5]
    assert min(heights) < 40.0
    assert max(heights) > 180.0
    assert any(0.1 < p.visible < 0.9 for p in seen)
