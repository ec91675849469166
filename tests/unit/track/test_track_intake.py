"""What cameras send that cannot be so is sorted out, counted with its reason, and breaks nothing."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.domain.camera import Camera
from orchestrator.domain.intake import Flaw
from orchestrator.domain.sighting import Detections
from orchestrator.domain.world import World
from orchestrator.track import displaced_m, tracked
from tests.fakes.walkers import Walk, fixed, instant, picture, site_of, watched

GATE = fixed("gate", 10, 5, 0.0)
SITE = site_of(GATE)
WALKER = Walk((10.0, 18.0), (0.5, 0.0))


def frame(at_s: float) -> Detections:
    return picture(GATE, [WALKER], at_s)


def spoiled(one: Detections, boxes: Sequence[Sequence[float]]) -> Detections:
    """Return a frame with more boxes, none of which can be."""
    count = len(boxes)
    more: NDArray[np.float32] = np.array(boxes, dtype=np.float32)
    return replace(
        one,
        boxes_px=np.concatenate([one.boxes_px, more]),
        scores=np.concatenate([one.scores, np.full(count, 0.9, dtype=np.float32)]),
        kinds=np.concatenate([one.kinds, np.zeros(count, dtype=np.int8)]),
        appearances=np.concatenate([one.appearances, one.appearances[:1].repeat(count, axis=0)]),
    )


def after(ticks: Sequence[tuple[float, Sequence[Detections]]]) -> World:
    world = World()
    for at_s, seen in ticks:
        world = tracked(SITE, world, seen, instant(at_s))
    return world


@pytest.mark.parametrize(
    ("box", "flaw"),
    [
        ((np.nan, 10.0, 40.0, 90.0), Flaw.BROKEN),
        ((10.0, 10.0, np.inf, 90.0), Flaw.BROKEN),
        ((40.0, 10.0, 10.0, 90.0), Flaw.BROKEN),
        ((2000.0, 10.0, 2040.0, 90.0), Flaw.BESIDE),
        ((-900.0, 10.0, -860.0, 90.0), Flaw.BESIDE),
    ],
)
def test_boxes_that_cannot_be_are_taken_out_and_counted(box: tuple[float, ...], flaw: Flaw) -> None:
    world = after([(0.2 * k, [spoiled(frame(0.2 * k), [box])]) for k in range(6)])
    assert dict(world.intake.flaws) == {(GATE.id, flaw): 6}
    assert (len(world.targets), len(world.sightings)) == (1, 1)


def test_a_frame_that_comes_twice_counts_once() -> None:
    once = after([(0.2 * k, [frame(0.2 * k)]) for k in range(6)])
    twice = after([(0.2 * k, [frame(0.2 * k)] * 2) for k in range(6)])
    assert dict(twice.intake.flaws) == {(GATE.id, Flaw.TWICE): 6}
    assert twice.targets == once.targets
    again = tracked(SITE, twice, [frame(0.8)], instant(1.1))
    assert again.intake.flaws[GATE.id, Flaw.TWICE] == 7


def test_a_frame_that_comes_late_is_used_and_counted() -> None:
    order = [0, 1, 3, 2, 4, 6, 5, 7]
    world = after([(0.1 + 0.2 * k, [frame(0.2 * late)]) for k, late in enumerate(order)])
    assert dict(world.intake.flaws) == {(GATE.id, Flaw.LATE): 2}
    [target] = world.targets
    assert target.position_m == pytest.approx(WALKER.at(1.5), abs=0.4)


@pytest.mark.parametrize(
    ("jump_s", "flaw"),
    [(3600.0, Flaw.EARLY), (-3600.0, Flaw.STALE), (np.nan, Flaw.STALE)],
)
def test_a_clock_that_jumps_and_jumps_back_costs_the_frames_between(
    jump_s: float, flaw: Flaw
) -> None:
    ticks = [
        (0.2 * k, [replace(frame(0.2 * k), exposed_s=0.2 * k + jump_s * (10 <= k < 14))])
        if 10 <= k < 14
        else (0.2 * k, [frame(0.2 * k)])
        for k in range(20)
    ]
    world = after(ticks)
    assert dict(world.intake.flaws) == {(GATE.id, flaw): 4}
    assert [target.id for target in world.targets] == ["T1"]
    assert np.isfinite(world.tracks.means).all()


def test_a_camera_the_site_does_not_have_moves_nobody() -> None:
    stranger = replace(frame(0.0), camera=fixed("other", 0, 0, 0.0).id)
    world = after([(0.0, [stranger]), (0.2, [replace(stranger, exposed_s=0.2)])])
    assert [flaw for _, flaw in world.intake.flaws] == [Flaw.STRANGER]
    assert world.targets == ()


def _aside(camera: Camera, by_m: float) -> Camera:
    return replace(camera, mount=replace(camera.mount, x_m=camera.mount.x_m + by_m))


@pytest.mark.slow
def test_a_calibration_that_is_two_metres_wrong_doubles_nobody_in_the_end_and_is_told() -> None:
    true = [fixed("a", 20, 4, 0.0), fixed("b", 4, 16, 90.0), fixed("c", 36, 16, 270.0)]
    site = site_of(*true)
    wrong = replace(site, cameras=(_aside(true[0], 2.0), *true[1:]))
    starts = ((12.0, 12.0), (19.0, 13.0), (26.0, 12.0), (14.0, 19.0), (23.0, 18.5))
    walks = [Walk(start, (0.1, 0.05)) for start in starts]
    world = World()
    for at_s in np.arange(0.0, 24.0, 0.2).tolist():
        frames = [picture(camera, walks, at_s) for camera in true]
        world = tracked(wrong, world, frames, instant(at_s))
    assert len(world.targets) == len(walks)
    off = dict(zip(world.tracks.cameras, map(displaced_m, world.tracks.alignments), strict=True))
    assert [camera for camera, off_m in off.items() if off_m is not None] == ["a"]
    *_, right = watched(site, walks, until_s=2.0)
    assert all(displaced_m(one) is None for one in right.tracks.alignments)
