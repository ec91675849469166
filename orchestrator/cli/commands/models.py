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


@app.command("try")
def models_try(
    film: Annotated[Path, typer.Argument(help="A film in a file.", exists=True, dir_okay=False)],
    model: Annotated[str, typer.Option(help="The model, by its name.")] = "depot-detector",
    finds: Annotated[
        str,
        typer.Option("--on", help="The detector whose finds a model is tried on that has none."),
    ] = "depot-detector",
    cards: Cards = CARDS,
    every: Annotated[int, typer.Option(min=1, help="Look at every so many pictures.")] = 10,
    from_s: Annotated[
        float, typer.Option("--from", min=0.0, help="Begin so many seconds into the film.")
    ] = 0.0,
    most: Annotated[int, typer.Option(min=1, help="Look at so many pictures at most.")] = 200,
    png: Annotated[
        Path | None,
        typer.Option(
            help="Draw the pictures, and a sheet of them, into this folder.", file_okay=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a model makes of a film, as it would of a camera's pictures; draw it with --png."""
    from orchestrator.cli.trying import Asked, try_model

    asked = Asked(film, every, from_s, most, png)
    asyncio.run(try_model(asked, model, cards, finds=finds, as_json=as_json))
