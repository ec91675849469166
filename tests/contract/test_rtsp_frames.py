"""What only real video can show: stalls, logins, child processes, and the time of exposure."""

import asyncio
import gc
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from orchestrator.adapters.video import RtspFrames, Way, arrivals, offered, waiting
from orchestrator.adapters.video.sandbox import Walls
from orchestrator.domain.camera import Transport
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Credentials, Frame, Rate, Secret
from simulators.faults import ClockWrong, StreamStall, WrongPassword
from simulators.video import Encoding
from tests.fakes.frames import until
from tests.fakes.processes import children, decoders, proportional_mb
from tests.fakes.video_site import LOGIN, PASSWORD, VideoSite, film, serving

GATE, DOCK = CameraId("gate"), CameraId("dock")
SIZE = (160, 96)
STALL_KNOWN_S = 5.0
SLACK_S = 3.0
"""What a busy machine may add to a time, and far less than what else would end the wait."""

pytestmark = pytest.mark.slow


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[VideoSite]:
    async with serving(["gate", "dock"], source=film(tmp_path / "film.mp4")) as served:
        yield served


def shown_of(pid: int) -> bytes:
    """Return what anybody on the machine may see of a process: its command line, its environment."""
    folder = Path(f"/proc/{pid}")
    return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


def handles() -> int:
    """Return how many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def filtered(pid: int) -> bool:
    """Return whether the kernel lets a process make only some calls."""
    return "\nSeccomp:\t2\n" in Path(f"/proc/{pid}/status").read_text("ascii")


def opened(
    site: VideoSite, camera: CameraId, fps: float = 30.0
) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
    frames = RtspFrames(site.host_of)
    return frames.open(
        camera, site.stream(camera), LOGIN, size_px=SIZE, rate=lambda: Rate(fps, fps)
    )


def carried(
    site: VideoSite, transport: Transport
) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
    frames = RtspFrames(site.host_of, lambda camera: Way(transport, site.web_port(camera)))
    return frames.open(GATE, site.stream(GATE), LOGIN, size_px=SIZE, rate=lambda: Rate(30.0, 30.0))


async def taken(frames: AsyncIterator[Frame], count: int) -> list[Frame]:
    return [await anext(frames) for _ in range(count)]


async def believed(frames: AsyncIterator[Frame], count: int) -> list[Frame]:
    """Return so many frames in a row that are timed by the camera's own word.

    The first may come too late to be believed: a busy machine takes its time to begin.
    """
    seen: list[Frame] = []
    while len(seen) < count:
        frame = await anext(frames)
        seen = [*seen, frame] if frame.timed_by == "rtcp" else []
    return seen


def test_the_patience_with_a_silent_stream_leaves_time_to_tell_of_a_stall_within_five_seconds() -> (
    None
):
    assert max(arrivals.SILENCE_S, waiting.SILENCE_S) <= STALL_KNOWN_S - 0.5


async def test_a_stall_is_found_when_the_patience_with_it_ends(site: VideoSite) -> None:
    async with opened(site, GATE) as frames:
        await taken(frames, 3)
        await site.site.fault("gate", StreamStall())
        began_s = time.monotonic()
        with pytest.raises(MediaError):
            await taken(frames, 20)
        took_s = time.monotonic() - began_s

    assert took_s < arrivals.SILENCE_S + SLACK_S < arrivals.START_S
    assert not children()


async def test_a_killed_decoder_costs_only_its_camera(site: VideoSite) -> None:
    async with opened(site, GATE) as gate:
        await taken(gate, 1)
        [victim] = decoders()
        async with opened(site, DOCK) as dock:
            await taken(dock, 1)
            os.kill(victim, signal.SIGKILL)
            with pytest.raises(MediaError, match="died"):
                await taken(gate, 20)
            assert len(await taken(dock, 5)) == 5

    assert not children()


async def test_without_the_process_that_forks_them_all_decoders_end_and_another_is_started(
    site: VideoSite,
) -> None:
    frames = RtspFrames(site.host_of)

    def opened_again() -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
        stream = site.stream(GATE)
        return frames.open(GATE, stream, LOGIN, size_px=SIZE, rate=lambda: Rate(30.0, 30.0))

    async with opened_again() as before:
        await taken(before, 1)
        [server] = children()
        os.kill(server, signal.SIGKILL)
        with pytest.raises(MediaError, match="died"):
            await taken(before, 20)
        async with opened_again() as after:
            assert len(await taken(after, 2)) == 2

    assert not children()


async def test_a_second_decoder_shares_the_memory_of_the_first(site: VideoSite) -> None:
    frames = RtspFrames(site.host_of)
    async with AsyncExitStack() as stack:
        for camera in (GATE, DOCK):
            video = frames.open(
                camera, site.stream(camera), LOGIN, size_px=SIZE, rate=lambda: Rate(30.0, 30.0)
            )
            await taken(await stack.enter_async_context(video), 3)
        [server] = children()
        shares_mb = [proportional_mb(pid) for pid in children(server)]

    assert len(shares_mb) == 2
    assert max(shares_mb) < 40.0, "a decoder with libraries of its own has 77 MB"


async def test_while_few_pictures_are_wanted_only_those_are_decoded_that_need_no_others(
    site: VideoSite,
) -> None:
    fps = 1.0
    frames = RtspFrames(site.host_of)
    video = frames.open(GATE, site.stream(GATE), LOGIN, size_px=SIZE, rate=lambda: Rate(fps, fps))
    async with video as pictures:
        rare = await taken(pictures, 3)
        fps = 30.0
        often = await taken(pictures, 8)

    assert rare[2].exposed_s - rare[1].exposed_s == pytest.approx(2.0, abs=0.3), "keyframes only"
    apart_s = [b.exposed_s - a.exposed_s for a, b in pairwise(often[1:])]
    assert max(apart_s) < 1.0, "no keyframe is waited for once more is wanted"


async def test_leaving_in_the_middle_of_a_frame_leaves_no_child_behind(site: VideoSite) -> None:
    async def watch() -> None:
        async with opened(site, GATE) as frames:
            await taken(frames, 1000)

    watching = asyncio.create_task(watch())
    await until(children)
    watching.cancel()
    await asyncio.wait({watching})

    assert watching.cancelled()
    assert not children()


async def test_a_decoder_shows_its_login_to_nobody_and_is_walled_in(site: VideoSite) -> None:
    async with opened(site, GATE) as frames:
        await taken(frames, 1)
        [child] = decoders()
        shown, walled_in = shown_of(child), filtered(child)

    assert b"canary" not in shown
    assert b"rtsp:" not in shown
    assert walled_in or Walls.CALLS not in offered()


async def test_a_wrong_password_is_a_media_error_that_says_so_and_does_not_repeat_it(
    site: VideoSite,
) -> None:
    wrong = Credentials("operator", Secret("canary-wrong"))
    frames = RtspFrames(site.host_of)

    with pytest.raises(MediaError, match="credentials") as caught:
        async with frames.open(
            GATE, site.stream(GATE), wrong, size_px=SIZE, rate=lambda: Rate(5.0, 5.0)
        ) as pictures:
            await anext(pictures)

    assert caught.value.refused
    assert "canary" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


async def test_a_camera_that_is_not_approved_is_not_contacted(site: VideoSite) -> None:
    frames = RtspFrames(lambda _: None)

    with pytest.raises(MediaError, match="approved"):
        async with frames.open(
            GATE, site.stream(GATE), LOGIN, size_px=SIZE, rate=lambda: Rate(5.0, 5.0)
        ):
            pass

    assert site.site.watchers("gate") == 0


async def test_no_more_frames_come_than_were_asked_for(site: VideoSite) -> None:
    async with opened(site, GATE, fps=4.0) as frames:
        seen = await taken(frames, 8)

    # Seven intervals, of which the last may be a quarter short; fewer may come from a busy machine.
    assert seen[-1].exposed_s - seen[0].exposed_s >= 6.75 * 0.25 - 0.001


async def test_a_camera_whose_clock_is_wrong_times_its_pictures_by_their_arrival(
    site: VideoSite,
) -> None:
    await site.site.fault("gate", ClockWrong(90.0))
    began_s = time.monotonic()
    async with opened(site, GATE) as frames:
        seen = await taken(frames, 5)
        now_s = time.monotonic()

    assert {frame.timed_by for frame in seen} == {"arrival"}
    assert all(began_s <= frame.exposed_s <= now_s for frame in seen)


async def test_the_time_of_a_frame_is_the_time_of_its_exposure(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    async with (
        serving(["gate"], source=None, truth=truth) as rendered,
        opened(rendered, GATE) as frames,
    ):
        seen = (await believed(frames, 20))[8:]
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    exposed = [line["at_s"] for line in lines if line["kind"] == "frame"]

    for frame in seen:
        assert min(abs(frame.exposed_s - at_s) for at_s in exposed) < 0.005


@pytest.mark.parametrize("encoding", [Encoding.H265, Encoding.JPEG])
async def test_other_encodings_are_shown_as_they_are(encoding: Encoding, tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4")
    async with (
        serving(["gate"], source=source, encoding=encoding) as site,
        opened(site, GATE) as frames,
    ):
        shown = await taken(frames, 5)

    lightness = [float(frame.pixels.mean()) for frame in shown]
    assert lightness == sorted(lightness), "the film grows lighter"
    assert all(frame.pixels.std() < 4.0 for frame in shown), "each of its pictures is of one grey"


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.HTTP])
async def test_a_stream_comes_by_other_ways_where_asked(
    site: VideoSite, transport: Transport
) -> None:
    async with carried(site, transport) as frames:
        seen = await taken(frames, 6)
        [child] = decoders()
        walled_in = filtered(child)

    assert {frame.source_px for frame in seen} == {(320, 180)}
    assert "rtcp" in {frame.timed_by for frame in seen}
    assert walled_in or Walls.CALLS not in offered()
    await until(lambda: site.site.watchers("gate") == 0)


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.HTTP])
async def test_a_wrong_password_is_refused_whatever_the_way(
    site: VideoSite, transport: Transport
) -> None:
    await site.site.fault("gate", WrongPassword())
    with pytest.raises(MediaError, match="credentials") as caught:
        async with carried(site, transport) as frames:
            await taken(frames, 1)

    assert caught.value.refused


async def test_a_stream_that_is_left_leaves_no_handle_behind_without_waiting_for_a_collector(
    site: VideoSite,
) -> None:
    async with opened(site, GATE) as frames:
        await taken(frames, 1)
    before = handles()
    gc.disable()
    try:
        async with opened(site, GATE) as frames:
            await taken(frames, 1)
        after = handles()
    finally:
        gc.enable()

    assert after <= before
