import pickle
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.domain.tracks import Tracks
from orchestrator.domain.world import World
from orchestrator.track import tracked
from tests.fakes.walkers import Walk, fixed, instant, picture, site_of, watched

SITE = site_of(
    fixed("east", 10, 5, 0.0), fixed("north", 10, 40, 180.0), fixed("west", 30, 20, 270.0)
)
places = st.tuples(st.floats(3, 17), st.floats(14, 30))
paces = st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
walks = st.lists(st.builds(Walk, places, paces), max_size=4)
seeds = st.integers(0, 1000)


def same(one: Tracks, other: Tracks) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
        if isinstance(getattr(one, field.name), np.ndarray)
        else told(one) == told(other)
        if field.name == "alignments"
        else getattr(one, field.name) == getattr(other, field.name)
        for field in fields(Tracks)
    )


def told(tracks: Tracks) -> list[bytes]:
    """Return what is known of the cameras' floors, as bytes that can be compared."""
    return [
        pickle.dumps((known.anchor_m, known.at_s))
        + known.information.tobytes()
        + known.evidence.tobytes()
        for known in tracks.alignments
    ]


def copied(tracks: Tracks) -> Tracks:
    arrays = {
        field.name: getattr(tracks, field.name).copy()
        for field in fields(Tracks)
        if isinstance(getattr(tracks, field.name), np.ndarray)
    }
    learnt = pickle.loads(pickle.dumps(tracks.alignments))
    return replace(tracks, **arrays, alignments=learnt)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(walks, seeds)
def test_a_replay_gives_the_same_world(people: list[Walk], seed: int) -> None:
    once, again = (
        list(watched(SITE, people, until_s=2.0, seed=seed, detection=0.9, noise=0.03))
        for _ in range(2)
    )

    for one, other in zip(once, again, strict=True):
        assert one.targets == other.targets
        assert one.sightings == other.sightings
        assert same(one.tracks, other.tracks)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(walks, seeds)
def test_the_world_before_is_left_as_it_was(people: list[Walk], seed: int) -> None:
    *_, before = watched(SITE, people, until_s=1.4, seed=seed, detection=0.9, noise=0.03)
    kept = copied(before.tracks)
    seen = [picture(camera, people, 1.6) for camera in SITE.cameras]
    boxes = [frame.boxes_px.copy() for frame in seen]

    tracked(SITE, before, seen, instant(1.7))

    assert same(before.tracks, kept)
    assert all(np.array_equal(frame.boxes_px, box) for frame, box in zip(seen, boxes, strict=True))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(walks, st.permutations(range(3)))
def test_the_order_in_which_cameras_report_does_not_matter(
    people: list[Walk], order: list[int]
) -> None:
    straight, mixed = World(), World()
    for tick in range(8):
        seen = [picture(camera, people, tick / 5) for camera in SITE.cameras]
        straight = tracked(SITE, straight, seen, instant(tick / 5))
        mixed = tracked(SITE, mixed, [seen[index] for index in order], instant(tick / 5))

    assert straight.targets == mixed.targets
    assert same(straight.tracks, mixed.tracks)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(walks, seeds)
def test_names_are_unique_and_only_ever_grow(people: list[Walk], seed: int) -> None:
    newest = 0
    known: set[str] = set()
    for world in watched(SITE, people, until_s=4.0, seed=seed, detection=0.8, noise=0.05):
        names = [target.id for target in world.targets]
        assert len(set(names)) == len(names)
        for name in set(names) - known:
            assert int(name[1:]) > newest
        known |= set(names)
        newest = max([newest, *(int(name[1:]) for name in names)])


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(places, st.sampled_from([4.0, 5.0, 8.0, 10.0, 15.0]), seeds)
def test_the_frame_rate_changes_neither_the_name_nor_the_place(
    start: tuple[float, float], fps: float, seed: int
) -> None:
    walk = Walk(start, (0.4, 0.2))

    *_, world = watched(SITE, [walk], until_s=4.0, fps=fps, seed=seed, detection=0.9, noise=0.02)

    [target] = world.targets
    assert target.id == "T1"
    assert target.position_m == pytest.approx(walk.at(round(4.0 * fps) / fps), abs=0.5)
