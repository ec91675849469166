"""Model cards are read strictly, and the one that ships names the files that ship."""

from pathlib import Path

import pytest

from orchestrator.adapters.inference import card_named, default_card, model_cards
from orchestrator.domain.sighting import Kind
from orchestrator.errors import AuthorError, ModelError

HASH = "ab" * 48
CARD = f"""
models:
  - name: people
    file: zoo/people.xml
    sha384: {HASH}
    weights_sha384: {HASH}
    input: 544x320
    decoder: ssd
    labels: {{1: person}}
    threshold: 0.5
    licence: Apache-2.0
    purpose: people indoors
"""
HERE = Path("/etc/orchestrator/models.yaml")


def test_a_card_says_what_a_model_is() -> None:
    card = model_cards(CARD, HERE)["people"]

    assert card.file == Path("/etc/orchestrator/zoo/people.xml")
    assert card.input_px == (544, 320)
    assert card.labels == {1: Kind.PERSON}
    assert card.threshold == 0.5
    assert card.precision == "auto"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("544x320", "544", "size"),
        ("544x320", "545x320", "size"),
        (HASH, "abc", "96 hexadecimal"),
        ("ssd", "sdd", "did you mean `ssd`"),
        ("1: person", "1: robot", "label"),
        ("1: person", "one: person", "class code"),
        ("threshold: 0.5", "threshold: 1.5", "from 0 to 1"),
        ("licence: Apache-2.0", "license: Apache-2.0", "licence"),
        ("models:", "cards:", "models"),
    ],
)
def test_a_mistake_in_a_card_is_named_with_its_place(right: str, wrong: str, message: str) -> None:
    with pytest.raises(AuthorError) as caught:
        model_cards(CARD.replace(right, wrong), HERE)

    assert message in str(caught.value)
    assert str(HERE) in str(caught.value)


def test_the_card_that_ships_is_found_by_name_and_by_default() -> None:
    assert card_named("depot-detector", HERE) == default_card()
    assert default_card().file.is_file()
    assert set(default_card().labels.values()) == {Kind.PERSON, Kind.VEHICLE}


def test_a_name_without_a_card_is_a_model_error_that_lists_the_others(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(CARD)

    with pytest.raises(ModelError, match="models: depot-detector, people"):
        card_named("cars", path)


def test_a_missing_file_of_cards_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"models\.yaml"):
        card_named("people", tmp_path / "models.yaml")


def test_the_cards_in_the_repository_can_be_read() -> None:
    path = Path(__file__).parents[4] / "config" / "models.yaml"

    assert set(model_cards(path.read_text(), path)) == {
        "person-detection-retail-0013",
        "person-vehicle-bike-detection-2000",
    }
