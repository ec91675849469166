"""The service itself, what stands around it in trials, and why it did what it did."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import AsJson, SecretsFolder, SiteFolder, State

app = typer.Typer()


@app.command()
def run(
    site: SiteFolder,
    state: State = None,
    secrets: SecretsFolder = None,
    journal: Annotated[
        Path | None, typer.Option(help="Write what is seen, thought and done to this file.")
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            help="Write all that decisions follow from to this file, for `policy replay`."
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Start the calendar at this moment (ISO 8601), for trials.")
    ] = None,
    for_s: Annotated[
        float | None, typer.Option("--for", help="Stop by itself after so many seconds.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A detector listed in models.yaml beside the site's folder.")
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            help="Serve figures for Prometheus at /metrics: PORT on this machine, or HOST:PORT."
        ),
    ] = None,
) -> None:
    """Run the service on a site until it is told to stop."""
    from orchestrator.cli.moments import start_moment
    from orchestrator.cli.running import run_service

    start = None if at is None else start_moment(at)
    files = {"state": state, "secrets": secrets, "journal": journal, "events": events}
    asyncio.run(run_service(site, **files, at=start, for_s=for_s, model=model, metrics=metrics))


@app.command()
def broker(site: SiteFolder, secrets: SecretsFolder = None) -> None:
    """Serve a small MQTT broker on the address site.yaml names, for trials and small sites."""
    from orchestrator.cli.running import run_broker

    asyncio.run(run_broker(site, secrets=secrets))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def simulate(context: typer.Context, site: SiteFolder) -> None:
    """Serve a simulated site's cameras on the network; takes --seed, --secrets, --for and more."""
    from orchestrator.cli.running import run_simulator

    raise typer.Exit(run_simulator(site, context.args))


@app.command()
def top(
    site: SiteFolder,
    operator: Annotated[
        str | None,
        typer.Option(
            "--as", help="The operator to log in to the broker as [the first of the site]."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Show it once, and end.")] = False,
    secrets: SecretsFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show how the running service and its cameras fare: rates, ages, restarts, delays."""
    from orchestrator.cli.topping import Asking
    from orchestrator.cli.topping import top as show

    raise typer.Exit(show(Asking(site, operator, secrets, once, as_json)))


@app.command()
def explain(
    site: SiteFolder,
    camera: Annotated[str, typer.Argument(help="The camera, by its site.yaml name.")],
    at: Annotated[
        str | None,
        typer.Option(help="Only what was decided until then (HH:MM, HH:MM:SS or ISO 8601)."),
    ] = None,
    last: Annotated[int, typer.Option(min=1, help="How many decisions to explain.")] = 1,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say why a camera looks where it looks: who won, who lost, and every condition."""
    from orchestrator.cli.explaining import show_explanations

    found = asyncio.run(
        show_explanations(site, camera, at=at, last=last, state=state, as_json=as_json)
    )
    raise typer.Exit(0 if found else 1)
