"""Watching: what is reported, in which order, and what happens when the video fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import pytest

from orchestrator.domain.camera import Aim, Camera, Lens, LinkState, Mount, Stream
from orchestrator.domain.ids import CameraId
from orchestrator.domain.intent import Attention, Regard
from orchestrator.domain.sighting import Detections, LinkSeen, Observation
from orchestrator.domain.veil import CLEAR, DARK, Veil
from orchestrator.ports import Credentials, Frame, Secret
from orchestrator.runtime.channels import Latest
from orchestrator.watch import Describing, FixedPose, Means, Tally, watched
from orchestrator.watch.patience import MOST_HOSTILE
from tests.fakes.clock import VirtualClock, settled
from tests.fakes.describer import FakeDescriber
from tests.fakes.detector import FakeDetector
from tests.fakes.frames import FakeFrames

GATE = CameraId("gate")
CAMERA = Camera(GATE, "192.0.2.1", 80, "gate", Mount(0, 0, 4, 0, -20), Lens(70, 70, 640, 360))
STREAM = Stream("main", "rtsp://192.0.2.1/main", 640, 360, 10.0, "H264")
AIM = Aim(0.0, -20.0, 70.0)


class Watch:
    """One camera being watched, with everything around it in a test's hand."""

    def __init__(self) -> None:
        self.frames = FakeFrames()
        self.detector = FakeDetector()
        self.clock = VirtualClock()
        self.seen: list[Observation] = []
        self.poses = FixedPose(CAMERA)
        self.veil = CLEAR
        self.fps = 10.0
        self.regard = Regard.IDLE
        self.tally = Tally()
        self.streams: tuple[Stream, ...] = (STREAM,)
        self.describing: Describing | None = None
        self.retry: Latest[bool] = Latest()

    async def run(self) -> None:
        await watched(
            CAMERA,
            frames=self.frames,
            detector=self.detector,
            streams=self.streams,
            credentials=Credentials("operator", Secret("secret")),
            attention=lambda: Attention(GATE, self.fps, self.fps, self.veil, regard=self.regard),
            poses=self.poses,
            tally=self.tally,
            report=self.seen.append,
            clock=self.clock,
            describing=self.describing,
            retry=self.retry,
        )

    def detections(self) -> list[Detections]:
        return [thing for thing in self.seen if isinstance(thing, Detections)]

    def links(self) -> list[LinkSeen]:
        return [thing for thing in self.seen if isinstance(thing, LinkSeen)]

    async def show(self, exposed_s: float, grey: int = 200) -> None:
        self.frames.show(GATE, exposed_s, grey)
        await settled()


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with watching(Watch()) as made:
        yield made


@asynccontextmanager
async def watching(made: Watch) -> AsyncIterator[Watch]:
    task = asyncio.create_task(made.run())
    await settled()
    yield made
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled(), task.exception()
    assert not made.frames.open_now


async def test_detections_carry_the_exposure_the_aim_and_the_stream_s_size(watch: Watch) -> None:
    await watch.show(5.0)

    [found] = watch.detections()
    assert (found.camera, found.exposed_s, found.aim) == (GATE, 5.0, AIM)
    assert (found.width_px, found.height_px) == (640, 360)
    assert found.boxes_px.tolist() == [[0, 0, 640, 360]]
    assert found.vectors is None


async def test_detections_carry_the_vectors_of_whom_a_model_describes() -> None:
    made = Watch()
    made.detector.inset = 0.2
    means = Means(CAMERA, made.frames, FakeDescriber(), lambda: CLEAR)
    made.describing = Describing(means)
    async with watching(made) as watch:
        await watch.show(5.0)
        await watch.show(5.1)

    first, second = watch.detections()
    assert first.vectors is None
    assert second.vectors is not None
    np.testing.assert_allclose(second.vectors, 3**-0.5, rtol=1e-4)


async def test_an_empty_picture_is_reported_too(watch: Watch) -> None:
    await watch.show(5.0, grey=0)

    [found] = watch.detections()
    assert found.boxes_px.shape == (0, 4)


async def test_an_unknown_aim_is_passed_on_as_unknown(watch: Watch) -> None:
    watch.poses.aim = None
    await watch.show(5.0)

    assert watch.detections()[0].aim is None


async def test_what_is_hidden_is_blank_before_the_detector_gets_it(watch: Watch) -> None:
    watch.veil = Veil((((-20.0, -20.0), (0.0, -20.0), (0.0, 40.0), (-20.0, 40.0)),))
    await watch.show(5.0)

    [shown] = watch.detector.asked
    assert shown.pixels.any()
    assert shown.hidden is not None
    assert not shown.pixels[16:, :32].any()
    assert not shown.pixels[shown.hidden.pixels].any()


async def test_nobody_looks_at_a_picture_of_which_nothing_may_be_seen(watch: Watch) -> None:
    watch.veil = DARK
    await watch.show(5.0)

    assert watch.detector.asked == []
    assert watch.detections() == []
    assert [link.state for link in watch.links()] == [LinkState.ONLINE]


async def test_video_is_told_to_be_online_once_when_the_first_picture_comes(watch: Watch) -> None:
    assert watch.links() == []
    await watch.show(5.0)
    await watch.show(5.1)

    assert [link.state for link in watch.links()] == [LinkState.ONLINE]


async def test_while_the_detector_is_busy_only_the_newest_picture_waits(watch: Watch) -> None:
    watch.detector.gate.clear()
    for number in range(5):
        await watch.show(5.0 + number / 10)
    watch.detector.gate.set()
    await settled()

    assert [found.exposed_s for found in watch.detections()] == [5.0, 5.4]


async def test_a_camera_that_matters_less_is_looked_at_less_often(watch: Watch) -> None:
    watch.fps = 2.0
    for number in range(31):
        await watch.show(5.0 + number / 10)

    assert len(watch.detections()) == 7


def told_of(what: str) -> str:
    """Return the sentence of a first failure."""
    return f"camera `gate`: {what}; check its stream and its network; trying again in 0.5 s"


async def test_failed_video_is_told_with_its_reason_and_opened_again(watch: Watch) -> None:
    await watch.show(5.0)
    watch.frames.fail(GATE, "no picture for 4.5 s")
    await settled()

    told = watch.links()[-1]
    assert told.state is LinkState.DEGRADED
    assert told.reason == told_of("no picture for 4.5 s")
    await watch.clock.advance(0.5)
    await watch.show(6.0)
    assert watch.links()[-1].state is LinkState.ONLINE
    assert watch.frames.opened == [GATE, GATE]


async def test_a_broken_model_degrades_the_camera_and_is_tried_again(watch: Watch) -> None:
    watch.detector.broken = True
    for number in range(3):
        assert LinkState.DEGRADED not in {link.state for link in watch.links()}
        await watch.show(5.0 + number / 10)
    assert watch.links()[-1].state is LinkState.DEGRADED

    watch.detector.broken = False
    await watch.clock.advance(1.0)
    await watch.show(6.0)
    assert len(watch.detections()) == 1


async def test_a_camera_without_a_stream_says_so_and_is_not_opened() -> None:
    made = Watch()
    made.streams = (replace(STREAM, encoding="MPEG4"),)
    async with watching(made) as watch:
        assert watch.links()[-1].state is LinkState.DEGRADED
        assert "it offers no H.264, H.265 or JPEG stream" in watch.links()[-1].reason
        assert watch.frames.opened == []


async def test_tries_become_rarer_while_nothing_helps(watch: Watch) -> None:
    watch.frames.refuse(GATE, "refused")
    watch.frames.fail(GATE, "gone")
    await watch.clock.advance(60.0)
    quick = len(watch.frames.opened)
    await watch.clock.advance(300.0)

    assert 58 <= quick <= 63, "a stream that comes back within a minute is seen again at once"
    assert 10 <= len(watch.frames.opened) - quick <= 20
    assert watch.links()[-1].reason.endswith("trying again in 30 s")


async def test_after_steady_video_the_first_try_comes_soon_again(watch: Watch) -> None:
    watch.frames.refuse(GATE, "refused")
    watch.frames.fail(GATE, "gone")
    await watch.clock.advance(100.0)
    watch.frames.refuse(GATE, None)
    await watch.clock.advance(30.0)
    await watch.show(50.0)
    await watch.clock.advance(11.0)
    watch.frames.fail(GATE, "gone again")
    await settled()

    assert watch.links()[-1] == replace(
        watch.links()[-1], state=LinkState.DEGRADED, reason=told_of("gone again")
    )


async def test_a_refused_login_is_hardly_tried_again_lest_the_camera_locks_it(watch: Watch) -> None:
    watch.frames.refuse(GATE, "the camera refused the credentials", login=True)
    watch.frames.fail(GATE, "gone")
    await watch.clock.advance(900.0)

    assert len(watch.frames.opened) <= 1 + 4
    assert watch.links()[-1].reason.endswith("trying again in 300 s")


async def quarantined(watch: Watch) -> None:
    """Let the stream send what no camera sends, until it is left alone."""
    watch.frames.refuse(GATE, "the camera's answer is not RTSP", hostile=True)
    watch.frames.fail(GATE, "gone")
    await watch.clock.advance(60.0)


async def test_a_stream_that_sends_what_no_camera_sends_is_left_alone_for_an_hour(
    watch: Watch,
) -> None:
    await quarantined(watch)
    tries = len(watch.frames.opened)
    await watch.clock.advance(3500.0)

    assert tries == 1 + MOST_HOSTILE == len(watch.frames.opened)
    assert watch.tally.quarantined
    assert watch.links()[-1].state is LinkState.DEGRADED
    assert "its video is quarantined for 60 min" in watch.links()[-1].reason
    await watch.clock.advance(100.0)
    assert len(watch.frames.opened) == tries + 1
    assert watch.tally.quarantined, "the trial failed"


async def test_who_asks_for_it_has_a_quarantined_stream_tried_at_once(watch: Watch) -> None:
    await quarantined(watch)
    watch.frames.refuse(GATE, None)
    watch.retry.put(True)
    await settled()
    await watch.show(61.0)

    assert not watch.tally.quarantined
    assert watch.links()[-1].state is LinkState.ONLINE
    assert len(watch.detections()) == 1


async def test_what_was_asked_for_while_all_was_well_does_not_cut_a_later_pause_short(
    watch: Watch,
) -> None:
    await watch.show(5.0)
    watch.retry.put(True)
    watch.frames.fail(GATE, "gone")
    await settled()

    assert watch.frames.opened == [GATE]


async def test_a_camera_that_waited_for_its_turn_shows_the_newest_picture(watch: Watch) -> None:
    async with watch.detector.turn(Regard.LIVE), watch.detector.turn(Regard.LIVE):
        for number in range(4):
            await watch.show(5.0 + number / 10)
    await settled()

    assert [found.exposed_s for found in watch.detections()] == [5.3]
    looked = watch.tally.looked
    assert (looked.asked, looked.replaced, looked.answered) == (2, 1, 1)


async def test_how_old_an_answer_is_counts_from_the_exposure(watch: Watch) -> None:
    watch.detector.gate.clear()
    await watch.show(watch.clock.now().mono_s - 0.25)
    await watch.clock.advance(0.125)
    watch.detector.gate.set()
    await settled()

    assert watch.tally.looked.age_s == pytest.approx(0.375)


async def test_a_stream_that_fails_while_the_camera_waits_for_its_turn_is_told(
    watch: Watch,
) -> None:
    async with watch.detector.turn(Regard.LIVE), watch.detector.turn(Regard.LIVE):
        await watch.show(5.0)
        watch.frames.fail(GATE, "gone")
    await settled()

    assert watch.links()[-1].reason == told_of("gone")
    dark = Frame(GATE, 1.0, "rtcp", (640, 360), np.zeros((32, 64, 3), np.uint8))
    await asyncio.wait_for(watch.detector.detect(dark), 1.0)
