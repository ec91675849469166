"""What people who walk past three fixed cameras teach of the map."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import pytest

from orchestrator.domain.camera import Camera
from orchestrator.domain.learned import LearnedMap
from orchestrator.domain.site import Site
from orchestrator.replay.lessons import Lessons
from orchestrator.replay.play import Moment
from tests.fakes.walkers import Walk, dome, fixed, instant, picture, site_of

EAST, WEST = 90.0, 270.0
FPS = 4
# `near` and `back` look at one another over some floor; nobody sees the eight metres before `far`.
NEAR = fixed("near", 5.0, 10.0, EAST, tilt_deg=-50.0)
BACK = fixed("back", 14.0, 10.0, WEST, tilt_deg=-50.0)
FAR = fixed("far", 20.0, 10.0, EAST, tilt_deg=-50.0)
# Not evenly spaced: one after the other would look like one who comes round again.
STARTS_M = (-2.0, -14.0, -36.0, -66.0, -79.0)
PEOPLE = [Walk((x_m, 10.0 + 0.2 * index), (1.4, 0.0)) for index, x_m in enumerate(STARTS_M)]
UNTIL_S = 82.0


def moments(
    site: Site, run: str, since_s: float, until_s: float, *, without: Sequence[Camera] = ()
) -> Iterator[Moment]:
    for tick in range(round(since_s * FPS), round(until_s * FPS)):
        at_s = tick / FPS
        seen = tuple(
            picture(camera, PEOPLE, at_s) for camera in site.cameras if camera not in without
        )
        begins = tick == round(since_s * FPS)
        yield Moment(run, site, instant(at_s), seen, "", begins)


@lru_cache
def learned() -> LearnedMap:
    lessons = Lessons()
    lessons.attend(moments(site_of(NEAR, BACK, FAR), "a", 0.0, UNTIL_S))
    return lessons.map()


@pytest.mark.slow
def test_floor_that_two_cameras_show_is_learned_with_its_size() -> None:
    [one] = learned().overlaps
    assert {one.a, one.b} == {"near", "back"}
    assert one.people == len(PEOPLE)
    assert one.last == date(2026, 3, 2)
    # They walk over some three metres that both show, in a lane 0.8 m wide.
    assert 0.5 < one.shared_m2 < 8.0


@pytest.mark.slow
def test_the_way_that_nobody_sees_is_learned_with_how_long_it_takes() -> None:
    today = date(2026, 3, 2)
    one, *others = sorted(learned().passages, key=lambda way: -way.confidence(today))
    assert (one.a, one.b) == ("back", "far")
    assert one.gone == len(PEOPLE)
    # So few people leave it open whether those who leave come round again.
    assert all(other.confidence(today) <= 0.5 for other in others)
    walked_m = one.median_s * 1.4
    # From where `back` loses people, below itself, to where `far` has confirmed them.
    assert 7.0 < walked_m < 13.0
    assert one.p10_s <= one.median_s <= one.p90_s < one.p10_s + 2.0


@pytest.mark.slow
def test_heads_teach_nothing_and_a_run_that_is_cut_teaches_no_ways() -> None:
    lessons = Lessons()
    turned = dome("far", 20.0, 10.0, EAST)
    lessons.attend(moments(site_of(NEAR, BACK, turned), "a", 0.0, 40.0))
    assert lessons.map().passages == ()
    # Everybody is in a picture when a run begins or ends: none came, and none went.
    short = Lessons()
    for number, begin_s in enumerate((5.0, 16.0, 31.0)):
        short.attend(moments(site_of(NEAR, FAR), str(number), begin_s, begin_s + 3.0))
    assert short.map() == LearnedMap()


def test_nothing_seen_teaches_nothing() -> None:
    assert Lessons().map() == LearnedMap()
