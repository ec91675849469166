"""Where cameras stand and what their views share: calibration and topology."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import AsJson, SecretsFolder, SiteFolder, State

app = typer.Typer()
topology = typer.Typer()


@app.command()
def calibrate(
    site: SiteFolder,
    camera: Annotated[str, typer.Argument(help="The camera, by its site.yaml name.")],
    points: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file of places: `u,v` in the picture and `x,y` on the plan.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    people: Annotated[
        list[Path] | None,
        typer.Option(
            help="An event log (`run --events`) of people who walk by; may be given again.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write it into site.yaml; comments stay.")
    ] = False,
) -> None:
    """Say where a camera stands and looks; exit 1 when that is unsure.

    From four places or more; or from people who walk by, who tell height and tilt, and two places.
    """
    from orchestrator.cli.calibrating import calibrate_camera
    from orchestrator.cli.levelling import level_camera

    if people:
        trusted = level_camera(site, camera, people, points, write=write)
    elif points is not None:
        trusted = calibrate_camera(site, camera, points, write=write)
    else:
        raise typer.BadParameter("give --points, --people or both", param_hint="--points")
    raise typer.Exit(0 if trusted else 1)


@topology.command("show")
def topology_show(
    site: SiteFolder,
    png: Annotated[Path | None, typer.Option(help="Draw it to this picture.")] = None,
    state: State = None,
    secrets: SecretsFolder = None,
    offline: Annotated[
        bool, typer.Option(help="Do not ask the cameras; take presets from inventory.yaml.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List views, overlaps and passages, or draw them on the floor plan."""
    from orchestrator.cli.mapping import show_topology

    asyncio.run(
        show_topology(site, png=png, state=state, secrets=secrets, offline=offline, as_json=as_json)
    )


@topology.command("export")
def topology_export(
    site: SiteFolder,
    out: Annotated[
        Path | None,
        typer.Option(help="Write it to this file [SITE/inventory.yaml].", dir_okay=False),
    ] = None,
    state: State = None,
    secrets: SecretsFolder = None,
) -> None:
    """Write the presets of the approved cameras to a file that policies are checked against."""
    from orchestrator.cli.mapping import export_inventory

    missing = asyncio.run(export_inventory(site, out=out, state=state, secrets=secrets))
    raise typer.Exit(1 if missing else 0)


@topology.command("learn")
def topology_learn(
    site: SiteFolder,
    events: Annotated[
        list[Path],
        typer.Option(
            help="A file that `run --events` wrote; may be given several times.",
            exists=True,
            dir_okay=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Write it to this file [SITE/topology.yaml].", dir_okay=False),
    ] = None,
) -> None:
    """Learn from event logs which fixed cameras share floor, and how long unseen ways take."""
    from orchestrator.cli.learning import learn_map

    learn_map(site, events, out=out)


MapFile = Annotated[Path, typer.Argument(help="A topology.yaml.", exists=True, dir_okay=False)]


@topology.command("diff")
def topology_diff(old: MapFile, new: MapFile, as_json: AsJson = False) -> None:
    """Say which overlaps and passages came, went or changed; exit 1 when any did."""
    from orchestrator.cli.learning import diff_maps
    from orchestrator.cli.replaying import troubled

    with troubled():
        same = diff_maps(old, new, as_json=as_json)
    raise typer.Exit(0 if same else 1)
