"""Frames of a moving head are placed when it has been asked again, or told without a place."""

from dataclasses import replace

from orchestrator.app.unposed import MOST, WAIT_S, Unposed
from orchestrator.domain.camera import Aim
from orchestrator.domain.sighting import Detections
from orchestrator.steer import HeadTimeline
from tests.fakes.clock import VirtualClock
from tests.fakes.walkers import dome, picture

YARD = dome("yard", 10.0, 5.0)


def frame(at_s: float) -> Detections:
    return replace(picture(YARD, [], at_s), aim=None)


class Head:
    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.start_s = self.clock.now().mono_s
        self.timeline, self.told = HeadTimeline(), list[Detections]()
        self.unposed = Unposed(self.timeline, self.told.append, self.clock)

    def answers(self, after_s: float, azimuth_deg: float) -> None:
        self.timeline.heard(self.start_s + after_s, Aim(azimuth_deg, -20.0, 60.0))
        self.unposed.look()

    def shows(self, after_s: float) -> None:
        self.unposed.take(frame(self.start_s + after_s))


async def test_a_frame_waits_for_the_answer_after_it_and_is_placed_between_two() -> None:
    head = Head()
    head.answers(0.0, 10.0)
    head.shows(0.05)
    assert head.told == []
    head.answers(0.1, 12.0)

    [told] = head.told
    assert told.aim is not None
    assert round(told.aim.azimuth_deg, 3) == 11.0
    assert told.aim_sigma_deg > 0.3


async def test_a_frame_that_no_answer_follows_is_told_without_a_place() -> None:
    head = Head()
    head.answers(0.0, 10.0)
    head.shows(0.05)
    await head.clock.advance(WAIT_S + 0.1)
    head.shows(WAIT_S + 0.05)

    [told] = head.told
    assert told.aim is None


async def test_no_more_than_so_many_frames_wait() -> None:
    head = Head()
    for number in range(MOST + 3):
        head.shows(0.001 * number)
    assert len(head.told) == 3
