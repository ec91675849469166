"""Open Model Zoo models on real footage: as files, and served by a simulated camera over real RTSP.

`expectations` were made by `orchestrator models try --json`, and looked at in its pictures. The films
and models are measuring material beside the repository, not part of it; where they are
absent these tests are skipped.
"""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from orchestrator.adapters.inference import OpenVinoDetector, cards_in
from orchestrator.adapters.inference.findings import overlaps
from orchestrator.adapters.video import RtspFrames
from orchestrator.cli.closer import closer_of
from orchestrator.cli.trying import Asked, looked_through
from orchestrator.config.cards import ModelCard
from orchestrator.domain.ids import CameraId
from orchestrator.domain.sighting import Kind
from orchestrator.ports import Found, Rate
from tests.fakes.video_site import LOGIN, serving

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
GATE = CameraId("gate")
FRAMES = 30
KEPT = sorted((Path(__file__).parent / "expectations").glob("*.json"))
EXPECTATIONS = [pytest.param(json.loads(path.read_text("utf-8")), id=path.stem) for path in KEPT]
SURE = 0.6
"""Machines differ in the last digits: what is nearly below the threshold may be below it elsewhere."""
ALIKE = 0.7

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


def in_shared(model: str) -> ModelCard:
    """Return a card of ours, its files where the measuring material has them."""
    card = cards_in(ROOT / "config" / "models.yaml")[model]
    return replace(card, file=SHARED / card.file.relative_to(ROOT / "config"))


async def seen(model: str, film: Path) -> list[Found]:
    """Return what a model finds in a film, frame by frame, through a simulated camera."""
    detector = await OpenVinoDetector.opened(in_shared(model))
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


async def test_people_are_found_in_real_footage(tmp_path: Path) -> None:
    model = "person-vehicle-bike-detection-2000"
    found = await seen(model, scene("one-by-one-person-detection.mp4", tmp_path, from_s=7.0))

    assert share(found, Kind.PERSON) > 0.7
    assert share(found, Kind.VEHICLE) < 0.1


def boxes(picture: dict[str, Any], least: float) -> list[tuple[str, NDArray[np.float32]]]:
    """Return the boxes of a kept picture that are sure enough."""
    return [
        (kind, np.array(box, np.float32))
        for kind, score, *box in picture["boxes"]
        if score >= least
    ]


def unmatched(some: dict[str, Any], others: dict[str, Any]) -> int:
    """Return how many sure boxes of one picture are not in the other, at any score."""
    there = boxes(others, 0.0)
    return sum(
        not any(other == kind and overlaps(box, place[None])[0] >= ALIKE for other, place in there)
        for kind, box in boxes(some, SURE)
    )


@pytest.mark.parametrize("expected", EXPECTATIONS)
async def test_real_footage_shows_what_was_found_in_it_and_looked_at(
    expected: dict[str, Any],
) -> None:
    card = in_shared(expected["model"])
    assert card.sha384 == expected["sha384"]
    film, most = SHARED / "clips" / expected["film"], len(expected["pictures"])

    tried, _ = await looked_through(Asked(film, expected["every"], expected["from_s"], most), card)

    assert [each.number for each in tried] == [each["number"] for each in expected["pictures"]]
    for now, before in zip((each.plain() for each in tried), expected["pictures"], strict=True):
        assert unmatched(before, now) == 0, before
        assert unmatched(now, before) == 0, before


async def test_real_people_are_told_apart_and_known_again() -> None:
    closer = await closer_of(in_shared("person-reidentification-retail-0287"))
    film = SHARED / "clips" / "one-by-one-person-detection.mp4"

    tried, _ = await looked_through(
        Asked(film, every=40, from_s=8.0, most=6),
        in_shared("person-vehicle-bike-detection-2000"),
        closer,
    )
    await closer.aclose()

    assert "".join(said[0] for each in tried for said in each.said) == "AAABB"


async def test_real_vehicles_have_their_colours() -> None:
    closer = await closer_of(in_shared("vehicle-attributes-recognition-barrier-0039"))
    film = SHARED / "clips" / "car-detection.mp4"

    tried, _ = await looked_through(
        Asked(film, every=10, from_s=16.0, most=3),
        in_shared("person-vehicle-bike-detection-2000"),
        closer,
    )
    await closer.aclose()

    assert {said for each in tried for said in each.said} == {"white car", "red car"}
