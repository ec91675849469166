"""What only real video can show: stalls, logins, child processes, and the time of exposure."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.ids import CameraId
from orchestrator.errors import MediaError
from orchestrator.ports import Credentials, Frame, Secret
from simulators.faults import ClockWrong, StreamStall
from tests.fakes.frames import until
from tests.fakes.video_site import LOGIN, PASSWORD, VideoSite, film, serving

GATE, DOCK = CameraId("gate"), CameraId("dock")
SIZE = (160, 96)

pytestmark = pytest.mark.slow


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[VideoSite]:
    async with serving(["gate", "dock"], source=film(tmp_path / "film.mp4")) as served:
        yield served


def children() -> list[int]:
    """Return the decoding children of this process, dead ones that nobody waited for included."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def shown_of(pid: int) -> bytes:
    """Return what anybody on the machine may see of a process: its command line, its environment."""
    folder = Path(f"/proc/{pid}")
    return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


def opened(
    site: VideoSite, camera: CameraId, fps: float = 30.0
) -> AbstractAsyncContextManager[AsyncIterator[Frame]]:
    frames = RtspFrames(site.host_of)
    return frames.open(camera, site.stream(camera), LOGIN, size_px=SIZE, fps=fps)


async def taken(frames: AsyncIterator[Frame], count: int) -> list[Frame]:
    return [await anext(frames) for _ in range(count)]


async def test_a_stall_is_found_within_five_seconds(site: VideoSite) -> None:
    async with opened(site, GATE) as frames:
        await taken(frames, 3)
        await site.site.fault("gate", StreamStall())
        began_s = time.monotonic()
        with pytest.raises(MediaError):
            await taken(frames, 20)

    assert time.monotonic() - began_s < 5.0
    assert not children()


async def test_a_killed_decoder_costs_only_its_camera(site: VideoSite) -> None:
    async with opened(site, GATE) as gate:
        await taken(gate, 1)
        [victim] = children()
        async with opened(site, DOCK) as dock:
            await taken(dock, 1)
            os.kill(victim, signal.SIGKILL)
            with pytest.raises(MediaError, match="died"):
                await taken(gate, 20)
            assert len(await taken(dock, 5)) == 5

    assert not children()


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


async def test_a_login_is_in_no_command_line_and_no_environment(site: VideoSite) -> None:
    async with opened(site, GATE) as frames:
        await taken(frames, 1)
        [child] = children()
        shown = shown_of(child)

    assert b"canary" not in shown
    assert b"rtsp:" not in shown


async def test_a_wrong_password_is_a_media_error_that_says_so_and_does_not_repeat_it(
    site: VideoSite,
) -> None:
    wrong = Credentials("operator", Secret("canary-wrong"))
    frames = RtspFrames(site.host_of)

    with pytest.raises(MediaError, match="credentials") as caught:
        async with frames.open(GATE, site.stream(GATE), wrong, size_px=SIZE, fps=5.0) as pictures:
            await anext(pictures)

    assert caught.value.refused
    assert "canary" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


async def test_a_camera_that_is_not_approved_is_not_contacted(site: VideoSite) -> None:
    frames = RtspFrames(lambda _: None)

    with pytest.raises(MediaError, match="approved"):
        async with frames.open(GATE, site.stream(GATE), LOGIN, size_px=SIZE, fps=5.0):
            pass

    assert site.site.watchers("gate") == 0


async def test_no_more_frames_come_than_were_asked_for(site: VideoSite) -> None:
    async with opened(site, GATE, fps=4.0) as frames:
        seen = await taken(frames, 8)

    assert (seen[-1].exposed_s - seen[0].exposed_s) / 7 == pytest.approx(0.25, abs=0.06)


async def test_a_camera_whose_clock_is_wrong_times_its_pictures_by_their_arrival(
    site: VideoSite,
) -> None:
    await site.site.fault("gate", ClockWrong(90.0))
    async with opened(site, GATE) as frames:
        seen = await taken(frames, 5)
        now_s = time.monotonic()

    assert {frame.timed_by for frame in seen} == {"arrival"}
    assert 0 <= now_s - seen[-1].exposed_s < 1.0


async def test_the_time_of_a_frame_is_the_time_of_its_exposure(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    async with (
        serving(["gate"], source=None, truth=truth) as rendered,
        opened(rendered, GATE) as frames,
    ):
        seen = await taken(frames, 12)
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    exposed = [line["at_s"] for line in lines if line["kind"] == "frame"]

    for frame in seen:
        assert frame.timed_by == "rtcp"
        assert min(abs(frame.exposed_s - at_s) for at_s in exposed) < 0.005
