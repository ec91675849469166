"""`models try`: a film is looked through picture by picture, counted, drawn, and kept as numbers."""

import json
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import typer

from orchestrator.cli import trying
from orchestrator.cli.closer import closer_of
from orchestrator.cli.trying import SHEET, Asked, kept, looked_through, try_model
from orchestrator.config.cards import ModelCard
from orchestrator.domain.sighting import Kind
from orchestrator.errors import MediaError
from tests.fakes.cards import answering, card_of, colours

pytestmark = pytest.mark.slow
FPS = 10


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of two seconds, a dark box on white."""
    return filmed(tmp_path_factory.mktemp("films") / "yard.mp4", [(0, 0, 0)])


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a film of two seconds in which somebody in blue makes way for somebody in red."""
    return filmed(tmp_path_factory.mktemp("films") / "people.mp4", [(255, 0, 0), (0, 0, 255)])


def filmed(path: Path, worn: Sequence[tuple[int, int, int]]) -> Path:
    """Write a film of boxes on white, one after the other, in these colours."""
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 128, 64, "yuv420p"
        for colour in worn:
            picture = np.full((64, 128, 3), 255, np.uint8)
            picture[16:48, 48:80] = colour
            for _ in range(2 * FPS // len(worn)):
                made.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        made.mux(stream.encode(None))
    return path


@pytest.fixture
def card(tmp_path: Path) -> ModelCard:
    """Return a model that finds a vehicle in the middle of every picture."""
    found = np.array([[[24, 8, 40, 24, 0.9, 1]]], np.float32)
    return answering(tmp_path, card_of(), {"found": found})


async def test_every_so_many_pictures_are_looked_at_from_a_moment_on(
    film: Path, card: ModelCard
) -> None:
    tried, spent_s = await looked_through(Asked(film, every=4, from_s=0.5, most=3), card)

    assert [each.number for each in tried] == [0, 4, 8]
    assert [each.at_s for each in tried] == pytest.approx([0.5, 0.9, 1.3])
    assert [each.count(Kind.VEHICLE) for each in tried] == [1, 1, 1]
    assert spent_s >= 0.0


async def test_what_is_kept_are_numbers(film: Path, card: ModelCard) -> None:
    asked = Asked(film, every=10, from_s=0.0, most=9)
    tried, _ = await looked_through(asked, card)

    assert json.loads(json.dumps(kept(asked, card, tried))) == {
        "film": "yard.mp4",
        "model": "made-up",
        "sha384": card.sha384,
        "every": 10,
        "from_s": 0.0,
        "pictures": [
            {"number": number, "boxes": [["vehicle", 0.9, 48, 16, 80, 48]]} for number in (0, 10)
        ],
    }


async def test_pictures_are_drawn_with_their_boxes_and_on_one_sheet(
    film: Path, card: ModelCard, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    await looked_through(Asked(film, every=4, from_s=0.0, most=99, png=folder), card)

    names = sorted(path.name for path in folder.iterdir())
    assert names == [*(f"{number:06d}.png" for number in range(0, 20, 4)), SHEET]
    drawn = cv2.imread(str(folder / "000000.png"))
    assert drawn is not None
    blue, green, red = drawn[40, 48].tolist()
    assert blue > green > red
    whole = cv2.imread(str(folder / SHEET))
    assert whole is not None
    assert whole.shape[1] > 4 * 400


async def test_what_was_found_is_told_in_sentences(
    film: Path, card: ModelCard, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trying, "cards_in", lambda _cards: {"made-up": card})

    await try_model(Asked(film, 4, 0.0, 99), "made-up", Path("models.yaml"), as_json=False)

    told = capsys.readouterr().out
    assert "yard.mp4: 5 pictures from 0.0 s to 1.6 s, by made-up" in told
    assert "vehicle  in 5, 5 boxes, 0.90 to 0.90 sure" in told
    assert "person   in none" in told


async def test_vehicles_are_said_to_be_like_something(
    film: Path, card: ModelCard, tmp_path: Path
) -> None:
    (tmp_path / "paint").mkdir()
    words = {"type": ("car", "van"), "color": ("white", "black")}
    said = {"type": np.array([[0.9, 0.1]], np.float32), "color": np.array([[0.2, 0.8]], np.float32)}
    paint = card_of("attributes", attributes=words, labels={}, input_px=(8, 8))
    closer = await closer_of(answering(tmp_path / "paint", paint, said))

    tried, _ = await looked_through(Asked(film, 10, 0.0, 9), card, closer)

    assert [each.said for each in tried] == [("black car",), ("black car",)]
    assert tried[0].plain()["said"] == ["black car"]
    assert list(closer.told()) == ["type     car 2", "color    black 2"]
    await closer.aclose()


async def test_people_have_the_letter_of_whom_they_look_like(
    changing: Path, tmp_path: Path
) -> None:
    (tmp_path / "apart").mkdir()
    person = np.array([[[24, 8, 40, 24, 0.9, 0]]], np.float32)
    finds = answering(tmp_path, card_of(), {"found": person})
    closer = await closer_of(colours(tmp_path / "apart", (8, 8)))

    tried, _ = await looked_through(Asked(changing, 4, 0.0, 99), finds, closer)

    assert [each.said[0][0] for each in tried] == ["A", "A", "A", "B", "B"]
    told = closer.told()
    assert told[0] == "people   2 by how they look: A 3, B 2"
    assert told[1].startswith("same     cosines 0.9") or told[1].startswith("same     cosines 1.0")
    await closer.aclose()


async def test_a_file_that_is_no_film_is_said_to_be_none(
    card: ModelCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "cards_in", lambda _cards: {"made-up": card})
    path = tmp_path / "notes.mp4"
    path.write_text("nothing to see")

    with pytest.raises(typer.BadParameter, match="cannot be decoded"):
        await try_model(Asked(path, 1, 0.0, 9), "made-up", Path("models.yaml"), as_json=False)


async def test_a_list_of_other_files_opens_none_of_them(card: ModelCard, tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/other.ts\n#EXT-X-ENDLIST\n")

    with pytest.raises(MediaError):
        await looked_through(Asked(path, 1, 0.0, 9), card)
