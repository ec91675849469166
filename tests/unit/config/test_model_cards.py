"""Model cards are read strictly: what a card says, and what is wrong with one, with its place."""

from pathlib import Path

import pytest

from orchestrator.config.cards import Fit, ModelFile, PictureForm, Task
from orchestrator.config.models import model_cards
from orchestrator.domain.sighting import Kind
from orchestrator.errors import AuthorError
from tests.fakes.every_key import MODELS

HERE = Path("/etc/orchestrator/models.yaml")
HASH = "ab" * 48


def refused(text: str) -> str:
    with pytest.raises(AuthorError) as caught:
        model_cards(text, HERE)
    return str(caught.value)


def test_a_card_says_what_a_model_is() -> None:
    card = model_cards(MODELS[0], HERE)["people"]

    assert card.file == Path("/etc/orchestrator/zoo/people.xml")
    assert card.input_px == (544, 320)
    assert card.labels == {0: Kind.VEHICLE, 1: Kind.PERSON}
    assert (card.threshold, card.overlap, card.precision) == (0.5, 0.5, "f32")
    assert card.task is Task.FIND
    assert card.form == PictureForm()


def test_the_weights_of_an_xml_lie_beside_it_here_and_at_its_source() -> None:
    card = model_cards(MODELS[0], HERE)["people"]

    zoo = "https://models.example/zoo"
    assert card.files == (
        ModelFile(HERE.parent / "zoo/people.xml", HASH, 1000, f"{zoo}/people.xml"),
        ModelFile(HERE.parent / "zoo/people.bin", HASH, 2000, f"{zoo}/people.bin"),
    )


def test_a_card_says_how_pictures_are_wanted() -> None:
    form = model_cards(MODELS[1], HERE)["yolo"].form

    assert (form.fit, form.rgb, form.scale, form.pad) == (Fit.LETTERBOX, True, 255.0, 114)
    assert form.mean == (0.485, 0.456, 0.406)
    assert form.deviation == (0.229, 0.224, 0.225)


def test_an_onnx_file_is_alone_and_a_classifier_has_words() -> None:
    card = model_cards(MODELS[1], HERE)["paint"]

    assert [file.path.name for file in card.files] == ["paint.onnx"]
    assert card.task is Task.CLASSIFY
    assert card.attributes == {"colour": ("red", "green")}


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("544x320", "544", "models.yaml:9:12: `input` must be a size"),
        ("544x320", "545x320", "size"),
        (HASH, "abc", "96 hexadecimal"),
        ("decoder: ssd", "decoder: sdd", "did you mean `ssd`"),
        ("1: person", "1: persn", "did you mean `person`"),
        ("1: person", "one: person", "class code"),
        ("threshold: 0.5", "threshold: 1.5", "between 0 and 1"),
        ("licence: Apache-2.0", "license: Apache-2.0", "did you mean `licence`"),
        ("models:", "cards:", "models"),
        ("zoo/people.xml", "zoo/people.pth", "an .xml or .onnx"),
        ("file: zoo/people.xml", "file: ../people.xml", "below this folder"),
        ("zoo/people.xml", "zoo/people.onnx", "`weights_sha384` belongs to an .xml"),
        ("https://models.example/zoo/people.xml", "https://m.example/a.onnx", "as `file` is"),
        ("https://models.example", "http://models.example", "https://"),
        ("https://models.example", "https://anna:secret@models.example", "https://"),
        ("    weights_bytes: 2000\n", "", "needs `weights_bytes`"),
        ("    bytes: 1000\n", "", "needs `bytes` beside `source`"),
        ("    threshold: 0.5\n", "", "finds people and vehicles needs `threshold`"),
        ("decoder: ssd", "decoder: vector", "`labels` is of no use to a model that tells people"),
        ("decoder: ssd", "decoder: attributes", "needs `attributes`"),
    ],
)
def test_a_mistake_in_a_card_is_named_with_its_place(right: str, wrong: str, message: str) -> None:
    told = refused(MODELS[0].replace(right, wrong, 1))

    assert message in told
    assert str(HERE) in told


def test_weights_that_nobody_named_are_missed() -> None:
    text = MODELS[0].replace(f"    weights_sha384: {HASH}\n", "")

    assert "a model needs `weights_sha384`: its .xml has a .bin beside it" in refused(text)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("[0.229, 0.224, 0.225]", "[0.229, 0.224, wide]", "three numbers"),
        ("[0.229, 0.224, 0.225]", "[0.229, 0.224, 0.225, 1]", "three numbers"),
        ("[0.229, 0.224, 0.225]", "[0.229, 0, 0.225]", "must not be zero"),
        ("[red, green]", "[red, [green]]", "a list of words"),
        ("[red, green]", "[red]", "a list of words"),
        ("name: paint", "name: yolo", "listed twice"),
    ],
)
def test_a_mistake_in_the_details_is_named(right: str, wrong: str, message: str) -> None:
    assert message in refused(MODELS[1].replace(right, wrong))


def test_every_mistake_is_told_at_once() -> None:
    text = MODELS[0].replace("544x320", "wide").replace("ssd", "sdd").replace("0.5", "2")

    assert refused(text).count("models.yaml:") == 4


def test_without_tls_only_this_machine_is_a_source() -> None:
    text = MODELS[0].replace("https://models.example", "http://127.0.0.1:8080")

    assert model_cards(text, HERE)["people"].source == "http://127.0.0.1:8080/zoo/people.xml"
