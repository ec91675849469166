"""What a camera can do beside turning its head, one camera at a time and without a site."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.commands.options import Address, AsJson, PasswordFile, Username

app = typer.Typer()


class TourVerb(Enum):
    """What a preset tour can be told."""

    LIST = "list"
    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    WRITE = "write"
    REMOVE = "remove"


class MaskVerb(Enum):
    """What can be done about privacy masks."""

    LIST = "list"
    ROOM = "room"
    WRITE = "write"
    REMOVE = "remove"


class MaskCover(Enum):
    """How a mask hides what is under it."""

    COLOUR = "colour"
    PIXELATED = "pixelated"
    BLURRED = "blurred"


class RelayVerb(Enum):
    """What a relay output can be told."""

    LIST = "list"
    ON = "on"
    OFF = "off"
    SET = "set"


class RelayKind(Enum):
    """Whether a relay stays as it is told, or falls back by itself."""

    BISTABLE = "bistable"
    MONOSTABLE = "monostable"


class ContactState(Enum):
    """A contact, open or closed."""

    OPEN = "open"
    CLOSED = "closed"


class PlaceVerb(Enum):
    """What can be done about places on earth."""

    SHOW = "show"
    SET = "set"
    FORGET = "forget"
    LOOK = "look"


class Setting(Enum):
    """How a function of the picture works."""

    ON = "on"
    OFF = "off"
    AUTO = "auto"


class Hand(Enum):
    """Who sets something: the camera, or a person."""

    AUTO = "auto"
    MANUAL = "manual"


Level = Annotated[
    float | None, typer.Option(help="A share of the camera's own range.", min=0.0, max=1.0)
]


@app.command()
def tour(
    address: Address,
    verb: Annotated[TourVerb, typer.Argument(help="What to do.")],
    name: Annotated[str | None, typer.Argument(help="The tour's name; not with `list`.")] = None,
    username: Username = None,
    password_file: PasswordFile = None,
    spot: Annotated[
        list[str] | None,
        typer.Option(
            help="With `write`: a preset and the seconds to stay there, such as gate:10, or"
            " @home:5; several times, in order."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List, walk, write or remove a camera's own preset tours; says what the camera made of it."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.touring import TourAsked, tour_deed

    deed = tour_deed(TourAsked(verb.value, name, spot or []))
    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, deed, as_json=as_json))


@app.command()
def mask(
    address: Address,
    verb: Annotated[MaskVerb, typer.Argument(help="What to do.")],
    token: Annotated[
        str | None, typer.Argument(help="Which mask to `remove`, or to `write` anew.")
    ] = None,
    username: Username = None,
    password_file: PasswordFile = None,
    corners: Annotated[
        str | None,
        typer.Option(
            help="With `write`: shares of the picture from its upper left, such as"
            " `0.1,0.2 0.5,0.2 0.5,0.6`."
        ),
    ] = None,
    cover: Annotated[MaskCover, typer.Option(help="How it hides.")] = MaskCover.COLOUR,
    off: Annotated[bool, typer.Option("--off", help="Write it, and hide nothing yet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hide a part of a camera's picture in the camera; exit 1 when it leaves any of that clear."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.masking import MaskAsked, mask_deed

    deed = mask_deed(MaskAsked(verb.value, token, corners, cover.value, not off))
    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, deed, as_json=as_json))


@app.command()
def relay(
    address: Address,
    verb: Annotated[RelayVerb, typer.Argument(help="What to do.")],
    output: Annotated[str | None, typer.Argument(help="Which output; not with `list`.")] = None,
    username: Username = None,
    password_file: PasswordFile = None,
    mode: Annotated[
        RelayKind | None, typer.Option(help="With `set`: whether it falls back by itself.")
    ] = None,
    delay: Annotated[
        float | None,
        typer.Option(help="With `set`: after so many seconds.", min=0.1, max=86_400.0),
    ] = None,
    idle: Annotated[
        ContactState | None, typer.Option(help="With `set`: its contact while inactive.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List, switch or set a camera's relay outputs; no camera tells how a relay is now."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.switching import RelayAsked, relay_deed

    asked = RelayAsked(
        verb.value,
        output,
        None if mode is None else mode.value,
        delay,
        None if idle is None else idle.value,
    )
    deed = relay_deed(asked)
    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, deed, as_json=as_json))


@app.command()
def auxiliary(
    address: Address,
    command: Annotated[
        str | None, typer.Argument(help="The command to send, such as `tt:Wiper|On` [list them].")
    ] = None,
    username: Username = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """List a camera's auxiliary commands, or send one: wiper, washer, lamp."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.switching import auxiliary_deed

    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, auxiliary_deed(command), as_json=as_json))


@app.command()
def place(
    address: Address,
    verb: Annotated[PlaceVerb, typer.Argument(help="What to do.")],
    username: Username = None,
    password_file: PasswordFile = None,
    at: Annotated[
        tuple[float, float] | None,
        typer.Option(help="With `set` and `look`: longitude and latitude in degrees."),
    ] = None,
    elevation: Annotated[
        float | None, typer.Option(help="Metres above the ellipsoid of WGS 84.")
    ] = None,
    yaw: Annotated[
        float | None, typer.Option(help="With `set`: the camera's heading in degrees.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say where on earth a camera is, tell it, or have its head look at a place on earth."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.placing import PlaceAsked, place_deed

    deed = place_deed(PlaceAsked(verb.value, at, elevation, yaw))
    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, deed, as_json=as_json))


@app.command()
def picture(
    address: Address,
    username: Username = None,
    password_file: PasswordFile = None,
    brightness: Level = None,
    contrast: Level = None,
    saturation: Level = None,
    sharpness: Level = None,
    ir_cut: Annotated[
        Setting | None, typer.Option(help="The infrared filter; `off` is night mode.")
    ] = None,
    wide_dynamic_range: Annotated[Setting | None, typer.Option(help="On or off.")] = None,
    exposure: Annotated[Hand | None, typer.Option(help="Who exposes.")] = None,
    exposure_time: Annotated[
        float | None,
        typer.Option(help="Seconds, by hand; short ones freeze what moves.", min=1e-6, max=60.0),
    ] = None,
    gain: Annotated[
        float | None, typer.Option(help="Decibels, by hand.", min=-100.0, max=100.0)
    ] = None,
    focus: Annotated[Hand | None, typer.Option(help="Who focuses.")] = None,
    move_focus: Annotated[
        float | None,
        typer.Option(
            help="Move the focus for half a second at this speed: -1 nearer, 1 farther.",
            min=-1.0,
            max=1.0,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how a camera's picture, exposure and focus are set, or set them until it restarts."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.picturing import PictureAsked, picture_deed
    from orchestrator.domain.imaging import Imaging, Mode
    from orchestrator.domain.optics import Control, Optics

    wanted = Imaging(
        brightness=brightness,
        contrast=contrast,
        saturation=saturation,
        sharpness=sharpness,
        ir_cut=None if ir_cut is None else Mode(ir_cut.value),
        wide_dynamic_range=None if wide_dynamic_range is None else Mode(wide_dynamic_range.value),
    )
    optics = Optics(
        exposure=None if exposure is None else Control(exposure.value),
        exposure_s=exposure_time,
        gain_db=gain,
        focus=None if focus is None else Control(focus.value),
    )
    deed = picture_deed(PictureAsked(wanted, optics, move_focus))
    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, deed, as_json=as_json))


@app.command()
def snapshot(
    address: Address,
    file: Annotated[Path, typer.Argument(help="Write the picture (JPEG) here.", dir_okay=False)],
    username: Username = None,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Fetch a still picture from a camera into a file."""
    from orchestrator.cli.at_camera import done_at
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.picturing import snapshot_deed

    about = whom(address, username, password_file)
    raise typer.Exit(done_at(about, snapshot_deed(file), as_json=as_json))


@app.command()
def events(
    address: Address,
    username: Username = None,
    password_file: PasswordFile = None,
    for_s: Annotated[
        float | None, typer.Option("--for", help="Stop by itself after so many seconds.", min=0.1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, one report a line.")] = False,
) -> None:
    """Print what a camera tells of itself, motion, tamper, inputs, as it tells it, until Ctrl-C."""
    from orchestrator.cli.interviewing import whom
    from orchestrator.cli.listening import listen

    about = whom(address, username, password_file)
    raise typer.Exit(listen(about, for_s=for_s, as_json=as_json))
