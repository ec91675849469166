"""The video of a simulated camera, as independent clients get it: FFmpeg, OpenCV and a bare socket."""

import asyncio
import json
import shutil
import socket
import struct
import time
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from simulators.facility import CameraSpec
from simulators.faults import StreamStall, WrongPassword
from simulators.render import render
from simulators.serve import Site, running
from tests.fakes.rtsp_caller import RtspCaller
from tests.fakes.simulated_site import FIXED, PASSWORD, SECRETS, USERNAME, facility, filmed

pytestmark = pytest.mark.slow

URI = f"rtsp://{FIXED.host}:{FIXED.rtsp_port}/main"
WITH_LOGIN = URI.replace("rtsp://", f"rtsp://{USERNAME}:{PASSWORD.replace(' ', '%20')}@")
NTP_EPOCH_S = 2_208_988_800


async def caller(password: str = PASSWORD) -> RtspCaller:
    return await RtspCaller.connect(FIXED.host, FIXED.rtsp_port, "main", (USERNAME, password))


def pictures(transport: str, count: int) -> list[NDArray[np.uint8]]:
    options = {"rtsp_transport": transport, "fpsprobesize": "1", "probesize": "32"}
    with av.open(WITH_LOGIN, options=options, timeout=10) as video:
        return [
            np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            for frame, _ in zip(video.decode(video=0), range(count), strict=False)
        ]


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.mean(np.abs(one.astype(np.int16) - other.astype(np.int16))))


async def until(site: Site, *, watchers: int) -> None:
    async with asyncio.timeout(20):
        while site.watchers(FIXED.id) != watchers:  # noqa: ASYNC110 - a count, not an event
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
async def test_ffmpeg_sees_what_the_lens_sees(transport: str) -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        seen = await asyncio.to_thread(pictures, transport, 4)
        expected = render(site.facility.scene(FIXED.id))

    assert len(seen) == 4
    assert difference(seen[-1], expected) < 6.0


async def test_opencv_opens_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp|fpsprobesize;1|probesize;32"
    )

    def opened() -> tuple[bool, NDArray[np.uint8]]:
        capture = cv2.VideoCapture(WITH_LOGIN, cv2.CAP_FFMPEG)
        good, picture = capture.read()
        capture.release()
        return good, np.asarray(picture, np.uint8)

    async with running(facility(FIXED), secrets=SECRETS):
        good, picture = await asyncio.to_thread(opened)

    assert good
    assert picture.shape == (360, 640, 3)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@pytest.mark.parametrize("transport", ["tcp", "udp"])
async def test_ffprobe_names_codec_and_size(transport: str) -> None:
    command = f"ffprobe -v error -rtsp_transport {transport} -analyzeduration 700000 -of json"
    async with running(facility(FIXED), secrets=SECRETS):
        probe = await asyncio.create_subprocess_exec(
            *command.split(), "-show_streams", WITH_LOGIN, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await probe.communicate()

    [stream] = json.loads(output)["streams"]
    assert (stream["codec_name"], stream["width"], stream["height"]) == ("h264", 640, 360)
    assert stream["has_b_frames"] == 0


async def test_a_picture_is_made_only_while_somebody_watches() -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        live = site.stations[FIXED.id].live
        one, other = await caller(), await caller()
        assert (live.watchers, live.pictures) == (0, 0)
        await one.play()
        await other.play()
        await until(site, watchers=2)
        await one.packet()
        await other.packet()
        one.close()
        await until(site, watchers=1)
        other.close()
        await until(site, watchers=0)
        made = live.pictures
        await asyncio.sleep(0.25)
        assert live.pictures == made


async def test_a_watcher_can_tell_when_each_picture_was_exposed(tmp_path: Path) -> None:
    truth = tmp_path / "truth.jsonl"
    async with running(facility(FIXED), secrets=SECRETS, truth=truth):
        watcher = await caller()
        await watcher.play()
        channel, report = await watcher.packet()
        assert channel == 1, "a report comes before the first picture"
        stamps: list[int] = []
        while len(stamps) < 3:
            channel, packet = await watcher.packet()
            if channel == 0 and packet[1] & 0x80:
                stamps.append(struct.unpack("!I", packet[4:8])[0])
        watcher.close()
    now_s, wall_s = time.monotonic(), time.time()

    kind, _, _, seconds, fraction, stamp = struct.unpack("!xBHIIII", report[:20])
    assert kind == 200
    reported_s = seconds - NTP_EPOCH_S + fraction / 2**32 - wall_s + now_s
    exposed = [reported_s + ((s - stamp + 2**31) % 2**32 - 2**31) / 90_000 for s in stamps]
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    frames = [line["at_s"] for line in lines if line["kind"] == "frame"]
    assert exposed == pytest.approx(frames[:3], abs=0.002)


async def test_a_new_watcher_starts_at_a_fresh_keyframe() -> None:
    async with running(facility(FIXED), secrets=SECRETS):
        first, second = await caller(), await caller()
        await first.play()
        for _ in range(20):
            await first.packet()
        await second.play()
        kinds: list[int] = []
        while len(kinds) < 3:
            channel, packet = await second.packet()
            if channel == 0:
                kinds.append(packet[12] & 0x1F if packet[12] & 0x1F != 28 else packet[13] & 0x1F)
        first.close()
        second.close()

    assert kinds == [7, 8, 5]


async def test_the_description_carries_the_parameter_sets_and_the_rate() -> None:
    async with running(facility(FIXED), secrets=SECRETS):
        watcher = await caller()
        options = await watcher.ask("OPTIONS")
        described = await watcher.ask("DESCRIBE")
        watcher.close()

    assert "GET_PARAMETER" in options.headers["public"]
    assert "sprop-parameter-sets=Z0" in described.body
    assert "packetization-mode=1" in described.body
    assert f"a=framerate:{FIXED.fps:g}\r\n" in described.body


async def test_a_paused_stream_is_silent_and_a_torn_down_one_is_gone() -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        watcher = await caller()
        session = await watcher.play()
        await watcher.packet()
        paused = await watcher.ask("PAUSE", Session=session)
        assert site.watchers(FIXED.id) == 0
        assert (await watcher.ask("GET_PARAMETER", Session=session)).status == 200
        assert (await watcher.ask("PLAY", Session=session)).status == 200
        assert site.watchers(FIXED.id) == 1
        gone = await watcher.ask("TEARDOWN", Session=session)
        assert site.watchers(FIXED.id) == 0
        unknown = await watcher.ask("PLAY", Session=session)
        watcher.close()

    assert (paused.status, gone.status, unknown.status) == (200, 200, 454)


async def test_a_session_of_which_nothing_is_heard_ends() -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        watcher = await caller()
        session = await watcher.play()
        # Not before: a busy machine may take longer than this to set a session up.
        site.stations[FIXED.id].rtsp.session_timeout_s = 0.3
        assert (await watcher.ask("GET_PARAMETER", Session=session)).status == 200
        async with asyncio.timeout(20):
            assert await watcher.closed()
        await until(site, watchers=0)
        watcher.close()


async def heard_on(connection: socket.socket) -> bytes:
    """Return what a server says next: nothing when it has hung up."""
    async with asyncio.timeout(20):
        try:
            return await asyncio.get_running_loop().sock_recv(connection, 1)
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize("turns", range(8))
async def test_who_connects_as_the_power_is_cut_is_hung_up_on(turns: int) -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        rtsp = site.stations[FIXED.id].rtsp
        with socket.create_connection((FIXED.host, FIXED.rtsp_port)) as connection:
            connection.setblocking(False)
            # The loop needs some turns from a connection that waits to one that is served.
            for _ in range(turns):
                await asyncio.sleep(0)
            await rtsp.close()
            assert await heard_on(connection) == b""
        await rtsp.open(FIXED.host, FIXED.rtsp_port)
        watcher = await caller()
        assert (await watcher.ask("OPTIONS")).status == 200
        watcher.close()


async def test_a_wrong_password_gets_no_picture() -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        stranger = await caller("guess")
        refused = await stranger.ask("DESCRIBE")
        stranger.close()
        await site.fault(FIXED.id, WrongPassword())
        owner = await caller()
        changed = await owner.ask("DESCRIBE")
        owner.close()

    assert (refused.status, changed.status) == (401, 401)


async def test_a_stalled_stream_keeps_its_session_and_sends_nothing_until_mended() -> None:
    async with running(facility(FIXED), secrets=SECRETS) as site:
        watcher = await caller()
        session = await watcher.play()
        await watcher.packet()
        await site.fault(FIXED.id, StreamStall())
        assert (await watcher.ask("GET_PARAMETER", Session=session)).status == 200
        watcher.packets.clear()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.4):
                await watcher.packet()
        await site.mend(FIXED.id)
        async with asyncio.timeout(20):
            await watcher.packet()
        watcher.close()


def _film(path: Path) -> CameraSpec:
    """Write a short film, first green and then blue, and return a camera that shows it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(10):
            colour = (0, 200, 0) if number < 5 else (200, 0, 0)
            picture = np.full((180, 320, 3), colour, np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return filmed(path)


async def test_a_camera_can_show_a_film_again_and_again(tmp_path: Path) -> None:
    spec = await asyncio.to_thread(_film, tmp_path / "film.mp4")
    async with running(facility(spec), secrets=SECRETS):
        seen = await asyncio.to_thread(pictures, "tcp", 16)

    colours = ["green" if p[..., 1].mean() > p[..., 0].mean() else "blue" for p in seen]
    turns = sum(one != other for one, other in pairwise(colours))
    assert seen[0].shape == (360, 640, 3)
    assert turns >= 2
