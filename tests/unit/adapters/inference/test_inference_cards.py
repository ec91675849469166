"""Cards are found by name, and the one that ships names the files that ship."""

from pathlib import Path

import pytest

from orchestrator.adapters.inference import card_named, cards_in, default_card
from orchestrator.config.cards import Task
from orchestrator.domain.sighting import Kind
from orchestrator.errors import ModelError
from tests.fakes.every_key import MODELS

HERE = Path("/etc/orchestrator/models.yaml")
LISTED = Path(__file__).parents[4] / "config" / "models.yaml"


def test_the_card_that_ships_is_found_by_name_and_by_default() -> None:
    assert card_named("depot-detector", HERE) == default_card()
    assert default_card().file.is_file()
    assert set(default_card().labels.values()) == {Kind.PERSON, Kind.VEHICLE}


def test_a_name_without_a_card_is_a_model_error_that_lists_those_that_would_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(MODELS[1])

    with pytest.raises(ModelError, match="models: depot-detector, yolo"):
        card_named("cars", path)
    with pytest.raises(ModelError, match=r"models: \)"):
        card_named("cars", path, Task.DESCRIBE)


def test_a_model_that_does_something_else_is_a_model_error() -> None:
    name = "person-reidentification-retail-0287"

    assert card_named(name, LISTED, Task.DESCRIBE).input_px == (128, 256)
    with pytest.raises(ModelError, match="tells people apart; one is needed that finds people"):
        card_named(name, LISTED)


def test_a_missing_file_of_cards_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"models\.yaml"):
        card_named("people", tmp_path / "models.yaml")


def test_every_card_in_the_repository_says_where_its_files_are_fetched() -> None:
    cards = [card for name, card in cards_in(LISTED).items() if name != "depot-detector"]

    assert {card.task for card in cards} == set(Task)
    for file in (file for card in cards for file in card.files):
        assert file.source.startswith("https://")
        assert file.size_bytes
