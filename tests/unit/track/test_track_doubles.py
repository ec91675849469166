from dataclasses import replace

import numpy as np

from orchestrator.domain.appearance import unknown
from orchestrator.domain.sighting import Detections, Kind
from orchestrator.domain.world import World
from orchestrator.track import tracked
from orchestrator.track.doubles import distinct
from tests.fakes.walkers import Walk, fixed, instant, picture, site_of

GATE = fixed("gate", 10, 5, 0.0)
BODY = (300.0, 100.0, 320.0, 160.0)


def boxed(*boxes: tuple[float, float, float, float], kinds: tuple[Kind, ...] = ()) -> Detections:
    count = len(boxes)
    return replace(
        picture(GATE, [], 0.0),
        boxes_px=np.array(boxes, dtype=np.float32).reshape(-1, 4),
        scores=np.linspace(0.9, 0.5, count, dtype=np.float32),
        kinds=np.array([k.value for k in kinds or [Kind.PERSON] * count], dtype=np.int8),
        appearances=unknown(count),
    )


def test_a_box_of_the_upper_body_is_a_second_box() -> None:
    assert distinct(boxed(BODY, (301.0, 99.0, 319.0, 130.0))).tolist() == [True, False]


def test_a_larger_box_around_a_surer_one_is_a_second_box() -> None:
    assert distinct(boxed(BODY, (290.0, 90.0, 330.0, 175.0))).tolist() == [True, False]


def test_people_side_by_side_are_two() -> None:
    assert distinct(boxed(BODY, (312.0, 98.0, 332.0, 158.0))).all()


def test_a_rider_and_the_bike_are_two() -> None:
    assert distinct(boxed(BODY, BODY, kinds=(Kind.PERSON, Kind.BIKE))).all()


def test_a_box_beside_is_not_dropped_for_a_box_that_is_dropped_itself() -> None:
    between, beside = (304.0, 100.0, 324.0, 160.0), (310.0, 100.0, 330.0, 160.0)

    assert distinct(boxed(BODY, between, beside)).tolist() == [True, False, True]


def test_second_boxes_make_no_second_target() -> None:
    world = World()
    for tick in range(10):
        seen = picture(GATE, [Walk((8.0, 20.0), (0.5, 0.0))], tick / 5)
        [[left, top, right, bottom]] = seen.boxes_px
        half = [left, top, right, top + 0.6 * (bottom - top)]
        twice = replace(
            seen,
            boxes_px=np.array([*seen.boxes_px, half], dtype=np.float32),
            scores=np.array([0.8, 0.6], dtype=np.float32),
            kinds=np.zeros(2, dtype=np.int8),
            appearances=unknown(2),
        )
        world = tracked(site_of(GATE), world, [twice], instant(tick / 5))

    assert [target.id for target in world.targets] == ["T1"]
    assert [seen.target for seen in world.sightings] == ["T1", None]
