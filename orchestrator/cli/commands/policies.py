"""Policy files: checked, tested, drawn and laid out."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import AsJson, SiteFolder
from orchestrator.cli.commands.service import explain

app = typer.Typer()
app.command("explain", hidden=True)(explain)


class FileKind(Enum):
    """The kinds of files that authors write, of which there is a schema."""

    SITE = "site"
    POLICY = "policy"
    CASE = "case"
    INVENTORY = "inventory"
    TOPOLOGY = "topology"


class GraphFormat(Enum):
    """How a graph is printed."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    JSON = "json"


@app.command("check")
def policy_check(site: SiteFolder) -> None:
    """Read a site and all its policies; print every finding with its place."""
    from orchestrator.cli.checking import check_site

    check_site(site)


@app.command("lint")
def policy_lint(site: SiteFolder, as_json: AsJson = False) -> None:
    """Say what is written without mistake and still will not do what its author thinks."""
    from orchestrator.cli.linting import lint_site

    raise typer.Exit(0 if lint_site(site, as_json=as_json) else 1)


@app.command("test")
def policy_test(
    site: SiteFolder,
    policies: Annotated[
        list[str] | None, typer.Argument(help="Only the cases of these policies [all].")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write the outcome to this file, for CI systems.")
    ] = None,
) -> None:
    """Play the cases of a site's policies in virtual time; exit 1 when one does not hold."""
    from orchestrator.cli.proving import test_policies

    passed = test_policies(site, only=tuple(policies or ()), junit=junit)
    raise typer.Exit(0 if passed else 1)


@app.command("schema")
def policy_schema(
    kind: Annotated[
        FileKind | None, typer.Option(help="Of this kind of file [policy; with --out, all].")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write KIND.schema.json into this folder.", file_okay=False),
    ] = None,
) -> None:
    """Print the JSON Schema that lets an editor complete, explain and check what is written."""
    from orchestrator.cli.schemas import show_schemas

    show_schemas(kind, out)


@app.command("fmt")
def policy_fmt(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, or folders of sites, policies and cases.", exists=True),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 when a file would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; print what would change.")
    ] = False,
) -> None:
    """Lay files out as they are always laid out: order of keys, braces, units; comments stay."""
    from orchestrator.cli.laying_out import lay_out

    changed = lay_out(paths, write=not (check or diff), diff=diff)
    raise typer.Exit(1 if changed and check else 0)


@app.command("graph")
def policy_graph(
    site: SiteFolder,
    form: Annotated[
        GraphFormat, typer.Option("--format", help="How to print it.")
    ] = GraphFormat.TEXT,
    png: Annotated[
        Path | None, typer.Option(help="Draw it to this picture as well.", dir_okay=False)
    ] = None,
) -> None:
    """Say how rules hang together: what starts them, what they may have, who takes it from whom."""
    from orchestrator.cli.graphing import show_graph

    show_graph(site, form.value, png)
