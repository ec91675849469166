"""What policies would have done, or would do: replay, diff, shadow."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import AsJson, SiteFolder, State

app = typer.Typer()


EventLog = Annotated[
    Path, typer.Argument(help="A file that `run --events` wrote.", exists=True, dir_okay=False)
]
Rules = Annotated[
    Path, typer.Argument(help="A folder of policies, or a site's.", exists=True, file_okay=False)
]
OtherRules = Annotated[
    Path | None,
    typer.Option(
        "--with",
        help="Say what would differ with this folder of policies, or site.",
        exists=True,
        file_okay=False,
    ),
]
InsteadOfLogged = Annotated[
    Path | None,
    typer.Option(help="Decide with this site's files [those the log holds].", file_okay=False),
]


@app.command("replay")
def policy_replay(
    events: EventLog,
    other: OtherRules = None,
    site: InsteadOfLogged = None,
    as_json: AsJson = False,
) -> None:
    """Decide once more over an event log; exit 1 when it goes otherwise than in the run, or with --with."""
    from orchestrator.cli.comparing import replay_with
    from orchestrator.cli.replaying import replay_log, troubled

    with troubled():
        if other is None:
            same = replay_log(events, site=site, as_json=as_json)
        else:
            same = replay_with(events, other, site=site, as_json=as_json)
    raise typer.Exit(0 if same else 1)


@app.command("diff")
def policy_diff(
    old: Rules,
    new: Rules,
    site: Annotated[
        Path | None, typer.Option(help="The site of two folders of policies.", file_okay=False)
    ] = None,
    events: Annotated[
        Path | None,
        typer.Option(
            help="Say what would differ over this event log.", exists=True, dir_okay=False
        ),
    ] = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="Say what differs when the cases of both are played.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say which rules were changed, key by key, and what that changes; exit 1 when anything does."""
    from orchestrator.cli.differing import diff_policies
    from orchestrator.cli.replaying import troubled

    with troubled():
        same = diff_policies(old, new, site=site, events=events, cases=cases, as_json=as_json)
    raise typer.Exit(0 if same else 1)


@app.command("shadow")
def policy_shadow(
    site: SiteFolder,
    other: Annotated[
        Path,
        typer.Option(
            "--with", help="The folder of policies, or site, to try.", exists=True, file_okay=False
        ),
    ],
    events: Annotated[
        Path | None,
        typer.Option(help="The file that `run --events` is writing [STATE/events.jsonl]."),
    ] = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Say what other policies would do while the service runs; nothing is done, until Ctrl-C."""
    from contextlib import suppress

    from orchestrator.cli.paths import state_folder
    from orchestrator.cli.replaying import troubled
    from orchestrator.cli.shadowing import shadow

    path = state_folder(site, state) / "events.jsonl" if events is None else events
    with troubled(), suppress(KeyboardInterrupt):
        shadow(path, other, as_json=as_json)
