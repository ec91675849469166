"""Cameras by their address: found, asked, examined, approved."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import (
    Address,
    AsJson,
    Interfaces,
    PasswordFile,
    SecretsFolder,
    SiteFolder,
    State,
    Username,
)

app = typer.Typer()


@app.command()
def discover(
    interface: Interfaces = None,
    seconds: Annotated[float, typer.Option(help="How long to listen for answers.")] = 5.0,
    subnet: Annotated[
        list[str] | None,
        typer.Option(help="Ask every address of this subnet instead, e.g. 192.0.2.0/24."),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--from", help="Ask the addresses of a CSV or YAML list instead.", dir_okay=False
        ),
    ] = None,
    port: Annotated[
        list[int] | None,
        typer.Option(help="Ports to ask where none is written.", min=1, max=65_535),
    ] = None,
    rate: Annotated[
        float, typer.Option(help="At most so many addresses are asked in a second.", min=0.1)
    ] = 200.0,
    site: Annotated[
        Path | None,
        typer.Option(
            help="Say which of them are this site's cameras.", file_okay=False, exists=True
        ),
    ] = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List the ONVIF devices that answer on the network; sends no password."""
    from orchestrator.cli.finding import Search, show_candidates

    search = Search(
        interfaces=tuple(interface or ()),
        seconds=seconds,
        subnets=tuple(subnet or ()),
        listed=listed,
        ports=tuple(port or ()),
        rate_per_s=rate,
    )
    asyncio.run(show_candidates(search, site_folder=site, state=state, as_json=as_json))


@app.command()
def interview(
    address: Address,
    username: Username = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what a camera can do, as far as asking tells; without a login, what it tells anybody."""
    from orchestrator.cli.interviewing import interview_camera, whom

    about = whom(address, username, password_file)
    raise typer.Exit(asyncio.run(interview_camera(about, as_json=as_json)))


@app.command()
def doctor(address: Address, username: Username = None, password_file: PasswordFile = None) -> None:
    """Say what is wrong with a camera and what to do; asks a second, independent client as well."""
    from orchestrator.cli.interviewing import examine_camera, whom

    about = whom(address, username, password_file)
    raise typer.Exit(asyncio.run(examine_camera(about)))


@app.command()
def cameras(site: SiteFolder, state: State = None, as_json: AsJson = False) -> None:
    """List a site's cameras as the store knows them: what is approved, and what they said last."""
    from orchestrator.cli.roll import show_cameras

    asyncio.run(show_cameras(site, state=state, as_json=as_json))


@app.command()
def approve(
    site: SiteFolder,
    cameras: Annotated[
        list[str] | None, typer.Argument(help="The cameras to approve, by their site.yaml name.")
    ] = None,
    listed: Annotated[
        bool, typer.Option(help="Approve every camera whose address site.yaml lists.")
    ] = False,
    interface: Interfaces = None,
    seconds: Annotated[float, typer.Option(help="How long to listen for answers.")] = 5.0,
    state: State = None,
    secrets: SecretsFolder = None,
    new_certificate: Annotated[
        bool,
        typer.Option(help="Take the TLS certificate that a camera shows now for the approved one."),
    ] = False,
    retry_login: Annotated[
        bool,
        typer.Option(help="Try a login once more that a camera refused, though it is the same."),
    ] = False,
) -> None:
    """Bind cameras to their address, certificate, login and serial: only then are passwords sent."""
    from orchestrator.cli.finding import approve_cameras

    if listed == bool(cameras):
        raise typer.BadParameter("either name the cameras to approve, or say --listed for all")
    if new_certificate and listed:
        raise typer.BadParameter("--new-certificate wants each camera named: check them one by one")
    if retry_login and listed:
        raise typer.BadParameter(
            "--retry-login wants each camera named: wrong tries lock users out"
        )
    missing = asyncio.run(
        approve_cameras(
            site,
            wanted=None if listed else frozenset(cameras or ()),
            interfaces=tuple(interface or ()),
            seconds=seconds,
            state=state,
            secrets=secrets,
            new_certificates=new_certificate,
            retry_logins=retry_login,
        )
    )
    raise typer.Exit(1 if missing else 0)
