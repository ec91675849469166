"""One camera's head, by hand."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import (
    Address,
    AsJson,
    PasswordFile,
    SecretsFolder,
    State,
    Username,
)

app = typer.Typer()


class PtzVerb(Enum):
    """What a single head can be asked."""

    STATUS = "status"
    PRESETS = "presets"
    GOTO = "goto"
    MOVE = "move"
    HOME = "home"
    STOP = "stop"
    CHARACTERISE = "characterise"


@app.command()
def ptz(
    address: Address,
    verb: Annotated[PtzVerb, typer.Argument(help="What to do.")],
    preset: Annotated[str | None, typer.Argument(help="With `goto`: the preset's name.")] = None,
    username: Username = None,
    password_file: PasswordFile = None,
    to: Annotated[
        tuple[float, float, float] | None,
        typer.Option(help="With `move`: pan and tilt, -1 to 1 each, and zoom, 0 to 1."),
    ] = None,
    by: Annotated[
        tuple[float, float, float] | None,
        typer.Option(help="With `move`: a step in pan, tilt and zoom instead."),
    ] = None,
    degrees: Annotated[
        bool,
        typer.Option(
            "--degrees",
            help="With `move`: pan and tilt are in degrees, right and up; `--to` from where the head"
            " has its zero, or from the middle of `--span`.",
        ),
    ] = False,
    span: Annotated[
        tuple[float, float] | None,
        typer.Option(
            help="With `--degrees`: how far pan and tilt go from end to end, where the camera does"
            " not list it.",
            metavar="PAN TILT",
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(help="With `move` and `home`: a share of the top speed.", min=0.01, max=1.0),
    ] = None,
    within: Annotated[
        float, typer.Option(help="A move has ended after so many seconds.", min=1.0, max=120.0)
    ] = 20.0,
    site: Annotated[
        Path | None,
        typer.Option(
            help="With `characterise`: the site's folder; the address is then a camera's name, and"
            " what is measured is kept.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    state: State = None,
    secrets: SecretsFolder = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="With `characterise`: the head may be moved about.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Move one camera's head without a site, and say how that ended; Ctrl-C stops it.

    `characterise` measures it: latency, speed, how well it repeats, how it stops, in two minutes.
    """
    if verb is PtzVerb.CHARACTERISE:
        from orchestrator.cli.characterising import (
            Where,
            agreed,
            characterise_address,
            characterise_camera,
        )

        agreed(address, yes=yes)
        if site is not None:
            where = Where(site, state, secrets)
            raise typer.Exit(characterise_camera(address, where, as_json=as_json))
        from orchestrator.cli.interviewing import whom as named

        about_head = named(address, username, password_file)
        raise typer.Exit(characterise_address(about_head, as_json=as_json))
    from orchestrator.cli.heading import Asked, ask_head
    from orchestrator.cli.interviewing import whom

    asked = Asked(
        *(verb.value, preset, to, by, speed, within),
        degrees=degrees,
        span_deg=span,
    )
    about = whom(address, username, password_file)
    raise typer.Exit(ask_head(about, asked, as_json=as_json))
