"""Every command, its options and its one sentence of help; the work is in the modules beside."""

import asyncio
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

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
app.add_typer(topology_app, name="topology")
app.add_typer(policy_app, name="policy")

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


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


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
    asyncio.run(show_candidates(search, as_json=as_json))


Address = Annotated[
    str, typer.Argument(help="The camera's address, e.g. 192.0.2.11:8080 [port 80].")
]
Username = Annotated[str | None, typer.Option(help="The ONVIF user to log in as.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file with the password alone, readable by you only.", dir_okay=False),
]


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
) -> None:
    """Bind cameras to their address, credentials and serial: only then are passwords sent."""
    from orchestrator.cli.finding import approve_cameras

    if listed == bool(cameras):
        raise typer.BadParameter("either name the cameras to approve, or say --listed for all")
    missing = asyncio.run(
        approve_cameras(
            site,
            wanted=None if listed else frozenset(cameras or ()),
            interfaces=tuple(interface or ()),
            seconds=seconds,
            state=state,
            secrets=secrets,
        )
    )
    raise typer.Exit(1 if missing else 0)


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
) -> None:
    """Run the service on a site until it is told to stop."""
    from orchestrator.cli.moments import start_moment
    from orchestrator.cli.running import run_service

    start = None if at is None else start_moment(at)
    files = {"state": state, "secrets": secrets, "journal": journal, "events": events}
    asyncio.run(run_service(site, **files, at=start, for_s=for_s, model=model))


class PtzVerb(Enum):
    """What a single head can be asked."""

    STATUS = "status"
    PRESETS = "presets"
    GOTO = "goto"
    MOVE = "move"
    HOME = "home"
    STOP = "stop"


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
    speed: Annotated[
        float | None,
        typer.Option(help="With `move` and `home`: a share of the top speed.", min=0.01, max=1.0),
    ] = None,
    within: Annotated[
        float, typer.Option(help="A move has ended after so many seconds.", min=1.0, max=120.0)
    ] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Move one camera's head without a site, and say how that ended; Ctrl-C stops it."""
    from orchestrator.cli.heading import Asked, ask_head
    from orchestrator.cli.interviewing import whom

    asked = Asked(verb.value, preset, to=to, by=by, speed=speed, within_s=within)
    about = whom(address, username, password_file)
    raise typer.Exit(ask_head(about, asked, as_json=as_json))


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


policy_app.command("explain", hidden=True)(explain)


@app.command()
def calibrate(
    site: SiteFolder,
    camera: Annotated[str, typer.Argument(help="The camera, by its site.yaml name.")],
    points: Annotated[
        Path,
        typer.Option(
            help="A CSV file of places: `u,v` in the picture and `x,y` on the plan.",
            exists=True,
            dir_okay=False,
        ),
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write it into site.yaml; comments stay.")
    ] = False,
) -> None:
    """Say where a camera stands and looks, from four places or more; exit 1 when that is unsure."""
    from orchestrator.cli.calibrating import calibrate_camera

    raise typer.Exit(0 if calibrate_camera(site, camera, points, write=write) else 1)


@topology_app.command("show")
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


@topology_app.command("export")
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


@topology_app.command("learn")
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


@topology_app.command("diff")
def topology_diff(old: MapFile, new: MapFile, as_json: AsJson = False) -> None:
    """Say which overlaps and passages came, went or changed; exit 1 when any did."""
    from orchestrator.cli.learning import diff_maps
    from orchestrator.cli.replaying import troubled

    with troubled():
        same = diff_maps(old, new, as_json=as_json)
    raise typer.Exit(0 if same else 1)


@policy_app.command("check")
def policy_check(site: SiteFolder) -> None:
    """Read a site and all its policies; print every finding with its place."""
    from orchestrator.cli.checking import check_site

    check_site(site)


@policy_app.command("lint")
def policy_lint(site: SiteFolder, as_json: AsJson = False) -> None:
    """Say what is written without mistake and still will not do what its author thinks."""
    from orchestrator.cli.linting import lint_site

    raise typer.Exit(0 if lint_site(site, as_json=as_json) else 1)


@policy_app.command("test")
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


@policy_app.command("schema")
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


@policy_app.command("replay")
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


@policy_app.command("diff")
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


@policy_app.command("fmt")
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


@policy_app.command("graph")
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


@policy_app.command("shadow")
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
