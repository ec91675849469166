"""`models list`, `verify` and `fetch`: which models there are, and whether their files are here."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from orchestrator.adapters.inference import cards_in
from orchestrator.adapters.storage import Held, Storage, held
from orchestrator.cli.words import counted
from orchestrator.config.cards import ModelCard, ModelFile
from orchestrator.config.fields import did_you_mean
from orchestrator.errors import ModelError

_WORST = (Held.ALTERED, Held.MISSING, Held.THERE)


def list_models(cards: Path, *, as_json: bool) -> None:
    """Print every model: what it does, its licence, and whether its files are here."""
    known = {name: (card, stands(card)) for name, card in cards_in(cards).items()}
    if as_json:
        print(json.dumps([_plain(*each) for each in known.values()], indent=2))
        return
    for name, (card, state) in sorted(known.items()):
        print(f"{state.value:<9}{name}: {card.task.value} ({card.licence})")
        print(f"{'':<9}{card.purpose}")


def verify_models(cards: Path, names: Sequence[str], *, present: bool) -> bool:
    """Print how every file stands, and say whether all are as promised.

    With ``present``, models of which nothing is here are passed over.
    """
    good = True
    for card in _chosen(cards, names):
        if present and all(held(file) is Held.MISSING for file in card.files):
            continue
        for file in card.files:
            state = held(file)
            good = good and state is Held.THERE
            print(f"{'ok' if state is Held.THERE else state.value:<8}{file.path}")
    return good


async def fetch_models(cards: Path, names: Sequence[str]) -> bool:
    """Fetch the files that are not here; say whether all are, in the end."""
    wanted = [
        file
        for card in _chosen(cards, names)
        for file in card.files
        if held(file) is not Held.THERE
    ]
    console = Console(markup=False, emoji=False, highlight=False, soft_wrap=True)
    if not wanted:
        console.print("every file is there, and the one that its card names")
        return True
    refused: list[ModelError] = []
    with _progress(console) as progress:
        for file in wanted:
            error = await _fetched(file, progress)
            if error is not None:
                refused.append(error)
    for error in refused:
        console.print(f"refused: {error}")
    console.print(f"{counted(len(wanted) - len(refused), 'file')} fetched, {len(refused)} not")
    return not refused


async def _fetched(file: ModelFile, progress: Progress) -> ModelError | None:
    """Fetch one file; return why it could not be."""
    bar = progress.add_task(file.path.name, total=file.size_bytes)
    try:
        await Storage().fetch(file, lambda done: progress.update(bar, completed=done))
    except ModelError as error:
        progress.stop_task(bar)
        return error
    return None


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def stands(card: ModelCard) -> Held:
    """Return how a model's files stand: as the worst of them."""
    states = {held(file) for file in card.files}
    return next(state for state in _WORST if state in states)


def _chosen(cards: Path, names: Sequence[str]) -> list[ModelCard]:
    """Return the cards of these names, or all of them."""
    known = cards_in(cards)
    for name in names:
        if name not in known:
            hint = did_you_mean(name, sorted(known), "model")
            raise typer.BadParameter(f"there is no model `{name}`: {hint}", param_hint="NAMES")
    return [known[name] for name in (dict.fromkeys(names) if names else sorted(known))]


def _plain(card: ModelCard, state: Held) -> dict[str, object]:
    return {
        "model": card.name,
        "state": state.value,
        "does": card.task.value,
        "decoder": card.decoder,
        "input_px": card.input_px,
        "licence": card.licence,
        "purpose": card.purpose,
        "files": [
            {"path": str(file.path), "sha384": file.sha384, "source": file.source or None}
            for file in card.files
        ],
    }
