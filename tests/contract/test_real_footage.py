"""Open Model Zoo models on real footage, served by a simulated camera over real RTSP.

The films and models are measuring material beside the repository, not part of it; where they are
absent these tests are skipped.
"""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import av
import pytest

from orchestrator.adapters.inference import OpenVinoDetector, card_named
from orchestrator.adapters.video import RtspFrames
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.ports import Found, Rate
from tests.fakes.video_site import LOGIN, serving

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
GATE = CameraId("gate")
FRAMES = 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (SHARED / "clips").is_dir() or not (SHARED / "models").is_dir(),
        reason="the films and models for this test lie in ../shared, which is not here",
    ),
]


def scene(clip: str, folder: Path, from_s: float) -> Path:
    """Return four seconds of a film as a film of its own, as real time is slow."""
    path = folder / "scene.mp4"
    with av.open(str(SHARED / "clips" / clip)) as film, av.open(str(path), "w") as cut:
        pictures = film.streams.video[0]
        rate = pictures.average_rate
        assert rate is not None
        stream = cut.add_stream("libx264", rate=rate, options={"crf": "18", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
        shown = islice(film.decode(pictures), int(from_s * rate), int((from_s + 4) * rate))
        for number, frame in enumerate(shown):
            frame.pts, frame.time_base = number, 1 / rate
            cut.mux(stream.encode(frame))
        cut.mux(stream.encode(None))
    return path


async def seen(model: str, film: Path) -> list[Found]:
    """Return what a model finds in a film, frame by frame, through a simulated camera."""
    card = card_named(model, ROOT / "config" / "models.yaml")
    in_shared = SHARED / card.file.relative_to(ROOT / "config")
    detector = await OpenVinoDetector.opened(replace(card, file=in_shared))
    found: list[Found] = []
    async with serving(["gate"], source=film, size_px=(768, 432)) as site:
        frames = RtspFrames(site.host_of)
        size = detector.input_px
        async with frames.open(
            GATE, site.stream(GATE), LOGIN, size_px=size, rate=lambda: Rate(30.0, 30.0)
        ) as pictures:
            async for frame in pictures:
                found.append(await detector.detect(frame))
                if len(found) == FRAMES:
                    break
    await detector.aclose()
    return found


def share(found: list[Found], kind: Kind) -> float:
    """Return the share of frames with at least one of a kind."""
    return sum(bool((one.kinds == kind.value).any()) for one in found) / len(found)


@pytest.mark.parametrize(
    "model", ["person-detection-retail-0013", "person-vehicle-bike-detection-2000"]
)
async def test_people_are_found_in_real_footage(model: str, tmp_path: Path) -> None:
    found = await seen(model, scene("one-by-one-person-detection.mp4", tmp_path, from_s=7.0))

    assert share(found, Kind.PERSON) > 0.7
    assert share(found, Kind.VEHICLE) < 0.1


async def test_vehicles_are_found_in_real_footage(tmp_path: Path) -> None:
    model = "person-vehicle-bike-detection-2000"
    found = await seen(model, scene("car-detection.mp4", tmp_path, from_s=5.0))

    assert share(found, Kind.VEHICLE) > 0.5
    assert share(found, Kind.PERSON) < 0.1
