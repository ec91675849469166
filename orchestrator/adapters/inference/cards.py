"""Where cards are found: the one that ships in the package, and those in ``models.yaml``."""

from importlib import resources
from pathlib import Path

from orchestrator.config.cards import ModelCard, Task
from orchestrator.config.models import model_cards
from orchestrator.errors import ModelError

DEFAULT = "depot-detector"


def default_card() -> ModelCard:
    """Return the card of the model that ships in the package."""
    folder = Path(str(resources.files("orchestrator.adapters.inference") / "models" / DEFAULT))
    path = folder / "card.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{path}: the package is incomplete; install it again") from error
    return model_cards(text, path)[DEFAULT]


def cards_in(path: Path) -> dict[str, ModelCard]:
    """Return the card that ships and those of a file, by name; ``ModelError`` when there is none."""
    shipped = default_card()
    try:
        listed = model_cards(path.read_text(encoding="utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read; list models there") from error
    return {**listed, DEFAULT: shipped}


def card_named(name: str, path: Path, task: Task = Task.FIND) -> ModelCard:
    """Return a card by name, of a model that does ``task``: from ``path``, or the one that ships."""
    cards = {DEFAULT: default_card()} if name == DEFAULT else cards_in(path)
    if name not in cards:
        known = ", ".join(sorted(one for one, card in cards.items() if card.task is task))
        raise ModelError(f"{path}: there is no model `{name}` (models: {known})")
    card = cards[name]
    if card.task is not task:
        raise ModelError(f"{path}: `{name}` {card.task.value}; one is needed that {task.value}")
    return card
