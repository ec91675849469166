"""Every command, its options and its one sentence of help: one module per family.

In: the words of a command line.
Out: calls of the modules one folder up, which do the work, and the exit code they return.
Law: nothing is imported that the command at hand does not need; what families share is in `options`.
"""

import typer

from orchestrator.cli.commands import (
    cameras,
    functions,
    heads,
    models,
    places,
    policies,
    service,
    trials,
)

app = typer.Typer(
    help="Find ONVIF cameras, hand people from view to view, and steer PTZ presets by policy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,  # a local may hold a password
    context_settings={"help_option_names": ["-h", "--help"]},
)
topology_app = typer.Typer(
    help="The graph of views, overlaps and passages.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
policy_app = typer.Typer(
    help="Policy files, before they go live.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
models_app = typer.Typer(
    help="Models that find people and vehicles, and what they make of a film.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
for family in (cameras.app, heads.app, functions.app, service.app, places.app):
    app.add_typer(family)
topology_app.add_typer(places.topology)
for family in (policies.app, trials.app):
    policy_app.add_typer(family)
models_app.add_typer(models.app)
app.add_typer(topology_app, name="topology")
app.add_typer(models_app, name="models")
app.add_typer(policy_app, name="policy")
