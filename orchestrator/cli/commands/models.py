"""Models: which there are, whether their files are here, and what they make of a film."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import AsJson

app = typer.Typer()

Cards = Annotated[Path, typer.Option("--cards", help="The file that lists models.", dir_okay=False)]
Names = Annotated[list[str] | None, typer.Argument(help="Models, by name [all].")]
CARDS = Path("config/models.yaml")


@app.command("list")
def models_list(cards: Cards = CARDS, as_json: AsJson = False) -> None:
    """List the models: what they are for, their licence, and whether their files are here."""
    from orchestrator.cli.keeping import list_models

    list_models(cards, as_json=as_json)


@app.command("verify")
def models_verify(
    names: Names = None,
    cards: Cards = CARDS,
    present: Annotated[
        bool, typer.Option("--present", help="Pass over models of which no file is here.")
    ] = False,
) -> None:
    """Hold the files of models against the hashes of their cards; exit 1 when one is not as promised."""
    from orchestrator.cli.keeping import verify_models

    raise typer.Exit(0 if verify_models(cards, names or (), present=present) else 1)


@app.command("fetch")
def models_fetch(names: Names = None, cards: Cards = CARDS) -> None:
    """Fetch the files of models from their makers; what broke off goes on; exit 1 when one is refused."""
    from orchestrator.cli.keeping import fetch_models

    raise typer.Exit(0 if asyncio.run(fetch_models(cards, names or ())) else 1)
