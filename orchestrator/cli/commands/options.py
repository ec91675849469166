"""Arguments and options that several families of commands share."""

from pathlib import Path
from typing import Annotated

import typer

SiteFolder = Annotated[
    Path, typer.Argument(help="The folder that holds site.yaml.", exists=True, file_okay=False)
]
State = Annotated[
    Path | None, typer.Option(help="Where approvals and the store are kept [var/SITE].")
]
SecretsFolder = Annotated[
    Path | None, typer.Option(help="Folder with one file per secret [SITE/secrets].")
]
Interfaces = Annotated[
    list[str] | None,
    typer.Option(
        "--interface",
        help="Name or address of a network interface to probe from, e.g. eth0 or 192.0.2.5; may be"
        " given several times [every one but loopback].",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Address = Annotated[
    str, typer.Argument(help="The camera's address, e.g. 192.0.2.11:8080 [port 80].")
]
Username = Annotated[str | None, typer.Option(help="The ONVIF user to log in as.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file with the password alone, readable by you only.", dir_okay=False),
]
