"""The door of pictures: which wait, which are blanked, and that nothing closed gets past it."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from orchestrator.domain.camera import Aim, Lens, Mount, PtzRange, Stream
from orchestrator.domain.camera import Camera as Head
from orchestrator.domain.ids import CameraId
from orchestrator.domain.veil import CLEAR, DARK, Veil
from orchestrator.ports import Credentials, Frame, Rate, Secret
from orchestrator.steer import HeadTimeline
from orchestrator.watch.stillness import sampled, still
from orchestrator.watch.veiling import MOST, WAIT_S, Door, crops
from tests.fakes.clock import VirtualClock
from tests.fakes.frames import FakeFrames

YARD = CameraId("yard")
HEAD = Head(
    YARD,
    "192.0.2.1",
    80,
    "yard",
    Mount(0.0, 0.0, 6.0, 0.0, 0.0),
    Lens(60.0, 10.0, 640, 360),
    PtzRange(-170.0, 170.0, -80.0, 10.0, 100.0, 80.0),
)
SIZE_PX = (64, 36)
BENCH = Veil((((9.0, 9.0), (11.0, 9.0), (11.0, 11.0), (9.0, 11.0)),), 2.0)
"""North-east of the head, 14 m away."""
NORTH, BENCHWARDS, AWAY = Aim(0.0, -20.0, 60.0), Aim(45.0, -20.0, 60.0), Aim(225.0, -20.0, 60.0)
GREY = 200


@dataclass
class Post:
    """A head, what it answered, and the door of its pictures."""

    veil: Veil = BENCH
    clock: VirtualClock = field(default_factory=VirtualClock)
    timeline: HeadTimeline = field(default_factory=HeadTimeline)
    number: int = 0

    def __post_init__(self) -> None:
        self.start_s = self.clock.now().mono_s
        self.door = Door(HEAD, veil=lambda: self.veil, poses=self.timeline, clock=self.clock)

    def answers(self, after_s: float, aim: Aim) -> None:
        self.timeline.heard(self.start_s + after_s, aim)

    def shows(self, after_s: float) -> list[Frame]:
        """What comes through after one more picture, which was taken then."""
        self.number += 1
        pixels = np.full((SIZE_PX[1], SIZE_PX[0], 3), GREY, np.uint8)
        taken_s = self.start_s + after_s
        picture = Frame(YARD, taken_s, "rtcp", (640, 360), pixels, self.number)
        return list(self.door.through(picture))


def numbers(frames: list[Frame]) -> list[int]:
    return [frame.number for frame in frames]


def test_a_picture_passes_at_once_where_the_head_cannot_have_turned_to_the_zone() -> None:
    post = Post()
    post.answers(0.0, AWAY)
    post.answers(0.4, AWAY)

    [frame] = post.shows(0.5)

    assert (frame.aim, frame.hidden, frame.dark) == (AWAY, None, False)
    assert (frame.pixels == GREY).all()


def test_a_picture_that_may_show_the_zone_waits_for_the_answer_after_it_and_is_blanked_then() -> (
    None
):
    post = Post()
    post.answers(0.0, BENCHWARDS)
    post.answers(0.4, BENCHWARDS)
    assert post.shows(0.5) == []
    post.answers(0.8, BENCHWARDS)

    first, second = post.shows(0.75)

    assert first.number == 1
    assert first.hidden is not None
    assert (first.pixels[first.hidden.pixels] == 0).all()
    assert (first.pixels[~first.hidden.pixels] == GREY).all()
    assert first.hidden.pixels[18, 32], "it stands in the middle"
    assert not first.hidden.pixels[:, :8].any()
    assert second.number == 2


def test_a_picture_of_a_head_that_others_may_have_turned_waits_too() -> None:
    """It looked beside the zone at rest; half a second later it may look anywhere near."""
    post = Post()
    post.answers(0.0, NORTH)
    post.answers(0.4, NORTH)

    assert post.shows(0.9) == []


def test_the_faster_a_head_moves_the_more_is_hidden() -> None:
    hidden = []
    for turn_deg in (0.0, 4.0, 8.0):
        post = Post()
        post.answers(0.0, Aim(45.0 - turn_deg, -20.0, 60.0))
        post.timeline.moving(True)
        post.shows(0.04)
        post.answers(0.08, Aim(45.0 + turn_deg, -20.0, 60.0))
        [first] = [frame for frame in post.shows(0.1) if frame.number == 1]
        assert first.hidden is not None
        assert abs(first.aim.azimuth_deg - 45.0) < 0.1 if first.aim is not None else False
        hidden.append(int(first.hidden.pixels.sum()))

    assert hidden[0] < hidden[1] < hidden[2]


async def test_a_picture_of_which_nobody_can_tell_in_time_is_blank() -> None:
    post = Post()
    post.answers(0.0, NORTH)
    post.timeline.moving(True)
    assert post.shows(0.05) == []
    await post.clock.advance(WAIT_S + 0.1)

    [frame] = [frame for frame in post.shows(WAIT_S + 0.09) if frame.number == 1]

    assert frame.dark
    assert frame.aim is None
    assert not frame.pixels.any()


def test_a_head_that_never_answered_shows_nothing_and_few_pictures_wait() -> None:
    post = Post()
    frames = [frame for number in range(MOST + 5) for frame in post.shows(number / 100)]

    assert numbers(frames) == [1, 2, 3, 4, 5]
    assert all(frame.dark for frame in frames)


def test_nothing_waits_and_nothing_is_blank_while_nothing_is_closed() -> None:
    post = Post(CLEAR)
    post.timeline.moving(True)

    [frame] = post.shows(0.0)

    assert (frame.aim, frame.hidden, frame.dark) == (None, None, False)


def test_a_picture_that_was_taken_while_the_zone_was_closed_stays_so_when_the_rule_has_ended() -> (
    None
):
    post = Post()
    post.answers(0.0, BENCHWARDS)
    post.answers(0.4, BENCHWARDS)
    post.shows(0.5)
    post.answers(0.8, BENCHWARDS)
    post.veil = CLEAR

    first, second = post.shows(0.9)

    assert first.hidden is not None
    assert second.hidden is None


@pytest.mark.parametrize("veil", [BENCH, DARK])
async def test_parts_of_a_picture_are_as_blank_as_it_is(veil: Veil) -> None:
    post, frames = Post(veil), FakeFrames()
    for at_s in (0.0, 0.4):
        post.answers(at_s, BENCHWARDS)
    stream = Stream("main", "rtsp://192.0.2.1/", 640, 360, 10.0, "H264")
    login = Credentials("operator", Secret("secret"))
    async with frames.open(
        YARD, stream, login, size_px=SIZE_PX, rate=lambda: Rate(10.0, 10.0)
    ) as pictures:
        frames.show(YARD, post.start_s + 0.3, GREY)
        [frame] = post.door.through(await anext(pictures))
        boxes = np.array([[240, 100, 400, 260], [0, 0, 60, 60]], np.float32)
        parts = await crops(frames, frame, boxes, (32, 32))

    if veil is DARK:
        assert parts is None
        return
    assert parts is not None
    assert (parts[0][16, 16] == 0).all()
    assert (parts[1] == GREY).all()


def test_a_picture_stands_still_by_what_may_be_seen_of_it_and_nobody_can_tell_by_little() -> None:
    post = Post()
    for at_s in (0.0, 0.4, 0.8):
        post.answers(at_s, BENCHWARDS)
    [frame] = post.shows(0.5)
    assert frame.hidden is not None
    moved = frame.pixels.copy()
    moved[~frame.hidden.pixels] = 90
    few = np.ones_like(frame.hidden.pixels)
    few[0, 0] = False
    before = sampled(frame.pixels, frame.hidden)

    assert still(before, before) is True
    assert still(before, sampled(moved, frame.hidden)) is False
    frame.hidden.pixels[:] = few
    assert still(before, sampled(moved, frame.hidden)) is None
